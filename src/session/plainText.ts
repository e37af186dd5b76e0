import type { ByteSource } from '../capture/byteSource';

/** Bytes that can be added to at their end. */
export interface AppendableSource extends ByteSource {
  append(bytes: Uint8Array): void;
}

/**
 * Positions from here on are no positions of the capture: they stand for what its encrypted connections carry, which is kept
 * beside it. No file is that long, and a row has room for it.
 */
export const PLAIN_BASE = 2 ** 47;

/** Number of the stream, sequence number of the first byte, length. */
const ENTRY_HEAD = 12;

/** What came out of encrypted connections, as entries of one stretch of one direction each, in order of arrival. */
export class PlainText {
  private streams = 0;

  constructor(private readonly store: AppendableSource) {}

  /** A number for another direction. */
  newStream(): number {
    return this.streams++;
  }

  /**
   * Keeps bytes of a stream.
   * @param sequence number of the first one in its stream
   * @returns the position of their entry; they themselves lie {@link PlainText.HEAD} bytes behind it
   */
  append(stream: number, sequence: number, bytes: Uint8Array): number {
    const position = PLAIN_BASE + this.store.size;
    const entry = new Uint8Array(ENTRY_HEAD + bytes.length);
    const view = new DataView(entry.buffer);
    view.setUint32(0, stream);
    view.setUint32(4, sequence);
    view.setUint32(8, bytes.length);
    entry.set(bytes, ENTRY_HEAD);
    this.store.append(entry);
    return position;
  }

  static readonly HEAD = ENTRY_HEAD;
}

/** A capture and what came out of its encrypted connections as one source of bytes. */
export class CaptureAndPlainText implements ByteSource {
  constructor(
    private readonly capture: ByteSource,
    private readonly plain: ByteSource,
  ) {}

  get size(): number {
    return this.capture.size;
  }

  read(offset: number, length: number, target: Uint8Array): number {
    return offset < PLAIN_BASE
      ? this.capture.read(offset, length, target)
      : this.plain.read(offset - PLAIN_BASE, length, target);
  }
}

/**
 * Collects the bytes of a message that lies in several entries.
 * @param wire where they go; its length is how many there are
 * @param first sequence number of the first one
 * @param from position of the first entry with bytes of it
 * @param span how far behind `from` its last entry may begin
 * @returns ranges of `wire` that were not found
 */
export function readPlainText(
  source: ByteSource,
  wire: Uint8Array,
  first: number,
  from: number,
  span: number,
): { start: number; end: number }[] {
  const head = new Uint8Array(ENTRY_HEAD);
  const view = new DataView(head.buffer);
  const holes: { start: number; end: number }[] = [];
  let stream: number | undefined;
  let done = 0;
  for (let at = from; at <= from + span && done < wire.length; at += ENTRY_HEAD + view.getUint32(8)) {
    if (source.read(at, ENTRY_HEAD, head) < ENTRY_HEAD) break;
    stream ??= view.getUint32(0);
    if (view.getUint32(0) !== stream) continue;
    const relative = (view.getUint32(4) - first) | 0;
    const start = Math.max(done, relative);
    const end = Math.min(wire.length, relative + view.getUint32(8));
    if (end <= start) continue;
    if (start > done) holes.push({ start: done, end: start });
    source.read(at + ENTRY_HEAD + start - relative, end - start, wire.subarray(start, end));
    done = end;
  }
  if (done < wire.length) holes.push({ start: done, end: wire.length });
  return holes;
}
