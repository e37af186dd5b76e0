import { clip, escapeText } from '../../../protocol';
import type { LogText, LogType } from '../model';
import { toByteString, type RawName } from '../walk/rawName';

const MAX_TOLD = 500;
const MAX_PATH = 300;

/** What went wrong with single files, told to the DMA one by one up to a bound. */
export class Problems {
  count = 0;
  private waiting: LogText[] = [];

  /** Something about one path, such as "cannot be read (EACCES); it is not in the backup". */
  report(path: RawName, text: string, type: LogType = 'warning'): void {
    this.count++;
    if (this.count > MAX_TOLD) return;
    this.say(`${pathText(path)}: ${text}`, type);
    if (this.count === MAX_TOLD) this.say('More problems like these are counted, not told one by one.', 'warning');
  }

  say(text: string, type: LogType): void {
    this.waiting.push({ type, text });
  }

  take(): LogText[] {
    const taken = this.waiting;
    this.waiting = [];
    return taken;
  }
}

/** A path within the backup for people. */
export function pathText(path: RawName): string {
  return clip(escapeText(`/${toByteString(path)}`), MAX_PATH);
}

/** Why a call of the system failed, in few words. */
export function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const code = (error as NodeJS.ErrnoException).code;
  return REASONS[code ?? ''] ?? code ?? error.message;
}

const REASONS: Record<string, string> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENOENT: 'it has vanished',
  ENOTDIR: 'it is no directory any more',
  ELOOP: 'a symbolic link has taken its place',
  EIO: 'input/output error',
  ESTALE: 'the file server no longer knows it',
  EMFILE: 'too many files are open',
  ENXIO: 'no such device',
};
