import { HEADER_LENGTH } from '../../protocol';
import { FileSystem, HistoryCode, HistoryEntry, type EntryStyle } from './historyEntry';

/** Takes entries as they are read; the entry is filled anew for the next one. */
export type EntryHandler = (style: EntryStyle, entry: HistoryEntry) => void;

/** What became of a message. */
export interface EntriesRead {
  entries: number;
  /** The message ends in the middle of an entry, or promises more than it has. */
  cut: boolean;
  /** Bytes behind the last entry that was read. */
  rest: number;
}

/** The fewest bytes that an entry takes: a count that promises more entries than there are bytes is broken. */
const LEAST_BYTES: Readonly<Record<number, number>> = {
  [HistoryCode.UNIX_PATH]: 48,
  [HistoryCode.UNIX_DIR]: 12,
  [HistoryCode.UNIX_NODE]: 48,
  [HistoryCode.FILE]: 24,
  [HistoryCode.DIR]: 20,
  [HistoryCode.NODE]: 20,
};
const FILE_STAT_BYTES = 48;
const UNIX_STAT_BYTES = 44;

/**
 * Reads file history messages straight from their bytes, without making values: some tens of times as fast as the general
 * decoder, which the tests take as the second opinion. Never reads beyond a message and never throws; of a message that is
 * cut off, the whole entries before the cut are given.
 */
export class EntryReader {
  private readonly entry = new HistoryEntry();
  private view: DataView = new DataView(new ArrayBuffer(0));
  private at = 0;
  private end = 0;
  /** Something did not fit into the message. */
  private failed = false;

  /**
   * Reads the entries of one message.
   * @param payload header and body
   * @param code of the message, as {@link HistoryCode} names them
   */
  read(payload: Uint8Array, code: number, handler: EntryHandler): EntriesRead {
    const { entry } = this;
    this.view = new DataView(payload.buffer, payload.byteOffset, payload.byteLength);
    this.at = HEADER_LENGTH;
    this.end = payload.length;
    this.failed = false;
    entry.bytes = payload;
    const count = this.word();
    const cut = count * LEAST_BYTES[code] > this.end - this.at;
    let entries = 0;
    while (entries < count && !this.failed) {
      const style = this.readEntry(code);
      if (this.failed) break;
      handler(style, entry);
      entries++;
    }
    return { entries, cut: this.failed || cut, rest: this.end - this.at };
  }

  private readEntry(code: number): EntryStyle {
    const { entry } = this;
    switch (code) {
      case HistoryCode.UNIX_PATH:
        this.unixName();
        this.unixStat();
        entry.nodeHigh = entry.nodeLow = 0xffffffff;
        return 'path';
      case HistoryCode.UNIX_DIR:
        this.unixName();
        entry.nodeHigh = entry.parentHigh = 0;
        entry.nodeLow = this.word();
        entry.parentLow = this.word();
        return 'directory';
      case HistoryCode.UNIX_NODE:
        this.unixStat();
        entry.nodeHigh = 0;
        entry.nodeLow = this.word();
        return 'node';
      case HistoryCode.FILE:
        this.names();
        this.stats();
        this.node();
        this.position();
        return 'path';
      case HistoryCode.DIR:
        this.names();
        this.node();
        entry.parentHigh = this.word();
        entry.parentLow = this.word();
        return 'directory';
      default:
        this.stats();
        this.node();
        this.position();
        return 'node';
    }
  }

  private word(): number {
    const { at } = this;
    if (at + 4 > this.end) {
      this.failed = true;
      return 0;
    }
    this.at = at + 4;
    return this.view.getUint32(at);
  }

  /** Passes over a string. @returns its length; its bytes end at {@link at}, padding not counted */
  private text(): number {
    const length = this.word();
    if (length > this.end - this.at) {
      this.failed = true;
      return 0;
    }
    // Padding of the last string may be missing at the end of a record.
    this.at = Math.min(this.end, this.at + ((length + 3) & ~3));
    return length;
  }

