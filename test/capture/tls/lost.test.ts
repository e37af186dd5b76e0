import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { recordTls } from '../../support/tlsTalks';
import type { TlsStep, TlsTalk } from '../../support/tlsTalks';
import { keyLogOf, openTalk, readingWith } from './support';
import type { Opened, Piece } from './support';

const SIZES = [300, 5000, 40, 20_000, 1, 700, 33_000, 64, 9000, 1200];
const SENT = SIZES.map((size) => randomBytes(size));
const STEPS: TlsStep[] = SENT.flatMap((bytes): TlsStep[] => [
  { from: 'client', bytes: Buffer.from('next') },
  { from: 'server', bytes },
]);
const ALL = Buffer.concat(SENT);

/** The wire without the bytes [from, to) of what the server sent. */
function without({ wire }: TlsTalk, from: number, to: number): Piece[] {
  let at = 0;
  return wire.flatMap((chunk): Piece[] => {
    if (chunk.from === 'client') return [chunk];
    const start = Math.min(chunk.bytes.length, Math.max(0, from - at));
    const end = Math.min(chunk.bytes.length, Math.max(0, to - at));
    at += chunk.bytes.length;
    const pieces: Piece[] = [
      { from: 'server', bytes: chunk.bytes.subarray(0, start) },
      { from: 'server', lost: end - start },
      { from: 'server', bytes: chunk.bytes.subarray(end) },
    ];
    return pieces.filter((piece) => ('lost' in piece ? piece.lost > 0 : piece.bytes.length > 0));
  });
}

/** Everything that was opened stands where it stood, going by the lengths told of what was lost. */
function assertInPlace({ server, gaps }: Opened, hint: string): number {
  let shift = 0;
  let from = 0;
  for (const { at, length } of [...gaps.filter((gap) => gap.from === 'server'), { at: server.length, length: 0 }]) {
    assert.ok(
      server.subarray(from, at).equals(ALL.subarray(from + shift, at + shift)),
      `${hint}: bytes ${from} to ${at}`,
    );
    from = at;
    shift += length;
  }
  return server.length;
}

describe('TLS connections with bytes lost', () => {
  for (const [version, ciphers] of [
    ['TLSv1.3', undefined],
    ['TLSv1.2', 'ECDHE-ECDSA-AES128-GCM-SHA256'],
    ['TLSv1.2', 'ECDHE-ECDSA-CHACHA20-POLY1305'],
  ] as const)
    it(`go on with the next record, and tell how much is missing: ${version} ${ciphers ?? ''}`, async () => {
      const talk = await recordTls(STEPS, { version, ciphers });
      const total = talk.wire.reduce((sum, { from, bytes }) => sum + (from === 'server' ? bytes.length : 0), 0);
      const reading = (): ReturnType<typeof readingWith> => readingWith(keyLogOf(talk.keyLog));
      const first = total - ALL.length + 500;
      for (let round = 0; round < 60; round++) {
        const from = first + Math.floor(((total - first) * round) / 60);
        const length = [1, 22, 150, 3000, 30_000][round % 5];
        const opened = openTalk(without(talk, from, from + length), reading());
        assert.equal(opened.gaveUp, undefined);
        const kept = assertInPlace(opened, `without ${length} from ${from}`);
        assert.ok(kept > ALL.length - length - 3 * 16_500, `${kept} bytes of ${ALL.length} are left`);
      }
    });

  it('go on where MAC and padding hide the lengths', async () => {
    const talk = await recordTls(STEPS, { version: 'TLSv1.2', ciphers: 'ECDHE-ECDSA-AES128-SHA256' });
    const total = talk.wire.reduce((sum, { from, bytes }) => sum + (from === 'server' ? bytes.length : 0), 0);
    const opened = openTalk(without(talk, total - 60_000, total - 55_000), readingWith(keyLogOf(talk.keyLog)));
    assert.equal(opened.gaps.length, 1);
    const { at, length } = opened.gaps[0];
    assert.ok(opened.server.subarray(0, at).equals(ALL.subarray(0, at)));
    const tail = opened.server.subarray(at);
    assert.ok(tail.equals(ALL.subarray(ALL.length - tail.length)));
    assert.ok(Math.abs(ALL.length - tail.length - at - length) < 200);
  });
});
