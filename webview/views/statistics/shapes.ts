import type { TimeScale } from '../../overview/timeScale';

/** Values in equal buckets of time, as the analysis gives them. */
export interface Buckets {
  from: number;
  width: number;
  values: readonly number[];
}

/** Maps a value of 0 to `most` to pixels from `bottom` up to `top`. */
export interface ValueScale {
  most: number;
  top: number;
  bottom: number;
}

export function yOf({ most, top, bottom }: ValueScale, value: number): number {
  return bottom - (Math.min(value, most) / (most || 1)) * (bottom - top);
}

/** The smallest of 1, 2, 5 × 10^k that is at least the value; 1 for nothing at all. */
export function roundMost(value: number): number {
  if (!(value > 0) || !Number.isFinite(value)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  return ([1, 2, 5].find((factor) => factor * power >= value * (1 - 1e-9)) ?? 10) * power;
}

/** The highest value of what lies within a stretch of time. */
export function mostWithin({ from, width, values }: Buckets, range: { from: number; to: number }): number {
  let most = 0;
  const first = Math.max(0, Math.floor((range.from - from) / width));
  const last = Math.min(values.length - 1, Math.ceil((range.to - from) / width));
  for (let i = first; i <= last; i++) most = Math.max(most, values[i]);
  return most;
}

/**
 * The path of a filled step line over buckets, standing on `base` (values below it, of the same buckets) or on the ground.
 * Buckets outside of the scale are left out; several that share a pixel are drawn as their highest.
 */
export function stepArea(buckets: Buckets, time: TimeScale, scale: ValueScale, base?: readonly number[]): string {
  const columns = pixelColumns(buckets, time, base);
  if (columns.length === 0) return '';
  const up = columns.map(({ x, end, high }) => `L${n(x)} ${n(yOf(scale, high))}L${n(end)} ${n(yOf(scale, high))}`);
  const down = [...columns]
    .reverse()
    .map(({ x, end, low }) => `L${n(end)} ${n(yOf(scale, low))}L${n(x)} ${n(yOf(scale, low))}`);
  return `M${up.join('').slice(1)}${down.join('')}Z`;
}

interface Column {
  x: number;
  end: number;
  low: number;
  high: number;
}

function pixelColumns({ from, width, values }: Buckets, time: TimeScale, base?: readonly number[]): Column[] {
  const columns: Column[] = [];
  const first = Math.max(0, Math.floor((time.range.from - from) / width));
  const last = Math.min(values.length - 1, Math.ceil((time.range.to - from) / width));
  for (let i = first; i <= last; i++) {
    const low = base?.[i] ?? 0;
    const high = low + values[i];
    const x = time.clampedX(from + i * width);
    const end = time.clampedX(from + (i + 1) * width);
    const before = columns.at(-1);
    if (before !== undefined && end - before.x < 1) {
      before.end = end;
      if (high > before.high) {
        before.high = high;
        before.low = low;
      }
    } else if (end > x) columns.push({ x, end, low, high });
  }
  return columns;
}

/** The path of a line through points of time and value. */
export function pointLine(
  points: readonly { seconds: number; bytes: number }[],
  time: TimeScale,
  scale: ValueScale,
): string {
  return points
    .map(({ seconds, bytes }, i) => `${i === 0 ? 'M' : 'L'}${n(time.x(seconds))} ${n(yOf(scale, bytes))}`)
    .join('');
}

function n(value: number): string {
  return String(Math.round(value * 10) / 10);
}
