import { good, refuseCommand, refuseField } from '../../scsi/sense';
import type { ScsiResult } from '../../scsi/target';
import type { CommandEntry, DriveCommand } from './command';
import { bytesOf, u16, u24 } from './fields';
import { DENSITY } from './reports';

/** Mode pages by code, without their two bytes of header: current values (SPC-4 section 7.5, SSC-4 section 8.3). */
const PAGES: ReadonlyMap<number, readonly number[]> = new Map([
  // error recovery: retries as the drive likes
  [0x01, [0, 3, 0, 0, 0, 0, 3, 0, 0, 0]],
  // disconnect-reconnect
  [0x02, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  // control
  [0x0a, [0, 0x10, 0, 0, 0, 0, 0, 0, 0, 0]],
  // data compression: neither possible nor on
  [0x0f, [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]],
  // device configuration: block numbers are known
  [0x10, [0, 0, 0, 0, 0, 0, 0x40, 0, 0x18, 0, 0, 0, 0, 0]],
  // informational exceptions: TapeAlert by LOG SENSE
  [0x1c, [0x08, 3, 0, 0, 0, 0, 0, 0, 0, 1]],
]);
const ALL_PAGES = 0x3f;
const CHANGEABLE = 1;
const SAVED = 3;
const BUFFERED = 0x10;
const WRITE_PROTECTED = 0x80;
const DESCRIPTOR_BYTES = 8;

export const modeCommands: ReadonlyMap<number, CommandEntry> = new Map<number, CommandEntry>([
  [0x1a, { handle: (command) => modeSense(command, 4, command.cdb[4]) }],
  [0x5a, { handle: (command) => modeSense(command, 8, u16(command.cdb, 7)) }],
  [0x15, { handle: (command) => modeSelect(command, 4, command.cdb[4]) }],
  [0x55, { handle: (command) => modeSelect(command, 8, u16(command.cdb, 7)) }],
]);

/** @param header bytes of the header: 4 for MODE SENSE(6), 8 for (10) */
function modeSense({ cdb, drive }: DriveCommand, header: 4 | 8, allocated: number): ScsiResult {
  const control = cdb[2] >> 6;
  const code = cdb[2] & ALL_PAGES;
  if (control === SAVED) refuseCommand('SAVING_PARAMETERS_NOT_SUPPORTED');
  if (cdb[3] !== 0 && cdb[3] !== 0xff) refuseField(3, 7);
  const codes = code === ALL_PAGES ? [...PAGES.keys()] : [code];
  const pages = codes.flatMap((each) => page(each, control) ?? (code === 0 ? [] : refuseField(2, 5)));
  const descriptor = (cdb[1] & 8) !== 0 ? [] : [DENSITY, 0, 0, 0, 0, ...bytesOf(drive.blockLength, 3)];
  const specific = BUFFERED | (drive.deck?.writeProtected ? WRITE_PROTECTED : 0);
  const length = header + descriptor.length + pages.length;
  const head =
    header === 4
      ? [length - 1, 0, specific, descriptor.length]
      : [...bytesOf(length - 2, 2), 0, specific, 0, 0, ...bytesOf(descriptor.length, 2)];
  return good(Uint8Array.of(...head, ...descriptor, ...pages).subarray(0, allocated));
}

function page(code: number, control: number): number[] | undefined {
  const values = PAGES.get(code);
  if (!values) return undefined;
  return [code, values.length, ...values.map((value) => (control === CHANGEABLE ? 0 : value))];
}

/** MODE SELECT: the block length is taken, pages are read over when they are ones the drive has. */
function modeSelect({ cdb, drive, dataOut }: DriveCommand, header: 4 | 8, length: number): ScsiResult {
  if ((cdb[1] & 1) !== 0) refuseField(1, 0); // saving
  if (length === 0) return good();
  if (dataOut.length < length || length < header) refuseCommand('PARAMETER_LIST_LENGTH_ERROR');
  const list = dataOut.subarray(0, length);
  const descriptorBytes = header === 4 ? list[3] : u16(list, 6);
  if (descriptorBytes !== 0 && descriptorBytes !== DESCRIPTOR_BYTES)
    refuseCommand('INVALID_FIELD_IN_PARAMETERS', { field: { byte: header - 1, in: 'parameters' } });
  if (header + descriptorBytes > list.length) refuseCommand('PARAMETER_LIST_LENGTH_ERROR');
  checkPages(list, header + descriptorBytes);
  if (descriptorBytes > 0) drive.blockLength = u24(list, header + 5);
  return good(undefined, length);
}

function checkPages(list: Uint8Array, start: number): void {
  for (let at = start; at < list.length;) {
    const known = PAGES.get(list[at] & ALL_PAGES);
    if (!known) refuseCommand('INVALID_FIELD_IN_PARAMETERS', { field: { byte: at, in: 'parameters' } });
    if (at + 2 > list.length || at + 2 + known.length > list.length) refuseCommand('PARAMETER_LIST_LENGTH_ERROR');
    if (list[at + 1] !== known.length)
      refuseCommand('INVALID_FIELD_IN_PARAMETERS', { field: { byte: at + 1, in: 'parameters' } });
    at += 2 + known.length;
  }
}
