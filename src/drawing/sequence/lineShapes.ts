import type { SequenceLine, SequenceOutline } from '../../analysis/sequence/model';
import { fitText } from '../textMetrics';
import { isBarred } from './barredLines';
import { LABEL_PAD, markText, runsWidth, type Columns } from './columns';
import { ARROW, BASE_LINE, ROW_HEIGHT } from './rows';
import type { GroupShape, Shape, TextRun, TextShape } from './scene';
import { fontOf, widthIn, type ShapeStyle, type TextStyle } from './styles';
import { labelRuns, lineTitle, momentText, resultRuns } from './words';

const POINT = 8;

/** Everything that is drawn for one line, in a group of its own. */
export function lineShapes(outline: SequenceOutline, line: SequenceLine, columns: Columns, top: number): GroupShape {
  const titleOf = (place: number): string => outline.lifelines[place]?.title ?? '';
  const body = line.kind === 'link' ? linkShapes(line, columns, top) : arrowShapes(outline, line, columns, top);
  return {
    kind: 'group',
    line: line.index,
    title: lineTitle(line, titleOf(line.from), titleOf(line.to)),
    shapes: [...timeShapes(line, columns, top), ...markShapes(line, columns, top), ...body],
  };
}

function timeShapes(line: SequenceLine, columns: Columns, top: number): Shape[] {
  const room = columns.lifelines[0] - columns.halves[0] - columns.time - LABEL_PAD;
  const text = fitText(momentText(line), fontOf('time'), room);
  return text === '' ? [] : [textShape(columns.time, top + ARROW + 4, 'start', [{ text, style: 'time' }])];
}

const signs = {
  error: { body: 'markError', text: 'markError' },
  warning: { body: 'markWarning', text: 'markWarning' },
  note: { body: 'markNote', text: 'markNote' },
} as const satisfies Record<string, { body: ShapeStyle; text: TextStyle }>;

/** A sign left of the time, told apart by its form as well as its colour, and the rule's name at the right. */
function markShapes(line: SequenceLine, columns: Columns, top: number): Shape[] {
  const [first] = line.marks;
  if (first === undefined) return [];
  const { body, text } = signs[first.severity];
  const x = columns.mark;
  const y = top + ARROW;
  const outlines = {
    error: `M${x - 5} ${y - 2.5}l2.5 -2.5h5l2.5 2.5v5l-2.5 2.5h-5l-2.5 -2.5z`,
    warning: `M${x} ${y - 5.5}l6 11h-12z`,
    note: `M${x - 5} ${y}a5 5 0 1 0 10 0a5 5 0 1 0 -10 0z`,
  };
  const inner = {
    error: `M${x - 2} ${y - 2}l4 4m0 -4l-4 4`,
    warning: `M${x} ${y - 2}v3.5m0 1.2v1.2`,
    note: `M${x} ${y - 3}v1.2m0 1v3.6`,
  };
  const shapes: Shape[] = [
    { kind: 'path', style: body, d: outlines[first.severity] },
    { kind: 'path', style: 'markSign', d: inner[first.severity] },
  ];
  const words = fitText(markText(line), fontOf(text), columns.markTextWidth);
  return words === ''
    ? shapes
    : [...shapes, textShape(columns.markText, top + BASE_LINE, 'start', [{ text: words, style: text }])];
}

function arrowShapes(outline: SequenceOutline, line: SequenceLine, columns: Columns, top: number): Shape[] {
  const { from, to } = line;
  const forward = to >= from;
  const side = forward ? 1 : -1;
  const begin = columns.lifelines[from] + side * (columns.halves[from] + 2);
  const end = from === to ? begin + 40 : columns.lifelines[to] - side * (columns.halves[to] + 2);
  const y = top + ARROW;
  const style: ShapeStyle = line.outcome === 'missing' ? `missing-${line.interface}` : `arrow-${line.interface}`;
  return [
    { kind: 'path', style, d: `M${begin} ${y}H${end - side * POINT}` },
    { kind: 'path', style: `point-${line.interface}`, d: `M${end} ${y}l${-side * POINT} -4v8z` },
    ...(forward
      ? requestTexts(outline, line, columns, top, begin, end)
      : postTexts(outline, line, columns, top, begin)),
  ];
}

/** The lifeline at which a text along an arrow must end: texts lie over lifelines, but not over states on them. */
function boundFrom(outline: SequenceOutline, line: SequenceLine, from: number, to: number): number {
  const step = Math.sign(to - from);
  let bound = from + step;
  while (bound !== to && !isBarred(outline, bound, line.index)) bound += step;
  return bound;
}

