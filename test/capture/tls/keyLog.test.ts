import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import fc from 'fast-check';
import { KeyLog, KeyRing } from '../../../src/capture/tls/keyLog';
import { keyLogOf } from './support';

const random = (seed: number): string => seed.toString(16).padStart(64, '0');
const secret = (seed: number): string => seed.toString(16).padStart(96, 'f');
const line = (seed: number, label = 'CLIENT_RANDOM'): string => `${label} ${random(seed)} ${secret(seed)}\n`;
const hex = (text: string): Buffer => Buffer.from(text, 'hex');
const found = (log: KeyLog, seed: number): string | undefined => {
  const bytes = log.find('CLIENT_RANDOM', hex(random(seed)));
  return bytes && Buffer.from(bytes).toString('hex');
};

describe('key logs', () => {
  it('tell secrets by label and id, the later one where there are two', () => {
    const log = keyLogOf(
      `# comment\n${line(1)}${line(2, 'SERVER_TRAFFIC_SECRET_0')}CLIENT_RANDOM ${random(1)} ${secret(7)}\r\n` +
        `RSA ${'ab'.repeat(8)} ${secret(3)}\nRSA Session-ID:${'cd'.repeat(32)} Master-Key:${secret(4).toUpperCase()}`,
    );
    assert.equal(log.count, 5);
    assert.equal(found(log, 1), secret(7));
    assert.equal(found(log, 2), undefined);
    assert.deepEqual(Buffer.from(log.find('SERVER_TRAFFIC_SECRET_0', hex(random(2))) ?? []), hex(secret(2)));
    assert.deepEqual(Buffer.from(log.find('RSA', hex('ab'.repeat(8))) ?? []), hex(secret(3)));
    assert.deepEqual(Buffer.from(log.find('RSA Session-ID', hex('cd'.repeat(32))) ?? []), hex(secret(4)));
  });

  it('pass over what is no line of a key log', () => {
    const wrong = [
      'CLIENT_RANDOM',
      `CLIENT_RANDOM ${random(1)}`,
      `CLIENT_RANDOM ${random(1)} ${secret(1)} more`,
      `CLIENT_RANDOM ${random(1).slice(2)} ${secret(1)}`,
      `CLIENT_RANDOM ${random(1)} ${secret(1).slice(2)}`,
      `CLIENT_RANDOM ${random(1)} ${'zz'.repeat(48)}`,
      `EXPORTER_SECRET ${random(1)} ${secret(1)}`,
      `RSA Session-ID ${random(1)} ${secret(1)}`,
      `client_random ${random(1)} ${secret(1)}`,
      'x'.repeat(100_000),
    ];
    const log = keyLogOf(`${wrong.join('\n')}\n${line(5)}`);
    assert.equal(log.count, 1);
    assert.equal(found(log, 5), secret(5));
  });

  it('may come in pieces of any size, and a line only counts when it is whole', () => {
    const text = Buffer.from(Array.from({ length: 50 }, (_, i) => line(i)).join(''));
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 700 }), { minLength: 1, maxLength: 40 }), (sizes) => {
        const log = new KeyLog();
        let at = 0;
        for (let i = 0; at < text.length; i++) {
          const size = sizes[i % sizes.length];
          log.push(text.subarray(at, at + size));
          at += size;
        }
        assert.equal(log.count, 50);
        for (let i = 0; i < 50; i++) assert.equal(found(log, i), secret(i));
      }),
      { numRuns: 50 },
    );
    const cut = new KeyLog();
    cut.push(text.subarray(0, text.length - 5));
    assert.equal(cut.count, 49);
    cut.push(text.subarray(text.length - 5));
    assert.equal(cut.count, 50);
  });

  it('may be random bytes', () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 5000 })), (pieces) => {
        const log = new KeyLog();
        for (const piece of pieces) log.push(piece);
        log.finish();
        assert.equal(log.count, 0);
      }),
      { numRuns: 50 },
    );
  });

  it('are bounded, however long they are', function () {
    this.timeout(120_000);
    // 100 MB of lines, each with another client random
    const log = new KeyLog();
    const lines = Array.from({ length: 1000 }, (_, i) => line(i)).join('');
    const piece = Buffer.from(lines, 'latin1');
    const step = line(0).length;
    const total = Math.ceil(100_000_000 / piece.length);
    for (let round = 0; round < total; round++) {
      for (let i = 0; i < 1000; i++) piece.write(round.toString(16).padStart(8, '0'), i * step + 14, 'latin1');
      log.push(piece);
    }
    assert.equal(log.count + log.dropped, total * 1000);
    const first = log.find('CLIENT_RANDOM', hex(`${'0'.repeat(8)}${random(7).slice(8)}`));
    assert.deepEqual(Buffer.from(first ?? []), hex(secret(7)));
    const last = log.find('CLIENT_RANDOM', hex(`${(total - 1).toString(16).padStart(8, '0')}${random(999).slice(8)}`));
    assert.deepEqual(Buffer.from(last ?? []), hex(secret(999)));
    assert.equal(log.find('CLIENT_RANDOM', randomBytes(32)), undefined);
  });

  it('stand one behind the other', () => {
    const ring = new KeyRing([keyLogOf(line(1)), keyLogOf(line(1) + line(2))]);
    assert.equal(ring.count, 3);
    assert.deepEqual(Buffer.from(ring.find('CLIENT_RANDOM', hex(random(2))) ?? []), hex(secret(2)));
    assert.equal(ring.find('CLIENT_RANDOM', hex(random(3))), undefined);
  });
});
