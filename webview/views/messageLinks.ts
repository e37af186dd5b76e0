import { element } from '../dom';
import { countText } from '../format';
import type { TabServices } from './view';

const MOST = 6;
/** A comma that does not begin a line. */
const COMMA = '\u2060, ';

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
  const links = rows.slice(0, most).flatMap((row, i) => [...(i > 0 ? [COMMA] : []), messageLink(services, row)]);
  const more = rows.length > most ? `, … ${countText(rows.length - most)} more` : '';
  if (rows.length === 0) return element('span', {});
  const word = rows.length === 1 ? '(message ' : '(messages ';
  return element('span', { class: 'message-links' }, word, ...links, `${more})`);
}
