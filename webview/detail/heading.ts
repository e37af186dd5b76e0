import type { CaptureState, Detail, DetailPart } from '../../src/extension/messages';
import type { Actions } from '../actions';
import { button } from '../controls';
import { element, type Child } from '../dom';
import { countText, durationText, hexText, shortName } from '../format';
import { icon } from '../icons';
import { interfaceLabel } from '../interfaces';
import { directionText } from '../table/connectionText';

/** The sentence on top of the detail pane, what went wrong below it, and the buttons. */
export function heading(
  detail: Detail,
  capture: CaptureState,
  actions: Actions,
  showBytes: (part: number, offset: number, length: number) => void,
): HTMLElement {
  const part = detail.parts.find(({ n }) => n === detail.n) ?? detail.parts[0];
  const connection = capture.connections[detail.connection];
  const where = [
    connection ? directionText(connection, part.direction) : '',
    `${interfaceLabel(detail.interface)} interface`,
    `v${detail.version}`,
    `0x${hexText(detail.code, 3)}`,
  ];
  return element(
    'header',
    { class: `detail-head if-${detail.interface}` },
    element(
      'div',
      { class: 'detail-line' },
      element('h2', { title: detail.message }, shortName(detail.message)),
      element('span', { class: 'detail-sentence' }, sentence(detail, part)),
      element('span', { class: 'detail-where' }, where.filter(Boolean).join(' · ')),
      tools(detail, part, actions),
    ),
    detail.doc ? element('p', { class: 'detail-doc' }, detail.doc) : undefined,
    ...troubles(detail, showBytes),
  );
}

/** 'request 47 and its reply, 0.4 ms', 'the server's own message 31', 'request 12, no reply in this capture'. */
function sentence(detail: Detail, part: DetailPart): string {
  const other = detail.parts.find(({ n }) => n !== part.n);
  const number = countText(part.sequence);
  const after = detail.latency === undefined ? '' : `, ${durationText(detail.latency)}`;
  if (part.kind === 'post') return `the server's own message ${number}`;
  if (other && part.kind === 'request') return `request ${number} and its reply${after}`;
  if (other) return `reply ${number} to request ${countText(other.sequence)}${after}`;
  if (part.kind === 'reply') return `reply ${number}, its request is not in this capture`;
  return detail.unanswered ? `request ${number}, no reply in this capture` : `request ${number}`;
}

function tools(detail: Detail, part: DetailPart, actions: Actions): HTMLElement {
  const tool = (label: string, keys: string, run: () => void, ...content: Child[]): HTMLElement =>
    button({ appearance: 'secondary', class: 'tool', title: keys ? `${label} (${keys})` : label }, run, ...content);
  const pair = detail.parts.length > 1;
  const goTo = part.kind === 'reply' ? 'Request' : 'Reply';
  return element(
    'span',
    { class: 'tools', role: 'group', 'aria-label': 'Actions' },
    pair ? tool(`Go to the ${goTo.toLowerCase()}`, 'R', () => actions.jumpToPair(), icon('jump'), goTo) : undefined,
    tool('Copy the message as JSON', '', () => void actions.copy({ as: 'json' }), icon('copy'), 'JSON'),
    tool('Copy the bytes as hex', '', () => void actions.copy({ as: 'hex' }), icon('copy'), 'Hex'),
    tool('Copy as a filter', '', () => void actions.copy({ as: 'filter' }), icon('copy'), 'Filter'),
  );
}

/** Errors and problems of the message and its other half, each in words with a sign. */
function troubles(detail: Detail, showBytes: Parameters<typeof heading>[3]): HTMLElement[] {
  const made: HTMLElement[] = [];
  for (const [index, part] of detail.parts.entries()) {
    if (part.result?.failed) {
      const text = part.resultDoc ? `${part.result.text}: ${part.resultDoc}` : part.result.text;
      made.push(element('p', { class: 'trouble bad' }, icon('error'), element('span', {}, text)));
    }
    for (const mark of part.marks)
      made.push(element('p', { class: 'trouble marked' }, icon('mark'), element('span', {}, mark)));
    for (const problem of part.problems) {
      const { text, offset, length = 1 } = problem;
      const line = element('p', { class: 'trouble warn' }, icon('warning'), element('span', {}, text));
      if (offset !== undefined) {
        const link = element('button', { class: 'link' }, `byte ${countText(offset)}`);
        link.addEventListener('click', () => showBytes(index, offset, length));
        line.append(link);
      }
      made.push(line);
    }
  }
  return made;
}