  private unixName(): void {
    const { entry } = this;
    const from = this.at + 4;
    entry.hasName = true;
    entry.nameSystem = FileSystem.UNIX;
    entry.nameFrom = from;
    entry.nameTo = from + this.text();
  }

  /** One name for each name space: the UNIX one is taken where there is one, else the first. */
  private names(): void {
    const { entry } = this;
    const count = this.word();
    entry.hasName = false;
    entry.nameFrom = entry.nameTo = 0;
    for (let i = 0; i < count && !this.failed; i++) {
      const system = this.word();
      const from = this.at + 4;
      const to = from + this.text();
      if (system === FileSystem.NT) this.text();
      if (entry.hasName && (system !== FileSystem.UNIX || entry.nameSystem === FileSystem.UNIX)) continue;
      entry.hasName = true;
      entry.nameSystem = system;
      entry.nameFrom = from;
      entry.nameTo = to;
    }
  }

  /** Attributes for each name space: those that go with the name are taken where there are such, else the first. */
  private stats(): void {
    const { entry } = this;
    const count = this.word();
    entry.hasAttributes = false;
    if (count * FILE_STAT_BYTES > this.end - this.at) {
      this.failed = true;
      return;
    }
    const wanted = entry.hasName ? entry.nameSystem : FileSystem.UNIX;
    for (let i = 0; i < count; i++) {
      const at = this.at + i * FILE_STAT_BYTES;
      const system = this.view.getUint32(at + 4);
      if (!entry.hasAttributes || (system === wanted && entry.statSystem !== wanted)) this.stat(at, system);
    }
    this.at += count * FILE_STAT_BYTES;
    if (!entry.hasAttributes) this.noAttributes();
  }

  private stat(at: number, system: number): void {
    const { entry, view } = this;
    entry.hasAttributes = true;
    entry.invalid = view.getUint32(at);
    entry.statSystem = system;
    entry.fileType = view.getUint32(at + 8);
    entry.mtime = view.getUint32(at + 12);
    entry.atime = view.getUint32(at + 16);
    entry.ctime = view.getUint32(at + 20);
    entry.owner = view.getUint32(at + 24);
    entry.group = view.getUint32(at + 28);
    entry.mode = view.getUint32(at + 32);
    entry.sizeHigh = view.getUint32(at + 36);
    entry.sizeLow = view.getUint32(at + 40);
    entry.links = view.getUint32(at + 44);
  }

  private noAttributes(): void {
    const { entry } = this;
    entry.invalid = entry.statSystem = entry.fileType = entry.mtime = entry.atime = entry.ctime = entry.links = 0;
    entry.owner = entry.group = entry.mode = entry.sizeHigh = entry.sizeLow = 0;
  }

  private unixStat(): void {
    const { entry, view, at } = this;
    if (this.failed || at + UNIX_STAT_BYTES > this.end) {
      this.failed = true;
      return;
    }
    entry.hasAttributes = true;
    entry.invalid = 0;
    entry.statSystem = FileSystem.UNIX;
    entry.fileType = view.getUint32(at);
    entry.mtime = view.getUint32(at + 4);
    entry.atime = view.getUint32(at + 8);
    entry.ctime = view.getUint32(at + 12);
    entry.links = 0;
    entry.owner = view.getUint32(at + 16);
    entry.group = view.getUint32(at + 20);
    entry.mode = view.getUint32(at + 24);
    entry.sizeHigh = view.getUint32(at + 28);
    entry.sizeLow = view.getUint32(at + 32);
    entry.positionHigh = view.getUint32(at + 36);
    entry.positionLow = view.getUint32(at + 40);
    this.at = at + UNIX_STAT_BYTES;
  }

  private node(): void {
    this.entry.nodeHigh = this.word();
    this.entry.nodeLow = this.word();
  }

  private position(): void {
    this.entry.positionHigh = this.word();
    this.entry.positionLow = this.word();
  }
}
