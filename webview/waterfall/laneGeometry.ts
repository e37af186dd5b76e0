import type { Bar, Lane } from '../../src/extension/messages';
import type { TimeScale } from '../overview/timeScale';

/** Heights within a lane, from its top. */
export const LANE = { height: 40, bar: 6, barHeight: 17, post: 27, postHeight: 8 } as const;

/** Length of the stub that stands for a request without a reply. */
export const OPEN_STUB = 26;
const MIN_WIDTH = 2;

export interface Shape {
  bar: Bar;
  connection: number;
  x: number;
  y: number;
  width: number;
  height: number;
}

/** Where the bars of a lane stand whose top edge is at `top`; those outside of the scale are left out. */
export function laneShapes(lane: Lane, scale: TimeScale, top: number): Shape[] {
  const shapes: Shape[] = [];
  for (const bar of lane.bars) {
    const post = bar.kind === 'post';
    const start = scale.x(bar.from);
    const end = bar.to === undefined ? start + OPEN_STUB : scale.x(bar.to);
    if (end < scale.left - 1 || start > scale.right + 1) continue;
    const x = Math.max(start, scale.left);
    const width = Math.max(Math.min(end, scale.right) - x, MIN_WIDTH);
    shapes.push({
      bar,
      connection: lane.connection,
      x,
      y: top + (post ? LANE.post : LANE.bar),
      width,
      height: post ? LANE.postHeight : LANE.barHeight,
    });
  }
  return shapes;
}

/** The shape at a point, or the nearest one within `slack` pixels; later ones lie on top. */
export function shapeAt(shapes: readonly Shape[], x: number, y: number, slack = 4): Shape | undefined {
  let best: Shape | undefined;
  let bestDistance = slack;
  for (const shape of shapes) {
    const dx = Math.max(shape.x - x, 0, x - (shape.x + shape.width));
    const dy = Math.max(shape.y - y, 0, y - (shape.y + shape.height));
    const distance = Math.hypot(dx, dy);
    if (distance <= bestDistance) {
      best = shape;
      bestDistance = distance;
    }
  }
  return best;
}

/** The next bar in a lane, by time, after or before message n. */
export function neighbour(lane: Lane | undefined, n: number | undefined, forward: boolean): Bar | undefined {
  const bars = [...(lane?.bars ?? [])].sort((a, b) => a.n - b.n);
  if (n === undefined) return forward ? bars[0] : bars.at(-1);
  return forward ? bars.find((bar) => bar.n > n) : bars.findLast((bar) => bar.n < n);
}

/** The bar that begins nearest to a time. */
export function nearest(lane: Lane | undefined, at: number): Bar | undefined {
  let best: Bar | undefined;
  for (const bar of lane?.bars ?? []) {
    if (!best || Math.abs(bar.from - at) < Math.abs(best.from - at)) best = bar;
  }
  return best;
}
