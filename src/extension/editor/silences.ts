/** A stretch of time in which nobody said anything, seconds since the first message. */
export interface Silence {
  from: number;
  to: number;
}

const KEPT = 64;

/** Keeps the longest stretches between messages, fed with message times in the order of the capture. */
export class SilenceTracker {
  /** Longest first once `longest` was called. */
  private kept: Silence[] = [];
  private shortest = 0;
  private last: number | undefined;

  add(time: number): void {
    const { last } = this;
    if (last === undefined || time > last) {
      if (last !== undefined && time - last > this.shortest) this.keep({ from: last, to: time });
      this.last = time;
    }
  }

  private keep(silence: Silence): void {
    this.kept.push(silence);
    if (this.kept.length < 2 * KEPT) return;
    this.kept.sort(byLength).length = KEPT;
    this.shortest = length(this.kept[KEPT - 1]);
  }

  /** The longest silences of at least `atLeast` seconds that touch from .. to. */
  longest(from: number, to: number, atLeast: number): Silence[] {
    return this.kept
      .filter((silence) => silence.to >= from && silence.from <= to && length(silence) >= atLeast)
      .sort(byLength)
      .slice(0, KEPT);
  }
}

const length = (silence: Silence) => silence.to - silence.from;
const byLength = (a: Silence, b: Silence) => length(b) - length(a);
