/**
 * Counts over time in a fixed number of buckets, for times that arrive one by one and whose range is not known
 * beforehand: when a time falls outside, buckets are merged in pairs and each covers twice as long.
 * Constant memory, constant time a message.
 */
export class TimeHistogram {
  /** Seconds a bucket covers. */
  width: number;
  /** Time at which bucket 0 begins. */
  origin = 0;
  readonly series: Uint32Array[];

  constructor(
    seriesCount: number,
    readonly buckets = 4096,
    width = 1e-6,
  ) {
    this.width = width;
    this.series = Array.from({ length: seriesCount }, () => new Uint32Array(buckets));
  }

  /** The bucket of `time`, after widening the buckets as far as it takes. */
  bucket(time: number): number {
    while (time >= this.origin + this.width * this.buckets) this.fold(0);
    while (time < this.origin) {
      this.origin -= this.width * this.buckets;
      this.fold(this.buckets / 2);
    }
    return Math.min(this.buckets - 1, Math.floor((time - this.origin) / this.width));
  }

  /** Merges pairs of buckets; the merged ones begin at bucket `at`. */
  private fold(at: number): void {
    const half = this.buckets / 2;
    for (const counts of this.series) {
      const merged = new Uint32Array(this.buckets);
      for (let i = 0; i < half; i++) merged[at + i] = counts[2 * i] + counts[2 * i + 1];
      counts.set(merged);
    }
    this.width *= 2;
  }

  /**
   * Resamples one series to `count` equal buckets over [from, to]. Each source bucket is spread over the target
   * buckets it overlaps, so that totals hold (rounded only at the end of the range).
   */
  resample(series: number, from: number, to: number, count: number): Float64Array {
    const result = new Float64Array(count);
    const source = this.series[series];
    const step = (to - from) / count;
    if (!(step > 0)) return result;
    const first = Math.max(0, Math.floor((from - this.origin) / this.width));
    const last = Math.min(this.buckets - 1, Math.floor((to - this.origin) / this.width));
    for (let i = first; i <= last; i++) {
      if (source[i] === 0) continue;
      const begin = this.origin + i * this.width;
      this.spread(result, source[i], (begin - from) / step, (begin + this.width - from) / step);
    }
    return result;
  }

  /** Adds `amount`, which stands evenly between the bucket positions `begin` and `end`, to `result`. */
  private spread(result: Float64Array, amount: number, begin: number, end: number): void {
    const last = result.length - 1;
    if (end - begin <= 1) {
      const at = Math.max(0, Math.min(last, Math.floor(begin)));
      result[at] += amount;
      return;
    }
    const perBucket = amount / (end - begin);
    for (let at = Math.max(0, Math.floor(begin)); at <= last && at < end; at++)
      result[at] += perBucket * (Math.min(end, at + 1) - Math.max(begin, at));
  }
}
