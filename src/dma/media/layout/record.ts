import { createHash } from 'node:crypto';
import { LEAST_RECORD_SIZE, type RecordKind } from './model';

/** First word of every tape record of ours but those of the stream: format, and its version. */
const MAGIC = 'NDMPWB1';
/** Bytes at the beginning of a record that its first line has room in. */
const LINE_BYTES = 160;
const KINDS: readonly string[] = ['label', 'header', 'trailer', 'tree'] satisfies RecordKind[];
const LINE = /^NDMPWB1 ([a-z]{1,8}) (\d{1,9}) (more|last) (\d{1,9}) (\d{1,9}) ([0-9a-f]{64})\n/;

/** A tape record, understood. */
export interface TapeRecordContent {
  kind: RecordKind;
  /** From 1, in order, within a row of records of this kind. */
  index: number;
  isLast: boolean;
  /** Bytes of the whole record as it was written. */
  recordSize: number;
  payload: Uint8Array;
}

/** `cut`: the record's beginning is ours, the rest is missing or damaged. */
export type Decoded = { kind: 'record'; record: TapeRecordContent } | { kind: 'cut'; why: string } | { kind: 'other' };

/**
 * A record of exactly `recordSize` bytes: a line of text (`NDMPWB1 kind index more|last record-size length sha256`), the
 * payload, zeros.
 */
export function encodeRecord(content: Omit<TapeRecordContent, 'recordSize'>, recordSize: number): Uint8Array {
  const { kind, index, isLast, payload } = content;
  const line = [MAGIC, kind, index, isLast ? 'last' : 'more', recordSize, payload.length, sha256(payload)].join(' ');
  const head = Buffer.from(`${line}\n`, 'latin1');
  if (head.length + payload.length > recordSize)
    throw new RangeError(`${payload.length} bytes do not fit a tape record of ${recordSize}`);
  const record = new Uint8Array(recordSize);
  record.set(head);
  record.set(payload, head.length);
  return record;
}

/** Bytes of payload that a record has room for. */
export function roomIn(recordSize: number): number {
  if (recordSize < LEAST_RECORD_SIZE)
    throw new RangeError(`tape records of ${recordSize} bytes are too small: at least ${LEAST_RECORD_SIZE} are needed`);
  return recordSize - LINE_BYTES;
}

/** All of a payload in as many records as it needs. */
export function encodeRecords(kind: RecordKind, payload: Uint8Array, recordSize: number): Uint8Array[] {
  const room = roomIn(recordSize);
  const count = Math.max(1, Math.ceil(payload.length / room));
  return Array.from({ length: count }, (_, n) => {
    const piece = payload.subarray(n * room, (n + 1) * room);
    return encodeRecord({ kind, index: n + 1, isLast: n === count - 1, payload: piece }, recordSize);
  });
}

/** Reads a tape record; what is behind its payload (padding, further blocks of a fixed-block drive) does not matter. */
export function decodeRecord(bytes: Uint8Array): Decoded {
  const text = Buffer.from(bytes.subarray(0, LINE_BYTES)).toString('latin1');
  if (!text.startsWith(`${MAGIC} `)) return { kind: 'other' };
  const match = LINE.exec(text);
  if (!match || !isKind(match[1])) return { kind: 'cut', why: 'the first line of the record is damaged' };
  const [line, kind, index, end, recordSize, length, digest] = match as unknown as [string, RecordKind, ...string[]];
  const payload = bytes.subarray(line.length, line.length + Number(length));
  if (payload.length < Number(length)) return { kind: 'cut', why: 'the record is shorter than it says' };
  if (sha256(payload) !== digest) return { kind: 'cut', why: 'the checksum of the record is wrong' };
  const record = { kind, index: Number(index), isLast: end === 'last', recordSize: Number(recordSize), payload };
  return { kind: 'record', record };
}

function isKind(text: string): text is RecordKind {
  return KINDS.includes(text);
}

function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex');
}
