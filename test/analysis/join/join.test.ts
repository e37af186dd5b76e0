import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { joinSessions } from '../../../src/analysis/join';
import { openCaptureSync } from '../../../src/indexing';
import { allCaptures } from '../../golden/lib/collection';
import { sessionOf } from '../../golden/lib/ourRows';

const ADDRESS = { filer: '127.0.0.2', tape: '127.0.0.3' } as const;
/** Captures that do not hold what was logged. */
const PARTIAL = new Set(['loss-before-capture', 'nmap-service-scan', 'ipv6', 'server-killed']);

describe('join: a server’s log and the capture of the same run', () => {
  for (const { name, path, folder } of allCaptures()) {
    for (const role of ['filer', 'tape'] as const) {
      const file = [`${name}.${role}.txt`, `${name}.${role}.txt.gz`]
        .map((each) => join(folder, 'peer', each))
        .find((each) => existsSync(each));
      if (file === undefined || PARTIAL.has(name)) continue;
      it(`${name}: ${role}`, () => {
        const log = openCaptureSync(file);
        const capture = sessionOf(path);
        const joined = joinSessions(capture, log);
        assert.ok(joined, 'they are joined');
        assert.equal(joined.matched, log.index.count, 'every message of the log is in the capture');
        const served = capture.index.connections.filter(({ server }) => server.address === ADDRESS[role]);
        assert.deepEqual(
          joined.pairs.map(({ a, b }) => [a, b]),
          served.map(({ id }, at) => [id, at]),
          'connections come in the same order on both sides',
        );
        // servers note what they read later than it came: by up to the time that the message before took
        assert.ok(joined.clock && joined.clock.spread < 0.05, `the clocks agree: ${JSON.stringify(joined.clock)}`);
      });
    }
  }
});
