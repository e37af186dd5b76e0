import assert from 'node:assert/strict';
import { agent, compileShim, ndmjob } from '../../support/ndmjob';
import { describeWithPeer, peerVersion } from '../../support/peers';
import { TestServer } from '../../support/testServer';

/** Steps that each test has to reach and pass: the same phases, none left out. */
const PASSED: Record<string, Record<2 | 3 | 4, number>> = {
  'test-data': { 2: 3, 3: 24, 4: 24 },
  'test-mover': { 2: 100, 3: 100, 4: 100 },
};
/** Phases of test-tape; it prints the steps of each. */
const TAPE_PHASES = ['T-OC', 'T-BGS', 'T-BW', 'T-BR', 'T-BWR', 'T-WRITE', 'T-READ', 'T-MTIO'];

describeWithPeer('ndmjob', "peer: ndmjob's conformance tests pass in full", () => {
  let server: TestServer;
  before(async () => (server = await TestServer.start()));
  after(() => server.stop());

  for (const version of [2, 3, 4] as const) {
    for (const [name, steps] of Object.entries(PASSED)) {
      it(`v${version} ${name}: ${steps[version]} steps`, async () => {
        const address = agent(server.port, version);
        const at = name === 'test-data' ? ['-D', address] : ['-T', address, '-f', server.tapes[0]];
        const { status, output } = await ndmjob(['-o', name, ...at]);
        const passed = `FINAL ${name} Passed -- pass=${steps[version]} warn=0 fail=0 (total ${steps[version]})`;
        assert.ok(output.includes(passed), output);
        assert.equal(status, 0);
      });
    }

    it(`v${version} test-tape, with memory for zero bytes`, async function () {
      if (peerVersion('gcc') === undefined) this.skip();
      this.timeout(60_000);
      const preload = compileShim(server.folder);
      const at = ['-T', agent(server.port, version), '-f', server.tapes[0]];
      const { status, output } = await ndmjob(['-o', 'test-tape', ...at], { preload });
      for (const phase of TAPE_PHASES)
        assert.match(output, new RegExp(`Test ${phase} Passed -- pass=\\d+ warn=0 fail=0`), output);
      assert.match(output, /FINAL test-tape Passed -- pass=\d+ warn=0 fail=0/);
      assert.equal(status, 0);
    });
  }
});
