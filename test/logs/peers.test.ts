import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openCaptureSync } from '../../src/indexing';
import type { CaptureSession } from '../../src/session/capture';
import { allCaptures, type CollectedCapture } from '../golden/lib/collection';
import { sessionOf } from '../golden/lib/ourRows';
import { assertTold, rowLine, rowsBySide } from '../support/compareSessions';

const ROLES = [
  ['filer', /^(127\.0\.0\.2|::1)$/],
  ['tape', /^127\.0\.0\.3$/],
] as const;

/** Captures that do not hold all that the server logged, each with the reason. */
const PARTIAL: Record<string, string> = {
  'loss-before-capture': 'packets were lost before the capture point',
  'nmap-service-scan': 'the client does not speak NDMP',
  ipv6: 'a relay stands between the capture and the server',
  snaplen: 'bodies are cut in the capture',
};
/** The killed server did not write the last lines of its log. */
const KILLED = 'server-killed';

describe('logs: what ndmjob’s servers logged is what the captures of the same runs hold', () => {
  let values = 0;
  for (const capture of allCaptures()) {
    for (const [role, address] of ROLES) {
      const path = logOf(capture, role);
      if (path === undefined || PARTIAL[capture.name]) continue;
      it(`${capture.name}: ${role}`, () => {
        const log = openCaptureSync(path);
        assert.equal(log.info.format, 'ndmjob-log');
        assert.deepEqual(log.index.damage, []);
        values += compare(log, sessionOf(capture.path), address, capture.name !== KILLED);
        log.close();
      });
    }
  }

  it('compared values of bodies', () => assert.ok(values > 10_000, `${values} values`));
});

function logOf({ folder, name }: CollectedCapture, role: string): string | undefined {
  return [`${name}.${role}.txt`, `${name}.${role}.txt.gz`]
    .map((file) => join(folder, 'peer', file))
    .find((path) => existsSync(path));
}

function compare(log: CaptureSession, capture: CaptureSession, address: RegExp, complete: boolean): number {
  const theirs = capture.index.connections.filter(({ server }) => address.test(server.address));
  const ours = log.index.connections;
  assert.equal(ours.length, theirs.length, 'number of connections');
  let values = 0;
  ours.forEach((connection, at) => {
    const mine = rowsBySide(log, connection.id);
    const seen = rowsBySide(capture, theirs[at].id);
    for (const side of ['client', 'server'] as const) {
      const rows = complete ? seen[side] : seen[side].slice(0, mine[side].length);
      const knows = mine[side].map((row) => log.index.bodyError(row) >= 0);
      assert.deepEqual(
        mine[side].map((row, n) => rowLine(log, row, knows[n])),
        rows.map((row, n) => rowLine(capture, row, knows[n])),
      );
      mine[side].forEach((row, n) => (values += assertTold(log, row, capture, rows[n])));
    }
    assert.equal(connection.version, theirs[at].version);
  });
  return values;
}
