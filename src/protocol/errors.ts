import { table, type EnumTable } from './schema';
import { vendorOfClass } from './vendors';

/** Core error codes of the message header and of reply bodies (NDMPv4 draft, section 2.3; v2 ends at 22, v3 at 23). */
export const coreErrors: EnumTable = table('error', {
  0: ['NO_ERR', 'Success.'],
  1: ['NOT_SUPPORTED', 'The message, service or operation is not implemented.'],
  2: ['DEVICE_BUSY', 'The device is used by somebody else, or the tape by an active or listening mover.'],
  3: ['DEVICE_OPENED', 'This connection already has a tape or SCSI device open.'],
  4: ['NOT_AUTHORIZED', 'Not authenticated yet, or the authentication failed.'],
  5: ['PERMISSION', 'The user lacks the right, or the tape was opened read-only and a write is needed.'],
  6: ['DEV_NOT_OPEN', 'No device is open on this connection.'],
  7: ['IO', 'Device input/output error, or the physical end of the medium.'],
  8: ['TIMEOUT', 'The command timed out.'],
  9: ['ILLEGAL_ARGS', 'An argument is not acceptable; in CONNECT_OPEN: this version is not supported.'],
  10: ['NO_TAPE_LOADED', 'There is no tape in the drive.'],
  11: ['WRITE_PROTECT', 'The tape is write-protected.'],
  12: ['EOF', 'A file mark was met.'],
  13: ['EOM', 'End of medium: early warning, or blank tape.'],
  14: ['FILE_NOT_FOUND', 'A file wanted by the recovery was not found.'],
  15: ['BAD_FILE', 'Bad file descriptor.'],
  16: ['NO_DEVICE', 'The device does not exist.'],
  17: ['NO_BUS', 'The SCSI controller does not exist.'],
  18: ['XDR_DECODE', 'The arguments of the message could not be decoded.'],
  19: ['ILLEGAL_STATE', 'The request is not allowed in the present state.'],
  20: ['UNDEFINED', 'An error without a code of its own.'],
  21: ['XDR_ENCODE', 'The reply could not be encoded.'],
  22: ['NO_MEM', 'Out of memory.'],
  23: ['CONNECT', 'The data connection could not be made (from v3).'],
  24: ['SEQUENCE_NUM', 'The sequence number is not the expected one (v4).'],
  25: ['READ_IN_PROGRESS', 'A MOVER_READ is still being served (v4).'],
  26: ['PRECONDITION', 'A required preparation is missing (v4).'],
  27: ['CLASS_NOT_SUPPORTED', 'The extension class is not supported (v4).'],
  28: ['VERSION_NOT_SUPPORTED', 'This version of the extension class is not supported (v4).'],
  29: ['EXT_DUPL_CLASSES', 'An extension class was named more than once (v4).'],
  30: ['EXT_DANDN_ILLEGAL', 'Extension discovery and negotiation is over, or was not begun in order (v4).'],
});

/** Errors of the snapshot management extension (class 0x2050). */
const snapshotErrors: EnumTable = table('snapshot error', {
  0x20500100: ['SNAP_EXISTS', 'The snapshot exists already.'],
  0x20500101: ['SNAP_NOT_FOUND', 'There is no such snapshot.'],
  0x20500102: ['SNAP_READ_ONLY_FS', 'The file system is read-only.'],
  0x20500103: ['SNAP_INVALID_PATH', 'The path is not valid.'],
  0x20500104: ['SNAP_NO_SPACE', 'There is no room for the snapshot.'],
  0x20500105: ['SNAP_BUSY', 'The snapshot is in use.'],
  0x20500106: ['SNAP_INTERNAL', 'Internal error of the snapshot service.'],
  0x20500107: ['SNAP_NO_DISK_SPACE', 'The disk is full.'],
});

const errors = new Map([...coreErrors.values, ...snapshotErrors.values]);

/** 'NO_ERR', 'DEVICE_BUSY'…; unknown ones by class and number: '0x20520003 (class 0x2052 NetApp, error 3)'. */
export function errorName(error: number): string {
  const word = error >>> 0;
  const known = errors.get(word);
  if (known) return known.name;
  const hex = `0x${word.toString(16)}`;
  const classId = word >>> 16;
  if (classId === 0) return `${hex} (undefined error ${word})`;
  const vendor = vendorOfClass(classId);
  return `${hex} (class 0x${classId.toString(16)}${vendor ? ` ${vendor}` : ''}, error ${word & 0xffff})`;
}

/** What a known error means, in a sentence. */
export function errorDoc(error: number): string | undefined {
  return errors.get(error >>> 0)?.doc;
}

/** Whether the number is a defined error, or belongs to an extension class that may define it. */
export function isPlausibleError(error: number): boolean {
  return errors.has(error >>> 0) || error >>> 16 !== 0;
}

/** Whether {@link errorName} has a name for the number. */
export function isNamedError(error: number): boolean {
  return errors.has(error >>> 0);
}
