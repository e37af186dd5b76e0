import type { Bar, ConnectionState, FindingMark, Lane } from '../../src/extension/messages';
import { countText } from '../format';
import { fitText, textWidth } from '../layout/canvas';
import type { TimeScale } from '../overview/timeScale';
import { ticks } from '../overview/timeScale';
import type { Theme } from '../theme';
import { LANE, laneShapes, type Shape } from './laneGeometry';

export interface LaneDrawing {
  scale: TimeScale;
  theme: Theme;
  /** Whether a bar stands for the selected message or its other half. */
  isSelected(bar: Bar, connection: number): boolean;
}

/** Hairlines at round times behind all lanes. */
export function drawGrid(context: CanvasRenderingContext2D, { scale, theme }: LaneDrawing, height: number): void {
  context.fillStyle = theme.line || theme.dim;
  context.globalAlpha = theme.highContrast ? 0.35 : 0.5;
  for (const tick of ticks(scale.range, Math.max(2, Math.floor(scale.width / 110)))) {
    context.fillRect(Math.round(scale.x(tick.at)), 0, 1, height);
  }
  context.globalAlpha = 1;
}

/** One lane with its top edge at `top`; returns what was drawn, for the pointer. */
export function drawLane(
  context: CanvasRenderingContext2D,
  drawing: LaneDrawing,
  connection: ConnectionState | undefined,
  lane: Lane | undefined,
  top: number,
): Shape[] {
  const { scale, theme } = drawing;
  context.fillStyle = theme.line || theme.dim;
  context.fillRect(0, top + LANE.height - 1, scale.right, 1);
  if (connection) drawLife(context, scale, theme, connection, top);
  if (!lane) return [];
  for (const gap of lane.gaps) drawGap(context, drawing, gap, top);
  const shapes = laneShapes(lane, scale, top);
  for (const shape of shapes) drawShape(context, drawing, shape);
  drawFailures(context, drawing, shapes);
  drawMarks(context, drawing, shapes);
  for (const shape of shapes) {
    if (!drawing.isSelected(shape.bar, lane.connection)) continue;
    context.strokeStyle = theme.foreground;
    context.lineWidth = 1.5;
    context.strokeRect(shape.x - 1.5, shape.y - 1.5, shape.width + 3, shape.height + 3);
  }
  return shapes;
}

/** The line from a connection's first message to its last. */
function drawLife(
  context: CanvasRenderingContext2D,
  scale: TimeScale,
  theme: Theme,
  connection: ConnectionState,
  top: number,
): void {
  const [x, end] = [scale.clampedX(connection.from), scale.clampedX(connection.to)];
  if (connection.to < scale.range.from || connection.from > scale.range.to) return;
  context.fillStyle = theme.dim;
  context.globalAlpha = 0.45;
  context.fillRect(x, top + LANE.bar + LANE.barHeight / 2, Math.max(1, end - x), 1);
  context.globalAlpha = 1;
}

/** Stripes where bytes are missing. */
function drawGap(
  context: CanvasRenderingContext2D,
  { scale, theme }: LaneDrawing,
  gap: { from: number; to: number },
  top: number,
): void {
  if (gap.to < scale.range.from || gap.from > scale.range.to) return;
  const x = Math.max(scale.left, scale.x(gap.from) - 2);
  const width = Math.max(6, Math.min(scale.right, scale.x(gap.to)) - x);
  context.save();
  context.beginPath();
  context.rect(x, top + 2, width, LANE.height - 5);
  context.clip();
  context.strokeStyle = theme.warning;
  context.lineWidth = 1.5;
  context.beginPath();
  for (let line = x - LANE.height; line < x + width; line += 5) {
    context.moveTo(line, top + LANE.height);
    context.lineTo(line + LANE.height, top);
  }
  context.stroke();
  context.restore();
}

