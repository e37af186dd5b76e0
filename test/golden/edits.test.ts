import assert from 'node:assert/strict';
import { capture as findCapture } from './lib/collection';
import { ourRows, sessionOf, type Session } from './lib/ourRows';

/** Captures made from others by changing packets, not messages, by their original. */
const ORIGINALS: Record<string, string> = {
  'edited-big-endian': 'query-v4',
  'edited-big-endian-ns': 'query-v4',
  'edited-bsd-null': 'query-v4',
  'edited-clock-steps': 'query-v3',
  'edited-coalesced': 'fh-single-entries',
  'edited-conflicting-retransmissions': 'query-v4',
  'edited-duplicated': 'threeway-v2',
  'edited-gzip': 'query-v4',
  'edited-ip-fragments': 'threeway-v3',
  'edited-ipv6': 'query-v4',
  'edited-keepalives': 'query-v2',
  'edited-odd-segments': 'local-v4',
  'edited-one-byte-segments': 'query-v4',
  'edited-overlapping-retransmissions': 'local-v3',
  'edited-pcapng-converted': 'threeway-v4',
  'edited-pcapng-options': 'query-v3',
  'edited-port-reuse': 'auth-failures',
  'edited-qinq': 'query-v4',
  'edited-raw-ip': 'query-v4',
  'edited-reordered': 'local-v3',
  'edited-reordered-wide': 'local-v2',
  'edited-rpc-fragments': 'local-v4',
  'edited-sequence-wrap': 'local-v4',
  'edited-sll': 'query-v4',
  'edited-vlan': 'query-v4',
};

/** The edit kept only the beginning of its original. */
const BEGINNING_ONLY = new Set(['edited-ip-fragments']);

describe('golden: edited captures hold the bytes of their originals', () => {
  for (const [name, originalName] of Object.entries(ORIGINALS)) {
    const [edited, original] = [findCapture(name), findCapture(originalName)];
    if (!edited || !original) continue;
    it(`${name} is ${originalName}`, () => {
      const [ours, theirs] = [sides(sessionOf(edited.path)), sides(sessionOf(original.path))];
      if (!BEGINNING_ONLY.has(name)) assert.equal(ours.length, theirs.length, 'sides of connections');
      ours.forEach((side, at) => {
        const expected = BEGINNING_ONLY.has(name) ? theirs[at].slice(0, side.length) : theirs[at];
        assert.equal(side.length, expected.length, `messages of side ${at}`);
        side.forEach((message, n) => assert.equal(message, expected[n], `message ${n + 1} of side ${at}`));
      });
    });

    it(`${name} is read in the versions of ${originalName}`, () => {
      const [ours, theirs] = [versions(sessionOf(edited.path)), versions(sessionOf(original.path))];
      assert.deepEqual(ours, theirs.slice(0, ours.length));
    });
  }
});

/** Of each connection what the client sent, then what the server sent: the messages' bytes in their order. */
function sides(session: Session): string[][] {
  const rows = ourRows(session);
  const connections = [...new Set(rows.map((row) => row.connection))];
  return connections.flatMap((connection) =>
    [false, true].map((fromServer) =>
      rows
        .filter((row) => row.connection === connection && row.fromServer === fromServer)
        .map((row) => Buffer.from(session.record(row.row).payload).toString('hex')),
    ),
  );
}

/** Of each connection the versions in which messages other than those of the negotiation are read. */
function versions(session: Session): number[][] {
  const rows = ourRows(session).filter((row) => row.code !== 0x502 && row.code !== 0x900);
  const connections = [...new Set(rows.map((row) => row.connection))];
  return connections.map((connection) => [
    ...new Set(rows.filter((row) => row.connection === connection).map((row) => row.version)),
  ]);
}
