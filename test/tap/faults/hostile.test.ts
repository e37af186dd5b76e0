import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { allMessages } from '../../../src/protocol';
import { faultGate, readFaults } from '../../../src/tap/faults';
import type { Passage } from '../../../src/tap/model';

const EVERYTHING = [
  { times: 'always', percent: 30, do: { delay: [0, 3], duplicate: 2 } },
  { on: { kind: 'request' }, times: 'always', percent: 20, do: { answer: { error: 'NO_MEM', body: {} } } },
  { times: 'always', percent: 20, do: { garble: 100 } },
  { on: { kind: 'post' }, times: 'always', percent: 30, do: { reorder: 3 } },
  { times: 'always', percent: 20, do: 'drop' },
  { times: 'always', percent: 30, do: { change: { 'header.error': 'IO' } } },
  {
    on: { message: ['NDMP_DATA_START_BACKUP', 'NDMP_DATA_GET_ENV'], where: { 'env.A': ['x', 'y'] } },
    times: 'always',
    do: { change: { 'env.A': null, 'env.B': 'z' } },
  },
  { times: 'always', percent: 10, do: { inject: { message: 'NDMP_DATA_ABORT' } } },
  { on: { message: 'NDMP_MOVER_LISTEN' }, times: 'always', do: { change: { 'connect_addr.type': 'TCP_IPV6' } } },
  { times: 'always', percent: 1, do: { cut: 'rst', at: 5 } },
] as const;

const word = fc.integer({ min: 0, max: 0xffffffff });
const code = fc.oneof(fc.constantFrom(...allMessages().map((each) => each.code)), word);
const message = fc
  .tuple(
    word,
    word,
    fc.integer({ min: 0, max: 2 }),
    code,
    word,
    fc.oneof(fc.constant(0), word),
    fc.uint8Array({ maxLength: 80 }),
  )
  .map(([sequence, time, type, what, replySequence, error, body]) => {
    const head = Buffer.alloc(24);
    [sequence, time, type, what, replySequence, error].forEach((each, at) => head.writeUInt32BE(each, 4 * at));
    return Buffer.concat([head, body]);
  });
const payload = fc.oneof({ arbitrary: message, weight: 9 }, { arbitrary: fc.uint8Array({ maxLength: 40 }), weight: 1 });

describe('faults: whatever passes', () => {
  it('is decided on, never thrown at, and what comes out are messages', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.boolean(), payload), { maxLength: 40 }), (sent) => {
        const gate = faultGate(readFaults(JSON.stringify({ faults: EVERYTHING }), 'all'));
        for (const [isClient, bytes] of sent) {
          const { passage, marks } = gate.message({
            connection: 1,
            from: isClient ? 'client' : 'target',
            payload: bytes,
            at: 0,
          });
          assert.ok(!marks.some(({ text }) => text.startsWith('a fault could not be done')), JSON.stringify(marks));
          let now: Passage = passage;
          while (now.do === 'hold') now = now.then();
          if (now.do !== 'replace') continue;
          for (const each of [...now.towardsClient, ...now.towardsTarget]) assert.ok(each.length >= 24);
        }
        gate.closed(1);
      }),
      { numRuns: 300 },
    );
  });

  it('counts up by one on each side, whatever is lost, added and turned round', () => {
    const faults = [
      { times: 'always', percent: 20, do: 'drop' },
      { times: 'always', percent: 20, do: { duplicate: 3 } },
      { on: { kind: 'post' }, times: 'always', percent: 20, do: { reorder: 2 } },
      { on: { kind: 'request' }, times: 'always', percent: 20, do: { answer: 'IO' } },
      { times: 'always', percent: 20, do: { inject: { message: 'NDMP_LOG_MESSAGE', place: 'before' } } },
    ];
    fc.assert(
      fc.property(fc.array(fc.boolean(), { maxLength: 100 }), fc.nat(), (sides, seed) => {
        const gate = faultGate(readFaults(JSON.stringify({ seed, faults }), 'all'));
        const counts = { client: 0, target: 0 };
        const arrived = { client: [] as number[], target: [] as number[] };
        for (const isClient of sides) {
          const from = isClient ? 'client' : 'target';
          const bytes = Buffer.alloc(24);
          bytes.writeUInt32BE(++counts[from], 0);
          bytes.writeUInt32BE(isClient ? 0x400 : 0x603, 12);
          const { passage } = gate.message({ connection: 1, from, payload: bytes, at: 0 });
          if (passage.do === 'pass') arrived[from].push(counts[from]);
          if (passage.do !== 'replace') continue;
          arrived.client.push(...passage.towardsTarget.map(sequenceOf));
          arrived.target.push(...passage.towardsClient.map(sequenceOf));
        }
        for (const numbers of Object.values(arrived))
          assert.deepEqual(
            numbers,
            numbers.map((_, at) => at + 1),
          );
      }),
      { numRuns: 200 },
    );
  });
});

function sequenceOf(payload: Uint8Array): number {
  return new DataView(payload.buffer, payload.byteOffset).getUint32(0);
}
