import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { commandId, commands, settings } from '../../src/extension/contributions';
import type { CommandContribution } from '../../src/extension/contributions';
import { buildManifest } from '../../src/extension/manifest';

const ROOT = resolve(__dirname, '../..');
const packageJson = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8')) as Record<string, unknown>;
const entries = Object.entries(commands) as [keyof typeof commands, CommandContribution][];

describe('contributions', () => {
  it('are in package.json as the tables say (npx tsx scripts/generate-contributions.ts)', () => {
    for (const [key, value] of Object.entries(buildManifest()))
      assert.deepEqual(packageJson[key], JSON.parse(JSON.stringify(value)), key);
  });

  it('give every command a title of its own, in title case', () => {
    const titles = entries.map(([, { title }]) => title);
    assert.equal(new Set(titles).size, titles.length);
    for (const title of titles) assert.match(title, /^[A-Z][\w ,()]+…?$/);
  });

  it('bind keys only inside the capture editor, each once', () => {
    const keys = entries.flatMap(([, { key }]) => (key ? [key] : []));
    for (const { when } of keys)
      assert.ok(when.includes('activeCustomEditorId =~ /^ndmpWorkbench\\.(capture|log)$/'), when);
    assert.equal(new Set(keys.map(({ key }) => key)).size, keys.length);
  });

  it('give commands with a place in a toolbar an icon', () => {
    for (const [name, { menus, icon }] of entries)
      for (const { group } of menus ?? [])
        if (group.startsWith('navigation') || group.startsWith('inline')) assert.ok(icon, commandId(name));
  });

  it('describe every setting and give it a default of its type', () => {
    for (const [name, { type, default: value, markdownDescription }] of Object.entries(settings)) {
      assert.ok(markdownDescription.length > 20, name);
      const actual = Array.isArray(value) ? 'array' : typeof value === 'number' ? 'integer' : typeof value;
      assert.equal(actual, type, name);
    }
  });

  it('name files that are there', () => {
    const { icon, contributes } = buildManifest();
    const text = JSON.stringify(contributes);
    const files = [icon, ...[...text.matchAll(/"(?:\.\/)?((?:syntaxes|media)\/[^"]+)"/g)].map(([, path]) => path)];
    assert.ok(files.length >= 4);
    for (const file of files) assert.ok(existsSync(join(ROOT, file)), file);
  });
});
