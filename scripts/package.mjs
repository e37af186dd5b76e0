// npm run package: ndmp-workbench-VERSION.vsix, checked to hold what it should and nothing else.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, runNode, tool } from './lib/run.mjs';
import { zipEntries } from './lib/zip.mjs';

const NEEDED = [
  '[Content_Types].xml',
  'extension.vsixmanifest',
  'extension/package.json',
  'extension/readme.md',
  'extension/changelog.md',
  'extension/LICENSE.txt',
  'extension/dist/extension.js',
  'extension/dist/indexWorker.js',
  'extension/dist/analysisWorker.js',
  'extension/dist/comparisonWorker.js',
  'extension/dist/catalogWorker.js',
  'extension/dist/dataWorker.js',
  'extension/dist/labWorker.js',
  'extension/dist/readAheadWorker.js',
  'extension/dist/ndmp.js',
  'extension/dist/node-sqlite3-wasm.wasm',
  'extension/dist/tapeHelper.py',
  'extension/dist/THIRD-PARTY-NOTICES.txt',
  'extension/dist/webview/main.css',
  'extension/dist/webview/main.js',
  'extension/media/icon.png',
  'extension/media/ndmp.svg',
  'extension/schemas/ndmpfaults.schema.json',
  'extension/schemas/ndmpjob.schema.json',
];
const ALLOWED = [
  /^extension\/syntaxes\/[\w.-]+\.json$/,
  /^extension\/samples\/([\w.-]+\/)?[\w.-]+\.(pcap|pcapng|cap|gz|md)$/,
  /^extension\/docs\/manual\/[\w-]+\.md$/,
  /^extension\/docs\/images\/[\w-]+\.(png|svg)$/,
];

function fail(...lines) {
  console.error(lines.join('\n  '));
  process.exit(1);
}

const { name, version } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
const file = `${name}-${version}.vsix`;
// The product has no public repository that relative links of the README could be turned to.
const links = ['--allow-missing-repository', '--no-rewrite-relative-links'];
if (!runNode(tool.vsce, ['package', '--no-dependencies', ...links, '--out', file])) fail('vsce did not package it');

const vsix = readFileSync(join(ROOT, file));
const entries = zipEntries(vsix);
const names = entries.map((entry) => entry.name);
const missing = NEEDED.filter((needed) => !names.includes(needed));
const foreign = names.filter((entry) => !NEEDED.includes(entry) && !ALLOWED.some((pattern) => pattern.test(entry)));
if (missing.length) fail(`${file} lacks`, ...missing);
if (foreign.length) fail(`${file} holds what it should not`, ...foreign);

const kB = (bytes) => `${(bytes / 1024).toFixed(0)} kB`;
const unpacked = entries.reduce((sum, { size }) => sum + size, 0);
console.log(`${file}: ${kB(vsix.length)}, ${entries.length} files, ${kB(unpacked)} unpacked`);
