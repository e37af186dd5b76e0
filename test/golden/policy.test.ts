import type { Damage } from '../../src/session/messageIndex';
import assert from 'node:assert/strict';
import { allCaptures, capture as findCapture, type CollectedCapture } from './lib/collection';
import { kindOf, ourLine, tsharkLine } from './lib/compare';
import { ourRows, sessionOf, type OurRow } from './lib/ourRows';
import { POLICIES, type Policy } from './lib/policy';
import { payloadOf, rawPackets } from './lib/rawPackets';
import { tsharkRows } from './lib/tsharkRows';

const DAMAGE_KINDS: Record<string, RegExp> = {
  'edited-lost-segments': /lost/,
  'edited-truncated-in-header': /truncated/,
  'edited-truncated-in-packet': /truncated/,
  'edited-pcapng-truncated': /truncated/,
};

/** The checks of policies of their own. */
const OWN: Record<string, (capture: CollectedCapture) => void> = {
  'edited-empty': assertNoMessages,
  'edited-headers-only': assertNoMessages,
  'edited-start-missing': (capture) => assertTailOf(capture, 'threeway-v4'),
  'edited-start-mid-message': (capture) => assertTailOf(capture, 'fh-batches'),
  'nmap-service-scan': serviceScan,
  snaplen: cutMessages,
};

describe('golden: damaged, cut and foreign captures', () => {
  for (const capture of allCaptures()) {
    const policy = POLICIES[capture.name];
    if (policy?.check === 'damaged-frames') damagedFrames(capture, policy);
    if (policy?.check === 'own') it(`${capture.name}: ${policy.sentence}`, () => OWN[capture.name](capture));
    if (policy?.check === 'as-tshark' && DAMAGE_KINDS[capture.name]) {
      it(`${capture.name}: the damage is named`, () => {
        const { index } = sessionOf(capture.path);
        assert.ok(index.damage.length > 0);
        assert.ok(index.damage.every((damage) => damage.text.length > 10));
        assert.match(index.damage.map((damage) => damage.kind).join(' '), DAMAGE_KINDS[capture.name]);
      });
    }
  }
});

/** Every message of the base in packets that were not changed is there; every changed packet has a row or damage that says so. */
function damagedFrames(capture: CollectedCapture, policy: Policy & { base: string }): void {
  it(`${capture.name}: ${policy.sentence}`, () => {
    const base = findCapture(policy.base);
    assert.ok(base, `the collection has ${policy.base}`);
    const [before, after] = [rawPackets(base.path), rawPackets(capture.path)];
    assert.equal(after.length, before.length);
    const changed = new Set(
      after.flatMap((packet, at) => (payloadOf(packet).equals(payloadOf(before[at])) ? [] : [at + 1])),
    );
    assert.ok(changed.size > 0);

    const rows = ourRows(sessionOf(capture.path));
    const expected = ourRows(sessionOf(base.path)).filter((row) => !changed.has(row.frame));
    const untouched = rows.filter((row) => !changed.has(row.frame));
    const shown = new Set(untouched.map(ourLine));
    assert.deepEqual(
      expected.map(ourLine).filter((line) => !shown.has(line)),
      [],
      'messages lost although they are whole in the capture',
    );
    const known = new Set(expected.map(ourLine));
    assert.deepEqual(
      untouched.filter((row) => row.problems.length === 0 && !known.has(ourLine(row))).map(ourLine),
      [],
      'messages invented',
    );

    const { index } = sessionOf(capture.path);
    const named = new Set([...index.damage.flatMap(framesOf), ...rows.map((row) => row.frame)]);
    assert.deepEqual(
      [...changed].filter((frame) => !named.has(frame)),
      [],
    );
  });
}

/** The packets that a piece of damage is about. */
function framesOf({ frame, untilFrame = frame }: Damage): number[] {
  return Array.from({ length: untilFrame - frame + 1 }, (_, at) => frame + at);
}

function assertNoMessages(capture: CollectedCapture): void {
  assert.equal(sessionOf(capture.path).index.count, 0);
}

/**
 * The capture is the end of another, perhaps with its first packet cut in front: the same messages, from each connection's
 * first whole one on.
 */
function assertTailOf(capture: CollectedCapture, baseName: string): void {
  const base = findCapture(baseName);
  assert.ok(base, `the collection has ${baseName}`);
  const [whole, tail] = [rawPackets(base.path), rawPackets(capture.path)];
  const missing = whole.length - tail.length;
  const shifted = ourRows(sessionOf(base.path)).map((row) => ({ ...row, frame: row.frame - missing }));
  const rows = ourRows(sessionOf(capture.path));
  const identity = (row: OurRow) => `${row.time} ${row.src} ${row.kind} ${row.code} ${row.sequence}`;
  const begins = firstFrames(base.path);
  const cut = payloadOf(tail[0]).equals(payloadOf(whole[missing])) ? 0 : 1;
  const expected = shifted.filter((row) => begins(row.row) - missing > cut);
  assert.deepEqual(rows.filter((row) => row.problems.length === 0).map(identity), expected.map(identity));
}

/** The frame in which a message of the base begins: that of the row, less the packets that its bytes need. */
function firstFrames(path: string): (row: number) => number {
  const session = sessionOf(path);
  const packets = rawPackets(path);
  return (row) => {
    let frame = session.index.frame(row);
    let left = session.record(row).payload.length + 4 * session.record(row).fragments.length;
    const sender = packets[frame - 1].subarray(26, 38).toString('hex');
    for (; frame > 0; frame--) {
      const packet = packets[frame - 1];
      if (packet.subarray(26, 38).toString('hex') !== sender) continue;
      left -= payloadOf(packet).length;
      if (left <= 0) break;
    }
    return frame;
  };
}

function serviceScan(capture: CollectedCapture): void {
  const rows = ourRows(sessionOf(capture.path));
  const server = rows.filter((row) => row.fromServer);
  const greetings = server.filter((row) => row.code === 0x502 && row.kind === 'post');
  const refusals = server.filter((row) => row.kind === 'reply');
  assert.equal(greetings.length, 13);
  assert.deepEqual(
    refusals.map((row) => [row.frame, row.code, row.headerError]),
    [
      [61, 0x65727369, 1],
      [83, 0x2ceeeab2, 1],
      [93, 0x616e646f, 1],
      [107, 0x0302010a, 1],
      [139, 0x49502f32, 1],
    ],
  );
  assert.equal(server.length, 18);
  assert.deepEqual(
    rows.filter((row) => !row.fromServer && row.problems.length === 0),
    [],
  );
}

function cutMessages(capture: CollectedCapture): void {
  const theirs = tsharkRows(capture);
  assert.ok(theirs);
  const session = sessionOf(capture.path);
  const rows = ourRows(session);
  const headers = (line: string) => line.replace(/ body .*/, '');
  assert.deepEqual(
    rows.map(ourLine).map(headers),
    theirs.map((row) => headers(tsharkLine({ ...row, type: kindOf(row) as 'request' }, undefined))),
  );
  for (const row of rows) {
    const record = session.record(row.row);
    const cut = record.missing.length > 0;
    assert.equal(cut, record.payload.length + 4 > 54, `row ${row.row} of ${record.payload.length} bytes`);
    if (cut) assert.ok(row.problems.length > 0, `the cut in row ${row.row} is named`);
  }
}
