import type { CaptureSession } from '../session/capture';
import type { IndexOptions } from '../session/indexer';
import { CaptureError } from './captureError';
import { gunzip, unpacksTooFar } from './gunzip';
import { LiveSource } from './liveSource';
import { notACapture } from './notACapture';
import { Spool } from './spool';
import { DEFAULT_MAX_UNPACKED, isGzipMagic } from './unpack';

export interface StreamOptions extends Omit<IndexOptions, 'tls'> {
  /** What messages call the stream. */
  name?: string;
  /** An NSS key log with the keys of TLS connections; it may be growing. */
  tlsKeyLog?: string;
  /** Bound for what a packed stream may unpack to, in bytes. */
  maxUnpackedBytes?: number;
  signal?: AbortSignal;
  /** Rows [from, to) are there, in the order in which they came. */
  onRows?(from: number, to: number, capture: CaptureSession): void | Promise<void>;
}

/** Packed bytes that are kept, so that all can be had of a packed stream that turns out to be damaged. */
const KEPT_BYTES = 4 * 1024 * 1024;

/**
 * Reads a capture, or a log, that arrives over a pipe: standard input, a live `tcpdump -w -` or `dumpcap -w -`, packed or not.
 * @returns at the end of the stream
 * @throws CaptureError when it is no capture; AbortError when stopped
 */
export async function openStream(input: NodeJS.ReadableStream, options: StreamOptions = {}): Promise<CaptureSession> {
  const { name = 'standard input', maxUnpackedBytes = DEFAULT_MAX_UNPACKED } = options;
  const spool = new Spool();
  let broken: string | undefined;
  try {
    const packed = new PackedStream(chunksOf(input, options.signal, (text) => (broken ??= text)));
    const live = new LiveSource(spool, options, await packed.isGzip());
    for await (const chunk of packed.unpacked((text) => (broken ??= text))) {
      if (live.isGzip && spool.size + chunk.length > maxUnpackedBytes) throw unpacksTooFar(name, maxUnpackedBytes);
      live.push(chunk);
      await live.report();
    }
    if (!live.finish(broken)) throw new CaptureError(notACapture(name, spool, broken));
    await live.report();
    live.settle();
    return live.capture;
  } catch (error) {
    spool.close();
    throw error;
  }
}

/** The stream's chunks until it ends, breaks off, or is stopped. */
async function* chunksOf(
  input: NodeJS.ReadableStream,
  signal: AbortSignal | undefined,
  tellBroken: (text: string) => void,
): AsyncGenerator<Uint8Array> {
  const iterator = (input as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
  let stop = (): void => undefined;
  const stopped = new Promise<'stopped'>((resolve) => (stop = () => resolve('stopped')));
  signal?.addEventListener('abort', stop, { once: true });
  try {
    while (!signal?.aborted) {
      const next = await Promise.race([iterator.next(), stopped]);
      if (next === 'stopped') break;
      if (next.done) return;
      yield next.value;
    }
    throw new DOMException('Reading the stream was stopped.', 'AbortError');
  } catch (error) {
    if (signal?.aborted) throw error;
    tellBroken(`The stream broke off (${(error as Error).message}).`);
  } finally {
    signal?.removeEventListener('abort', stop);
    // not awaited: a stream that is silent would never let go
    void iterator.return?.();
  }
}

/** A stream that may be packed. Its beginning is kept for a second look. */
class PackedStream {
  private readonly kept: Uint8Array[] = [];
  private keptBytes = 0;

  constructor(private readonly chunks: AsyncGenerator<Uint8Array>) {}

  async isGzip(): Promise<boolean> {
    while (this.keptBytes < 2) {
      const next = await this.chunks.next();
      if (next.done) break;
      this.keep(next.value);
    }
    return isGzipMagic(Buffer.concat(this.kept));
  }

  async *unpacked(tellBroken: (text: string) => void): AsyncGenerator<Uint8Array> {
    if (!(await this.isGzip())) {
      yield* this.kept.splice(0);
      yield* this.chunks;
      return;
    }
    yield* gunzip(this.packed(), () => (this.keptBytes > KEPT_BYTES ? undefined : this.again()), tellBroken);
  }

  private async *packed(): AsyncGenerator<Uint8Array> {
    yield* [...this.kept];
    for await (const chunk of this.chunks) {
      this.keep(chunk);
      yield chunk;
    }
  }

  private async *again(): AsyncGenerator<Uint8Array> {
    yield* this.kept;
    yield* this.chunks;
  }

  private keep(chunk: Uint8Array): void {
    this.keptBytes += chunk.length;
    if (this.keptBytes > KEPT_BYTES) this.kept.length = 0;
    else this.kept.push(chunk);
  }
}
