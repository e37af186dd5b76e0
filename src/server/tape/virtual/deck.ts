import type { ReadOutcome, SpaceOver, TapePosition, WriteOutcome } from '../drive';
import type { Cartridge } from './cartridge';
import { bytesOnTape, WORD_BYTES } from './layout';
import type { Media } from './media';

/** Bytes behind the capacity that file marks may take, so that a tape full of data can be ended in order. */
const MARK_RESERVE = 64 * 1024;

/** A cartridge threaded in a drive: the tape, and where the head stands on it. */
export class Deck {
  /** Records and marks before the head. */
  private place = 0;
  /** A writer was told of the early warning and has not come from before it since. */
  private warned = false;
  bytesWritten = 0;
  bytesRead = 0;

  constructor(
    readonly cartridge: Cartridge,
    private readonly media: Media,
  ) {}

  get position(): TapePosition & { file: number; block: number } {
    const { index } = this.media;
    return { file: index.marksBefore(this.place), block: this.place - index.startOfFile(this.place) };
  }

  /** Records and marks before the head, as READ POSITION counts. */
  get logicalObject(): number {
    return this.place;
  }

  get logicalObjects(): number {
    return this.media.index.objects;
  }

  /** By its switch, or because the server may not write its files. */
  get writeProtected(): boolean {
    return this.cartridge.writeProtected || this.media.isReadOnly;
  }

  /** Bytes of the record behind the head; 0 when there is none. */
  get nextLength(): number {
    return this.media.index.from(this.place)?.length ?? 0;
  }

  get atBeginning(): boolean {
    return this.place === 0;
  }

  get atEndOfData(): boolean {
    return this.place >= this.media.index.objects;
  }

  /** Bytes of data from the head to the end of the tape. */
  get remaining(): number {
    return Math.max(0, this.cartridge.capacity - this.media.index.offsetOf(this.place));
  }

  get pastEarlyWarning(): boolean {
    return this.remaining <= this.cartridge.earlyWarning;
  }

  async read(into: Uint8Array): Promise<ReadOutcome> {
    const next = this.media.index.from(this.place);
    if (!next) return { kind: 'end' };
    if (next.length === 0) return { kind: 'mark' };
    await this.media.read(this.place, 1, into);
    this.passed(1, Math.min(next.length, into.length));
    return { kind: 'record', length: next.length };
  }

  async readRecords(into: Uint8Array, recordSize: number): Promise<{ lengths: number[]; stopped?: 'mark' | 'end' }> {
    const lengths: number[] = [];
    let at = 0;
    while (at < into.length) {
      const next = this.media.index.from(this.place);
      if (!next) return { lengths, stopped: 'end' };
      if (next.length === 0) return { lengths, stopped: 'mark' };
      const room = into.subarray(at);
      const usual = next.length === recordSize;
      const count = usual ? Math.min(next.count, Math.floor(room.length / recordSize)) : 1;
      // a record that does not fit waits for the next call, which has all the room
      if (count === 0 || (at > 0 && next.length > room.length)) break;
      await this.media.read(this.place, count, room);
      const delivered = Math.min(count * next.length, room.length);
      this.passed(count, delivered);
      for (let i = 0; i < count; i++) lengths.push(next.length);
      if (!usual) break;
      at += delivered;
    }
    return { lengths };
  }

  async write(bytes: Uint8Array, recordSize: number): Promise<WriteOutcome> {
    if (bytes.length === 0) return { written: 0 };
    const wanted = Math.ceil(bytes.length / recordSize);
    const room = this.roomFor(bytes.length, recordSize);
    if (room.records === 0) {
      if (room.stopped === 'early-warning') this.warned = true;
      return { written: 0, stopped: room.stopped };
    }
    await this.media.cut(this.place);
    const written = await this.media.append(bytes.subarray(0, room.records * recordSize), recordSize);
    this.place += written;
    this.bytesWritten += Math.min(bytes.length, written * recordSize);
    if (written === wanted || written < room.records) return { written };
    if (room.stopped === 'early-warning') this.warned = true;
    return { written, stopped: room.stopped };
  }

  /** Writes file marks; they, and all before them, are on the disk when it settles. */
  async writeMarks(count: number): Promise<{ written: number }> {
    if (count > 0) await this.media.cut(this.place);
    const room = Math.floor((this.cartridge.capacity + MARK_RESERVE - this.media.index.bytes) / WORD_BYTES);
    const written = Math.max(0, Math.min(count, room));
    if (written > 0) await this.media.appendMarks(written);
    else await this.media.sync();
    this.place += written;
    return { written };
  }

  space(over: SpaceOver, count: number): { remaining: number } {
    const moved = over === 'marks' ? this.spaceMarks(count) : this.spaceRecords(count);
    this.forgetWarning();
    return { remaining: Math.abs(count) - moved };
  }

  /** To a place by its number; to the end of the data when there is none. */
  locate(place: number): void {
    this.place = Math.max(0, Math.min(place, this.media.index.objects));
    this.forgetWarning();
  }

  /** Makes everything behind the head blank. */
  async erase(): Promise<void> {
    await this.media.cut(this.place);
    await this.media.sync();
  }

  async sync(): Promise<void> {
    await this.media.sync();
  }

  /** Takes the tape out. Never rejects. */
  async close(): Promise<void> {
    await this.media.close();
    await this.cartridge.count({ bytesWritten: this.bytesWritten, bytesRead: this.bytesRead }).catch(() => undefined);
  }

  private passed(objects: number, bytes: number): void {
    this.place += objects;
    this.bytesRead += bytes;
  }

  private spaceMarks(count: number): number {
    const { index } = this.media;
    const before = index.marksBefore(this.place);
    if (count >= 0) {
      const moved = Math.min(count, index.marks - before);
      const last = index.placeOfMark(before + count - 1);
      if (count > 0) this.place = last === undefined ? index.objects : last + 1;
      return moved;
    }
    const moved = Math.min(-count, before);
    this.place = index.placeOfMark(before + count) ?? 0;
    return moved;
  }

  private spaceRecords(count: number): number {
    const { index } = this.media;
    if (count < 0) {
      const moved = Math.min(-count, this.place - index.startOfFile(this.place));
      this.place -= moved;
      return moved;
    }
    const end = index.placeOfMark(index.marksBefore(this.place)) ?? index.objects;
    const moved = Math.min(count, end - this.place);
    this.place += moved;
    return moved;
  }

  /** How many of the records may be written now, and what stops those behind them. */
  private roomFor(bytes: number, recordSize: number): { records: number; stopped: 'early-warning' | 'full' } {
    const { capacity, earlyWarning } = this.cartridge;
    const used = this.media.index.offsetOf(this.place);
    const warnAt = capacity - earlyWarning;
    const records = Math.ceil(bytes / recordSize);
    const step = bytesOnTape(recordSize);
    const last = bytesOnTape(bytes - (records - 1) * recordSize);
    const fits = (count: number): boolean => used + (count - 1) * step + (count === records ? last : step) <= capacity;
    let full = Math.min(records, Math.max(0, Math.floor((capacity - used) / step)));
    if (full < records && fits(full + 1)) full++;
    if (this.warned) return { records: full, stopped: 'full' };
    // the record that passes the point is written; the one behind it meets the warning
    const passing = used >= warnAt ? 0 : Math.ceil((warnAt - used) / step);
    return passing <= full && passing < records
      ? { records: passing, stopped: 'early-warning' }
      : { records: full, stopped: 'full' };
  }

  private forgetWarning(): void {
    if (!this.pastEarlyWarning) this.warned = false;
  }
}
