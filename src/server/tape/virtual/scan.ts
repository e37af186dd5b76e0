import { readSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { bytesOnTape, MAX_RECORD_BYTES, trailerOffset, WORD_BYTES } from './layout';
import type { TapeIndex } from './tapeIndex';

const WINDOW_BYTES = 64 * 1024;
/** Milliseconds of reading before others get their turn. */
const SLICE = 20;

/**
 * Reads the length words of a data file from where `index` ends and adds what is whole. What follows, a record that was
 * being written when the server died, is left out.
 * @returns how many bytes behind the last whole record or mark belong to none
 */
export async function scanTape(fd: number, size: number, index: TapeIndex): Promise<number> {
  const file = new Window(fd, size);
  let began = performance.now();
  while (index.bytes < size) {
    const length = wholeObjectAt(file, index.bytes);
    if (length === undefined) break;
    index.append(length, 1);
    if (performance.now() - began > SLICE) {
      await nextTurn();
      began = performance.now();
    }
  }
  return size - index.bytes;
}

/** The length of the record at `offset`, 0 for a file mark, undefined when there is no whole one. */
function wholeObjectAt(file: Window, offset: number): number | undefined {
  const length = file.word(offset);
  if (length === undefined || length === 0) return length;
  if (length > MAX_RECORD_BYTES || offset + bytesOnTape(length) > file.size) return undefined;
  return file.word(offset + trailerOffset(length)) === length ? length : undefined;
}

/** A file's words by their place. Small records are read many at a time, of large ones only their ends. */
class Window {
  private readonly bytes = Buffer.alloc(WINDOW_BYTES);
  private start = 0;
  private end = 0;
  private step = WINDOW_BYTES;

  constructor(
    private readonly fd: number,
    readonly size: number,
  ) {}

  word(offset: number): number | undefined {
    if (offset + WORD_BYTES > this.size) return undefined;
    if (offset < this.start || offset + WORD_BYTES > this.end) {
      // far jumps mean large records: then the two words between them are all that is wanted
      this.step = offset < this.end + WINDOW_BYTES / 4 ? WINDOW_BYTES : 2 * WORD_BYTES;
      const read = readSync(this.fd, this.bytes, 0, Math.min(this.step, this.size - offset), offset);
      this.start = offset;
      this.end = offset + read;
      if (read < WORD_BYTES) return undefined;
    }
    return this.bytes.readUInt32LE(offset - this.start);
  }
}