/** Label at the sender, result at the receiver; where both stand in one room, the result goes first. */
function requestTexts(
  outline: SequenceOutline,
  line: SequenceLine,
  columns: Columns,
  top: number,
  begin: number,
  end: number,
): Shape[] {
  const { from, to } = line;
  const first = from === to ? to : boundFrom(outline, line, from, to);
  const last = from === to ? from : boundFrom(outline, line, to, from);
  const oneRoom = first >= to;
  const labelEnd = oneRoom ? end - LABEL_PAD : columns.lifelines[first] - columns.halves[first] - LABEL_PAD;
  const resultBegin = columns.lifelines[last] + columns.halves[last] + LABEL_PAD;
  const labelRoom = labelEnd - (begin + LABEL_PAD);
  const [name] = labelRuns(line);
  // the name comes first, then the result, then the facts
  const beside = (width: number): number => labelRoom - width - 2 * LABEL_PAD;
  const least = Math.max(labelRoom * 0.25, Math.min(labelRoom * 0.55, beside(runsWidth([name]))));
  const resultRoom = oneRoom ? Math.max(beside(runsWidth(labelRuns(line))), least) : end - LABEL_PAD - resultBegin;
  const result = fitRuns(resultRuns(line), resultRoom - POINT);
  const taken = oneRoom && result.length > 0 ? runsWidth(result) + 2 * LABEL_PAD : 0;
  const label = fitRuns(labelRuns(line), labelRoom - taken);
  return [
    ...(label.length > 0 ? overLifelines(columns, textShape(begin + LABEL_PAD, top + BASE_LINE, 'start', label)) : []),
    ...(result.length > 0
      ? overLifelines(columns, textShape(end - LABEL_PAD - POINT, top + BASE_LINE, 'end', result))
      : []),
  ];
}

/** The label of a post stands at the server that sends it; where it does not fit there, in the widest room on its way. */
function postTexts(
  outline: SequenceOutline,
  line: SequenceLine,
  columns: Columns,
  top: number,
  begin: number,
): Shape[] {
  const runs = [...labelRuns(line), ...spaced(resultRuns(line))];
  const wanted = runsWidth(runs);
  let best = { end: 0, room: -1 };
  for (let at = line.from; at > line.to && best.room < wanted;) {
    const bound = boundFrom(outline, line, at, line.to);
    const end = (at === line.from ? begin : columns.lifelines[at] - columns.halves[at]) - LABEL_PAD;
    const room = end - (columns.lifelines[bound] + columns.halves[bound] + LABEL_PAD + POINT);
    if (room > best.room) best = { end, room };
    at = bound;
  }
  const label = fitRuns(runs, best.room);
  return label.length === 0 ? [] : overLifelines(columns, textShape(best.end, top + BASE_LINE, 'end', label));
}

/** A text with a gap in each lifeline that it crosses, so that it can be read. */
function overLifelines({ lifelines }: Columns, text: TextShape): Shape[] {
  const left = text.anchor === 'end' ? text.x - text.width : text.x;
  const crossed = lifelines.filter((x) => x > left && x < left + text.width);
  const gaps = crossed.map((x): Shape => {
    return { kind: 'rect', style: 'ground', x: x - 1.5, y: text.y - 11, width: 3, height: 15, radius: 0 };
  });
  return [...gaps, text];
}

function spaced(runs: readonly TextRun[]): TextRun[] {
  return runs.map((run, i) => (i === 0 ? { ...run, text: `  ${run.text}` } : run));
}

/** The data connection as a bar between its two ends; beside the lifeline where both are one server. */
function linkShapes(line: SequenceLine, columns: Columns, top: number): Shape[] {
  const left = Math.min(line.from, line.to);
  const right = Math.max(line.from, line.to);
  const x1 = columns.lifelines[left] + columns.halves[left] + 4;
  const wanted = runsWidth(labelRuns(line).map(({ text }) => ({ text, style: 'link' }))) + 20;
  const x2 = left === right ? x1 + wanted : columns.lifelines[right] - columns.halves[right] - 4;
  const from = left === right ? x1 : Math.max(x1, columns.lifelines[right - 1] + columns.halves[right - 1] + 4);
  const label = fitRuns([{ text: line.name, style: 'link' }], x2 - from - 2 * LABEL_PAD);
  const bar: Shape = {
    kind: 'rect',
    style: 'link',
    x: x1,
    y: top + 3,
    width: Math.max(0, x2 - x1),
    height: ROW_HEIGHT - 6,
    radius: 4,
  };
  if (label.length === 0) return [bar];
  return [bar, textShape((from + x2) / 2, top + ROW_HEIGHT / 2 + 4, 'middle', label)];
}

/** As much of the runs as fits, the last one cut with an ellipsis. */
export function fitRuns(runs: readonly TextRun[], room: number): TextRun[] {
  const fitted: TextRun[] = [];
  let left = room;
  for (const run of runs) {
    const text = fitText(run.text, fontOf(run.style), left);
    if (text === '') break;
    fitted.push({ ...run, text });
    if (text !== run.text) break;
    left -= widthIn(run.style, text);
  }
  return fitted;
}

export function textShape(x: number, y: number, anchor: TextShape['anchor'], runs: TextRun[]): TextShape {
  return { kind: 'text', x, y, anchor, runs, width: runsWidth(runs) };
}
