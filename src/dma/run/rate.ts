/** Milliseconds that "lately" means. */
const SPAN = 10_000;

/** Bytes a second over the last seconds. */
export class RateMeter {
  private readonly samples: { at: number; bytes: bigint }[] = [];

  /** @param at milliseconds; never before those of the call before */
  add(at: number, bytes: bigint): number {
    this.samples.push({ at, bytes });
    while (this.samples.length > 2 && this.samples[1].at <= at - SPAN) this.samples.shift();
    const [first] = this.samples;
    const milliseconds = at - first.at;
    return milliseconds > 0 ? Number(((bytes - first.bytes) * 1000n) / BigInt(Math.ceil(milliseconds))) : 0;
  }
}
