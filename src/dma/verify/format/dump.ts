import type { FormatCheck, FormatSink } from './model';

/** Records of BSD's dump, and of what is derived from it (protocols/dumprestore.h of 4.4BSD). */
const RECORD = 1024;
const CHECKSUM = 84446;
const MAGICS: readonly number[] = [60011, 60012, 0x19540119];
const Type = { TAPE: 1, INODE: 2, BITS: 3, ADDR: 4, END: 5, CLRI: 6 } as const;
const At = { type: 0, inode: 20, magic: 24, count: 160, map: 164 } as const;
const MAP_BYTES = 512;

/** Follows a dump stream record by record: magic, checksum, order of the parts, the mark of the end. */
export class DumpCheck implements FormatCheck {
  readonly name = 'dump';
  entries = 0;
  hasEnd = false;
  private readonly record = new Uint8Array(RECORD);
  private readonly view = new DataView(this.record.buffer);
  private filled = 0;
  private offset = 0;
  private skipTo = 0;
  private isLost = false;

  constructor(
    private readonly sink: FormatSink,
    private readonly isLittle: boolean,
  ) {}

  push(bytes: Uint8Array): void {
    for (let at = 0; at < bytes.length && !this.hasEnd;) {
      const left = bytes.length - at;
      const used = this.skipTo > this.offset ? Math.min(left, this.skipTo - this.offset) : this.fill(bytes, at);
      at += used;
      this.offset += used;
      if (this.filled < RECORD) continue;
      this.filled = 0;
      this.takeRecord();
    }
  }

  end(): void {
    if (!this.hasEnd) this.sink.problem(`the stream ends at byte ${this.offset} without the mark of its end`);
  }

  private fill(bytes: Uint8Array, at: number): number {
    const used = Math.min(bytes.length - at, RECORD - this.filled);
    this.record.set(bytes.subarray(at, at + used), this.filled);
    this.filled += used;
    return used;
  }

  private takeRecord(): void {
    const at = this.offset - RECORD;
    if (dumpOrder(this.record) === undefined) {
      if (!this.isLost) this.sink.problem(`there is no record header of a dump at byte ${at}, where one has to be`);
      this.isLost = true;
      return;
    }
    this.isLost = false;
    const type = this.word(At.type);
    if (type === Type.END) this.hasEnd = true;
    if (type === Type.INODE) {
      this.entries++;
      this.sink.entry({ path: undefined, start: at });
    }
    this.skipTo = this.offset + this.recordsBehind(type) * RECORD;
  }

  /** Records of data that follow a header: of a file only those that are no holes. */
  private recordsBehind(type: number): number {
    const count = this.word(At.count);
    if (count < 0 || count > 0x7fffff) return 0;
    if (type === Type.BITS || type === Type.CLRI) return count;
    if (type !== Type.INODE && type !== Type.ADDR) return 0;
    const map = this.record.subarray(At.map, At.map + Math.min(count, MAP_BYTES));
    return map.reduce((sum, isThere) => sum + (isThere === 0 ? 0 : 1), 0);
  }

  private word(at: number): number {
    return this.view.getInt32(at, this.isLittle);
  }
}

/** Whether a record of 1024 bytes is a header of a dump, and in which order of bytes. */
export function dumpOrder(record: Uint8Array): 'little' | 'big' | undefined {
  if (record.length < RECORD) return undefined;
  const view = new DataView(record.buffer, record.byteOffset, RECORD);
  for (const order of ['little', 'big'] as const) {
    const isLittle = order === 'little';
    if (!MAGICS.includes(view.getInt32(At.magic, isLittle))) continue;
    let sum = 0;
    for (let at = 0; at < RECORD; at += 4) sum = (sum + view.getInt32(at, isLittle)) | 0;
    if (sum === CHECKSUM) return order;
  }
  return undefined;
}
