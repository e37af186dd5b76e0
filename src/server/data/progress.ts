import type { OperationLog } from './logPosts';

/** Seconds between two messages that an operation goes on. */
const SECONDS = 30;

/** How far an operation is: bytes, rate, what is left, and a message for people now and then. */
export class Progress {
  bytes = 0;
  /** Bytes that are still to come; undefined: not known. */
  remaining: number | undefined;
  read = { offset: 0n, length: 0n };
  private readonly started: number;
  private told: number;

  /**
   * @param title such as "Backup of /vol1"
   * @param now milliseconds
   */
  constructor(
    private readonly title: string,
    private readonly log: OperationLog,
    private readonly now: () => number,
  ) {
    this.started = this.told = now();
  }

  moved(bytes: number): void {
    this.bytes += bytes;
    if (this.now() - this.told < SECONDS * 1000) return;
    this.told = this.now();
    const left = this.remaining === undefined ? '' : `, about ${sizeText(this.remaining)} to go`;
    this.log.message({ type: 'normal', text: `${this.title}: ${sizeText(this.bytes)} in ${this.seconds} s${left}.` });
  }

  /** Seconds that are left at the rate of so far; undefined: not known. */
  get secondsRemaining(): number | undefined {
    if (this.remaining === undefined) return undefined;
    if (this.remaining === 0) return 0;
    const seconds = (this.now() - this.started) / 1000;
    if (this.bytes === 0 || seconds < 1) return undefined;
    return Math.min(0xfffffffe, Math.ceil((this.remaining * seconds) / this.bytes));
  }

  /** The last message of the operation. */
  summary(how: string): string {
    return `${this.title} ${how}: ${sizeText(this.bytes)} in ${this.seconds} s.`;
  }

  private get seconds(): string {
    return ((this.now() - this.started) / 1000).toFixed(1);
  }
}

function sizeText(bytes: number): string {
  if (bytes < 10_000) return `${bytes} bytes`;
  const units = ['kB', 'MB', 'GB', 'TB'] as const;
  const power = Math.min(units.length, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(1)} ${units[power - 1]}`;
}
