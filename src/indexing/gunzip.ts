import { constants, createGunzip, gunzipSync } from 'node:zlib';
import { CaptureError } from './captureError';

/** Packed bytes that are unpacked at a time; they may unpack to a thousand times as much. */
const PIECE_BYTES = 64 * 1024;
const OUTPUT_BYTES = 128 * 1024;

/** What is wrong with packed data, told where the caller shows damage. */
export type TellBroken = (text: string) => void;

/** Where a piece that is being unpacked begins among the packed bytes. */
interface Place {
  at: number;
}

function cutOff(packedBytes: number): string {
  return `The gzip data is cut off after ${packedBytes} packed bytes.`;
}

function damaged(goodBytes: number, error: Error): string {
  return `The gzip data is damaged after ${goodBytes} packed bytes (${error.message}).`;
}

/** Why unpacking stops at the caller's bound: a small file can hold any number of zeros. */
export function unpacksTooFar(name: string, maxBytes: number): CaptureError {
  return new CaptureError(`${name} unpacks to more than ${maxBytes} bytes. Unpack it by hand, or raise the limit.`);
}

function zlibCode(error: unknown): string | undefined {
  const { code } = error as { code?: unknown };
  return typeof code === 'string' && code.startsWith('Z_') ? code : undefined;
}

/**
 * Unpacks gzip data. Of data that is cut off or damaged all that comes before is unpacked, to the byte.
 * @param replay the packed bytes once more from the beginning, where they can be had; without them some kilobytes
 *   before damage are lost
 */
export async function* gunzip(
  packed: AsyncIterable<Uint8Array>,
  replay: () => AsyncIterable<Uint8Array> | undefined,
  tell: TellBroken,
): AsyncGenerator<Uint8Array> {
  const place: Place = { at: 0 };
  let unpacked = 0;
  try {
    for await (const bytes of unpackPieces(packed, place, () => PIECE_BYTES)) {
      unpacked += bytes.length;
      yield bytes;
    }
  } catch (error) {
    const code = zlibCode(error);
    if (code === undefined) throw error;
    if (code === 'Z_BUF_ERROR') tell(cutOff(place.at));
    else yield* unpackUpTo(place.at, replay(), unpacked, tell, error as Error);
  }
}

/** zlib gives nothing of a piece in which it finds damage: once more, that piece byte by byte, for what was not given yet. */
async function* unpackUpTo(
  good: number,
  packed: AsyncIterable<Uint8Array> | undefined,
  given: number,
  tell: TellBroken,
  error: Error,
): AsyncGenerator<Uint8Array> {
  const place: Place = { at: good };
  try {
    if (packed === undefined) return;
    place.at = 0;
    let skip = given;
    const size = (at: number): number => (at < good ? Math.min(PIECE_BYTES, good - at) : 1);
    for await (const bytes of unpackPieces(packed, place, size)) {
      if (bytes.length > skip) yield bytes.subarray(skip);
      skip = Math.max(0, skip - bytes.length);
    }
  } catch (again) {
    if (zlibCode(again) === undefined) throw again;
  } finally {
    tell(damaged(place.at, error));
  }
}

/** Unpacks piece by piece; fails with zlib's error, `place` then says at which piece. */
async function* unpackPieces(
  packed: AsyncIterable<Uint8Array>,
  place: Place,
  pieceBytes: (at: number) => number,
): AsyncGenerator<Uint8Array> {
  const stream = createGunzip({ chunkSize: OUTPUT_BYTES });
  const state: { output: Uint8Array[]; error: Error | undefined } = { output: [], error: undefined };
  let resume = (): void => undefined;
  stream.on('data', (bytes: Uint8Array) => state.output.push(bytes));
  stream.on('error', (error) => {
    state.error = error;
    resume();
  });
  stream.on('end', () => resume());
  const wait = (begin: (done: () => void) => void): Promise<void> =>
    new Promise((resolve) => {
      resume = resolve;
      if (state.error === undefined) begin(resolve);
      else resolve();
    });
  try {
    for await (const chunk of packed) {
      for (let from = 0; from < chunk.length;) {
        const piece = chunk.subarray(from, from + pieceBytes(place.at));
        await wait((done) => stream.write(piece, () => done()));
        yield* state.output.splice(0);
        if (state.error !== undefined) throw state.error;
        from += piece.length;
        place.at += piece.length;
      }
    }
    await wait(() => stream.end());
    yield* state.output.splice(0);
    if (state.error !== undefined) throw state.error;
  } finally {
    stream.destroy();
  }
}

/** The same for data in memory, at once. */
export function gunzipWhole(packed: Uint8Array, name: string, maxBytes: number, tell: TellBroken): Uint8Array {
  const unpack = (bytes: Uint8Array, finishFlush: number): Uint8Array =>
    gunzipSync(bytes, { finishFlush, maxOutputLength: maxBytes });
  try {
    return unpack(packed, constants.Z_FINISH);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') throw unpacksTooFar(name, maxBytes);
    if (zlibCode(error) === 'Z_BUF_ERROR') {
      tell(cutOff(packed.length));
      return unpack(packed, constants.Z_SYNC_FLUSH);
    }
    if (zlibCode(error) === undefined) throw error;
    const good = longestGood(packed, (bytes) => unpack(bytes, constants.Z_SYNC_FLUSH));
    tell(damaged(good, error as Error));
    return good === 0 ? new Uint8Array(0) : unpack(packed.subarray(0, good), constants.Z_SYNC_FLUSH);
  }
}

/** How many bytes from the beginning unpack without an error. */
function longestGood(packed: Uint8Array, unpack: (bytes: Uint8Array) => void): number {
  let good = 0;
  for (let bad = packed.length; bad - good > 1;) {
    const middle = (good + bad) >> 1;
    try {
      unpack(packed.subarray(0, middle));
      good = middle;
    } catch {
      bad = middle;
    }
  }
  return good;
}
