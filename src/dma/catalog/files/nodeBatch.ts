import { NameHeap } from '../../../analysis/history/nameHeap';
import { WordTable } from '../../../analysis/history/wordTable';
import { ByteReader, ByteWriter } from './bytes';
import type { Source } from './heap';
import type { RunReader } from './spool';

const MOST_ENTRIES = 200_000;
const MOST_BYTES = 12 << 20;
const PIECE = 128 * 1024;
const Word = { HIGH: 0, LOW: 1, RECORD: 2 } as const;

/** Collects records that belong to nodes (a name, or attributes), and gives them sorted by node: a run. */
export class NodeBatch {
  private readonly rows = new WordTable(3);
  private readonly heap = new NameHeap();

  get isEmpty(): boolean {
    return this.rows.count === 0;
  }

  get isFull(): boolean {
    return this.rows.count >= MOST_ENTRIES || this.heap.nameBytes >= MOST_BYTES;
  }

  add(high: number, low: number, record: ByteWriter): void {
    const row = this.rows.add();
    this.rows.setPair(row, Word.HIGH, high, low);
    this.rows.set(row, Word.RECORD, this.heap.add(record.bytes, 0, record.length));
  }

  /** Records by node, those of one node in the order in which they came; in pieces. */
  *run(): IterableIterator<Uint8Array> {
    const { rows, heap } = this;
    const out = new ByteWriter();
    const order = new Uint32Array(rows.count).map((_, row) => row);
    const compare = (a: number, b: number): number =>
      rows.get(a, Word.HIGH) - rows.get(b, Word.HIGH) || rows.get(a, Word.LOW) - rows.get(b, Word.LOW);
    if (!order.every((row) => row === 0 || compare(row - 1, row) <= 0)) order.sort((a, b) => compare(a, b) || a - b);
    for (const row of order) {
      out.word(rows.get(row, Word.HIGH));
      out.word(rows.get(row, Word.LOW));
      const { bytes, from, to } = heap.locate(rows.get(row, Word.RECORD));
      out.varint(to - from);
      out.copy(bytes, from, to);
      if (out.length >= PIECE) yield out.take();
    }
    if (out.length > 0) yield out.take();
  }
}

/** The records of a run, one after the other. */
export class NodeSource implements Source {
  high = 0;
  low = 0;
  /** Where the record lies. */
  from = 0;
  to = 0;
  private reader = new ByteReader(new Uint8Array(0));

  constructor(private readonly run: RunReader) {}

  get bytes(): Uint8Array {
    return this.reader.bytes;
  }

  next(): boolean | Promise<boolean> {
    return this.reader.isAtEnd ? this.nextPiece() : this.read();
  }

  private async nextPiece(): Promise<boolean> {
    const bytes = await this.run.next();
    if (bytes === undefined) return false;
    this.reader = new ByteReader(bytes);
    return this.read();
  }

  private read(): boolean {
    const { reader } = this;
    this.high = reader.word();
    this.low = reader.word();
    const length = reader.varint();
    this.from = reader.at;
    this.to = reader.at += length;
    return true;
  }
}

export function compareNodes(a: NodeSource, b: NodeSource): number {
  return a.high - b.high || a.low - b.low;
}
