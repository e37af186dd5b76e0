import type { Range } from '../state';

/** Maps a stretch of time to a stretch of pixels and back. */
export class TimeScale {
  constructor(
    readonly range: Range,
    readonly left: number,
    readonly right: number,
  ) {}

  get width(): number {
    return Math.max(1, this.right - this.left);
  }

  get secondsPerPixel(): number {
    return (this.range.to - this.range.from) / this.width;
  }

  x(seconds: number): number {
    return this.left + (seconds - this.range.from) / this.secondsPerPixel;
  }

  seconds(x: number): number {
    return this.range.from + (x - this.left) * this.secondsPerPixel;
  }

  /** x, but not outside of the stretch of pixels. */
  clampedX(seconds: number): number {
    return Math.min(Math.max(this.x(seconds), this.left), this.right);
  }
}

const ROUND = [1, 2, 5];
const SEXAGESIMAL = [60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400];

/** The smallest round step (1, 2, 5 × 10^k below a minute, clock-like above) of at least `least` seconds. */
export function tickStep(least: number): number {
  if (least > 30) {
    return SEXAGESIMAL.find((step) => step >= least) ?? Math.ceil(least / 86400) * 86400;
  }
  if (least > 10) return least > 20 ? 30 : 20;
  const power = Number(`1e${Math.floor(Math.log10(Math.max(least, 1e-9)))}`);
  const factor = ROUND.find((round) => round * power >= least * (1 - 1e-9)) ?? 10;
  return factor * power;
}

export interface Tick {
  at: number;
  text: string;
}

/** Round times within a stretch, at most `most` of them, with as many decimals as tell them apart. */
export function ticks(range: Range, most: number): Tick[] {
  const step = tickStep((range.to - range.from) / Math.max(1, most));
  const first = Math.ceil(range.from / step - 1e-6);
  const last = Math.floor(range.to / step + 1e-6);
  const made: Tick[] = [];
  for (let index = first; index <= last && made.length <= most + 1; index++) {
    made.push({ at: index * step, text: tickText(index * step, step) });
  }
  return made;
}

/** '4.5 s', '350 ms' where all of the capture's second is the same, '2:05', '1:02:05'. */
export function tickText(seconds: number, step: number): string {
  const whole = Math.round(seconds);
  if (step >= 60 || (step >= 1 && whole >= 600)) {
    const two = (n: number): string => String(n).padStart(2, '0');
    const [h, m, s] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  }
  const decimals = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  return `${seconds.toFixed(decimals)} s`;
}
