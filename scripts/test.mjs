// npm test: build (some tests run what is in dist/), lint, format, types, unit tests, then the checks against programs of
// others. Each of the first four counts as one check. Everything runs even when something failed before, so that one run tells all.
import { finish, mocha } from './lib/mochaRuns.mjs';
import { runNode, tool } from './lib/run.mjs';

function check(title, script, args) {
  const began = Date.now();
  console.log(`${title} …`);
  const ok = runNode(script, args);
  console.log(`${title}: ${ok ? 'ok' : 'FAILED'}, ${((Date.now() - began) / 1000).toFixed(1)} s`);
  return { passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0, needs: [] };
}

const results = [
  check('build', 'scripts/build.mjs', ['--quiet']),
  check('lint', tool.eslint, ['.']),
  check('format', tool.prettier, ['--check', '--log-level', 'warn', '.']),
  check('types', tool.tsc, ['--project', '.']),
];
console.log('unit tests');
results.push(mocha(['test/**/*.test.ts', '--ignore', 'test/peer/**']));
console.log('checks against programs of others');
results.push(mocha(['test/peer/**/*.test.ts']));
finish(results);
