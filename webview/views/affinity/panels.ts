import type {
  AffinityAnswer,
  CabEffect,
  ConnectionView,
  LifRowView,
  PairClassView,
  ThingView,
} from '../../../src/analysis/affinity';
import type { Reason } from '../../../src/analysis/affinity/verdict';
import type { StepView } from '../../../src/analysis/affinity/stepTexts';
import { element, type Child } from '../../dom';
import { messageLink, messageLinks } from '../messageLinks';
import type { TabServices } from '../view';
import { wayTag } from './cards';
import { CAB, LISTED_WHY, MARKS } from './words';

/** A titled box of the side column. */
export function panel(title: Child | readonly Child[], ...children: Child[]): HTMLElement {
  const heading = element('h3', {}, ...(Array.isArray(title) ? (title as Child[]) : [title as Child]));
  return element('section', { class: 'aff-panel' }, heading, ...children);
}

/** Reasons with their messages as links. */
export function reasonList(services: TabServices, reasons: readonly Reason[]): HTMLElement {
  return element(
    'ul',
    { class: 'aff-reasons' },
    ...reasons.map(({ mark, text, rows }) => markedLine(mark, text, ' ', messageLinks(services, unique(rows)))),
  );
}

function markedLine(mark: Reason['mark'], ...children: Child[]): HTMLElement {
  const { sign, name, class: style } = MARKS[mark];
  return element(
    'li',
    { class: style },
    element('span', { class: 'aff-mark', 'aria-hidden': 'true' }, sign),
    element('span', {}, element('span', { class: 'hidden-text' }, `${name}: `), ...children),
  );
}

function unique(rows: readonly number[]): number[] {
  return [...new Set(rows)].filter((row) => row >= 0);
}

/** The chosen pair: local, three-way or neither, why, what jobs did, and what the items carry. */
export function pairPanel(services: TabServices, { pair, nodes, volumes, drives }: AffinityAnswer): HTMLElement {
  if (pair === undefined) {
    const what = volumes === 0 && drives === 0 ? 'volumes or tape devices' : volumes === 0 ? 'volumes' : 'tape devices';
    return panel(
      'Local or three-way',
      element('p', { class: 'dim' }, `No message lists or uses ${what}, so there is no pair to judge.`),
    );
  }
  const { volume, drive, verdict, runs } = pair;
  const things = nodes.flatMap((node) => node.things);
  const seen = runs.map(({ job, title, outcome, row }) =>
    markedLine('note', 'Seen: ', jobLink(services, job), `, ${title}, ${outcome} `, messageLinks(services, [row])),
  );
  return panel(
    [
      element('span', { class: 'aff-pair' }, volume.name, element('span', { class: 'dim' }, ' to '), drive.name),
      ' ',
      wayTag(verdict.way),
    ],
    reasonList(services, verdict.reasons),
    seen.length > 0 && element('ul', { class: 'aff-reasons' }, ...seen),
    carried(
      services,
      things.find(({ id }) => id === volume.id),
    ),
    carried(
      services,
      things.find(({ id }) => id === drive.id),
    ),
  );
}

/** Opens the sequence diagram of a job. */
function jobLink(services: TabServices, job: number): HTMLElement {
  const title = `Show the sequence diagram of job ${job + 1}`;
  const link = element('button', { class: 'link', type: 'button', title }, `job ${job + 1}`);
  link.addEventListener('click', () => services.open('sequence', { job }));
  return link;
}

/** The pairs that an item carries, as they came. */
function carried(services: TabServices, thing: ThingView | undefined): Child {
  if (thing === undefined) return undefined;
  const { name, otherNames, detail, pairs, listed, row } = thing;
  return element(
    'details',
    { class: 'aff-carried' },
    element('summary', {}, name),
    element(
      'p',
      {},
      [detail, ...otherNames].filter((part) => part !== '').join(' · '),
      ' ',
      messageLink(services, row, `message ${row + 1}`),
    ),
    element('p', { class: 'dim' }, LISTED_WHY[listed]),
    element('ul', { class: 'aff-pairs' }, ...pairs.map((text) => element('li', {}, text))),
  );
}

