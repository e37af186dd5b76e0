/**
 * Writes package.json's `contributes` and the keys that go with it from the tables in src/extension/contributions.ts.
 * With `--check` it changes nothing and exits 1 when package.json is not up to date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildManifest } from '../src/extension/manifest';

const path = join(__dirname, '..', 'package.json');
const before = readFileSync(path, 'utf8');
const after = JSON.stringify({ ...JSON.parse(before), ...buildManifest() }, undefined, 2) + '\n';

if (process.argv.includes('--check')) {
  if (JSON.stringify(JSON.parse(before)) !== JSON.stringify(JSON.parse(after))) {
    console.error('package.json is not up to date: run npx tsx scripts/generate-contributions.ts');
    process.exitCode = 1;
  }
} else if (before !== after) {
  writeFileSync(path, after);
  console.log('package.json: contributions written');
}
