import { ErrorCode } from '../../../protocol';
import { RequestFailure } from '../../failure';

const REASONS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk that holds the cartridge is full',
  EDQUOT: 'the disk quota of the server is used up',
  EROFS: 'the disk that holds the cartridge is read-only',
  EACCES: 'the server may not write the files of the cartridge',
  EFBIG: 'the data file of the cartridge has reached the largest size a file may have',
};
const GONE = new Set(['ENOENT', 'ENOTDIR', 'ESTALE', 'ENODEV']);

/** The NDMP error of a failed file operation on a cartridge. */
export function mediumFailure(error: unknown, doing: string): RequestFailure {
  if (error instanceof RequestFailure) return error;
  const code = (error as NodeJS.ErrnoException | undefined)?.code ?? '';
  if (GONE.has(code)) return cartridgeGone(doing);
  return new RequestFailure(ErrorCode.IO, `${doing}: ${REASONS[code] ?? `I/O error ${code || String(error)}`}`);
}

/** The cartridge's files were removed while it was in the drive. */
export function cartridgeGone(doing: string): RequestFailure {
  return new RequestFailure(ErrorCode.NO_TAPE_LOADED, `${doing}: the files of the cartridge are gone`);
}