/** Local or three-way for every volume and every drive; classes that the rules treat alike stand in one row or column. */
export function everyPairPanel({ everyPair: { drives, rows, dropped } }: AffinityAnswer): HTMLElement | undefined {
  if (rows.length * drives.length < 2) return undefined;
  const head = drives.map((drive) => element('th', { scope: 'col' }, ...className(drive)));
  const body = rows.map(({ volumes, ways }) =>
    element(
      'tr',
      {},
      element('th', { scope: 'row' }, ...className(volumes)),
      ...ways.map((way) => element('td', {}, wayTag(way))),
    ),
  );
  return panel(
    'Every pair',
    element(
      'div',
      { class: 'aff-scroll', tabindex: 0, role: 'region', 'aria-label': 'Local or three-way for every pair' },
      element(
        'table',
        { class: 'aff-table aff-pairs-table', 'aria-label': 'Every pair of volume and drive' },
        element('thead', {}, element('tr', {}, element('th', { scope: 'col' }, 'Volumes, drives'), ...head)),
        element('tbody', {}, ...body),
      ),
    ),
    dropped > 0 && element('p', { class: 'dim' }, `and ${dropped} more kinds of volumes and drives`),
  );
}

function className({ node, names, count, listed }: PairClassView): Child[] {
  const rest = count > names.length ? ` and ${count - names.length} more` : '';
  return [
    element('span', { class: 'aff-class' }, `${names.join(', ')}${rest}`),
    element('span', { class: 'aff-item-sub' }, listed ? node : `${node}, not in the lists of this connection`),
  ];
}

/** The steps of the control connection: extensions, PREPARE, data connections. */
export function stepsPanel(services: TabServices, { steps, control, connections }: AffinityAnswer): HTMLElement {
  const endpoint = connections.find(({ place }) => place === control)?.endpoint ?? '';
  const title = ['Steps of the connection ', element('span', { class: 'dim' }, `${control + 1}, ${endpoint}`)];
  const facts = connectionFacts(
    services,
    connections.find(({ place }) => place === control),
  );
  if (steps.length === 0)
    return panel(
      title,
      facts,
      element('p', { class: 'dim' }, 'No extensions were asked for, and no device, data or mover connection.'),
    );
  const shown = steps.slice(0, 60);
  return panel(
    title,
    facts,
    element('ul', { class: 'aff-reasons' }, ...shown.flatMap((step) => stepLines(services, step))),
    steps.length > shown.length && element('p', { class: 'dim' }, `and ${steps.length - shown.length} more`),
  );
}

/** Who answers at the other end, and what it offers. */
function connectionFacts(services: TabServices, connection: ConnectionView | undefined): Child {
  if (connection === undefined) return undefined;
  const { host, product, user, types } = connection;
  const facts = [
    ['Host', host],
    ['Product', product],
    ['Login', user],
    ['Data connections', types],
  ] as const;
  return element(
    'dl',
    { class: 'aff-facts' },
    ...facts.flatMap(([name, fact]) => [
      element('dt', {}, name),
      fact === undefined
        ? element('dd', { class: 'dim' }, 'not told')
        : element('dd', {}, fact.text, ' ', messageLinks(services, [fact.row])),
    ]),
  );
}

function stepLines(services: TabServices, { mark, text, notes, rows }: StepView): HTMLElement[] {
  const lines = notes.map((note) =>
    element(
      'li',
      { class: 'aff-sub' },
      element('span', { class: 'aff-mark' }),
      element('span', {}, note.text, ' ', messageLinks(services, note.rows)),
    ),
  );
  return [markedLine(mark, text, ' ', messageLinks(services, rows)), ...lines];
}

const APPLIES: Readonly<Record<LifRowView['applies'], { sign: string; text: string }>> = {
  holds: { sign: '▶', text: 'this row holds' },
  possible: { sign: '?', text: 'fits what was answered' },
  no: { sign: '', text: '' },
};

