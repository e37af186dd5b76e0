import type { FindingMark, Overview } from '../../src/extension/messages';
import { INTERFACES } from '../interfaces';
import type { Range } from '../state';
import type { Theme } from '../theme';
import { ticks, type TimeScale } from './timeScale';

/** Heights of the strip's parts, from its top. */
export const OVERVIEW = { top: 14, base: 52, pause: 54, axis: 70, height: 76 } as const;

export interface OverviewDrawing {
  overview: Overview | undefined;
  zoom: Range | undefined;
  visible: Range | undefined;
  selected: number | undefined;
  /** Findings, in the order of time. */
  found: readonly FindingMark[];
  scale: TimeScale;
  theme: Theme;
}

/** Draws density by interface, errors, damage, pauses, the time axis and what of the time is shown elsewhere. */
export function drawOverview(context: CanvasRenderingContext2D, drawing: OverviewDrawing): void {
  drawAxis(context, drawing.scale, drawing.theme, OVERVIEW.axis, OVERVIEW.base);
  if (drawing.overview) {
    drawDensity(context, drawing.overview, drawing);
    drawPauses(context, drawing.overview, drawing);
    drawMarks(context, drawing.overview, drawing);
    drawFindings(context, drawing);
  }
  drawShade(context, drawing);
  drawVisible(context, drawing);
}

/** Round times below a drawing, with hairlines up to `top`. */
export function drawAxis(
  context: CanvasRenderingContext2D,
  scale: TimeScale,
  theme: Theme,
  baseline: number,
  top: number,
): void {
  context.font = `10.5px ${theme.font}`;
  context.textBaseline = 'alphabetic';
  for (const tick of ticks(scale.range, Math.max(2, Math.floor(scale.width / 110)))) {
    const x = Math.round(scale.x(tick.at)) + 0.5;
    context.fillStyle = theme.line || theme.dim;
    context.fillRect(x - 0.5, top, 1, 4);
    context.fillStyle = theme.dim;
    const half = context.measureText(tick.text).width / 2;
    context.textAlign = 'center';
    const middle = Math.min(Math.max(x, scale.left + half), scale.right - half);
    context.fillText(tick.text, middle, baseline);
  }
  context.textAlign = 'left';
}

/** Bars grow with the square root of the count: a lone message stays visible beside a flood. */
function drawDensity(context: CanvasRenderingContext2D, overview: Overview, drawing: OverviewDrawing): void {
  const { scale, theme } = drawing;
  const most = Math.sqrt(Math.max(1, ...overview.total));
  const room = OVERVIEW.base - OVERVIEW.top;
  const step = (overview.to - overview.from) / overview.total.length;
  overview.total.forEach((total, bucket) => {
    if (total === 0) return;
    const x = scale.x(overview.from + bucket * step);
    const width = Math.max(1, scale.x(overview.from + (bucket + 1) * step) - x - 1);
    const heightOf = (count: number): number => (count === 0 ? 0 : Math.max(2, (Math.sqrt(count) / most) * room));
    const solid = theme.highContrast ? 1 : 0.8;
    if (overview.matching) {
      context.globalAlpha = theme.highContrast ? 0.45 : 0.22;
      drawStack(context, overview, bucket, theme, x, width, heightOf(total));
      context.globalAlpha = solid;
      drawStack(context, overview, bucket, theme, x, width, heightOf(overview.matching[bucket]));
    } else {
      context.globalAlpha = solid;
      drawStack(context, overview, bucket, theme, x, width, heightOf(total));
    }
  });
  context.globalAlpha = 1;
}

/** One bucket, its height shared out among the interfaces. */
function drawStack(
  context: CanvasRenderingContext2D,
  overview: Overview,
  bucket: number,
  theme: Theme,
  x: number,
  width: number,
  height: number,
): void {
  let y = OVERVIEW.base;
  for (const { name } of INTERFACES) {
    const part = ((overview.interfaces[name]?.[bucket] ?? 0) / overview.total[bucket]) * height;
    if (part === 0) continue;
    context.fillStyle = theme.fill[name];
    context.fillRect(x, y - part, width, part);
    y -= part;
  }
}

