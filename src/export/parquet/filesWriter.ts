import { EntryReader } from '../../analysis/history/entryReader';
import { HistoryCode, isHistoryCode, type EntryStyle, type HistoryEntry } from '../../analysis/history/historyEntry';
import type { MessageView } from '../../analysis/messageView';
import { HEADER_LENGTH, jsonText } from '../../protocol';
import { knownPayload } from '../../session/recordReader';
import { decodeByteString } from '../../xdr/byteString';
import { NumberColumn, TextColumn, WordColumn } from './columnBuffers';
import { filesTable } from './filesTable';
import type { MessageRow } from './messagesTable';
import { ParquetFile, GROUP_BYTES, GROUP_ROWS } from './parquetFile';

const fileTypes = ['DIR', 'FIFO', 'CSPEC', 'BSPEC', 'REG', 'SLINK', 'SOCK', 'REGISTRY', 'OTHER'];
/** Kinds of file systems are numbered from 0 to this. */
const LAST_FILE_SYSTEM = 2;
const ALL_ONES = 0xffffffff;
const LARGEST_SIGNED_WORD = 0x7fffffff;
const SECOND = 1_000_000;

/** Whether a message is a post of file history: `files` has a row for each of its entries. */
export function bringsFiles({ index, row }: MessageView): boolean {
  return isHistoryCode(index.code(row)) && index.kind(row) === 'post';
}

/**
 * Writes the table of file history: entries go from the bytes of their messages into columns, without a value being made
 * for any of them, since captures have millions.
 */
export class FilesWriter {
  private readonly file = new ParquetFile(filesTable);
  private readonly reader = new EntryReader();
  private readonly columns = {
    file: new WordColumn(),
    n: new NumberColumn(4),
    entry: new NumberColumn(4),
    time: new NumberColumn(8),
    job: new NumberColumn(4),
    connection: new NumberColumn(4),
    style: new WordColumn(),
    name: new TextColumn(),
    node: new NumberColumn(9),
    parent: new NumberColumn(9),
    type: new WordColumn(),
    size: new NumberColumn(8),
    mtime: new NumberColumn(8),
    atime: new NumberColumn(8),
    ctime: new NumberColumn(8),
    owner: new NumberColumn(8),
    group_id: new NumberColumn(8),
    mode: new NumberColumn(8),
    links: new NumberColumn(8),
    fh_info: new NumberColumn(9),
  };
  private pieces: Uint8Array[] = [];
  private code = 0;
  private n = 0;
  private entries = 0;
  private job = 0;
  private connection = 0;
  private micros = 0;
  private sourceName = '';
  private isPlain = true;

  constructor(private readonly groupRows = GROUP_ROWS) {}

  /**
   * Adds the entries of a post of file history.
   * @returns whether the message is sound to its last byte and the table tells all that its decoded body would
   */
  add({ view, job }: MessageRow): boolean {
    const { index, row } = view;
    this.code = index.code(row);
    this.n = row + 1;
    this.entries = 0;
    this.job = job;
    this.connection = index.connection(row) + 1;
    this.micros = index.seconds(row) * SECOND + Math.floor(index.nanos(row) / 1000);
    this.sourceName = jsonText(view.sourceName);
    this.isPlain = true;
    const payload = knownPayload(view.record);
    if (payload.length < HEADER_LENGTH) return false;
    const { cut, rest } = this.reader.read(payload, this.code, this.addEntry);
    return this.isPlain && !cut && rest === 0;
  }

  /** Bytes of the file that have become ready. */
  *take(): Generator<Uint8Array> {
    const { pieces } = this;
    this.pieces = [];
    yield* pieces;
  }

  /** @returns the last bytes of the file */
  finish(): Uint8Array[] {
    this.group();
    return [...this.take(), this.file.finish()];
  }

  private group(): void {
    const { columns, file } = this;
    if (columns.n.rows > 0) this.pieces.push(file.group(filesTable.columns.map(({ name }) => columns[name])));
    for (const column of Object.values(columns)) column.clear();
  }

  private readonly addEntry = (style: EntryStyle, entry: HistoryEntry): void => {
    const { columns } = this;
    columns.file.put(this.sourceName);
    columns.n.put(0, this.n);
    columns.entry.put(0, ++this.entries);
    columns.time.putNumber(this.micros);
    if (this.job < 0) columns.job.skip();
    else columns.job.put(0, this.job + 1);
    columns.connection.put(0, this.connection);
    columns.style.put(style === 'directory' ? 'dir' : style);
    if (style !== 'node' && entry.hasName) this.name(entry);
    else columns.name.skip();
    this.unsigned(columns.node, entry.nodeHigh, entry.nodeLow);
    if (style === 'directory') this.unsigned(columns.parent, entry.parentHigh, entry.parentLow);
    else columns.parent.skip();
    if (style !== 'directory' && entry.hasAttributes) this.attributes(entry);
    else this.noAttributes();
    if (style === 'directory') columns.fh_info.skip();
    else this.unsigned(columns.fh_info, entry.positionHigh, entry.positionLow);
    if (columns.n.rows >= this.groupRows || columns.name.size >= GROUP_BYTES) this.group();
  };

  /** Names that are ASCII, as nearly all are, are copied as they are. */
  private name({ bytes, nameFrom, nameTo }: HistoryEntry): void {
    for (let at = nameFrom; at < nameTo; at++) {
      if (bytes[at] < 0x80) continue;
      this.columns.name.putText(jsonText(decodeByteString(bytes, nameFrom, nameTo)));
      this.checkPadding(bytes, nameFrom, nameTo);
      return;
    }
    this.columns.name.put(bytes, nameFrom, nameTo);
    this.checkPadding(bytes, nameFrom, nameTo);
  }

  private checkPadding(bytes: Uint8Array, from: number, to: number): void {
    const end = from + ((to - from + 3) & ~3);
    for (let at = to; at < end; at++) if (bytes[at] !== 0) this.isPlain = false;
  }

  private attributes(entry: HistoryEntry): void {
    const { columns } = this;
    if (entry.fileType >= fileTypes.length || entry.statSystem > LAST_FILE_SYSTEM) this.isPlain = false;
    columns.type.put(fileTypes[entry.fileType] ?? String(entry.fileType | 0));
    if (entry.sizeHigh > LARGEST_SIGNED_WORD) columns.size.skip();
    else columns.size.put(entry.sizeHigh, entry.sizeLow);
    columns.mtime.putNumber(entry.mtime * SECOND);
    columns.atime.putNumber(entry.atime * SECOND);
    columns.ctime.putNumber(entry.ctime * SECOND);
    columns.owner.put(0, entry.owner);
    columns.group_id.put(0, entry.group);
    columns.mode.put(0, entry.mode);
    if (this.code < HistoryCode.FILE) columns.links.skip();
    else columns.links.put(0, entry.links);
  }

  private noAttributes(): void {
    const { type, size, mtime, atime, ctime, owner, group_id: group, mode, links } = this.columns;
    for (const column of [type, size, mtime, atime, ctime, owner, group, mode, links]) column.skip();
  }

  /** A number of 64 bits, or of 32 in NDMPv2: all ones mean that it is not known. */
  private unsigned(column: NumberColumn, high: number, low: number): void {
    const isShort = this.code < HistoryCode.FILE && high === 0;
    if (low === ALL_ONES && (high === ALL_ONES || isShort)) column.skip();
    else column.put(high, low);
  }
}
