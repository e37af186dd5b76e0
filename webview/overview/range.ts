import type { Range } from '../state';

/** The shortest stretch one can zoom to: some ten microseconds. */
export const MIN_SPAN = 1e-5;

/** Puts a stretch into bounds: keeps its length where it fits, never shorter than MIN_SPAN. */
export function clampRange(range: Range, bounds: Range): Range {
  const limit = bounds.to - bounds.from;
  const span = Math.min(Math.max(range.to - range.from, Math.min(MIN_SPAN, limit)), limit);
  const from = Math.min(Math.max(range.from, bounds.from), bounds.to - span);
  return { from, to: from + span };
}

/** The stretch `factor` times as long that keeps `at` at its place. */
export function zoomAround(range: Range, at: number, factor: number, bounds: Range): Range {
  const span = Math.min(Math.max((range.to - range.from) * factor, MIN_SPAN), bounds.to - bounds.from);
  const share = (at - range.from) / (range.to - range.from);
  const from = at - share * span;
  return clampRange({ from, to: from + span }, bounds);
}

/** Moves a stretch by a part of its length. */
export function pan(range: Range, seconds: number, bounds: Range): Range {
  return clampRange({ from: range.from + seconds, to: range.to + seconds }, bounds);
}

/** The same stretch moved as little as needed to hold a time with some room around it. */
export function holding(range: Range, at: number, bounds: Range): Range {
  const span = range.to - range.from;
  if (at >= range.from && at <= range.to) return range;
  return clampRange({ from: at - span / 2, to: at + span / 2 }, bounds);
}

/** undefined when the stretch is (nearly) all of the bounds. */
export function asZoom(range: Range, bounds: Range): Range | undefined {
  const slack = (bounds.to - bounds.from) * 1e-4;
  return range.from <= bounds.from + slack && range.to >= bounds.to - slack ? undefined : range;
}
