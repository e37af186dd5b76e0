import { DumpCheck, dumpOrder } from './dump';
import type { FormatCheck, FormatSink } from './model';
import { TarCheck } from './tar';
import { BLOCK, hasChecksum } from './tarFields';

/** As much of a stream tells its format. */
const HEAD = 1024;

/** Looks at the first bytes of a stream, then hands all of it to the check of its format. */
export class StreamCheck implements FormatCheck {
  private readonly head = new Uint8Array(HEAD);
  private filled = 0;
  private check: FormatCheck | undefined;

  constructor(private readonly sink: FormatSink) {}

  /** 'unknown' for a format that is not known: then only lengths and digests can be compared. */
  get name(): string {
    return this.check?.name ?? 'unknown';
  }

  get entries(): number {
    return this.check?.entries ?? 0;
  }

  get hasEnd(): boolean {
    return this.check?.hasEnd ?? false;
  }

  push(bytes: Uint8Array): void {
    let at = 0;
    if (this.filled < HEAD) {
      at = Math.min(bytes.length, HEAD - this.filled);
      this.head.set(bytes.subarray(0, at), this.filled);
      this.filled += at;
      if (this.filled === HEAD) this.begin();
    }
    this.check?.push(bytes.subarray(at));
  }

  end(): void {
    if (this.filled < HEAD) this.begin();
    this.check?.end();
  }

  private begin(): void {
    const head = this.head.subarray(0, this.filled);
    const order = dumpOrder(head);
    const isTar = head.length >= BLOCK && (hasChecksum(head) || (head.length === HEAD && isZero(head)));
    if (order) this.check = new DumpCheck(this.sink, order === 'little');
    else if (isTar) this.check = new TarCheck(this.sink);
    this.check?.push(head);
  }
}

/** An empty tar stream is nothing but its end. */
function isZero(bytes: Uint8Array): boolean {
  return bytes.every((byte) => byte === 0);
}
