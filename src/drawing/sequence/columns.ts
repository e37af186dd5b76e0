import type { SequenceLine, SequenceOutline, StateBar } from '../../analysis/sequence/model';
import type { TextRun } from './scene';
import { widthIn } from './styles';
import { durationText, labelRuns, momentText, resultRuns, stateText } from './words';

/** Where everything stands from left to right, in pixels. */
export interface Columns {
  /** Right end of the names of phases; the bracket stands right of it. */
  phase: number;
  mark: number;
  time: number;
  /** Middle of each lifeline. */
  lifelines: number[];
  /** Width of each lifeline's head. */
  heads: number[];
  /** Half the width of the state bars on each lifeline. */
  halves: number[];
  /** Distance from a lifeline's middle to the state names of each of its machines. */
  stateNames: number[][];
  /** Left end of the words beside marks. */
  markText: number;
  markTextWidth: number;
  /** Right end of the names of pauses. */
  bandText: number;
  width: number;
}

export const BAR_WIDTH = 10;
/** Between the end of an arrow and its label. */
export const LABEL_PAD = 8;
const MARGIN = 16;
const MIN_GAP = 190;
/** A label that needs more is cut; pointing at it shows all. */
const MAX_GAP = 620;
const MAX_MARK_TEXT = 220;
/**
 * The narrowest to which a view squeezes a gap so that all fits; where it must scroll anyway, the first gap, in which most
 * texts begin, gets more room.
 */
const READABLE_GAP = 260;
const SCROLLED_GAP = 340;
/** An arrow from a lifeline to itself. */
const SELF = 56;
const HEAD_PAD = 28;
const MAX_HEAD = 300;
const BETWEEN = 24;

/**
 * Columns in which the given lines fit; for a view these are its first ones, and later lines are cut where they do not.
 * With `room`, the pixels that a view has, the columns are made narrower than their texts to fit it, down to a bound.
 */
export function columnsFor(outline: SequenceOutline, lines: readonly SequenceLine[], room = Infinity): Columns {
  const { lifelines } = outline;
  const heads = lifelines.map(({ title, detail }) =>
    Math.min(MAX_HEAD, Math.max(widthIn('head', title), widthIn('headDetail', detail)) + HEAD_PAD),
  );
  const halves = lifelines.map(({ machines }) => (machines.length * BAR_WIDTH) / 2);
  const stateNames = stateNamePlaces(outline, halves);
  const phase = MARGIN + Math.max(0, ...outline.phases.map(({ name }) => widthIn('phase', name)));
  const mark = phase + 30;
  const time = mark + 14;
  const timeWidth = Math.max(0, ...lines.map((line) => widthIn('time', momentText(line))));
  const needs = gapNeeds(outline, lines, halves, stateNames);
  const last = lifelines.length - 1;
  // a view shows the sign alone: it tells the finding's words elsewhere, and findings come later than the first lines
  const marks = room === Infinity ? lines.map((line) => widthIn('markError', markText(line))) : [];
  const markTextWidth = Math.min(MAX_MARK_TEXT, Math.max(0, ...marks));
  const bandWidth = Math.max(0, ...outline.bands.map((band) => widthIn('band', bandText(band))));
  const begin = time + Math.max(timeWidth, heads[0] / 2 - 60) + MARGIN;
  // remarks stand in the lines, the last head above them: they may reach under it
  const names = Math.max(SELF, needs[last]) + MARGIN;
  const remarks = markTextWidth + (markTextWidth > 0 ? MARGIN : 0) + bandWidth + (bandWidth > 0 ? MARGIN : 0);
  const behind = Math.max(heads[last] / 2 + MARGIN, names + remarks);
  const least = heads.slice(1).map((head, i) => (heads[i] + head) / 2 + MARGIN);
  const gaps = least.map((head, i) => Math.max(MIN_GAP, head, Math.min(MAX_GAP, needs[i])));
  const places = [begin];
  for (const gap of squeezed(gaps, least, room - begin - behind)) places.push(places[places.length - 1] + gap);
  const right = places[last] + names;
  return {
    phase,
    mark,
    time,
    lifelines: places.map(Math.round),
    heads,
    halves,
    stateNames,
    markText: right,
    markTextWidth,
    bandText: right + Math.max(0, remarks - MARGIN),
    width: Math.ceil(places[last] + behind),
  };
}

