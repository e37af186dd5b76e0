import { realpathSync } from 'node:fs';
import { dirname } from 'node:path';
import { readTapFile, tapPlace } from '../../tap/folder';
import { isServed } from '../../transport/control/controlSocket';

/** Between two looks at whether a recording is still being written, in milliseconds. */
const LOOK_EVERY_MS = 400;

/** A file that is shown while it is written. */
export class Follow {
  private readonly whole = new AbortController();
  private timer: ReturnType<typeof setTimeout> | undefined;
  /** Where the recording goes on, when it was this file's turn no more. */
  next: string | undefined;

  /** Aborts when nothing more is to be expected. */
  get signal(): AbortSignal {
    return this.whole.signal;
  }

  /** What is there now is all that is shown. */
  end(): void {
    this.dispose();
    this.whole.abort();
  }

  /** Ends when `isWritten` says so. */
  watch(isWritten: () => Promise<boolean>): void {
    const look = async (): Promise<void> => {
      const goesOn = await isWritten().catch(() => false);
      if (this.timer === undefined) return;
      if (goesOn) this.timer = setTimeout(() => void look(), LOOK_EVERY_MS);
      else this.end();
    };
    this.timer = setTimeout(() => void look(), LOOK_EVERY_MS);
  }

  dispose(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}

/** Follows the recording of a tap that runs in the recording's own folder; undefined when no tap is writing it. */
export async function followRecording(path: string): Promise<Follow | undefined> {
  const folder = dirname(path);
  if (!(await isWritten(folder, path))) return undefined;
  const follow = new Follow();
  follow.watch(async () => {
    const goesOn = await isWritten(folder, path);
    const { recording } = readTapFile(folder) ?? {};
    if (!goesOn && recording !== undefined && !isSame(recording, path)) follow.next = recording;
    return goesOn;
  });
  return follow;
}

async function isWritten(folder: string, path: string): Promise<boolean> {
  const file = readTapFile(folder);
  if (!file || file.stopped || file.recording === undefined || !isSame(file.recording, path)) return false;
  return isServed(tapPlace(folder));
}

function isSame(a: string, b: string): boolean {
  try {
    return realpathSync(a) === realpathSync(b);
  } catch {
    return a === b;
  }
}