/** Bands under the bars: with stripes when a mover was paused, plain when nothing was said. */
function drawPauses(context: CanvasRenderingContext2D, overview: Overview, { scale, theme }: OverviewDrawing): void {
  for (const pause of overview.pauses) {
    const [x, end] = [scale.clampedX(pause.from), scale.clampedX(pause.to)];
    const width = Math.max(2, end - x);
    context.fillStyle = pause.kind === 'mover' ? theme.warning : theme.dim;
    context.globalAlpha = pause.kind === 'mover' ? 1 : 0.45;
    context.fillRect(x, OVERVIEW.pause, width, 3);
  }
  context.globalAlpha = 1;
}

/** Triangles on top for errors, diamonds for lost bytes; close ones are drawn as one. */
function drawMarks(context: CanvasRenderingContext2D, overview: Overview, { scale, theme }: OverviewDrawing): void {
  const step = (overview.to - overview.from) / overview.errors.length;
  let last = -Infinity;
  context.fillStyle = theme.error;
  overview.errors.forEach((count, bucket) => {
    const x = scale.x(overview.from + (bucket + 0.5) * step);
    if (count === 0 || x - last < 7) return;
    last = x;
    path(context, [x - 4.5, 2, x + 4.5, 2, x, 10]);
  });
  last = -Infinity;
  context.fillStyle = theme.warning;
  for (const { at } of overview.damage) {
    const x = scale.clampedX(at);
    if (x - last < 9) continue;
    last = x;
    path(context, [x, 1, x + 5, 6, x, 11, x - 5, 6]);
  }
}

/** Short strokes at the foot of the bars where there are errors and warnings among the findings. */
function drawFindings(context: CanvasRenderingContext2D, { found, scale, theme }: OverviewDrawing): void {
  for (const severity of ['warning', 'error'] as const) {
    context.fillStyle = theme[severity];
    let last = -Infinity;
    for (const mark of found) {
      if (mark.severity !== severity) continue;
      const x = Math.round(scale.clampedX(mark.seconds));
      if (x - last < 3) continue;
      last = x;
      context.fillRect(x - 1, OVERVIEW.base - 4, 2, 9);
      context.fillRect(x - 3, OVERVIEW.base + 3, 6, 2);
    }
  }
}

function path(context: CanvasRenderingContext2D, points: number[]): void {
  context.beginPath();
  for (let index = 0; index < points.length; index += 2) context.lineTo(points[index], points[index + 1]);
  context.closePath();
  context.fill();
}

/** Dims what lies outside of the zoomed stretch. */
function drawShade(context: CanvasRenderingContext2D, { zoom, scale, theme }: OverviewDrawing): void {
  if (!zoom) return;
  const [x, end] = [scale.clampedX(zoom.from), scale.clampedX(zoom.to)];
  context.globalAlpha = 0.6;
  context.fillStyle = theme.background;
  context.fillRect(scale.left, OVERVIEW.top - 2, x - scale.left, OVERVIEW.base - OVERVIEW.top + 6);
  context.fillRect(end, OVERVIEW.top - 2, scale.right - end, OVERVIEW.base - OVERVIEW.top + 6);
  context.globalAlpha = 1;
}

/** A bracket under what the table shows, a line where the selected message is. */
function drawVisible(context: CanvasRenderingContext2D, { visible, selected, scale, theme }: OverviewDrawing): void {
  if (visible) {
    const [x, end] = [scale.clampedX(visible.from), scale.clampedX(visible.to)];
    context.fillStyle = theme.foreground;
    context.fillRect(Math.min(x, end), OVERVIEW.base, Math.max(3, end - x), 2);
  }
  if (selected !== undefined) {
    context.fillStyle = theme.focus;
    context.fillRect(
      Math.round(scale.clampedX(selected)) - 0.5,
      OVERVIEW.top - 6,
      1.5,
      OVERVIEW.base - OVERVIEW.top + 8,
    );
  }
}
