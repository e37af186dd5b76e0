import { NdmpFailure } from '../../connection/failures';
import type { TapeService } from '../../services/tape';
import { messageOf } from '../../../transport/messageOf';
import { BadField } from './fields';
import type { RecordKind } from './model';
import { decodeRecord, type TapeRecordContent } from './record';

/** Bytes that are read of a record whose size is not known; servers that refuse so much get the next one. */
const READ_SIZES = [256 * 1024, 64 * 1024] as const;
/** Bytes of a header or a trailer at most. */
const MOST_PAYLOAD = 16 * 1024 * 1024;

/** What was found where a record of ours was looked for. */
export type Found =
  | { kind: 'record'; record: TapeRecordContent }
  /** It is not ours: its first bytes. */
  | { kind: 'other'; data: Uint8Array }
  | { kind: 'damaged'; why: string }
  | { kind: 'mark' }
  | { kind: 'end' };

/**
 * Writes a record, also behind the early warning of the end of the tape.
 * @returns whether the end of the tape is near
 * @throws NdmpFailure, IO when the tape is full
 */
export async function writeRecord(tape: TapeService, record: Uint8Array): Promise<boolean> {
  try {
    return (await tape.write(record)).isNearEnd;
  } catch (error) {
    // the warning is told once, by a write that writes nothing (NDMPv4 draft, section 3.4.7)
    if (!isError(error, 'EOM')) throw error;
    await tape.write(record);
    return true;
  }
}

/** Writes records one behind the other. @returns whether the end of the tape is near */
export async function writeRecords(tape: TapeService, records: Iterable<Uint8Array>): Promise<boolean> {
  let isNear = false;
  for (const record of records) isNear = (await writeRecord(tape, record)) || isNear;
  return isNear;
}

/** Reads what comes next and says what it is. @param size bytes of a record, where they are known */
export async function readRecord(tape: TapeService, size?: number): Promise<Found> {
  const result = await readBlock(tape, size);
  return result.kind === 'block' ? foundIn(result.data) : result;
}

function foundIn(data: Uint8Array): Found {
  const decoded = decodeRecord(data);
  return decoded.kind === 'cut'
    ? { ...decoded, kind: 'damaged' }
    : decoded.kind === 'other'
      ? { kind: 'other', data }
      : decoded;
}

/** A block of whatever size; the beginning of it where it is larger than what may be read at a time. */
async function readBlock(
  tape: TapeService,
  size: number | undefined,
): Promise<Awaited<ReturnType<TapeService['read']>>> {
  const sizes = size === undefined ? READ_SIZES : [size];
  for (const [n, count] of sizes.entries())
    try {
      return await tape.read(count);
    } catch (error) {
      if (n === sizes.length - 1 || !isError(error, 'ILLEGAL_ARGS')) throw error;
    }
  return { kind: 'end' };
}

/** The payload of a row of records. */
export interface Payload {
  kind: 'payload';
  what: RecordKind;
  bytes: Uint8Array;
  recordSize: number;
}

/** The payload of a row of records, which begins here; of a tree, which has no bounds, only the first record. */
export async function readPayload(
  tape: TapeService,
  size?: number,
): Promise<Payload | Exclude<Found, { kind: 'record' }>> {
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  let what: RecordKind | undefined;
  // a drive with fixed blocks may give several records at once
  let behind: Uint8Array = new Uint8Array(0);
  for (let index = 1; ; index++) {
    const block = behind.length > 0 ? ({ kind: 'block', data: behind } as const) : await readBlock(tape, size);
    const found = block.kind === 'block' ? foundIn(block.data) : block;
    if (found.kind !== 'record') return index === 1 ? found : { kind: 'damaged', why: `${what} without its end` };
    const { record } = found;
    behind = block.kind === 'block' ? block.data.subarray(record.recordSize) : behind;
    what ??= record.kind;
    if (record.kind !== what || record.index !== index)
      return { kind: 'damaged', why: `${record.kind} record ${record.index} instead of ${what} record ${index}` };
    pieces.push(record.payload);
    bytes += record.payload.length;
    if (bytes > MOST_PAYLOAD) return { kind: 'damaged', why: `a ${what} of more than ${MOST_PAYLOAD} bytes` };
    if (record.isLast || what === 'tree')
      return { kind: 'payload', what, bytes: Buffer.concat(pieces), recordSize: record.recordSize };
  }
}

/**
 * The content of a row of records of one kind, which begins here.
 * @param decode makes the content of it; a BadField that it throws is told as damage
 */
export async function readContent<T>(
  tape: TapeService,
  kind: RecordKind,
  decode: (payload: Uint8Array) => T,
  size?: number,
): Promise<{ kind: 'content'; content: T; recordSize: number } | Exclude<Found, { kind: 'record' }>> {
  const found = await readPayload(tape, size);
  return found.kind === 'payload' ? contentOf(found, kind, decode) : found;
}

/** The content of a payload, which has to be of this kind. */
export function contentOf<T>(
  { what, bytes, recordSize }: Payload,
  kind: RecordKind,
  decode: (payload: Uint8Array) => T,
): { kind: 'content'; content: T; recordSize: number } | { kind: 'damaged'; why: string } {
  if (what !== kind) return { kind: 'damaged', why: `a ${what} instead of a ${kind}` };
  try {
    return { kind: 'content', content: decode(bytes), recordSize };
  } catch (error) {
    if (error instanceof BadField) return { kind: 'damaged', why: `the ${kind} cannot be read: ${messageOf(error)}` };
    throw error;
  }
}

function isError(error: unknown, name: string): boolean {
  return error instanceof NdmpFailure && error.error === name;
}
