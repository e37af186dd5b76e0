import { good, refuseCommand, refuseField } from '../../scsi/sense';
import type { ScsiResult } from '../../scsi/target';
import type { Deck } from '../virtual/deck';
import type { CommandEntry, DriveCommand } from './command';
import { i24, i64, u24, u32, u64 } from './fields';

const SPACE_RECORDS = 0;
const SPACE_MARKS = 1;
const SPACE_TO_END = 3;
const LOCATE_OBJECT = 0;
const LOCATE_FILE = 1;
const LOCATE_END = 3;

/** Commands that move the tape or mark it (SSC-4, sections 5 to 7). */
export const motionCommands: ReadonlyMap<number, CommandEntry> = new Map<number, CommandEntry>([
  [0x01, { needs: 'medium', handle: ({ deck }) => moved(deck, 0) }],
  [0x10, { needs: 'writable', handle: (command) => writeMarks(command, u24(command.cdb, 2)) }],
  [0x80, { needs: 'writable', handle: (command) => writeMarks(command, u24(command.cdb, 12)) }],
  [0x11, { needs: 'medium', handle: (command) => space(command, i24(command.cdb, 2)) }],
  [0x91, { needs: 'medium', handle: (command) => space(command, i64(command.cdb, 4)) }],
  [0x19, { needs: 'writable', handle: erase }],
  [0x1b, { handle: loadUnload }],
  [0x2b, { needs: 'medium', handle: ({ deck, cdb }) => locate(deck, LOCATE_OBJECT, u32(cdb, 3)) }],
  [0x92, { needs: 'medium', handle: ({ deck, cdb }) => locate(deck, (cdb[1] >> 3) & 7, u64(cdb, 4)) }],
]);

function moved(deck: Deck, place: number): ScsiResult {
  deck.locate(place);
  return good();
}

/** WRITE FILEMARKS: 0 of them brings what was written onto the medium. */
async function writeMarks({ deck, cdb }: DriveCommand, count: number): Promise<ScsiResult> {
  if ((cdb[1] & 2) !== 0) refuseField(1, 1); // setmarks
  const { written } = await deck.writeMarks(count);
  if (written < count) refuseCommand('VOLUME_IS_FULL', { information: count - written, endOfMedium: true });
  if (count > 0 && deck.pastEarlyWarning) refuseCommand('END_OF_MEDIUM', { information: 0, endOfMedium: true });
  return good();
}

/** SPACE: what is met ends behind it in the direction of the movement, and the rest of the count is told. */
function space({ deck, cdb }: DriveCommand, count: number): ScsiResult {
  const code = cdb[1] & 0x0f;
  if (code === SPACE_TO_END) return moved(deck, deck.logicalObjects);
  if (code !== SPACE_RECORDS && code !== SPACE_MARKS) refuseField(1, 3);
  const { remaining } = deck.space(code === SPACE_RECORDS ? 'records' : 'marks', count);
  if (remaining === 0) return good();
  const information = clampInformation(remaining);
  if (deck.atBeginning && count < 0) refuseCommand('BEGINNING_OF_MEDIUM', { information, endOfMedium: true });
  if (deck.atEndOfData && count > 0) refuseCommand('END_OF_DATA', { information });
  deck.space('marks', Math.sign(count));
  return refuseCommand('FILEMARK_DETECTED', { information, filemark: true });
}

function locate(deck: Deck, kind: number, target: number): ScsiResult {
  if (kind === LOCATE_END) return moved(deck, deck.logicalObjects);
  if (kind === LOCATE_FILE) {
    deck.locate(0);
    if (deck.space('marks', target).remaining > 0) refuseCommand('END_OF_DATA', { information: 0 });
    return good();
  }
  if (kind !== LOCATE_OBJECT) refuseField(1, 5);
  deck.locate(target);
  if (target > deck.logicalObjects) refuseCommand('END_OF_DATA', { information: 0 });
  return good();
}

/** ERASE: what is behind the head is blank afterwards, whether the long form was asked for or not. */
async function erase({ deck }: DriveCommand): Promise<ScsiResult> {
  await deck.erase();
  return good();
}

async function loadUnload({ drive, cdb }: DriveCommand): Promise<ScsiResult> {
  const load = (cdb[4] & 1) !== 0;
  if (load && (cdb[4] & 4) !== 0) refuseField(4, 2); // to the end of the tape
  if (!drive.cartridge) refuseCommand('MEDIUM_NOT_PRESENT');
  if (!load) {
    if (drive.removalPrevented) refuseCommand('MEDIUM_REMOVAL_PREVENTED');
    await drive.unthread();
    return good();
  }
  await drive.thread();
  if (drive.cartridge.kind === 'cleaning') refuseCommand('CLEANING_CARTRIDGE_INSTALLED');
  if (!drive.deck) refuseCommand('MEDIUM_LOAD_FAILED');
  return moved(drive.deck, 0);
}

function clampInformation(count: number): number {
  return Math.min(count, 0x7fff_ffff);
}
