import { DIRECTORY, GROUP_INVALID, type HistoryEntry } from '../../../analysis/history/historyEntry';
import { decodeByteString } from '../../../xdr';
import type { FileEntry } from '../model';
import { ByteReader, type ByteWriter } from './bytes';

/**
 * An entry as it lies in runs and pages: a byte of flags, the length of the name and the name, the length of the rest and
 * the rest, which has what the flags say, in their order. Before the first entry of a directory, and at the beginning of a
 * piece, stands the directory: a byte {@link FOLDER_MARK}, the length of its path and the path, without a slash at the beginning.
 */
export const Flag = {
  KIND: 0x07,
  /** Its attributes came, which means that its data are in the stream. */
  ATTRIBUTES: 0x08,
  POSITION: 0x10,
  NODE: 0x20,
  /** Nobody told of it but the paths of what lies in it. */
  IMPLIED: 0x40,
} as const;
export const FOLDER_MARK = 0x07;

export const Kind = { OTHER: 0, FILE: 1, DIRECTORY: 2, LINK: 3 } as const;
const KIND_NAMES = ['other', 'file', 'directory', 'link'] as const;
const REGULAR = 4;
const SYMBOLIC_LINK = 5;

const ALL_ONES = 0xffffffff;
export const NO_NODE = 0xffff_ffff_ffff_ffffn;

/** Flags and rest of an entry of file history. */
export function writeRest(out: ByteWriter, entry: HistoryEntry): number {
  let flags: number = entry.hasAttributes ? kindOf(entry.fileType) | Flag.ATTRIBUTES : Kind.FILE;
  if (entry.hasAttributes) {
    out.wide(entry.sizeHigh, entry.sizeLow);
    out.word(entry.mtime);
    out.varint(entry.mode);
    out.varint(entry.owner);
    out.varint((entry.invalid & GROUP_INVALID) === 0 ? entry.group : 0);
  }
  if (!isUnknownNode(entry.nodeHigh, entry.nodeLow)) {
    flags |= Flag.NODE;
    out.wide(entry.nodeHigh, entry.nodeLow);
  }
  if (entry.positionHigh !== ALL_ONES || entry.positionLow !== ALL_ONES) {
    flags |= Flag.POSITION;
    out.wide(entry.positionHigh, entry.positionLow);
  }
  return flags;
}

/** 0 and all ones, in 32 bits (v2) and in 64, mean that there is none. */
function isUnknownNode(high: number, low: number): boolean {
  return (low === 0 && high === 0) || (low === ALL_ONES && (high === ALL_ONES || high === 0));
}

function kindOf(fileType: number): number {
  if (fileType === DIRECTORY) return Kind.DIRECTORY;
  if (fileType === REGULAR) return Kind.FILE;
  return fileType === SYMBOLIC_LINK ? Kind.LINK : Kind.OTHER;
}

/** What a directory listing shows. @param directory path that ends with a slash */
export function readEntry(bytes: Uint8Array, flags: number, name: string, directory: string, rest: number): FileEntry {
  const reader = new ByteReader(bytes, rest);
  const inSet = (flags & Flag.ATTRIBUTES) !== 0;
  const size = inSet ? reader.big() : 0n;
  const mtime = inSet ? reader.word() : 0;
  const mode = inSet ? reader.varint() : 0;
  const owner = inSet ? reader.varint() : 0;
  const group = inSet ? reader.varint() : 0;
  const node = (flags & Flag.NODE) === 0 ? NO_NODE : reader.big();
  const position = (flags & Flag.POSITION) === 0 ? undefined : reader.big();
  const kind = KIND_NAMES[flags & Flag.KIND] ?? 'other';
  return { name, path: directory + name, kind, size, mtime, mode, owner, group, node, position, inSet };
}

/** Where an entry lies in a piece of a run or in a page. */
export interface EntryPlace {
  bytes: Uint8Array;
  flags: number;
  /** Where the entry begins, and where it ends. */
  from: number;
  to: number;
  nameFrom: number;
  nameTo: number;
  /** Path of its directory. */
  folderFrom: number;
  folderTo: number;
}

/** Goes through the entries of a piece of a run or of a page. What was read last lies in its fields. */
export class EntryCursor implements EntryPlace {
  flags = 0;
  from = 0;
  to = 0;
  nameFrom = 0;
  nameTo = 0;
  restFrom = 0;
  folderFrom = 0;
  folderTo = 0;
  private readonly reader: ByteReader;

  constructor(readonly bytes: Uint8Array) {
    this.reader = new ByteReader(bytes);
  }

  /** @returns false at the end */
  next(): boolean {
    const { reader } = this;
    for (;;) {
      if (reader.isAtEnd) return false;
      this.from = reader.at;
      this.flags = reader.byte();
      const length = reader.varint();
      if (this.flags !== FOLDER_MARK) {
        this.nameFrom = reader.at;
        this.nameTo = reader.at += length;
        const rest = reader.byte();
        this.restFrom = reader.at;
        this.to = reader.at += rest;
        return true;
      }
      this.folderFrom = reader.at;
      this.folderTo = reader.at += length;
    }
  }

  name(): string {
    return decodeByteString(this.bytes, this.nameFrom, this.nameTo);
  }

  /** Path of the directory, with a slash at both ends. */
  folder(): string {
    return this.folderTo === this.folderFrom
      ? '/'
      : `/${decodeByteString(this.bytes, this.folderFrom, this.folderTo)}/`;
  }

  entry(folder = this.folder()): FileEntry {
    return readEntry(this.bytes, this.flags, this.name(), folder, this.restFrom);
  }
}
