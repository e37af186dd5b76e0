import type { MessageIndex } from './messageIndex';
import { CHUNK_MASK, CHUNK_SHIFT, ROW_WORDS, Word, allocateChunk } from './rowChunk';

/**
 * Appends rows to a {@link MessageIndex}: {@link next} makes room, the caller fills the words of `chunk` from the
 * place it returns on. (Passing a row's values as arguments would cost as much as finding them.)
 */
export class IndexWriter {
  chunk: Uint32Array;
  /** Some row stands behind one with a later frame: {@link sortRows} is needed at the end. */
  isUnsorted = false;
  private lastFrame = 0;

  constructor(
    readonly index: MessageIndex,
    private readonly onChunk: (chunk: Uint32Array) => void,
  ) {
    this.chunk = this.newChunk();
  }

  /** Makes room for a row of this frame. @returns the place of its first word in `chunk`; the row's number is the index's count before */
  next(frame: number): number {
    const row = this.index.count;
    const at = row & CHUNK_MASK;
    if (at === 0 && row > 0) this.chunk = this.newChunk();
    if (frame < this.lastFrame) this.isUnsorted = true;
    this.lastFrame = frame;
    this.index.count = row + 1;
    return at * ROW_WORDS;
  }

  /** Joins a request and its reply. */
  join(request: number, reply: number): void {
    this.index.setWord(request, Word.PAIR, reply + 1);
    this.index.setWord(reply, Word.PAIR, request + 1);
  }

  private newChunk(): Uint32Array {
    const chunk = allocateChunk();
    this.index.chunks.push(chunk);
    this.onChunk(chunk);
    return chunk;
  }
}

/**
 * Puts the rows into the order of their packets. Messages behind a gap are only read when the gap is given up, so
 * they come late; everything else is in order already.
 */
export function sortRows(index: MessageIndex): void {
  const { count, chunks } = index;
  const frames = new Uint32Array(count);
  const order = new Uint32Array(count);
  for (let row = 0; row < count; row++) {
    order[row] = row;
    frames[row] = index.frame(row);
  }
  order.sort((a, b) => frames[a] - frames[b] || a - b);
  const place = new Uint32Array(count);
  for (let row = 0; row < count; row++) place[order[row]] = row;
  const column = frames; // no longer needed: takes one column at a time
  for (let word = 0; word < ROW_WORDS; word++) {
    for (let row = 0; row < count; row++) column[row] = index.word(order[row], word);
    for (let row = 0; row < count; row++)
      chunks[row >> CHUNK_SHIFT][(row & CHUNK_MASK) * ROW_WORDS + word] = column[row];
  }
  for (const connection of index.connections) connection.firstRow = -1;
  for (let row = 0; row < count; row++) {
    const pair = index.pair(row);
    if (pair >= 0) index.setWord(row, Word.PAIR, place[pair] + 1);
    const connection = index.connections[index.connection(row)];
    if (connection.firstRow < 0) connection.firstRow = row;
  }
  for (const notes of [index.problemNotes, index.marks])
    notes.replace(new Map([...notes.all].map(([row, texts]) => [place[row], texts])));
}
