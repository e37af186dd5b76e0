import { aLif } from '../../analysis/affinity';
import type { AffinityAnswer, ConnectionView, MovesBetween, NodeView, ThingView, Way } from '../../analysis/affinity';
import { escapeText } from '../../protocol';
import type { Style } from '../terminal/style';
import { cellWidth } from '../terminal/text';
import { Grid, type GridCell, type GridColumn } from './grid';

const MARKS = { for: '+', against: '-', note: '·', unknown: '?' } as const;
const CAB = { on: 'on', off: 'off', unknown: 'not told' } as const;
const LISTED = {
  yes: '',
  no: 'not in the list of this connection',
  'not asked': '',
  used: 'used, in no list',
} as const;

/** The affinity view for people. */
export function affinityLines(name: string, answer: AffinityAnswer, style: Style, width: number | undefined): string[] {
  const parts = [
    head(name, answer, style),
    connections(answer, style, width),
    ...answer.nodes.map((node) => card(node, answer, style, width)),
    pair(answer, style),
    everyPair(answer, style, width),
    lifTable(answer, style, width),
    cab(answer, style),
    section('Steps of the connection', answer.steps.flatMap(stepLines), style),
    section(
      'Moves',
      answer.moves.map(
        ({ from, to, text, beforeRow, afterRow }) => `${text} ${from} → ${to}${at([beforeRow, afterRow])}`,
      ),
      style,
    ),
    whatIf(answer, style),
    section('Not told', [...answer.open, ...clues(answer)], style),
  ];
  return parts.filter((part) => part.length > 0).flatMap((part, i) => (i === 0 ? part : ['', ...part]));
}

/** What has moved since an earlier capture. */
export function sinceLines(since: MovesBetween | undefined, before: string, style: Style): string[] {
  if (since === undefined) return [];
  const moves = since.moves.map(
    ({ name, from, to, beforeRow, afterRow }) =>
      `${name}: ${from} → ${to} #${beforeRow + 1} there, #${afterRow + 1} here`,
  );
  const none = since.shared
    ? 'Nothing has moved.'
    : 'The two captures have no affinity in common, so nothing tells whether they are of one cluster.';
  return ['', ...section(`Moves since ${escapeText(before)}`, moves.length > 0 ? moves : [none], style)];
}

function section(title: string, lines: readonly string[], style: Style): string[] {
  return lines.length === 0 ? [] : [style.heading(title), ...lines.map((line) => `  ${line}`)];
}

/** ` #12 #14`: message numbers. */
function at(rows: readonly number[]): string {
  return [...new Set(rows)]
    .filter((row) => row >= 0)
    .map((row) => ` #${row + 1}`)
    .join('');
}

function head(name: string, { connections: list, control, asOf, comments }: AffinityAnswer, style: Style): string[] {
  const from = list.find(({ place }) => place === control);
  const seen = from === undefined ? 'no control connection' : `seen from ${from.endpoint}, ${asOf}`;
  return [`${style.heading(escapeText(name))}: ${seen}`, ...comments.map((comment) => style.quiet(comment))];
}

function connections(
  { connections: list, control }: AffinityAnswer,
  style: Style,
  width: number | undefined,
): string[] {
  const titles = ['', 'conn', 'server', 'LIF type', 'CAB', 'volumes', 'devices', 'types', 'host'];
  const rows = list.map((each): GridCell[] => [
    { text: each.place === control ? '>' : '' },
    { text: String(each.place + 1) },
    { text: each.addressName === undefined ? each.endpoint : `${each.endpoint} (${each.addressName})` },
    { text: typeText(each) },
    { text: CAB[each.cab] },
    { text: countText(each.counts.volumes) },
    { text: countText(each.counts.tapes) },
    { text: each.types?.text ?? 'not asked' },
    { text: each.host?.text ?? '' },
  ]);
  return [
    'Control connections',
    ...gridLines(titles, rows, style, width, { types: 1, volumes: 2, devices: 3, host: 4 }),
  ].map((line, i) => (i === 0 ? style.heading(line) : line));
}

function countText(count: number | undefined): string {
  return count === undefined ? 'not asked' : String(count);
}

function typeText({ type, possible, evidence }: ConnectionView): string {
  if (type !== undefined) {
    const contradicted = evidence.some(({ mark }) => mark === 'against');
    return contradicted ? `${type} (contradicted)` : type;
  }
  return possible.length === 4 ? 'not told' : `not told (${possible.join(' or ')})`;
}

function gridLines(
  titles: readonly string[],
  rows: readonly GridCell[][],
  style: Style,
  width: number | undefined,
  spare: Readonly<Record<string, number>> = {},
): string[] {
  const columns = titles.map((title, i): GridColumn => ({
    title,
    align: 'left',
    width: Math.max(0, ...rows.map((row) => cellWidth(row[i].text))),
    ...(spare[title] === undefined ? {} : { spare: spare[title] }),
    shrinks: i > 1,
  }));
  const grid = new Grid(columns, width);
  return [style.quiet(grid.head()), ...rows.map((row) => grid.row(row))];
}

function wayPaint(way: Way | undefined, style: Style): GridCell['paint'] {
  return way === 'impossible' ? style.error : way === 'unknown' || way === 'three-way' ? style.warning : undefined;
}

function card(node: NodeView, answer: AffinityAnswer, style: Style, width: number | undefined): string[] {
  const { title, affinity, named, things, ghosts, more } = node;
  const name = `${title}${affinity === undefined ? '' : `  ${affinity}`}`;
  const rows = [...things.map((thing) => thingCells(thing, answer, style)), ...ghosts.map(ghostCells)];
  const left = Object.entries(more).filter(([, count]) => count > 0);
  return [
    style.heading(name),
    ...(named === undefined ? [] : [style.quiet(`  ${named.text}${at(named.rows)}`)]),
    ...(rows.length === 0
      ? ['  nothing']
      : gridLines(['', 'name', 'way', 'what', 'remark'], rows, style, width).slice(1)),
    ...left.map(([kind, count]) => `  and ${count} more ${kind}`),
  ];
}

