const KEPT = 65536;
/** Each bucket of the sketch is this much wider than the one before; half of it is the error of a value. */
const GROWTH = 1.02;
const LOG_GROWTH = Math.log(GROWTH);
/** Values below are told apart no further: a nanosecond, for seconds. */
const LEAST = 1e-9;

/**
 * Percentiles of values that come one by one: exact while there are at most 65536, then from a histogram with buckets in
 * constant proportion, right to one percent of a value whatever the distribution. Memory is bounded either way.
 */
export class Quantiles {
  count = 0;
  sum = 0;
  least = Infinity;
  most = -Infinity;
  private kept: number[] | undefined = [];
  private sorted = false;
  private readonly buckets = new Map<number, number>();

  /** @param limit how many values are kept before only the histogram is */
  constructor(private readonly limit = KEPT) {}

  /** Whether percentiles are those of the values themselves. */
  get exact(): boolean {
    return this.kept !== undefined;
  }

  /** Takes a value of at least 0. */
  add(value: number): void {
    this.count++;
    this.sum += value;
    this.least = Math.min(this.least, value);
    this.most = Math.max(this.most, value);
    if (this.kept === undefined) {
      this.addToBucket(value);
      return;
    }
    this.kept.push(value);
    this.sorted = false;
    if (this.kept.length > this.limit) {
      this.kept.forEach((each) => this.addToBucket(each));
      this.kept = undefined;
    }
  }

  /** The smallest value that at least this share (0 to 1) of all values does not exceed; 0 when there are none. */
  quantile(share: number): number {
    if (this.count === 0) return 0;
    const rank = Math.min(this.count, Math.max(1, Math.ceil(share * this.count)));
    if (rank === this.count) return this.most;
    return this.kept === undefined ? this.fromBuckets(rank) : this.fromKept(this.kept, rank);
  }

  private fromKept(kept: number[], rank: number): number {
    if (!this.sorted) kept.sort((a, b) => a - b);
    this.sorted = true;
    return kept[rank - 1];
  }

  private fromBuckets(rank: number): number {
    let before = 0;
    for (const bucket of [...this.buckets.keys()].sort((a, b) => a - b)) {
      before += this.buckets.get(bucket) ?? 0;
      if (before >= rank) {
        const middle = LEAST * Math.exp((bucket - 0.5) * LOG_GROWTH);
        return Math.min(this.most, Math.max(this.least, middle));
      }
    }
    return this.most;
  }

  private addToBucket(value: number): void {
    const bucket = value <= LEAST ? 0 : Math.ceil(Math.log(value / LEAST) / LOG_GROWTH);
    this.buckets.set(bucket, (this.buckets.get(bucket) ?? 0) + 1);
  }
}