/** NetApp's table of LIF types with the row that holds marked. */
export function tablePanel({ lifRows, settings }: AffinityAnswer): HTMLElement {
  const title = ['What a LIF allows ', element('span', { class: 'dim' }, "(NetApp's tables, SVM-scoped mode)")];
  if (lifRows.length === 0) {
    const why =
      settings.scope === 'node'
        ? 'In node-scoped mode (set by you) these tables do not hold.'
        : 'Nothing says that this is an ONTAP system, so the tables are not applied. Set a LIF type to apply them.';
    return panel(title, element('p', { class: 'dim' }, why));
  }
  const head = ['', 'Control LIF', 'CAB', 'Volumes', 'Tape devices', 'Data connections'];
  return panel(
    title,
    element(
      'table',
      { class: 'aff-table', 'aria-label': 'What each type of control LIF allows' },
      element('thead', {}, element('tr', {}, ...head.map((text) => element('th', { scope: 'col' }, text)))),
      element('tbody', {}, ...lifRows.map(tableRow)),
    ),
    element('p', { class: 'dim' }, '▶ holds   ? fits what was answered   ✦ supposed'),
  );
}

function tableRow({ lif, cab, volumes, tapes, types, applies, supposed }: LifRowView): HTMLElement {
  const { sign, text } = APPLIES[applies];
  const meaning = [text, supposed ? 'supposed' : ''].filter((part) => part !== '').join(', ');
  return element(
    'tr',
    {
      class: `row-${applies}${supposed ? ' row-supposed' : ''}`,
      'aria-current': applies === 'holds' ? 'true' : undefined,
    },
    element(
      'td',
      { title: meaning },
      element('span', { 'aria-hidden': 'true' }, `${sign}${supposed ? '✦' : ''}`),
      element('span', { class: 'hidden-text' }, meaning),
    ),
    element('th', { scope: 'row' }, lif),
    ...[cab ? 'yes' : 'no', volumes, tapes, types].map((cell) => element('td', {}, cell)),
  );
}

/** What CAB made visible, or would. */
export function cabPanel(services: TabServices, { cab }: AffinityAnswer): HTMLElement {
  return panel(
    ['Cluster Aware Backup ', element('span', { class: `aff-cab aff-cab-${cab.state}` }, CAB[cab.state])],
    element('p', {}, cab.why, ' ', messageLinks(services, unique(cab.rows))),
    ...cab.effects.map((effect) => effectBlock(effect, cab.state)),
  );
}

function effectBlock({ lif, changes, details }: CabEffect, state: 'on' | 'off' | 'unknown'): HTMLElement {
  const verb = state === 'on' ? 'changes' : 'would change';
  const title = `What it ${verb} at ${lif === 'intercluster' ? 'an' : 'a'} ${lif} LIF`;
  const lines = changes.length === 0 ? ['nothing'] : changes;
  return element(
    'div',
    { class: 'aff-effect' },
    element('h4', {}, title),
    element('ul', {}, ...lines.map((text) => element('li', {}, text))),
    ...details.map((text) => element('p', { class: 'dim' }, text)),
  );
}

/** Volumes whose affinity changed between two listings. */
export function movesPanel(services: TabServices, { moves }: AffinityAnswer): HTMLElement | undefined {
  if (moves.length === 0) return undefined;
  return panel(
    'Moves',
    ...moves
      .slice(0, 50)
      .map(({ name, from, to, text, beforeRow, afterRow }) =>
        element(
          'p',
          {},
          element('strong', {}, name),
          `: ${from} → ${to}. ${text} `,
          messageLinks(services, [beforeRow, afterRow]),
        ),
      ),
  );
}

/** What the capture does not tell. */
export function openPanel({ open }: AffinityAnswer): HTMLElement | undefined {
  if (open.length === 0) return undefined;
  return panel(
    'Not told by the capture',
    element('ul', { class: 'aff-open' }, ...open.map((text) => element('li', {}, text))),
  );
}