const KINDS = { volumes: 'volume', tapes: 'drive', changers: 'changer' } as const;

function thingCells(thing: ThingView, { pair: chosen }: AffinityAnswer, style: Style): GridCell[] {
  const marked = thing.id === chosen?.volume.id || thing.id === chosen?.drive.id;
  const other = thing.otherNames.length === 0 ? '' : ` (${thing.otherNames.join(', ')})`;
  const way =
    thing.supposed === undefined || thing.supposed === thing.way
      ? (thing.way ?? '')
      : `${thing.way} → ${thing.supposed}`;
  return [
    { text: `${marked ? '>' : ' '} ${KINDS[thing.kind]}` },
    { text: `${thing.name}${other}` },
    { text: way, paint: wayPaint(thing.supposed ?? thing.way, style) },
    { text: thing.detail },
    { text: [LISTED[thing.listed], thing.moved ?? ''].filter((part) => part !== '').join(', ') },
  ];
}

function ghostCells({ kind, name, text }: NodeView['ghosts'][number]): GridCell[] {
  return [{ text: `  ${KINDS[kind]}` }, { text: name }, { text: '' }, { text: '' }, { text: `here ${text}` }];
}

function pair({ pair: chosen }: AffinityAnswer, style: Style): string[] {
  if (chosen === undefined) return [];
  const { volume, drive, verdict, runs } = chosen;
  const title = `${volume.name} to ${drive.name}: ${verdict.way}`;
  return [
    ...section(
      title,
      verdict.reasons.map(({ mark, text, rows }) => `${MARKS[mark]} ${text}${at(rows)}`),
      style,
    ),
    ...runs.map(({ job, title: done, outcome, row }) => `  seen: job ${job + 1}, ${done}, ${outcome}${at([row])}`),
  ];
}

/** Every pair, where there is more than one to tell. */
function everyPair(
  { everyPair: { drives, rows, dropped } }: AffinityAnswer,
  style: Style,
  width: number | undefined,
): string[] {
  if (rows.length * drives.length === 0) return [];
  const titles = ['volumes', ...drives.map((drive) => className(drive))];
  const cells = rows.map(({ volumes, ways }): GridCell[] => [
    { text: className(volumes) },
    ...ways.map((way) => ({ text: way, paint: wayPaint(way, style) })),
  ]);
  const more = dropped > 0 ? [style.quiet(`and ${dropped} more kinds of volumes and drives`)] : [];
  return [style.heading('Every pair'), ...gridLines(titles, cells, style, width), ...more];
}

/** `Node A: /vs1/vol1, /vs1/home and 3 more`. */
function className({ node, names, count, listed }: AffinityAnswer['everyPair']['drives'][number]): string {
  const rest = count > names.length ? ` and ${count - names.length} more` : '';
  return `${node}${listed ? '' : ' (not listed here)'}: ${names.join(', ')}${rest}`;
}

function stepLines({ mark, text, notes, rows }: AffinityAnswer['steps'][number]): string[] {
  return [`${MARKS[mark]} ${text}${at(rows)}`, ...notes.map((note) => `    ${note.text}${at(note.rows)}`)];
}

function lifTable({ lifRows }: AffinityAnswer, style: Style, width: number | undefined): string[] {
  if (lifRows.length === 0) return [];
  const signs = { holds: '>', possible: '?', no: '' } as const;
  const rows = lifRows.map(({ lif, cab: on, volumes, tapes, types, applies, supposed }): GridCell[] => [
    { text: `${signs[applies]}${supposed ? '*' : ''}` },
    { text: lif },
    { text: on ? 'yes' : 'no' },
    { text: volumes },
    { text: tapes },
    { text: types },
  ]);
  return [
    style.heading('What a LIF allows (NetApp, SVM-scoped mode)'),
    ...gridLines(['', 'control LIF', 'CAB', 'volumes', 'tape devices', 'data connections'], rows, style, width),
    style.quiet('> this row holds   ? fits what was answered   * supposed'),
  ];
}

function cab({ cab: { state, why, rows, effects } }: AffinityAnswer, style: Style): string[] {
  const lines = effects.flatMap(({ lif, changes, details }) => [
    `${state === 'on' ? 'CAB makes' : 'CAB would make'} at ${aLif(lif)}: ${changes.length === 0 ? 'no difference' : changes.join('; ')}`,
    ...details.map((detail) => `  ${detail}`),
  ]);
  return section(`Cluster Aware Backup: ${CAB[state]}`, [`${why}${at(rows)}`, ...lines], style);
}

function whatIf({ whatIf: supposed, pair: chosen }: AffinityAnswer, style: Style): string[] {
  if (supposed === undefined) return [];
  const way =
    supposed.way === undefined || chosen === undefined
      ? []
      : [`${chosen.volume.name} to ${chosen.drive.name}: ${supposed.way}`];
  return section(
    `What if: ${supposed.title}`,
    [...way, ...supposed.reasons.map((reason) => `· ${reason}`), supposed.summary].filter((line) => line !== ''),
    style,
  );
}

/** Why types of LIF are not possible. */
function clues({ connections: list, control }: AffinityAnswer): string[] {
  const from = list.find(({ place }) => place === control);
  return (from?.evidence ?? []).map(({ mark, text, rows }) => `  ${MARKS[mark]} ${text}${at(rows)}`);
}
