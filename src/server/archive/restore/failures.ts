import { messageOf } from '../../../transport/messageOf';

/** recovery_status of NDMPv4 (LOG_FILE), which the session turns into what older versions have. */
export const RecoveryStatus = {
  SUCCESSFUL: 0,
  PERMISSION: 1,
  NOT_FOUND: 2,
  NO_DIRECTORY: 3,
  OUT_OF_MEMORY: 4,
  IO_ERROR: 5,
  UNDEFINED: 6,
  FILE_PATH_EXISTS: 7,
} as const;

const { PERMISSION, NO_DIRECTORY, OUT_OF_MEMORY, IO_ERROR, UNDEFINED, FILE_PATH_EXISTS } = RecoveryStatus;

/** Why something could not be restored. */
export interface Failure {
  /** recovery_status of the list entry that it belongs to. */
  status: number;
  /** For people, without the path. */
  reason: string;
}

/** Errors of the system that a restore meets: their recovery_status, and in words. */
const FAILURES: Record<string, readonly [status: number, reason: string]> = {
  EACCES: [PERMISSION, 'permission denied'],
  EPERM: [PERMISSION, 'not permitted'],
  EROFS: [PERMISSION, 'the file system is read-only'],
  ENOENT: [NO_DIRECTORY, 'its directory is not there'],
  ENOTDIR: [NO_DIRECTORY, 'a part of its path is a file or a symbolic link, which is not followed'],
  ELOOP: [NO_DIRECTORY, 'a part of its path is a symbolic link, which is not followed'],
  ENOMEM: [OUT_OF_MEMORY, 'out of memory'],
  EIO: [IO_ERROR, 'input/output error'],
  ENOSPC: [IO_ERROR, 'the disk is full'],
  EDQUOT: [IO_ERROR, 'the quota is used up'],
  EFBIG: [IO_ERROR, 'it is larger than the file system takes'],
  EMFILE: [UNDEFINED, 'too many files are open'],
  ENAMETOOLONG: [UNDEFINED, 'its name is longer than the file system takes'],
  EILSEQ: [UNDEFINED, 'its name is none that the file system takes'],
  EINVAL: [UNDEFINED, 'the file system does not take it'],
  EOPNOTSUPP: [UNDEFINED, 'the file system does not know such objects'],
  EMLINK: [UNDEFINED, 'the file has as many links as the file system takes'],
  EXDEV: [UNDEFINED, 'a hard link cannot lead to another file system'],
  EEXIST: [FILE_PATH_EXISTS, 'something else stands at its place'],
  EISDIR: [FILE_PATH_EXISTS, 'a directory stands at its place'],
  ENOTEMPTY: [FILE_PATH_EXISTS, 'a directory with something in it stands at its place'],
  EBUSY: [FILE_PATH_EXISTS, 'something that is in use stands at its place'],
};

/** Thrown where the reason is our own, not the system's. */
export class RestoreFailure extends Error implements Failure {
  constructor(
    readonly status: number,
    readonly reason: string,
  ) {
    super(reason);
  }
}

export function failureOf(error: unknown): Failure {
  if (error instanceof RestoreFailure) return error;
  const known = FAILURES[codeOf(error) ?? ''];
  if (known) return { status: known[0], reason: known[1] };
  return { status: UNDEFINED, reason: messageOf(error) };
}

/** Code of a system's error, such as 'EEXIST'. */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
}
