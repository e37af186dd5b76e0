import { Socket, type OnReadOpts } from 'node:net';

/** Bytes that are read from a connection at a time: as much as fits a processor's cache. */
const PIECE = 512 * 1024;

/**
 * Takes what came. The bytes are the reader's again once `reuse` was called; never, where they may be kept.
 * @returns whether more may come; else the connection waits for resume()
 */
export type TakeBytes = (bytes: Uint8Array, reuse: () => void) => boolean;

/**
 * Reads a connection in large pieces into few buffers that are used again, which costs two thirds of what Node's own reading
 * does: that makes a buffer for every 64 KiB, none of which is in the processor's cache.
 */
export class LargeReads {
  /** Set before the connection is resumed for the first time. */
  take: TakeBytes = (_bytes, reuse) => {
    reuse();
    return true;
  };
  private readonly spare: Uint8Array[] = [];

  /** For net.connect(). */
  get options(): OnReadOpts {
    return {
      buffer: () => this.spare.pop() ?? Buffer.allocUnsafeSlow(PIECE),
      callback: (length, buffer) =>
        this.take(
          buffer.subarray(0, length),
          once(() => this.spare.push(buffer)),
        ),
    };
  }

  /**
   * The same connection, read this way from now on. Node offers that for connections that it makes, not for those that it
   * accepts; where a version of Node does not let go of its handle, the connection is read in Node's own way.
   * @param accepted not read from yet
   */
  adopt(accepted: Socket): Socket {
    const { _handle: handle } = accepted as Socket & { _handle?: object | null };
    if (handle) {
      Object.assign(accepted, { _handle: null });
      const options = { handle, allowHalfOpen: true, onread: this.options };
      return new Socket(options).pause();
    }
    accepted.on('data', (chunk: Buffer) => {
      if (!this.take(chunk, () => undefined)) accepted.pause();
    });
    return accepted.pause();
  }
}

function once(work: () => void): () => void {
  let isDone = false;
  return () => {
    if (!isDone) work();
    isDone = true;
  };
}