function drawShape(context: CanvasRenderingContext2D, { theme }: LaneDrawing, shape: Shape): void {
  const { bar, x, y, width, height } = shape;
  const open = bar.to === undefined;
  context.fillStyle = theme.background;
  if (!open) context.fillRect(x, y, width, height);
  context.fillStyle = theme.fill[bar.interface];
  context.globalAlpha = bar.kind === 'post' ? 0.9 : bar.count > 1 ? 0.72 : 1;
  if (open) {
    context.fillRect(x, y, Math.min(8, width), height);
    for (let dash = x + 11; dash < x + width; dash += 6) context.fillRect(dash, y + height / 2 - 1, 3, 2);
  } else {
    context.beginPath();
    context.roundRect(x, y, width, height, Math.min(2, width / 2));
    context.fill();
  }
  context.globalAlpha = 1;
  if (theme.contrastBorder && width > 4 && !open) {
    context.strokeStyle = theme.background;
    context.lineWidth = 1;
    context.strokeRect(x + 0.5, y + 0.5, width - 1, height - 1);
  }
  if (bar.kind === 'request' && !open) drawLabel(context, theme, shape);
}

/** At a lane's foot: a small tent for a finding of severity error, a dash for a warning. */
export function drawFindings(
  context: CanvasRenderingContext2D,
  { scale, theme }: LaneDrawing,
  found: readonly FindingMark[],
  top: number,
): void {
  const foot = top + LANE.height - 1;
  let last = -Infinity;
  for (const { severity, seconds } of found) {
    const x = Math.round(scale.x(seconds));
    if (severity === 'note' || x < scale.left || x > scale.right || x - last < 4) continue;
    last = x;
    context.fillStyle = theme[severity];
    if (severity === 'warning') context.fillRect(x - 3, foot - 3, 6, 3);
    else {
      context.beginPath();
      context.moveTo(x - 4, foot);
      context.lineTo(x, foot - 6);
      context.lineTo(x + 4, foot);
      context.fill();
    }
  }
}

/** Pixels from one failure's triangle to the next: closer ones share one. */
const APART = 11;

/** Failed exchanges: a red edge below, a triangle above. */
function drawFailures(context: CanvasRenderingContext2D, { scale, theme }: LaneDrawing, shapes: Shape[]): void {
  context.fillStyle = theme.error;
  let last = -Infinity;
  for (const { bar, x, y, width, height } of shapes) {
    if (!bar.failed) continue;
    context.fillRect(x, y + height, Math.max(width, 3), 2.5);
    const tip = Math.min(Math.max(x + width / 2, scale.left + 4), scale.right - 4);
    if (tip - last < APART) continue;
    last = tip;
    context.beginPath();
    context.moveTo(tip - 4, y - 6);
    context.lineTo(tip + 4, y - 6);
    context.lineTo(tip, y + 1);
    context.closePath();
    context.fill();
  }
}

/** What a tap did something with: a flag at the bar's beginning. */
function drawMarks(context: CanvasRenderingContext2D, { scale, theme }: LaneDrawing, shapes: Shape[]): void {
  context.fillStyle = theme.mark;
  let last = -Infinity;
  for (const { bar, x, y, height } of shapes) {
    const pole = Math.max(scale.left, Math.round(x));
    if (bar.mark === undefined || pole - last < APART) continue;
    last = pole;
    context.fillRect(pole, y - 6, 1.5, height + 6);
    context.beginPath();
    context.moveTo(pole, y - 7);
    context.lineTo(pole + 8, y - 4);
    context.lineTo(pole, y - 1);
    context.fill();
  }
}

/** The message's name where it fits: in full, or without its interface. */
function drawLabel(context: CanvasRenderingContext2D, theme: Theme, { bar, x, y, width, height }: Shape): void {
  const room = width - 9;
  if (room < 18) return;
  context.font = `11px ${theme.font}`;
  context.textBaseline = 'middle';
  context.textAlign = 'left';
  const times = bar.count > 1 ? `${countText(bar.count)} × ` : '';
  const name = times + bar.name;
  const short = times + bar.name.slice(bar.name.indexOf('_') + 1);
  const text = textWidth(context, name) <= room ? name : fitText(context, short, room);
  if (!text) return;
  context.fillStyle = theme.ink[bar.interface];
  context.fillText(text, x + 5, y + height / 2 + 0.5);
}
