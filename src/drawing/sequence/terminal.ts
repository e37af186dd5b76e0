import type { SequenceLine, SequenceOutline } from '../../analysis/sequence/model';
import { bandText, markText } from './columns';
import { utcText, type DrawnJob } from './diagram';
import { durationText, momentText, stateText } from './words';

/** Colours by meaning, as a terminal has them; each gives its text back where there are none. */
export interface Paint {
  heading(text: string): string;
  quiet(text: string): string;
  error(text: string): string;
  warning(text: string): string;
}

const MIN_GAP = 24;
const MAX_GAP = 78;
const STATE_GAP = 26;

/** Where things stand, in characters. */
interface Cells {
  phase: number;
  time: number;
  lifelines: number[];
  end: number;
}

/**
 * Jobs for a terminal, one line a line; cut to `width` characters where that is given. Texts are measured by characters,
 * which holds for what NDMP says; wide characters in a path shift the rest of their line.
 */
export function terminalLines(jobs: readonly DrawnJob[], width: number | undefined, paint: Paint): string[] {
  return jobs.flatMap((job, i) => [...(i > 0 ? [''] : []), ...jobLines(job, width, paint)]);
}

function jobLines({ outline, lines, omitted }: DrawnJob, width: number | undefined, paint: Paint): string[] {
  const cells = cellsFor(outline, lines, width);
  const start = `begins ${utcText(outline.startSeconds, outline.startNanos)} UTC, ${outline.messages} ${outline.messages === 1 ? 'message' : 'messages'}`;
  const fit = (text: string): string => (width === undefined ? text : cut(text, width));
  return [
    paint.heading(fit(outline.title)),
    paint.quiet(fit(`${outline.subtitle} (${start})`)),
    '',
    paint.heading(fit(headLine(outline, cells, ({ title }) => title))),
    paint.quiet(fit(headLine(outline, cells, ({ detail }) => detail))),
    ...lines.map((line) => lineText(outline, line, cells, width, paint)),
    ...(omitted > 0 ? [paint.warning(`${omitted} more lines are left out.`)] : []),
  ];
}

function cellsFor(
  { lifelines, phases }: SequenceOutline,
  lines: readonly SequenceLine[],
  width: number | undefined,
): Cells {
  const phase = Math.max(0, ...phases.map(({ name }) => name.length)) + 2;
  const time = Math.max(0, ...lines.map((line) => momentText(line).length)) + 2;
  const needs = lifelines.map(() => MIN_GAP);
  for (const line of lines) {
    const right = Math.max(line.from, line.to);
    const left = Math.min(line.from, line.to);
    const label = labelText(line).length + 8;
    const result = resultText(line).length;
    if (right === left) continue;
    if (line.from > line.to || line.kind === 'link') needs[right - 1] = Math.max(needs[right - 1], label);
    else if (right === left + 1) needs[left] = Math.max(needs[left], label + result + 2);
    else {
      needs[left] = Math.max(needs[left], label);
      needs[right - 1] = Math.max(needs[right - 1], result + 8);
    }
  }
  let gaps = needs.slice(0, -1).map((need, i) => Math.max(lifelines[i + 1].title.length, Math.min(MAX_GAP, need)));
  const fixed = phase + 2 + time + 1 + STATE_GAP;
  const sum = gaps.reduce((a, b) => a + b, 0);
  if (width !== undefined && fixed + sum > width) {
    gaps = gaps.map((gap) => Math.max(MIN_GAP, Math.floor((gap * Math.max(0, width - fixed)) / sum)));
  }
  const places = [phase + 2 + time];
  for (const gap of gaps) places.push(places[places.length - 1] + gap);
  return { phase, time: phase + 2, lifelines: places, end: places[places.length - 1] + STATE_GAP };
}

function headLine(
  { lifelines }: SequenceOutline,
  cells: Cells,
  text: (one: SequenceOutline['lifelines'][number]) => string,
): string {
  let line = '';
  lifelines.forEach((lifeline, i) => {
    const at = cells.lifelines[i];
    const room = (cells.lifelines[i + 1] ?? at + 40) - at - 2;
    line = `${line.padEnd(at)}${cut(text(lifeline), room)}`;
  });
  return line;
}

