import type { IndexProgress } from '../../indexing';
import type { Io } from './io';
import { byteSize, counted, fit } from './text';

/** Nothing is shown before this many milliseconds, and then not more often than `every`. */
const patience = 400;
const every = 100;

/** How far a reading is: one line on standard error that rewrites itself. Silent when that is no terminal. */
export class Progress {
  private readonly started = Date.now();
  private last = 0;
  private visible = false;

  constructor(
    private readonly io: Io,
    private readonly name: string,
  ) {}

  show({ phase, bytesRead, bytesTotal, rows }: IndexProgress): void {
    const now = Date.now();
    const due = now - this.started >= patience && now - this.last >= every;
    if (this.io.stderr.isTTY !== true || !due || phase === 'done') {
      return;
    }
    this.last = now;
    this.visible = true;
    const part =
      bytesTotal === undefined ? byteSize(bytesRead) : `${Math.floor((100 * bytesRead) / Math.max(1, bytesTotal))} %`;
    const what = phase === 'unpacking' ? 'unpacking' : counted(rows, 'message');
    this.io.stderr.write(`\r\x1b[K${fit(`${this.name}: ${part}, ${what}`, (this.io.stderr.columns ?? 80) - 1)}`);
  }

  clear(): void {
    if (this.visible) {
      this.io.stderr.write('\r\x1b[K');
      this.visible = false;
    }
  }
}