/** Gaps made narrower in proportion until they fit, but none narrower than it can be read. */
function squeezed(gaps: readonly number[], least: readonly number[], room: number): number[] {
  if (sum(gaps) <= room) return [...gaps];
  const readable = gaps.map((gap, i) => Math.max(least[i], Math.min(gap, READABLE_GAP)));
  if (sum(readable) > room)
    return readable.map((gap, i) => (i === 0 ? Math.max(gap, Math.min(gaps[0], SCROLLED_GAP)) : gap));
  let fitted = [...gaps];
  // each turn holds at least one more gap at its bound, and takes what is missing from the others
  for (let turn = 0; turn < gaps.length && sum(fitted) > room; turn++) {
    const free = fitted.map((gap, i) => gap > readable[i]);
    const held = sum(fitted.filter((_gap, i) => !free[i]));
    const share = (room - held) / sum(fitted.filter((_gap, i) => free[i]));
    fitted = fitted.map((gap, i) => (free[i] ? Math.max(readable[i], gap * share) : gap));
  }
  return fitted;
}

function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

/** The rules broken at a line, beside it. */
export function markText({ marks }: SequenceLine): string {
  const [first, ...others] = marks;
  return first === undefined ? '' : others.length === 0 ? first.rule : `${first.rule} and ${others.length} more`;
}

/** Where the state names of each machine begin: those of the second one right of the longest of the first. */
function stateNamePlaces({ lifelines, states }: SequenceOutline, halves: readonly number[]): number[][] {
  return lifelines.map(({ machines }, lifeline) => {
    let x = halves[lifeline] + 6;
    return machines.map((_machine, place) => {
      const at = x;
      const widest = Math.max(
        0,
        ...namesAt(states, lifeline, place, machines.length).map((each) => widthIn('state', each)),
      );
      x += widest + (widest > 0 ? 12 : 0);
      return at;
    });
  });
}

function namesAt(states: readonly StateBar[], lifeline: number, place: number, machines: number): string[] {
  const names = states
    .filter((bar) => bar.lifeline === lifeline && bar.place === place)
    .map((bar) => stateText(bar, machines > 1));
  return [...new Set(names)];
}

/** What each gap right of a lifeline needs, the last one being the margin. */
function gapNeeds(
  { lifelines, states }: SequenceOutline,
  lines: readonly SequenceLine[],
  halves: readonly number[],
  names: readonly (readonly number[])[],
): number[] {
  const needs = lifelines.map((_lifeline, i) => {
    const last = names[i].length - 1;
    if (last < 0) return 0;
    const widest = Math.max(0, ...namesAt(states, i, last, names[i].length).map((each) => widthIn('state', each)));
    return names[i][last] + widest + LABEL_PAD;
  });
  for (const line of lines) {
    const left = Math.min(line.from, line.to);
    const right = Math.max(line.from, line.to);
    const label = runsWidth(labelRuns(line));
    const result = runsWidth(resultRuns(line));
    if (line.kind === 'link') {
      const at = left === right ? left : right - 1;
      needs[at] = Math.max(needs[at], label + 2 * BETWEEN + halves[at]);
    } else if (line.from > line.to) {
      needs[right - 1] = Math.max(needs[right - 1], label + halves[right] + halves[right - 1] + 2 * BETWEEN);
    } else if (right === left + 1) {
      const both = label + (result > 0 ? result + BETWEEN : 0);
      needs[left] = Math.max(needs[left], both + halves[right] + 2 * BETWEEN);
    } else if (right > left) {
      needs[left] = Math.max(needs[left], label + halves[left] + 2 * BETWEEN);
      needs[right - 1] = Math.max(needs[right - 1], result + halves[right] + halves[right - 1] + 2 * BETWEEN);
    }
  }
  return needs;
}

export function runsWidth(runs: readonly TextRun[]): number {
  return runs.reduce((sum, { text, style }) => sum + widthIn(style, text), 0);
}

/** `tape change (EOM), 2.9 s`. */
export function bandText({ kind, reason, seconds }: SequenceOutline['bands'][number]): string {
  const time = seconds === undefined ? 'its end is not seen' : durationText(seconds);
  return `${kind}${reason === '' ? '' : ` (${reason})`}, ${time}`;
}
