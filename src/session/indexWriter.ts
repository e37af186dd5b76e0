import type { MessageIndex } from './messageIndex';
import { CHUNK_MASK, CHUNK_SHIFT, RowColumns } from './rowColumns';

/** Appends rows to a {@link MessageIndex}. */
export class IndexWriter {
  private columns: RowColumns;
  private lastFrame = 0;
  /** Some row stands behind one with a later frame: {@link sortRows} is needed at the end. */
  isUnsorted = false;

  constructor(
    readonly index: MessageIndex,
    private readonly onChunk: (columns: RowColumns) => void,
  ) {
    this.columns = this.newChunk();
  }

  /** Adds a row; the arguments are the columns of {@link RowColumns}. @returns its number */
  append(
    offset: number,
    startSequence: number,
    wireLength: number,
    seconds: number,
    nanos: number,
    connection: number,
    frame: number,
    code: number,
    sequence: number,
    replySequence: number,
    headerError: number,
    bodyError: number,
    pair: number,
    flags: number,
  ): number {
    const row = this.index.count;
    const at = row & CHUNK_MASK;
    if (at === 0 && row > 0) this.columns = this.newChunk();
    const { columns } = this;
    columns.offset[at] = offset;
    columns.startSequence[at] = startSequence;
    columns.wireLength[at] = wireLength;
    columns.seconds[at] = seconds;
    columns.nanos[at] = nanos;
    columns.connection[at] = connection;
    columns.frame[at] = frame;
    columns.code[at] = code;
    columns.sequence[at] = sequence;
    columns.replySequence[at] = replySequence;
    columns.headerError[at] = headerError;
    columns.bodyError[at] = bodyError;
    columns.pair[at] = pair;
    columns.flags[at] = flags;
    if (frame < this.lastFrame) this.isUnsorted = true;
    else this.lastFrame = frame;
    this.index.count = row + 1;
    return row;
  }

  /** Joins a request and its reply. */
  join(request: number, reply: number): void {
    const { chunks } = this.index;
    chunks[request >> CHUNK_SHIFT].pair[request & CHUNK_MASK] = reply + 1;
    chunks[reply >> CHUNK_SHIFT].pair[reply & CHUNK_MASK] = request + 1;
  }

  private newChunk(): RowColumns {
    const columns = new RowColumns();
    this.index.chunks.push(columns);
    this.onChunk(columns);
    return columns;
  }
}

/**
 * Puts the rows into the order of their packets. Messages behind a gap are only read when the gap is given up, so
 * they come late; everything else is in order already.
 */
export function sortRows(index: MessageIndex): void {
  const { count, chunks } = index;
  const order = new Uint32Array(count);
  for (let row = 0; row < count; row++) order[row] = row;
  order.sort((a, b) => index.frame(a) - index.frame(b) || a - b);
  const place = new Uint32Array(count);
  let moved = false;
  for (let row = 0; row < count; row++) {
    place[order[row]] = row;
    if (order[row] !== row) moved = true;
  }
  if (!moved) return;
  const columns = chunks.map((chunk) => chunk.all);
  const values = new Float64Array(count);
  for (let column = 0; column < columns[0].length; column++) {
    for (let row = 0; row < count; row++)
      values[row] = columns[order[row] >> CHUNK_SHIFT][column][order[row] & CHUNK_MASK];
    for (let row = 0; row < count; row++) columns[row >> CHUNK_SHIFT][column][row & CHUNK_MASK] = values[row];
  }
  for (let row = 0; row < count; row++) {
    const { pair } = chunks[row >> CHUNK_SHIFT];
    const joined = pair[row & CHUNK_MASK];
    if (joined > 0) pair[row & CHUNK_MASK] = place[joined - 1] + 1;
  }
  const problems = new Map<number, string[]>();
  for (const [row, texts] of index.allProblems) problems.set(place[row], texts);
  index.setProblems(problems);
  for (const connection of index.connections) if (connection.firstRow >= 0) connection.firstRow = -1;
  for (let row = 0; row < count; row++) {
    const connection = index.connections[index.connection(row)];
    if (connection.firstRow < 0) connection.firstRow = row;
  }
}
