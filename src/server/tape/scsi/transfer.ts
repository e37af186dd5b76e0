import { checkCondition, good, refuseCommand, refuseField, type SenseDetail, type SenseName } from '../../scsi/sense';
import type { ScsiResult } from '../../scsi/target';
import type { CommandEntry, DriveCommand } from './command';
import { u24 } from './fields';

const FIXED = 1;
const SUPPRESS_LENGTH = 2;
/** Bytes that one command moves at most. */
const LONGEST_TRANSFER = 0xff_ffff;

/** READ(6) and WRITE(6) (SSC-4, sections 6.4 and 6.13). */
export const transferCommands: ReadonlyMap<number, CommandEntry> = new Map<number, CommandEntry>([
  [0x08, { needs: 'medium', handle: (command) => (isFixed(command) ? readBlocks(command) : readRecord(command)) }],
  [0x0a, { needs: 'writable', handle: (command) => (isFixed(command) ? writeBlocks(command) : writeRecord(command)) }],
]);

function isFixed({ cdb, drive }: DriveCommand): boolean {
  if ((cdb[1] & FIXED) === 0) return false;
  if (drive.blockLength === 0) refuseField(1, 0);
  return true;
}

async function readRecord({ deck, cdb, drive }: DriveCommand): Promise<ScsiResult> {
  const wanted = u24(cdb, 2);
  if (wanted === 0) return good();
  const into = new Uint8Array(Math.min(wanted, deck.nextLength));
  const outcome = await deck.read(into);
  if (outcome.kind === 'end') refuseCommand('END_OF_DATA', { information: wanted });
  if (outcome.kind === 'mark') {
    deck.space('marks', 1);
    refuseCommand('FILEMARK_DETECTED', { information: wanted, filemark: true });
  }
  const silent = (cdb[1] & SUPPRESS_LENGTH) !== 0 && (outcome.length < wanted || drive.blockLength === 0);
  if (outcome.length === wanted || silent) return good(into);
  return checkCondition('INCORRECT_LENGTH', { information: wanted - outcome.length, incorrectLength: true }, into);
}

async function readBlocks({ deck, cdb, drive }: DriveCommand): Promise<ScsiResult> {
  if ((cdb[1] & SUPPRESS_LENGTH) !== 0) refuseField(1, 1);
  const count = u24(cdb, 2);
  if (count * drive.blockLength > LONGEST_TRANSFER) refuseField(2);
  const into = new Uint8Array(count * drive.blockLength);
  let done = 0;
  const met = (name: SenseName, detail: SenseDetail): ScsiResult =>
    checkCondition(name, { information: count - done, ...detail }, into.subarray(0, done * drive.blockLength));
  for (; done < count; done++) {
    const outcome = await deck.read(into.subarray(done * drive.blockLength, (done + 1) * drive.blockLength));
    if (outcome.kind === 'end') return met('END_OF_DATA', {});
    if (outcome.kind === 'mark') {
      deck.space('marks', 1);
      return met('FILEMARK_DETECTED', { filemark: true });
    }
    if (outcome.length !== drive.blockLength) return met('INCORRECT_LENGTH', { incorrectLength: true });
  }
  return good(into);
}

async function writeRecord(command: DriveCommand): Promise<ScsiResult> {
  const length = u24(command.cdb, 2);
  return length === 0 ? good() : write(command, length, length);
}

async function writeBlocks(command: DriveCommand): Promise<ScsiResult> {
  const { blockLength } = command.drive;
  const length = u24(command.cdb, 2) * blockLength;
  return length === 0 ? good() : write(command, length, blockLength);
}

/** Writes on behind the early warning, telling each time that it was passed. */
async function write({ deck, cdb, dataOut }: DriveCommand, length: number, recordSize: number): Promise<ScsiResult> {
  if (length > LONGEST_TRANSFER || dataOut.length < length) refuseField(2);
  const bytes = dataOut.subarray(0, length);
  let written = 0;
  let stopped: 'early-warning' | 'full' | undefined;
  do {
    const outcome = await deck.write(bytes.subarray(written * recordSize), recordSize);
    written += outcome.written;
    stopped = outcome.stopped;
  } while (stopped === 'early-warning');
  const missing = length - Math.min(length, written * recordSize);
  const information = (cdb[1] & FIXED) !== 0 ? missing / recordSize : missing;
  if (missing > 0) refuseCommand('VOLUME_IS_FULL', { information, endOfMedium: true });
  const result = good(undefined, length);
  if (!deck.pastEarlyWarning) return result;
  return { ...checkCondition('END_OF_MEDIUM', { information: 0, endOfMedium: true }), dataOutLength: length };
}
