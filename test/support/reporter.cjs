const { appendFileSync } = require('node:fs');
const { reporters, Runner } = require('mocha');

const { EVENT_RUN_END, EVENT_SUITE_BEGIN, EVENT_SUITE_END } = Runner.constants;
const { Base } = reporters;

/** The tests of a suite and all suites in it. */
const testsIn = (suite) => [...suite.tests, ...suite.suites.flatMap(testsIn)];

/**
 * One line for each outermost suite, failures in full at the end. The counts, and what skipped tests would have needed, go
 * as a line of JSON into the file that NDMP_TEST_COUNTS names, for the summary of several runs.
 */
class SummaryReporter extends Base {
  constructor(runner, options) {
    super(runner, options);
    const outermost = (suite) => suite.parent?.root && !suite.root;
    let began = 0;
    runner.on(EVENT_SUITE_BEGIN, (suite) => {
      if (outermost(suite)) began = Date.now();
    });
    runner.on(EVENT_SUITE_END, (suite) => {
      if (!outermost(suite)) return;
      const tests = testsIn(suite);
      const count = (state) => tests.filter((test) => test.state === state).length;
      const skipped = tests.filter((test) => test.isPending()).length;
      const parts = [`${count('passed')} passed`];
      if (count('failed')) parts.push(Base.color('fail', `${count('failed')} failed`));
      if (skipped) parts.push(Base.color('pending', `${skipped} skipped`));
      Base.consoleLog(`  ${suite.title}: ${parts.join(', ')} ${Base.color('light', `${Date.now() - began} ms`)}`);
    });
    runner.once(EVENT_RUN_END, () => {
      const { passes, failures, pending } = runner.stats;
      if (failures) super.epilogue();
      if (!process.env.NDMP_TEST_COUNTS) return;
      const needs = testsIn(runner.suite)
        .filter((test) => test.isPending())
        .map((test) => /\[needs ([^\]]+)\]/.exec(test.fullTitle())?.[1] ?? `not said (${test.fullTitle()})`);
      const counts = { passed: passes, failed: failures, skipped: pending, needs };
      appendFileSync(process.env.NDMP_TEST_COUNTS, `${JSON.stringify(counts)}\n`);
    });
  }
}

module.exports = SummaryReporter;
