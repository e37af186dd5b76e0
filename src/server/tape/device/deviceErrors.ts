import { ErrorCode } from '../../../protocol';
import { RequestFailure } from '../../failure';

/** Linux error numbers (the same on every architecture that Node runs on, but for names). */
export const Errno = {
  ENOENT: 2,
  EIO: 5,
  ENXIO: 6,
  ENOMEM: 12,
  EACCES: 13,
  EBUSY: 16,
  ENODEV: 19,
  EINVAL: 22,
  ENOSPC: 28,
  EROFS: 30,
  EOVERFLOW: 75,
  ENOMEDIUM: 123,
} as const;

const MEANINGS: ReadonlyMap<number, readonly [keyof typeof ErrorCode, string]> = new Map([
  [Errno.ENOENT, ['NO_DEVICE', 'there is no such device file']],
  [Errno.ENXIO, ['NO_DEVICE', 'no tape drive stands behind the device file']],
  [Errno.ENODEV, ['NO_DEVICE', 'no tape drive stands behind the device file']],
  [Errno.EACCES, ['PERMISSION', 'the server may not use the device file']],
  [Errno.EBUSY, ['DEVICE_BUSY', 'another program uses the drive']],
  [Errno.EROFS, ['WRITE_PROTECT', 'the tape is write-protected']],
  [Errno.ENOMEDIUM, ['NO_TAPE_LOADED', 'no tape is in the drive']],
  [Errno.ENOMEM, ['IO', 'a record is longer than the server reads']],
  [Errno.EOVERFLOW, ['IO', 'a record is longer than the driver reads']],
  [Errno.EINVAL, ['ILLEGAL_ARGS', 'the drive does not take this length']],
  [Errno.ENOSPC, ['IO', 'the tape is at its end']],
]);

/** The NDMP error of a failed system call on a tape device. */
export function deviceFailure(errno: number, device: string, doing: string): RequestFailure {
  const [error, why] = MEANINGS.get(errno) ?? (['IO', `I/O error (Linux error ${errno})`] as const);
  return new RequestFailure(ErrorCode[error], `${doing} on ${device}: ${why}`);
}
