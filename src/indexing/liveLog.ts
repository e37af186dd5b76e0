import { detectLog, openSession, startPass } from '../logs';
import type { GrowingSession, SourcePass } from '../logs';
import type { CaptureSession } from '../session/capture';
import { CaptureError } from './captureError';
import { notACapture } from './notACapture';
import type { StreamOptions } from './openStream';
import type { Spool } from './spool';

/** What is waited for at most until a text turns out to be a log. */
const PATIENCE_BYTES = 256 * 1024;

/** An index that grows with a log that comes over a pipe, as from `tail -f`. */
export class LiveLog {
  private pass: SourcePass | undefined;
  private session: GrowingSession | undefined;
  private reported = 0;

  constructor(
    private readonly spool: Spool,
    private readonly options: StreamOptions,
    readonly isGzip: boolean,
  ) {}

  get capture(): CaptureSession {
    return this.session as CaptureSession;
  }

  push(chunk: Uint8Array): void {
    this.spool.append(chunk);
    if (this.pass === undefined && !this.recognise() && this.spool.size > PATIENCE_BYTES)
      throw new CaptureError(notACapture(this.options.name ?? 'standard input', this.spool));
    while (this.pass?.step());
  }

  /** The stream is at its end. @returns false when it was no log */
  finish(broken: string | undefined): boolean {
    if (this.pass === undefined && !this.recognise()) return false;
    while (this.pass?.step());
    this.pass?.finish();
    if (broken !== undefined)
      this.pass?.index.addDamage({ kind: 'truncated', frame: 0, fileOffset: 0, bytes: 0, text: broken });
    return true;
  }

  settle(): void {
    this.updateInfo();
  }

  async report(): Promise<void> {
    const { session, pass } = this;
    if (session === undefined || pass === undefined || pass.index.count === this.reported) return;
    const from = this.reported;
    this.reported = pass.index.count;
    this.updateInfo();
    await this.options.onRows?.(from, this.reported, session);
  }

  private recognise(): boolean {
    const format = detectLog(this.spool);
    if (format === undefined) return false;
    const { pass, state } = startPass(this.spool, { format, keys: [] }, this.options);
    this.pass = pass;
    this.session = openSession(pass.index, pass.info(0, this.isGzip), this.spool, state, () => this.spool.close());
    return true;
  }

  private updateInfo(): void {
    if (this.session && this.pass) Object.assign(this.session.info, this.pass.info(this.spool.size, this.isGzip));
  }
}
