import type { ReplyTimes } from '../../../src/analysis/statistics/model';
import { durationText } from '../../format';
import { svg } from './svg';

const WIDTH = 160;
const HEIGHT = 14;
const EDGE = 4;

/** Bounds of all reply times that are drawn under each other, in seconds. */
export interface TimeBounds {
  least: number;
  most: number;
}

export function boundsOf(times: readonly (ReplyTimes | undefined)[]): TimeBounds {
  const known = times.filter((each) => each !== undefined);
  const least = known.reduce((a, { least: b }) => Math.min(a, Math.max(b, 1e-6)), Infinity);
  const most = known.reduce((a, { most: b }) => Math.max(a, b), 1e-6);
  return { least: Math.min(least, most), most };
}

/** Where a time stands on the logarithmic scale, in pixels. */
export function replyX(seconds: number, { least, most }: TimeBounds): number {
  const span = Math.log(most / least) || 1;
  const share = Math.log(Math.max(seconds, least) / least) / span;
  return EDGE + Math.min(1, Math.max(0, share)) * (WIDTH - 2 * EDGE);
}

/** From the fastest to the slowest reply: a thin line, thick up to 90 % of them, with a mark at the median. */
export function replyBar(times: ReplyTimes, bounds: TimeBounds): SVGElement {
  const x = (seconds: number): number => replyX(seconds, bounds);
  const middle = HEIGHT / 2;
  const words = `from ${durationText(times.least)} to ${durationText(times.most)}, median ${durationText(times.median)}, 90 % within ${durationText(times.p90)}`;
  return svg(
    'svg',
    {
      class: 'reply-bar',
      width: WIDTH,
      height: HEIGHT,
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      role: 'img',
      'aria-label': words,
    },
    svg('title', {}, words),
    svg('line', { class: 'reply-range', x1: x(times.least), x2: x(times.most), y1: middle, y2: middle }),
    svg('rect', {
      class: 'reply-most',
      x: x(times.least),
      y: middle - 3,
      width: Math.max(1, x(times.p90) - x(times.least)),
      height: 6,
    }),
    svg('rect', { class: 'reply-median', x: x(times.median) - 1, y: 1, width: 2, height: HEIGHT - 2 }),
  );
}
