import { NdmpFailure } from '../connection/failures';
import type { TapeService } from '../services/tape';
import { readRecord } from './layout/transfer';

/** More file marks than any tape has. */
const ALL_FILES = 1_000_000;

/** Rewinds and goes to the beginning of a tape file, from 0. @returns files that are missing on the way; 0: it is there */
export async function toFile(tape: TapeService, file: number): Promise<number> {
  await tape.move('REW');
  return file === 0 ? 0 : forward(tape, file);
}

/** Goes to the beginning of a tape file that lies further on, by the drive's own count. @returns whether it stands there */
export async function aheadTo(tape: TapeService, file: number): Promise<boolean> {
  const { file: here } = await tape.position();
  return here !== undefined && here < file && (await forward(tape, file - here)) === 0;
}

/**
 * Rewinds and goes behind the last file mark of the tape. Data without a file mark behind it, left by a connection that
 * broke, gets one first.
 * @param expected files that should be there; they are counted from the beginning of the tape
 * @returns files that are there
 */
export async function toEndOfData(tape: TapeService, expected: number): Promise<number> {
  const missing = await toFile(tape, expected);
  if (missing > 0) return expected - missing;
  const left = await forward(tape, ALL_FILES);
  const { file, block } = await tape.position();
  const files = Math.max(file ?? 0, expected + ALL_FILES - left);
  if (block === 0 || !(await endsInData(tape))) return files;
  await tape.move('EOF', 1);
  return files + 1;
}

/** What this tape file, which is there, begins with. Leaves the tape behind its beginning. */
export async function beginningOf(tape: TapeService, file: number): Promise<'empty' | 'header' | 'other'> {
  if ((await toFile(tape, file)) > 0) return 'other';
  try {
    const found = await readRecord(tape);
    if (found.kind === 'mark') return 'empty';
    return found.kind === 'record' && found.record.kind === 'header' ? 'header' : 'other';
  } catch (error) {
    if (error instanceof NdmpFailure) return 'other';
    throw error;
  }
}

/** Whether data stands directly before the end, where the server did not tell. Leaves the tape at the end. */
async function endsInData(tape: TapeService): Promise<boolean> {
  const { error, left } = await tape.tryMove('BSR', 1);
  const isData = error === 'NO_ERR' && left === 0;
  // drivers that met a file mark on the way back stand before it now
  await (isData ? tape.tryMove('FSR', 1) : forward(tape, ALL_FILES));
  return isData;
}

/** @returns marks that were not passed, whether the server calls that an error or not */
async function forward(tape: TapeService, count: number): Promise<number> {
  const { error, left } = await tape.tryMove('FSF', count);
  if (error === 'NO_ERR' || left > 0) return left;
  return count;
}
