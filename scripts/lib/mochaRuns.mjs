import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ROOT, runNode, tool } from './run.mjs';

/**
 * Runs mocha with the arguments and adds up what it counted. A run that ended without counting (it could not load a test
 * file, or was killed) or that ran nothing counts as one failure.
 */
export function mocha(args, env = {}) {
  const dir = mkdtempSync(join(tmpdir(), 'ndmp-test-'));
  const counts = join(dir, 'counts');
  const reporter = join(ROOT, 'test/support/reporter.cjs');
  const ok = runNode(tool.mocha, ['--reporter', reporter, ...args], {
    env: { ...process.env, ...env, NDMP_TEST_COUNTS: counts },
  });
  const result = existsSync(counts) ? JSON.parse(readFileSync(counts, 'utf8')) : undefined;
  rmSync(dir, { recursive: true });
  if (!result) return { passed: 0, failed: 1, skipped: 0, needs: [] };
  const ranNothing = result.passed + result.failed + result.skipped === 0;
  if ((!ok && result.failed === 0) || ranNothing) result.failed = 1;
  return result;
}

/** Prints what was skipped and why, then the counts alone on the last line, and ends the process accordingly. */
export function finish(results) {
  const sum = (key) => results.reduce((total, result) => total + result[key], 0);
  const needs = new Map();
  for (const need of results.flatMap((result) => result.needs)) needs.set(need, (needs.get(need) ?? 0) + 1);
  const [passed, failed, skipped] = [sum('passed'), sum('failed'), sum('skipped')];
  console.log();
  for (const [need, count] of needs) console.log(`skipped ${count}, which need ${need}`);
  const strict = Boolean(process.env.NDMP_REQUIRE_PEERS) && skipped > 0;
  if (strict) console.log('NDMP_REQUIRE_PEERS is set: what is skipped makes this run fail');
  console.log(`${passed} passed, ${failed} failed, ${skipped} skipped`);
  process.exit(failed > 0 || strict ? 1 : 0);
}
