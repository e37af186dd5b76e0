import type { SharePart, TimeBreakdown, TimeShare } from '../../../src/analysis/statistics/model';
import { element } from '../../dom';
import { durationText, plural, relativeText } from '../../format';
import { messageLinks } from '../messageLinks';
import type { TabServices } from '../view';
import { WHO_CLASSES, WHO_TITLES } from '../whoColours';
import { percentText } from './shareBar';

/** Smaller shares are folded. */
const LEAST = 0.01;

/** What each share of the time is made of, and how that is known. */
export function shareTable(services: TabServices, { shares, limits }: TimeBreakdown): HTMLElement {
  const head = element(
    'tr',
    {},
    ...['Share', 'Time', 'Who', 'What', 'How that is known'].map((title, i) =>
      element('th', { scope: 'col', class: i < 2 ? 'number' : undefined }, title),
    ),
  );
  const table = (some: readonly TimeShare[], heading?: HTMLElement): HTMLElement =>
    element(
      'table',
      { class: 'page-table share-table', 'aria-label': 'Where the time went' },
      heading && element('thead', {}, heading),
      element('tbody', {}, ...some.map((share) => shareRow(services, share))),
    );
  if (shares.length === 0)
    return element('p', { class: 'dim' }, 'No time passed between its messages, so there is nothing to share out.');
  const large = shares.filter(({ share }, i) => share >= LEAST || i === 0);
  const small = shares.filter((share) => !large.includes(share));
  const rest = `${plural(small.length, 'share')} below one percent`;
  return element(
    'div',
    {},
    table(large, head),
    small.length > 0 && element('details', {}, element('summary', {}, rest), table(small)),
    ...limits.map(({ text, rows }) =>
      element('p', { class: 'limit' }, text, rows.length > 0 && ' ', messageLinks(services, rows)),
    ),
  );
}

function shareRow(services: TabServices, share: TimeShare): HTMLElement {
  const { who, label, seconds, evidence, parts } = share;
  return element(
    'tr',
    {},
    element('td', { class: 'number' }, percentText(share.share)),
    element('td', { class: 'number' }, durationText(seconds)),
    element('td', {}, element('span', { class: `who-patch ${WHO_CLASSES[who]}` }), WHO_TITLES[who]),
    element('td', {}, element('div', {}, label), ...parts.slice(0, 4).map((part) => partLine(services, part))),
    element('td', { class: 'dim' }, evidence),
  );
}

function partLine(services: TabServices, { what, count, seconds, longest }: SharePart): HTMLElement {
  const often = count > 1 ? `, ${plural(count, 'time')}, longest ${durationText(longest.to - longest.from)}` : '';
  const where =
    longest.rows.length > 0 ? messageLinks(services, longest.rows, 3) : `(at ${relativeText(longest.from, 3)} s)`;
  return element(
    'div',
    { class: 'part-line' },
    `${what === '' ? '' : `${what}: `}${durationText(seconds)}${often} `,
    where,
  );
}
