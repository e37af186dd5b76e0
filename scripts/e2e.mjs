// npm run test:e2e: packs the extension and drives it in a real VS Code in a headless browser.
// NDMP_VSIX=FILE takes a packed one; NDMP_TRACE=1 keeps a playwright trace; further arguments go to mocha (-g PATTERN).
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { findChromium } from '../test/e2e/harness/browser.mjs';
import { VSCODE_DIR } from '../test/e2e/harness/paths.mjs';
import { finish, mocha } from './lib/mochaRuns.mjs';
import { ROOT, run, runNode } from './lib/run.mjs';

function give(up) {
  console.error(up);
  process.exit(1);
}

if (process.platform !== 'linux' || process.arch !== 'x64') give('The end-to-end tests run on Linux on x64 only.');
if (!findChromium()) give('chromium is not installed: apt-get install chromium fonts-dejavu-core');

const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
if (!process.env.NDMP_VSIX && !runNode('scripts/package.mjs')) process.exit(1);
if (!run('bash', ['scripts/install-vscode.sh', VSCODE_DIR])) give('VS Code could not be installed.');

const vsix = resolve(ROOT, process.env.NDMP_VSIX ?? `${name}-${version}.vsix`);
const hooks = ['--no-config', '--require', 'test/e2e/harness/session.mjs', '--timeout', '120000'];
finish([mocha([...hooks, 'test/e2e/*.e2e.mjs', ...process.argv.slice(2)], { NDMP_VSIX: vsix })]);
