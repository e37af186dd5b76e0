import type { SequenceLine, SequenceOutline } from '../../analysis/sequence/model';
import { fitText } from '../textMetrics';
import { columnsFor } from './columns';
import { HEAD_HEIGHT, headShapes, lifelineShapes, windowShapes } from './layout';
import { textShape } from './lineShapes';
import { Rows } from './rows';
import type { Scene, Shape } from './scene';
import { fontOf, widthIn } from './styles';

const MARGIN = 16;
const TITLE_HEIGHT = 54;
const FOOT_GAP = 14;
/** Diagrams longer than this name their lifelines again at the foot. */
const LONG = 40;
/** A narrow diagram is made as wide as this for its title. */
const MAX_TITLE_WIDTH = 1100;

/** One job's diagram with all its lines. */
export interface DrawnJob {
  outline: SequenceOutline;
  lines: readonly SequenceLine[];
  /** Lines that were left out at the end, since there are too many for a picture. */
  omitted: number;
}

/** A whole picture: the jobs one below the other, each with title, heads and lines. */
export function diagram(jobs: readonly DrawnJob[]): Scene {
  const shapes: Shape[] = [];
  let y = MARGIN;
  let width = 0;
  for (const job of jobs) {
    const part = jobShapes(job, y);
    shapes.push(...part.shapes);
    y += part.height + 2 * MARGIN;
    width = Math.max(width, part.width);
  }
  const height = Math.ceil(y - MARGIN);
  const ground: Shape = { kind: 'rect', style: 'ground', x: 0, y: 0, width, height, radius: 0 };
  return { width, height, shapes: [ground, ...shapes] };
}

function jobShapes({ outline, lines, omitted }: DrawnJob, top: number): Scene {
  const columns = columnsFor(outline, lines);
  const rows = new Rows({ phases: outline.phases, lines: lines.length });
  const heads = top + TITLE_HEIGHT;
  const first = heads + HEAD_HEIGHT + 8;
  const end = first + rows.height;
  const long = lines.length > LONG;
  const foot = end + FOOT_GAP;
  const words = subtitleText(outline, omitted);
  const wanted = Math.max(widthIn('title', outline.title), widthIn('subtitle', words)) + 2 * MARGIN;
  const width = Math.max(columns.width, Math.min(MAX_TITLE_WIDTH, Math.ceil(wanted)));
  const room = width - 2 * MARGIN;
  const title = textShape(MARGIN, top + 14, 'start', [
    { text: fitText(outline.title, fontOf('title'), room), style: 'title' },
  ]);
  const subtitle = textShape(MARGIN, top + 34, 'start', [
    { text: fitText(words, fontOf('subtitle'), room), style: 'subtitle' },
  ]);
  return {
    width,
    height: (long ? foot + HEAD_HEIGHT : end + 6) - top,
    shapes: [
      title,
      subtitle,
      ...lifelineShapes(outline, columns, heads + HEAD_HEIGHT, long ? foot : end + 6),
      ...headShapes(outline, columns, heads),
      ...(long ? headShapes(outline, columns, foot) : []),
      ...windowShapes(outline, columns, rows, { fromLine: 0, toLine: lines.length - 1 }, lines, first),
    ],
  };
}

function subtitleText({ subtitle, startSeconds, startNanos, messages }: SequenceOutline, omitted: number): string {
  const start = `begins ${utcText(startSeconds, startNanos)} UTC`;
  const more = omitted === 0 ? '' : ` · the last ${omitted} lines are left out`;
  return `${subtitle} · ${start} · ${messages} ${messages === 1 ? 'message' : 'messages'}${more}`;
}

/** `2026-11-21 06:03:24.673675`. */
export function utcText(seconds: number, nanos: number): string {
  const date = new Date(seconds * 1000).toISOString().replace('T', ' ').slice(0, 19);
  return `${date}.${Math.floor(nanos / 1000)
    .toString()
    .padStart(6, '0')}`;
}
