import { element } from '../dom';
import { countText } from '../format';
import type { TabServices } from './view';

const MOST = 6;
/** A comma and a bracket that do not begin a line. */
const COMMA = '\u2060, ';
const CLOSE = '\u2060)';

/** A button that brings a message to the front in the timeline; rows count from 0, what is shown from 1. */
export function messageLink(services: TabServices, row: number, text = countText(row + 1)): HTMLElement {
  const link = element(
    'button',
    { class: 'link message-link', type: 'button', title: `Show message ${row + 1} in the timeline` },
    text,
  );
  if (text !== `message ${row + 1}`) link.setAttribute('aria-label', `message ${row + 1}`);
  link.addEventListener('click', () => services.open('timeline', { n: row + 1 }));
  return link;
}

/** «(messages 53, 80, …)», each a link; nothing where there are none. */
export function messageLinks(services: TabServices, rows: readonly number[], most = MOST): HTMLElement {
  if (rows.length === 0) return element('span', {});
  const word = rows.length === 1 ? '(message\u00a0' : '(messages\u00a0';
  return element('span', { class: 'message-links' }, word, ...numbers(services, rows, most), CLOSE);
}

/** «53, 80, …» where a word before them tells that they are messages. */
export function messageNumbers(services: TabServices, rows: readonly number[], most = MOST): HTMLElement {
  return element('span', { class: 'message-links' }, ...numbers(services, rows, most));
}

function numbers(services: TabServices, rows: readonly number[], most: number): (HTMLElement | string)[] {
  const links = rows.slice(0, most).flatMap((row, i) => [...(i > 0 ? [COMMA] : []), messageLink(services, row)]);
  return rows.length > most ? [...links, `${COMMA}… ${countText(rows.length - most)} more`] : links;
}
