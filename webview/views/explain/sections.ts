import type { Cause, JobReport, LogText, StateLine, Step, WrongTurn } from '../../../src/analysis/explain/model';
import { element, type Child } from '../../dom';
import { countText, plural, relativeText, shortName } from '../../format';
import { messageLink, messageLinks } from '../messageLinks';
import { shareBar } from '../statistics/shareBar';
import { shareTable } from '../statistics/shareTable';
import type { TabServices } from '../view';

/** The sections of a report's page; those that have nothing to say are left out. */
export function reportSections(services: TabServices, report: JobReport): HTMLElement[] {
  const { firstWrongTurn: first, others, time } = report;
  return [
    section('First wrong turn', first && [turnCard(services, first)], 'wrong-turn'),
    section(first ? 'And then' : 'Worth knowing', list(otherItems(services, report), others.length)),
    section('Where the time went', time && [shareBar(time), shareTable(services, time)]),
    section('What was asked', report.asked.length > 0 && [askedList(services, report)]),
    section('Who took part', list(sideItems(report), report.sides.length)),
    section('States', report.states.length > 0 && report.states.map((line) => stateLine(services, line))),
    section('What the servers logged', list(logItems(services, report), report.logs.length)),
    section('What was asked and answered, in order', report.steps.length > 0 && [stepTable(services, report)]),
    section('What this capture does not show', list(missingItems(services, report), report.missing.length)),
  ].filter((each) => each !== undefined);
}

function section(title: string, content: Child[] | false | undefined, name = ''): HTMLElement | undefined {
  if (!content) return undefined;
  return element('section', { class: `page-section ${name}`.trim() }, element('h2', {}, title), ...content);
}

function list(items: HTMLElement[], count: number): Child[] | undefined {
  return count > 0 ? [element('ul', { class: 'page-list' }, ...items)] : undefined;
}

function turnCard(services: TabServices, turn: WrongTurn): HTMLElement {
  const { text, rows, states, times, causes } = turn;
  return element(
    'div',
    { class: 'turn-card' },
    element('p', { class: 'turn-text' }, text, ' ', messageLinks(services, rows)),
    times > 1 && element('p', {}, `It came ${plural(times, 'time')}.`),
    states.length > 0 && element('p', { class: 'dim' }, `At that moment: ${states.join(', ')}.`),
    ...causes.map(causeBlock),
  );
}

function causeBlock({ cause, change, source, vendor }: Cause): HTMLElement {
  return element(
    'dl',
    { class: 'cause' },
    element('dt', {}, 'Why'),
    element('dd', {}, cause),
    ...(change === '' ? [] : [element('dt', {}, 'What to change'), element('dd', {}, change)]),
    element('dt', {}, 'Known from'),
    element('dd', { class: 'dim' }, `${vendor}: ${source}`),
  );
}

function otherItems(services: TabServices, { others, othersDropped }: JobReport): HTMLElement[] {
  const items = others.map(({ text, times, causes, rows, weight }) =>
    element(
      'li',
      { class: weight },
      text,
      times > 1 && ` (${plural(times, 'time')})`,
      ...causes.map(({ cause }) => ` ${cause}`),
      ' ',
      messageLinks(services, rows),
    ),
  );
  if (othersDropped > 0) items.push(element('li', { class: 'dim' }, `… and ${countText(othersDropped)} more`));
  return items;
}

function askedList(services: TabServices, { asked }: JobReport): HTMLElement {
  return element(
    'dl',
    { class: 'asked' },
    ...asked.flatMap(({ label, text, rows }) => [
      element('dt', {}, label),
      element('dd', {}, text, ' ', messageLinks(services, rows, 3)),
    ]),
  );
}

function sideItems({ sides }: JobReport): HTMLElement[] {
  return sides.map(({ name, address, facts, requests, errors }) =>
    element(
      'li',
      {},
      element('strong', {}, name),
      ` ${address}, ${plural(requests, 'request')}, ${plural(errors, 'error')}`,
      facts.length > 0 && `: ${facts.map(({ text }) => text).join('; ')}`,
    ),
  );
}

function stateLine(services: TabServices, { machine, connection, states, dropped }: StateLine): HTMLElement {
  const steps = states.flatMap(({ state, reason, row, seconds, certain }, i) => [
    ...(i > 0 ? [element('span', { class: 'dim', 'aria-hidden': 'true' }, ' → ')] : []),
    element(
      'span',
      {
        class: `state state-${state.toLowerCase()}`,
        title: `${certain ? '' : 'Inferred, '}from ${relativeText(seconds, 3)} s`,
      },
      `${state}${reason === '' ? '' : ` (${reason})`}${certain ? '' : ' ?'} `,
      messageLink(services, row),
    ),
  ]);
  return element(
    'p',
    { class: 'state-line' },
    element('strong', {}, `${machine}, connection ${connection + 1}: `),
    ...steps,
    dropped > 0 && ` … ${plural(dropped, 'more state')}`,
  );
}

function logItems(services: TabServices, { logs, logsDropped }: JobReport): HTMLElement[] {
  const items = logs.map((log) => logItem(services, log));
  if (logsDropped > 0) items.push(element('li', { class: 'dim' }, `… and ${countText(logsDropped)} more`));
  return items;
}

function logItem(services: TabServices, { kind, text, times, rows, causes }: LogText): HTMLElement {
  return element(
    'li',
    { class: kind === 'ERROR' ? 'failure' : undefined },
    element('span', { class: 'log-kind' }, kind),
    ' ',
    element('span', { class: 'log-text' }, text),
    times > 1 && ` (${plural(times, 'time')})`,
    ' ',
    messageLinks(services, rows),
    ...causes.map(causeBlock),
  );
}

function stepTable(services: TabServices, { steps, stepsDropped }: JobReport): HTMLElement {
  const head = ['#', 'Seconds', 'Way', 'Asked', 'Answered'].map((title, i) =>
    element('th', { scope: 'col', class: i < 2 ? 'number' : undefined }, title),
  );
  return element(
    'div',
    {},
    element(
      'table',
      { class: 'page-table step-table', 'aria-label': 'Steps of the job' },
      element('thead', {}, element('tr', {}, ...head)),
      element('tbody', {}, ...steps.map((step) => stepRow(services, step))),
    ),
    stepsDropped > 0 && element('p', { class: 'dim' }, `${plural(stepsDropped, 'step')} in the middle left out.`),
  );
}

function stepRow(services: TabServices, step: Step): HTMLElement {
  const { row, replyRow, seconds, way, message, text, answer, failed, times } = step;
  return element(
    'tr',
    { class: failed ? 'failed' : undefined, 'data-rows': `${row} ${replyRow}` },
    element('td', { class: 'number' }, messageLink(services, row)),
    element('td', { class: 'number' }, relativeText(seconds, 3)),
    element('td', { class: 'nowrap dim' }, way),
    element(
      'td',
      {},
      element('span', { class: 'step-message' }, shortName(message)),
      ` ${text}`,
      times > 1 && ` (${plural(times, 'time')})`,
    ),
    element('td', {}, failed && '✗ ', answer, replyRow >= 0 && ' ', replyRow >= 0 && messageLink(services, replyRow)),
  );
}

function missingItems(services: TabServices, { missing }: JobReport): HTMLElement[] {
  return missing.map(({ text, rows }) => element('li', {}, text, ' ', messageLinks(services, rows)));
}
