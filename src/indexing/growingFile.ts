import { statSync } from 'node:fs';
import type { FileSource } from './fileSource';
import { Signal } from './workerMessages';

/** Between two looks at a file that is followed, in milliseconds. */
const LOOK_EVERY_MS = 50;
/** Between two looks at whether its name still means it. */
const CHECK_EVERY_MS = 1000;

/** A file that somebody is writing, as its reader waits for it. */
export class GrowingFile {
  private nextCheck = 0;
  private wasWhole = false;

  constructor(
    private readonly path: string,
    private readonly source: FileSource,
    private readonly signal: Int32Array,
  ) {}

  /**
   * Waits a moment for more.
   * @returns true to look again; false when nothing more is to be expected: it is whole and was looked at since it is
   */
  wait(): boolean {
    if (this.wasWhole) return false;
    this.wasWhole = Atomics.load(this.signal, Signal.WHOLE) !== 0;
    if (!this.wasWhole) Atomics.wait(this.signal, Signal.WAKE, 0, LOOK_EVERY_MS);
    return true;
  }

  /** Why it can be followed no longer, in a sentence; undefined as long as it can. `read`: up to where it has been. */
  trouble(read: number): string | undefined {
    if (this.source.size < read)
      return 'The file has become shorter while it was followed: what it holds now is not what is shown. Reload it to see that.';
    const now = performance.now();
    if (now < this.nextCheck) return undefined;
    this.nextCheck = now + CHECK_EVERY_MS;
    return this.isReplaced()
      ? 'Another file has taken the name of the one that was followed, which ends here. Reload it to see the new one.'
      : undefined;
  }

  private isReplaced(): boolean {
    try {
      const { ino, dev } = statSync(this.path);
      const own = this.source.identity;
      return ino !== own.ino || dev !== own.dev;
    } catch {
      return false; // its name is gone, the file itself is not
    }
  }
}
