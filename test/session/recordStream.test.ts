import assert from 'node:assert/strict';
import fc from 'fast-check';
import { encodeRecord } from '../../src/xdr';
import { pcap } from '../support/captureFiles';
import { indexed, rowsOf, sequencesOf } from '../support/indexed';
import { Conversation } from '../support/packets';
import { Code, history, message, reply, request, split } from '../support/records';

const OPENING = request(1);

/** A capture of a connection whose client opens with message 1 and then sends these segments. */
function sent(...segments: Uint8Array[]) {
  const talk = new Conversation().open().send('client', OPENING, ...segments);
  return indexed(pcap(talk.packets));
}

/** A payload of its own for every number. */
function payloadOf(sequence: number, bodyBytes: number): Buffer {
  return message({ sequence, code: Code.FH_ADD_FILE, body: Buffer.alloc(bodyBytes, sequence + 1) });
}

describe('records in a stream', () => {
  it('many in a segment, one in many segments', () => {
    const many = Buffer.concat([request(2), request(3), request(4)]);
    assert.deepEqual(sequencesOf(sent(many, ...split(request(5), 1, 1, 1, 1, 1, 20))), [1, 2, 3, 4, 5]);
  });

  it('any split into fragments and segments gives the same messages and bytes', () => {
    const messages = fc.array(fc.tuple(fc.nat(300), fc.integer({ min: 1, max: 400 })), { minLength: 1, maxLength: 8 });
    const cuts = fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 12 });
    fc.assert(
      fc.property(messages, cuts, fc.boolean(), (bodies, sizes, isTagged) => {
        const payloads = bodies.map(([bytes], at) => payloadOf(at + 1, bytes));
        const stream = Buffer.concat(bodies.map(([, fragment], at) => encodeRecord(payloads[at], fragment)));
        const segments: Buffer[] = [];
        for (let at = 0, i = 0; at < stream.length; i++) {
          const size = sizes[i % sizes.length];
          segments.push(stream.subarray(at, at + size));
          at += size;
        }
        const talk = new Conversation(undefined, undefined, {}, isTagged ? [0x8100] : []).open();
        const session = indexed(pcap(talk.send('server', ...segments).packets));
        const rows = rowsOf(session);
        assert.deepEqual(
          rows.map(({ sequence }) => sequence),
          payloads.map((_, at) => at + 1),
        );
        assert.deepEqual(session.index.damage, []);
        payloads.forEach((payload, row) => {
          const record = session.record(row);
          assert.deepEqual(Buffer.from(record.payload), payload);
          assert.deepEqual(record.missing, []);
          assert.equal(rows[row].length, payload.length);
          assert.equal(rows[row].fragments, record.fragments.length);
          assert.equal(
            record.fragments.reduce((a, b) => a + b),
            payload.length,
          );
          assert.deepEqual(rows[row].problems, []);
        });
      }),
      { numRuns: 200 },
    );
  });

  it('fragments of no bytes are some', () => {
    const payload = payloadOf(2, 40);
    const empty = Buffer.alloc(4);
    const session = sent(Buffer.concat([empty, empty, encodeRecord(payload)]), request(3));
    assert.deepEqual(sequencesOf(session), [1, 2, 3]);
    assert.deepEqual(session.record(1).fragments, [0, 0, 64]);
    assert.deepEqual(Buffer.from(session.record(1).payload), payload);
  });

  it('of a message that spans packets the row belongs to the last one', () => {
    const session = sent(...split(history(2, 100), 50, 50), request(3));
    assert.deepEqual(
      rowsOf(session).map(({ frame }) => frame),
      [4, 7, 8],
    );
  });

  describe('lost bytes', () => {
    const big = history(2, 200);

    /** The client loses bytes [from, to) of a large message; message 3 and 4 follow. */
    function withHole(from: number, to: number) {
      const talk = new Conversation().open().send('client', OPENING);
      if (from > 0) talk.send('client', big.subarray(0, from));
      talk.lose('client', to - from);
      if (to < big.length) talk.send('client', big.subarray(to));
      return indexed(pcap(talk.send('client', request(3), request(4)).packets));
    }

    it('inside a body: the message is shown, with the hole', () => {
      const session = withHole(60, 150);
      assert.deepEqual(sequencesOf(session), [1, 2, 3, 4]);
      const [, row] = rowsOf(session);
      assert.deepEqual(row.problems, ['90 of its 224 bytes are not in the capture.']);
      assert.equal(row.length, 224);
      const { payload, missing } = session.record(1);
      assert.deepEqual(missing, [{ offset: 56, length: 90 }]);
      assert.deepEqual(Buffer.from(payload.subarray(0, 56)), big.subarray(4, 60));
      assert.deepEqual(Buffer.from(payload.subarray(146)), big.subarray(150));
      assert.equal(session.index.damage.length, 1);
      assert.equal(
        session.index.damage[0].text,
        '90 bytes from 10.0.0.1 port 40000 are not in the capture before frame 6.',
      );
      assert.equal(session.index.connections[0].lostBytes, 90);
    });

    it('up to the end of a message: it is shown as far as it goes', () => {
      const session = withHole(60, big.length);
      assert.deepEqual(sequencesOf(session), [1, 2, 3, 4]);
      assert.deepEqual(session.record(1).missing, [{ offset: 56, length: 168 }]);
    });

    it('inside the header, or with the record mark: the next message goes on', () => {
      for (const [from, to] of [
        [10, 20],
        [0, 4],
        [0, 100],
        [2, 30],
      ]) {
        const session = withHole(from, to);
        assert.deepEqual(sequencesOf(session), [1, 3, 4], `bytes ${from} to ${to}`);
        assert.match(rowsOf(session)[1].problems[0], /bytes before this message are not in the capture/);
      }
    });

    it('of whole messages: the next one goes on, and says so', () => {
      const session = withHole(0, big.length);
      assert.deepEqual(sequencesOf(session), [1, 3, 4]);
      assert.deepEqual(rowsOf(session)[1].problems, [
        `${big.length} bytes before this message are not in the capture.`,
      ]);
      assert.equal(session.index.connections[0].skippedBytes, 0);
    });

    it('beyond the end of a message, into the next', () => {
      const talk = new Conversation().open().send('client', OPENING, big.subarray(0, 100));
      const next = history(3, 100);
      talk.lose('client', big.length - 100 + 50).send('client', next.subarray(50), request(4));
      const session = indexed(pcap(talk.packets));
      assert.deepEqual(sequencesOf(session), [1, 2, 4]);
      assert.equal(session.index.connections[0].skippedBytes, next.length - 50);
    });

    it('between the fragments of a message', () => {
      const payload = payloadOf(2, 200);
      const record = Buffer.from(encodeRecord(payload, 100));
      const talk = new Conversation().open().send('client', OPENING, record.subarray(0, 104));
      talk.lose('client', 20).send('client', record.subarray(124), request(3));
      const session = indexed(pcap(talk.packets));
      assert.deepEqual(sequencesOf(session), [1, 2, 3]);
      assert.match(rowsOf(session)[1].problems.join(), /Later fragments of this message are not in the capture/);
    });
  });

  describe('broken record marks', () => {
    function withMark(mark: number, ...rest: Uint8Array[]) {
      const broken = history(2, 60);
      broken.writeUInt32BE(mark >>> 0, 0);
      return sent(broken, ...rest);
    }

    it('lengths that cannot be: the message is shown up to the next one', () => {
      for (const mark of [0x80000000, 0x80000001, 0x80000017, 0xffffffff, 0x7fffffff]) {
        const session = withMark(mark, request(3), request(4));
        assert.deepEqual(sequencesOf(session), [1, 2, 3, 4], mark.toString(16));
        assert.match(rowsOf(session)[1].problems[0], /record mark says \d+ bytes, which cannot be/);
        assert.equal(rowsOf(session)[1].length, 84);
      }
    });

    it('a length that is too long ends where the next message begins', () => {
      const session = withMark(0x80000000 + 5000, request(3), request(4));
      assert.deepEqual(sequencesOf(session), [1, 2, 3, 4]);
      assert.match(rowsOf(session)[1].problems[0], /promises 5000 bytes, but the next message begins after 84/);
    });

    it('a length that is too short leaves bytes that are named', () => {
      const session = withMark(0x80000000 + 40, request(3), request(4));
      assert.deepEqual(sequencesOf(session), [1, 2, 3, 4]);
      assert.equal(session.index.connections[0].skippedBytes, 44);
      assert.match(
        session.index.damage[0].text,
        /44 bytes from 10\.0\.0\.1 port 40000 between frame 5 and frame 6 could not be read as NDMP/,
      );
    });

    it('a record shorter than a header is skipped', () => {
      const stub = Buffer.from(encodeRecord(Buffer.alloc(8, 1)));
      assert.deepEqual(sequencesOf(sent(Buffer.concat([stub, request(2)]), request(3))), [1, 2, 3]);
      assert.deepEqual(sequencesOf(sent(stub, request(2), request(3))), [1, 2, 3]);
    });

    it('a first fragment like a message whose second one cannot be is passed, once', () => {
      const trap = history(2, 60);
      trap.writeUInt32BE(84, 0);
      const session = sent(Buffer.concat([trap, Buffer.of(0x7f, 0xff, 0xff, 0xff), request(3)]), request(4));
      assert.deepEqual(sequencesOf(session).slice(-2), [3, 4]);
    });

    it('tens of thousands of empty fragments in one packet are passed', () => {
      const trap = history(2, 60);
      trap.writeUInt32BE(84, 0);
      const session = sent(
        ...split(Buffer.concat([trap, Buffer.alloc(300_000), request(3)]), ...Array<number>(60).fill(60_000)),
        request(4),
      );
      assert.deepEqual(sequencesOf(session).slice(-1), [4]);
    });
  });

  describe('finding back', () => {
    const rubbish = Buffer.from(Array.from({ length: 333 }, (_, i) => (i * 37) & 0xff));

    it('after rubbish between messages, however they are cut', () => {
      const stream = Buffer.concat([rubbish, request(2), history(3, 70), request(4)]);
      fc.assert(
        fc.property(fc.array(fc.integer({ min: 1, max: 90 }), { minLength: 1, maxLength: 30 }), (sizes) => {
          const session = sent(...split(stream, ...sizes));
          assert.deepEqual(sequencesOf(session), [1, 2, 3, 4]);
          assert.equal(session.index.connections[0].skippedBytes, rubbish.length);
          assert.deepEqual(Buffer.from(session.record(2).payload), history(3, 70).subarray(4));
        }),
        { numRuns: 150 },
      );
    });

    it('a record that begins in the end of one packet and goes on in single bytes is read back whole', () => {
      const stream = Buffer.concat([rubbish, history(2, 30)]);
      const session = sent(...split(stream, rubbish.length - 1, ...Array<number>(70).fill(1)), request(3));
      assert.deepEqual(sequencesOf(session), [1, 2, 3]);
      assert.deepEqual(session.record(1).missing, []);
      assert.deepEqual(Buffer.from(session.record(1).payload), history(2, 30).subarray(4));
    });

    it('in a capture that begins in the middle of a message', () => {
      const talk = new Conversation().send('server', history(8, 300).subarray(77), history(9, 50), reply(10, 3));
      talk.send('server', reply(11, 4));
      const session = indexed(pcap(talk.packets));
      assert.deepEqual(sequencesOf(session), [-9, -10, -11]);
      assert.equal(session.index.connections[0].started, 'missing');
      assert.equal(session.index.connections[0].skippedBytes, 328 - 77);
    });

    it('a message at the end that the capture does not hold to its end is shown as far as it goes', () => {
      const session = sent(history(2, 5000).subarray(0, 1000));
      const [, row] = rowsOf(session);
      assert.equal(row.length, 5024);
      assert.deepEqual(row.problems, [
        'The capture ends inside this message.',
        '4028 of its 5024 bytes are not in the capture.',
      ]);
      assert.deepEqual(session.record(1).missing, [{ offset: 996, length: 4028 }]);
    });

    it('of a promise of megabytes that the capture does not hold only so much is shown', () => {
      const huge = history(2, 100);
      huge.writeUInt32BE(0x80000000 + 60 * 1024 * 1024, 0);
      const { payload, missing } = sent(huge).record(1);
      assert.ok(payload.length < 70_000);
      assert.deepEqual(missing, [{ offset: 124, length: payload.length - 124 }]);
    });
  });
});
