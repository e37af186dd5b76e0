import assert from 'node:assert/strict';
import fc from 'fast-check';
import { RecordSplitter } from '../../src/tap/forward/recordSplitter';
import { recognised } from '../../src/tap/forward/recognise';
import { encodeRecord } from '../../src/xdr';

interface Found {
  payloads: Buffer[];
  wire: Buffer;
}

function split(stream: Uint8Array, cuts: readonly number[], limit: number): Found {
  const splitter = new RecordSplitter(limit);
  const payloads: Buffer[] = [];
  const wire: Buffer[] = [];
  const sink = {
    record: (record: { wire: Uint8Array; payload: Uint8Array }): void => {
      payloads.push(Buffer.from(record.payload));
      wire.push(Buffer.from(record.wire));
    },
    long: (bytes: Uint8Array): void => void wire.push(Buffer.from(bytes)),
  };
  let at = 0;
  for (let i = 0; at < stream.length; i++) {
    const step = cuts.length === 0 ? stream.length : 1 + cuts[i % cuts.length];
    splitter.push(stream.subarray(at, at + step), sink);
    at += step;
  }
  wire.push(Buffer.from(splitter.take()));
  return { payloads, wire: Buffer.concat(wire) };
}

const cuts = fc.array(fc.nat(40), { maxLength: 6 });

describe('records of a stream', () => {
  it('are found whatever the pieces and the fragments', () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ maxLength: 80 }), { maxLength: 6 }),
        fc.integer({ min: 1, max: 50 }),
        cuts,
        (payloads, fragment, steps) => {
          const stream = Buffer.concat(payloads.map((payload) => encodeRecord(payload, fragment)));
          const found = split(stream, steps, 1000);
          assert.deepEqual(
            found.payloads,
            payloads.map((payload) => Buffer.from(payload)),
          );
          assert.ok(found.wire.equals(stream));
        },
      ),
    );
  });

  it('lose no byte of what is none, and keep no more than the limit', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), cuts, fc.integer({ min: 4, max: 60 }), (stream, steps, limit) => {
        const found = split(stream, steps, limit);
        assert.ok(found.wire.equals(Buffer.from(stream)));
        for (const payload of found.payloads) assert.ok(payload.length <= limit);
      }),
    );
  });

  it('are found again behind one that is too long', () => {
    const stream = Buffer.concat([encodeRecord(new Uint8Array(500)), encodeRecord(Uint8Array.of(1, 2, 3))]);
    for (const steps of [[], [0], [99]]) {
      const found = split(stream, steps, 100);
      assert.deepEqual(found.payloads, [Buffer.of(1, 2, 3)]);
      assert.ok(found.wire.equals(stream));
    }
  });
});

describe('what a stream carries', () => {
  const cases: [string, Uint8Array, string | undefined][] = [
    [
      'a greeting',
      encodeRecord(Buffer.from('0000000100000000000000000000050200000000000000000000000000000004', 'hex')),
      'ndmp',
    ],
    ['its first bytes', Buffer.from('80000020000000', 'hex'), undefined],
    [
      'a record with an unknown code',
      encodeRecord(Buffer.from('00000001000000000000000000aa05020000000000000000', 'hex')),
      'other',
    ],
    ['HTTP', Buffer.from('G'), 'other'],
    ['TLS', Buffer.from('160301020001', 'hex'), 'tls'],
    ['what begins like TLS', Buffer.from('1603', 'hex'), undefined],
    ['a letter', Buffer.from('16ff0102ff01', 'hex'), 'other'],
    ['nothing', new Uint8Array(0), undefined],
  ];
  for (const [name, bytes, kind] of cases) it(`${name}: ${kind}`, () => assert.equal(recognised(bytes), kind));
});
