import type { LineRange, SequenceLine, SequenceOutline, StateBar } from '../../analysis/sequence/model';
import { fitText } from '../textMetrics';
import { BAR_WIDTH, bandText, type Columns } from './columns';
import { lineShapes, textShape } from './lineShapes';
import { ARROW, BASE_LINE, ROW_HEIGHT, type Rows } from './rows';
import type { Shape } from './scene';
import { fontOf, type ShapeStyle } from './styles';
import { stateText } from './words';

export const HEAD_HEIGHT = 42;
const BRACKET = 6;

/** The heads of the lifelines, their tops at `y`. */
export function headShapes({ lifelines }: SequenceOutline, columns: Columns, y: number): Shape[] {
  return lifelines.flatMap(({ title, detail, kind }, i): Shape[] => {
    const x = columns.lifelines[i];
    const width = columns.heads[i];
    const room = width - 12;
    return [
      {
        kind: 'rect',
        style: kind === 'dma' || kind === 'server' ? 'head' : 'headOutside',
        x: x - width / 2,
        y,
        width,
        height: HEAD_HEIGHT,
        radius: 4,
        title: `${title}: ${detail}`,
      },
      textShape(x, y + 17, 'middle', [{ text: fitText(title, fontOf('head'), room), style: 'head' }]),
      textShape(x, y + 33, 'middle', [{ text: fitText(detail, fontOf('headDetail'), room), style: 'headDetail' }]),
    ];
  });
}

/** The vertical lines between two heights. */
export function lifelineShapes({ lifelines }: SequenceOutline, columns: Columns, from: number, to: number): Shape[] {
  return lifelines.map(({ kind }, i): Shape => ({
    kind: 'path',
    style: kind === 'dma' || kind === 'server' ? 'lifeline' : 'lifelineOutside',
    d: `M${columns.lifelines[i]} ${from}V${to}`,
  }));
}

/**
 * What is drawn for a window of lines: brackets, bands and states as far as they touch it, and the lines themselves.
 * `y` is where the first line of all would begin; `lines` are those of the window that are known.
 */
export function windowShapes(
  outline: SequenceOutline,
  columns: Columns,
  rows: Rows,
  window: LineRange,
  lines: readonly SequenceLine[],
  y: number,
): Shape[] {
  const touches = (range: LineRange): boolean => range.fromLine <= window.toLine && range.toLine >= window.fromLine;
  return [
    ...outline.bands.filter(touches).flatMap((band) => bandShapes(band, window, columns, rows, y)),
    ...outline.phases.filter(touches).flatMap((phase) => phaseShapes(phase, window, columns, rows, y)),
    ...outline.states.filter(touches).flatMap((bar) => stateShapes(outline, bar, window, columns, rows, y)),
    ...lines.map((line) => lineShapes(outline, line, columns, y + rows.top(line.index))),
  ];
}

function bandShapes(
  band: SequenceOutline['bands'][number],
  window: LineRange,
  columns: Columns,
  rows: Rows,
  y: number,
): Shape[] {
  const from = Math.max(band.fromLine, window.fromLine);
  const to = Math.min(band.toLine, window.toLine);
  const top = y + rows.top(from) + 1;
  const left = columns.mark - 12;
  const text = bandText(band);
  return [
    {
      kind: 'rect',
      style: 'band',
      x: left,
      y: top,
      width: columns.width - 8 - left,
      height: y + rows.top(to) + ROW_HEIGHT + 1 - top,
      radius: 4,
      title: text,
    },
    textShape(columns.bandText, y + rows.top(from) + BASE_LINE, 'end', [{ text, style: 'band' }]),
  ];
}

function phaseShapes(
  phase: SequenceOutline['phases'][number],
  window: LineRange,
  columns: Columns,
  rows: Rows,
  y: number,
): Shape[] {
  const top = y + rows.top(Math.max(phase.fromLine, window.fromLine)) + 3;
  const bottom = y + rows.top(Math.min(phase.toLine, window.toLine)) + ROW_HEIGHT - 1;
  const x = columns.phase + 6;
  const begins = phase.fromLine >= window.fromLine ? `M${x + BRACKET} ${top}H${x}` : `M${x} ${top}`;
  const ends = phase.toLine <= window.toLine ? `H${x + BRACKET}` : '';
  return [
    { kind: 'path', style: 'bracket', d: `${begins}V${bottom}${ends}`, title: phase.name },
    textShape(columns.phase, (top + bottom) / 2 + 4, 'end', [{ text: phase.name, style: 'phase' }]),
  ];
}

function stateStyle({ state, machine }: StateBar): ShapeStyle {
  switch (state) {
    case 'ACTIVE':
      return `state-ACTIVE-${machine}`;
    case 'LISTEN':
    case 'CONNECTED':
    case 'PAUSED':
    case 'HALTED':
      return `state-${state}`;
    default:
      return 'state-OTHER';
  }
}

/** A state's bar from the arrow that brings it about to the one that ends it, and its name where there is room. */
function stateShapes(
  { lifelines }: SequenceOutline,
  bar: StateBar,
  window: LineRange,
  columns: Columns,
  rows: Rows,
  y: number,
): Shape[] {
  const shared = lifelines[bar.lifeline].machines.length > 1;
  const text = stateText(bar, shared);
  const from = Math.max(bar.fromLine, window.fromLine);
  const to = Math.min(bar.toLine, window.toLine);
  const top = y + rows.top(from) + (bar.fromLine >= window.fromLine ? ARROW : 0);
  const bottom = y + rows.top(to) + (bar.toLine <= window.toLine ? ARROW - 1 : ROW_HEIGHT);
  const middle = columns.lifelines[bar.lifeline];
  const x = middle - columns.halves[bar.lifeline] + bar.place * BAR_WIDTH;
  const names = bar.labelLines.filter((line) => line >= window.fromLine && line <= window.toLine);
  return [
    {
      kind: 'rect',
      style: bar.certain ? stateStyle(bar) : 'state-UNCERTAIN',
      x,
      y: top,
      width: BAR_WIDTH,
      height: Math.max(4, bottom - top),
      radius: 2,
      title: `${bar.machine === 'data' ? 'data server' : 'mover'}: ${stateText(bar, false)}`,
    },
    ...names.map((line) =>
      textShape(middle + columns.stateNames[bar.lifeline][bar.place], y + rows.top(line) + ARROW + 4, 'start', [
        { text, style: 'state' },
      ]),
    ),
  ];
}
