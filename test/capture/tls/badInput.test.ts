import assert from 'node:assert/strict';
import fc from 'fast-check';
import { KeyLog } from '../../../src/capture/tls/keyLog';
import { recordTls } from '../../support/tlsTalks';
import type { TlsStep, TlsTalk } from '../../support/tlsTalks';
import { keyLogOf, openTalk, readingWith } from './support';
import type { Piece } from './support';

const STEPS: TlsStep[] = Array.from({ length: 6 }, (_, i) => ({
  from: i % 2 === 0 ? ('client' as const) : ('server' as const),
  bytes: Buffer.alloc(600 * (i + 1), i),
}));
const SENT = Buffer.concat(STEPS.map((step) => (step === 'renegotiate' ? Buffer.alloc(0) : Buffer.from(step.bytes))));

describe('TLS connections that are damaged', function () {
  this.timeout(120_000);
  const talks: TlsTalk[] = [];
  before(async () => {
    for (const options of [
      { version: 'TLSv1.3' },
      { version: 'TLSv1.2' },
      { version: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA' },
      { version: 'TLSv1' as const, ciphers: 'ECDHE-ECDSA-AES128-SHA' },
    ] as const)
      talks.push(await recordTls(STEPS, options));
  });

  const damage = fc.array(
    fc.record({
      chunk: fc.nat(),
      at: fc.nat(),
      what: fc.constantFrom('flip', 'lose', 'cut', 'double', 'swap', 'random'),
      size: fc.integer({ min: 1, max: 3000 }),
    }),
    { minLength: 1, maxLength: 4 },
  );

  it('give nothing that was not sent, and end', () => {
    fc.assert(
      fc.property(fc.nat(), damage, (which, places) => {
        const talk = talks[which % talks.length];
        const pieces: Piece[] = talk.wire.map(({ from, bytes }) => ({ from, bytes: Buffer.from(bytes) }));
        for (const { chunk, at, what, size } of places) {
          const index = chunk % pieces.length;
          const piece = pieces[index];
          if (!('bytes' in piece) || piece.bytes.length === 0) continue;
          const { from, bytes } = piece;
          const start = at % bytes.length;
          const length = Math.min(size, bytes.length - start);
          if (what === 'flip') bytes[start] ^= 1 + (size % 255);
          else if (what === 'lose')
            pieces.splice(
              index,
              1,
              { from, bytes: bytes.subarray(0, start) },
              { from, lost: length },
              { from, bytes: bytes.subarray(start + length) },
            );
          else if (what === 'cut') pieces.splice(index + 1);
          else if (what === 'double') pieces.splice(index, 0, { from, bytes: Buffer.from(bytes) });
          else if (what === 'random') bytes.fill(size, start, start + length);
          else if (index > 0) [pieces[index - 1], pieces[index]] = [pieces[index], pieces[index - 1]];
        }
        const reading = readingWith(keyLogOf(talk.keyLog));
        const { client, server } = openTalk(pieces, reading);
        // every byte that comes out was sent: a record either opens as a whole or not at all
        for (const byte of Buffer.concat([client, server])) assert.ok(byte < 6);
        assert.ok(client.length + server.length <= SENT.length);
        assert.equal(reading.memory.bytes, 0);
      }),
      { numRuns: 400 },
    );
  });

  it('may be anything that begins like TLS', () => {
    const hello = fc
      .uint8Array({ maxLength: 3000 })
      .map((rest) => Buffer.concat([Buffer.of(0x16, 3, 1, 2, 0, 1), rest]));
    const piece = fc.record({ from: fc.constantFrom('client' as const, 'server' as const), bytes: hello });
    const lost = fc.record({
      from: fc.constantFrom('client' as const, 'server' as const),
      lost: fc.integer({ min: 1, max: 2 ** 31 }),
    });
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, lost), { maxLength: 20 }), (pieces) => {
        const reading = readingWith(keyLogOf(talks[0].keyLog));
        const { client, server } = openTalk(pieces, reading);
        assert.equal(client.length + server.length, 0);
        assert.equal(reading.memory.bytes, 0);
      }),
      { numRuns: 300 },
    );
  });

  it('and whose keys never come hold back no more than a bound', () => {
    const [{ wire }] = talks;
    const reading = readingWith(new KeyLog());
    const flood: Piece[] = Array.from({ length: 2000 }, () => ({
      from: 'server',
      bytes: Buffer.concat([Buffer.of(23, 3, 3, 0x10, 0), Buffer.alloc(4096)]),
    }));
    let most = 0;
    const watched: Piece[] = flood.map((piece) => ({
      from: piece.from,
      get bytes(): Buffer {
        most = Math.max(most, reading.memory.bytes);
        return (piece as { bytes: Buffer }).bytes;
      },
    }));
    const { gaveUp } = openTalk([...wire.slice(0, 2), ...watched], reading);
    assert.equal(gaveUp, 'no keys');
    assert.ok(most > 0 && most < 300 * 1024, `${most} bytes`);
    assert.equal(reading.memory.bytes, 0);
  });
});
