/** Why a capture cannot be read, in words for the user: what, where, and what to do. */
export class CaptureError extends Error {
  override readonly name = 'CaptureError';
}

/** Turns a file system error into a {@link CaptureError}; leaves other errors as they are. */
export function explainFileError(path: string, error: unknown): Error {
  const { code } = error as { code?: unknown };
  const reason: Record<string, string> = {
    ENOENT: 'there is no such file',
    EACCES: 'you may not read it',
    EPERM: 'you may not read it',
    EISDIR: 'it is a folder',
    ENOSPC: 'there is no room left on the disk',
    EMFILE: 'too many files are open',
  };
  if (typeof code !== 'string') return error instanceof Error ? error : new Error(String(error));
  return new CaptureError(`${path} cannot be opened: ${reason[code] ?? (error as Error).message}.`);
}
