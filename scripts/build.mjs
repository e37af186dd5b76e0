// Bundles everything into dist/, which then runs without node_modules.
//   node scripts/build.mjs                  for development, with source maps
//   node scripts/build.mjs --watch          the same, again at every change
//   node scripts/build.mjs --quiet          for development, without the list of sizes
//   node scripts/build.mjs --production     minified, without maps, with the notices of what was bundled
import { chmodSync, copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import esbuild from 'esbuild';
import { thirdPartyNotices } from './lib/notices.mjs';

const root = join(dirname(fileURLToPath(import.meta.url)), '..');
const { values: options } = parseArgs({
  options: {
    watch: { type: 'boolean', default: false },
    production: { type: 'boolean', default: false },
    quiet: { type: 'boolean', default: false },
  },
});

/**
 * pcap-parser 0.2.1 grows its buffer with `new Buffer(size)`. Inside node_modules Node lets that pass silently; bundled it
 * prints a deprecation warning at the first packet, into the output of whoever reads a pipe.
 */
const modernBuffer = {
  name: 'modern-buffer',
  setup(build) {
    build.onLoad({ filter: /[\\/]pcap-parser[\\/]lib[\\/].*\.js$/ }, ({ path }) => ({
      contents: readFileSync(path, 'utf8').replaceAll('new Buffer(', 'Buffer.alloc('),
      loader: 'js',
    }));
  },
};

const common = {
  absWorkingDir: root,
  bundle: true,
  outdir: 'dist',
  metafile: true,
  minify: options.production,
  sourcemap: options.production ? false : 'linked',
  legalComments: 'none', // the licences go into dist/THIRD-PARTY-NOTICES.txt
  logLevel: 'warning',
};
const node = { ...common, platform: 'node', format: 'cjs', plugins: [modernBuffer] };

const bundles = [
  { ...node, entryPoints: { extension: 'src/extension/activate.ts' }, target: 'node22', external: ['vscode'] },
  { ...node, entryPoints: { ndmp: 'src/cli/main.ts' }, target: 'node20', banner: { js: '#!/usr/bin/env node' } },
  ...(options.production ? [] : [{ ...node, entryPoints: { demo: 'src/cli/demo.ts' }, target: 'node20' }]),
  { ...node, entryPoints: { indexWorker: 'src/indexing/worker.ts' }, target: 'node20' },
  { ...node, entryPoints: { analysisWorker: 'src/background/worker.ts' }, target: 'node20' },
  { ...node, entryPoints: { comparisonWorker: 'src/background/comparisonWorker.ts' }, target: 'node20' },
  { ...node, entryPoints: { dataWorker: 'src/server/data/worker.ts' }, target: 'node20' },
  { ...node, entryPoints: { readAheadWorker: 'src/server/archive/write/readAheadWorker.ts' }, target: 'node20' },
  { ...node, entryPoints: { catalogWorker: 'src/dma/catalog/worker.ts' }, target: 'node20' },
  { ...node, entryPoints: { labWorker: 'src/server/lab/worker.ts' }, target: 'node20' },
  {
    ...common,
    entryPoints: { 'webview/main': 'webview/main.ts' },
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
  },
  { ...common, entryPoints: { 'webview/main': 'webview/styles/main.css' } },
];

if (options.production) rmSync(join(root, 'dist'), { recursive: true, force: true }); // maps and the demo stay out of it

mkdirSync(join(root, 'dist'), { recursive: true });
copyFileSync(join(root, 'src/server/tape/device/tapeHelper.py'), join(root, 'dist/tapeHelper.py')); // run by Python
const SQLITE = 'node-sqlite3-wasm.wasm'; // looked for beside the bundle
copyFileSync(join(root, 'node_modules/node-sqlite3-wasm/dist', SQLITE), join(root, 'dist', SQLITE));

if (options.watch) {
  // "build started" and "build finished" are what .vscode/tasks.json waits for.
  let running = 0;
  const report = {
    name: 'report',
    setup(build) {
      build.onStart(() => void (running++ || console.log('build started')));
      build.onEnd(() => void (--running || console.log(`build finished ${new Date().toLocaleTimeString()}`)));
    },
  };
  for (const bundle of bundles) {
    const context = await esbuild.context({ ...bundle, plugins: [...(bundle.plugins ?? []), report] });
    await context.watch();
  }
} else {
  const results = await Promise.all(bundles.map((bundle) => esbuild.build(bundle))).catch(() => process.exit(1));
  chmodSync(join(root, 'dist/ndmp.js'), 0o755);
  const bundled = results.flatMap(({ metafile }) => Object.keys(metafile.inputs));
  writeFileSync(join(root, 'dist/THIRD-PARTY-NOTICES.txt'), thirdPartyNotices(root, bundled));
  for (const { metafile } of options.quiet ? [] : results)
    for (const [path, { bytes }] of Object.entries(metafile.outputs))
      if (!path.endsWith('.map')) console.log(`${path.padEnd(24)} ${(bytes / 1024).toFixed(0).padStart(6)} kB`);
}
