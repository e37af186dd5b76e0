import type { HistoryEntry } from '../../../analysis/history/historyEntry';
import { ByteReader, type ByteWriter } from './bytes';

const DOT = 0x2e;

/** A name of a node, as it lies in a run: the directory's node, when it came, and the name. */
export class NameRecord {
  parentHigh = 0;
  parentLow = 0;
  /** Number of the entry, from 0: tells which came first. */
  serial = 0;
  bytes: Uint8Array = new Uint8Array(0);
  from = 0;
  to = 0;

  read(bytes: Uint8Array, from: number, to: number): void {
    const reader = new ByteReader(bytes, from);
    this.parentHigh = reader.word();
    this.parentLow = reader.word();
    this.serial = reader.varint();
    this.bytes = bytes;
    this.from = reader.at;
    this.to = to;
  }

  get isDot(): boolean {
    return this.to - this.from === 1 && this.bytes[this.from] === DOT;
  }

  get isDotDot(): boolean {
    return this.to - this.from === 2 && this.bytes[this.from] === DOT && this.bytes[this.from + 1] === DOT;
  }
}

export function writeName(out: ByteWriter, entry: HistoryEntry, serial: number): void {
  out.word(entry.parentHigh);
  out.word(entry.parentLow);
  out.varint(serial);
  out.copy(entry.bytes, entry.nameFrom, entry.nameTo);
}
