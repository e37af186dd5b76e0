import { decodeByteString } from '../../../xdr';
import type { SparsePiece } from './entry';
import { BLOCK, numberField } from './fields';
import { paxNumber, type PaxRecord } from './paxRecords';

/** What pax records say of a sparse file (GNU tar, "Storing Sparse Files": formats 0.0, 0.1 and 1.0). */
export interface PaxSparse {
  name: Uint8Array | undefined;
  size: number | undefined;
  /** Undefined: the map stands before the data (1.0). */
  pieces: SparsePiece[] | undefined;
}

const MOST_PIECES = 1_000_000;

/** @returns undefined when the records are of no sparse file; 'broken' when they contradict themselves */
export function paxSparse(records: readonly PaxRecord[]): PaxSparse | 'broken' | undefined {
  const last = (key: string) => records.findLast((record) => record.key === `GNU.sparse.${key}`)?.value;
  const major = last('major');
  const size = last('realsize') ?? last('size');
  if (!size) return undefined;
  const base = { name: last('name'), size: paxNumber(size) };
  if (base.size === undefined) return 'broken';
  if (major && paxNumber(major) === 1) return { ...base, pieces: undefined };
  const pieces = piecesOf(pairedNumbers(records, last('map')));
  return pieces ? { ...base, pieces } : 'broken';
}

/** Format 0.1 has all numbers in one record, 0.0 a pair of records for each piece. */
function pairedNumbers(records: readonly PaxRecord[], map: Uint8Array | undefined): (number | undefined)[] {
  if (map)
    return decodeByteString(map)
      .split(',')
      .map((digits) => (/^\d{1,16}$/.test(digits) ? Number(digits) : undefined));
  return records
    .filter(({ key }) => key === 'GNU.sparse.offset' || key === 'GNU.sparse.numbytes')
    .map(({ value }) => paxNumber(value));
}

/** Offset and length in turn; they must ascend and not overlap. */
export function piecesOf(numbers: readonly (number | undefined)[]): SparsePiece[] | undefined {
  const pieces: SparsePiece[] = [];
  if (numbers.length % 2 !== 0 || numbers.length / 2 > MOST_PIECES) return undefined;
  let behind = 0;
  for (let i = 0; i < numbers.length; i += 2) {
    const offset = numbers[i];
    const length = numbers[i + 1];
    if (offset === undefined || length === undefined || offset < behind) return undefined;
    behind = offset + length;
    if (!Number.isSafeInteger(behind)) return undefined;
    if (length > 0) pieces.push({ offset, length });
  }
  return pieces;
}

/** The map before the data of format 1.0: numbers of a line each, in whole blocks. Takes blocks until it is whole. */
export class SparseMap {
  private readonly numbers: number[] = [];
  private expected: number | undefined;
  private value = 0;
  private digits = 0;

  /** @returns the pieces when this block was the last of the map, 'broken' when it is none, undefined to go on */
  take(block: Uint8Array): SparsePiece[] | 'broken' | undefined {
    for (const byte of block) {
      if (byte >= 0x30 && byte <= 0x39 && this.digits < 16) {
        this.value = this.value * 10 + (byte - 0x30);
        this.digits++;
        continue;
      }
      if (byte !== 0x0a || this.digits === 0) return 'broken';
      this.expected ??= 2 * this.value;
      this.numbers.push(this.value);
      this.value = this.digits = 0;
      if (this.expected > 2 * MOST_PIECES) return 'broken';
      if (this.numbers.length === this.expected + 1) return piecesOf(this.numbers.slice(1)) ?? 'broken';
    }
    return undefined;
  }
}

const PAIR = 24;

/** The map of GNU's old format: four pieces in the header, 21 in each block that follows while a flag says so. */
export class OldSparseMap {
  private readonly numbers: (number | undefined)[] = [];
  readonly size: number | undefined;
  more: boolean;

  constructor(header: Uint8Array) {
    this.collect(header, 386, 4);
    this.more = header[482] !== 0;
    this.size = numberField(header, 483, 12);
  }

  take(block: Uint8Array): void {
    this.collect(block, 0, 21);
    this.more = block[BLOCK - 8] !== 0 && this.numbers.length < 2 * MOST_PIECES;
  }

  get pieces(): SparsePiece[] | undefined {
    return piecesOf(this.numbers);
  }

  private collect(block: Uint8Array, from: number, count: number): void {
    for (let i = 0, at = from; i < count && block[at] !== 0; i++, at += PAIR)
      this.numbers.push(numberField(block, at, 12), numberField(block, at + 12, 12));
  }
}