/** One row of characters, written into a grid and painted by its parts. */
function lineText(
  outline: SequenceOutline,
  line: SequenceLine,
  cells: Cells,
  width: number | undefined,
  paint: Paint,
): string {
  const row = new Row(cells.end);
  const phase = outline.phases.find(({ fromLine }) => fromLine === line.index);
  if (phase) row.put(0, phase.name);
  if (line.marks.length > 0) row.put(cells.phase, line.marks[0].severity === 'note' ? 'i' : '!');
  row.put(cells.time, momentText(line));
  outline.lifelines.forEach((_lifeline, i) => row.put(cells.lifelines[i], lifelineSign(outline, i, line.index)));
  stateNames(outline, line.index, cells).forEach(([at, text]) => row.put(at, text));
  drawArrow(row, line, cells);
  const remarks = [markText(line), ...outline.bands.filter(({ fromLine }) => fromLine === line.index).map(bandText)];
  const text = [row.text().trimEnd(), ...remarks.filter((each) => each !== '')].join('  ');
  const shown = width === undefined ? text : cut(text, width);
  return line.outcome === 'failed'
    ? paint.error(shown)
    : line.outcome === 'missing' || remarks.some((each) => each !== '')
      ? paint.warning(shown)
      : shown;
}

/** `┃` while a machine of the lifeline works, `╏` while it waits, else `│`. */
function lifelineSign({ states }: SequenceOutline, lifeline: number, line: number): string {
  const now = states.filter((bar) => bar.lifeline === lifeline && bar.fromLine <= line && line < bar.toLine);
  if (now.some(({ state }) => state === 'PAUSED')) return '╏';
  return now.some(({ state }) => state === 'ACTIVE') ? '┃' : '│';
}

function stateNames({ states, lifelines }: SequenceOutline, line: number, cells: Cells): [number, string][] {
  const found: [number, string][] = [];
  for (const bar of states) {
    if (bar.labelLines[0] !== line) continue;
    const text = stateText(bar, lifelines[bar.lifeline].machines.length > 1);
    const before = found.find(([at]) => at === cells.lifelines[bar.lifeline] + 2);
    if (before) before[1] += `, ${text}`;
    else found.push([cells.lifelines[bar.lifeline] + 2, text]);
  }
  return found;
}

function drawArrow(row: Row, line: SequenceLine, { lifelines }: Cells): void {
  const left = Math.min(line.from, line.to);
  const right = Math.max(line.from, line.to);
  const [x1, x2] = [lifelines[left] + 1, lifelines[right] - 1];
  const dash = line.kind === 'link' ? '═' : line.outcome === 'missing' ? '╌' : '─';
  if (left === right) {
    row.put(x1 + 1, line.kind === 'link' ? `═ ${line.name} ═` : `${labelText(line)} ${resultText(line)}`);
    return;
  }
  for (let x = x1; x <= x2; x++) row.put(x, row.at(x) === ' ' ? dash : row.at(x) === '│' ? '┼' : '╂');
  if (line.kind === 'link') {
    row.put(lifelines[right - 1] + 3, cut(` ${line.name} `, lifelines[right] - lifelines[right - 1] - 6));
  } else if (line.from > line.to) {
    row.put(x1, '◀');
    const text = cut(` ${labelText(line)} `, lifelines[right] - lifelines[right - 1] - 6);
    row.put(x2 - 1 - text.length, text);
  } else {
    row.put(x2, '▶');
    const result =
      resultText(line) === '' ? '' : ` ${cut(resultText(line), lifelines[right] - lifelines[right - 1] - 14)} `;
    row.put(x2 - 1 - result.length, result);
    const room = (right === left + 1 ? x2 - 1 - result.length : lifelines[left + 1] - 1) - x1 - 3;
    row.put(x1 + 1, cut(` ${labelText(line)} `, room));
  }
}

function labelText({ name, facts }: SequenceLine): string {
  return facts === '' ? name : `${name} ${facts}`;
}

function resultText({ result, latency }: SequenceLine): string {
  return latency === undefined ? result : `${result} ${durationText(latency)}`;
}

function cut(text: string, room: number): string {
  return text.length <= room ? text : room < 1 ? '' : `${text.slice(0, room - 1)}…`;
}

class Row {
  private readonly cells: string[];

  constructor(length: number) {
    this.cells = Array.from({ length }, () => ' ');
  }

  at(x: number): string {
    return this.cells[x] ?? ' ';
  }

  put(x: number, text: string): void {
    [...text].forEach((character, i) => {
      this.cells[x + i] = character;
    });
  }

  text(): string {
    return Array.from(this.cells, (cell) => cell ?? ' ').join('');
  }
}
