import assert from 'node:assert/strict';
import { agent, ndmjob } from '../../support/ndmjob';
import { describeWithPeer } from '../../support/peers';
import { TestServer } from '../../support/testServer';

/** Steps that each test has to reach and pass: the same phases, none left out. */
const PASSED: Record<string, Record<2 | 3 | 4, number>> = {
  'test-data': { 2: 3, 3: 24, 4: 24 },
  'test-mover': { 2: 100, 3: 100, 4: 100 },
};
describeWithPeer('ndmjob', "peer: ndmjob's conformance tests of data server and mover pass in full", () => {
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
  }
});
