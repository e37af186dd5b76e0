import type { TapeService } from '../../services/tape';
import { encodeLabel, encodeRecords, writeRecords } from '../layout';
import type { Label } from '../model';

/**
 * Writes the label over the beginning of the tape: all that was on it is lost from then on. Whether it may be written
 * is for the caller to know ({@link refusalToWrite}). Leaves the tape behind the label's file mark.
 * @param recordSize bytes of its records; on a drive with fixed blocks a multiple of a block
 */
export async function writeLabel(tape: TapeService, label: Label, recordSize: number): Promise<void> {
  await tape.move('REW');
  await writeRecords(tape, encodeRecords('label', encodeLabel(label), recordSize));
  await tape.move('EOF', 1);
}
