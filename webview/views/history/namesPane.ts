import type { NameEntry, NameList } from '../../../src/analysis/history/nameList';
import type { AnswerOf } from '../../../src/extension/messages';
import { AskError } from '../../bus';
import { element } from '../../dom';
import { countText, plural } from '../../format';
import { notify } from '../../layout/announcer';
import { messageLink } from '../messageLinks';
import type { TabServices } from '../view';

type Names = AnswerOf<'historyNames'>;
const PAGE = 200;

/** What a recovery asked for, where it goes, and how it went by file. */
export class NamesPane {
  readonly root = element('div', { class: 'page-body history-page', tabindex: 0, 'aria-label': 'Recovery list' });

  constructor(private readonly services: TabServices) {}

  show(job: number, { list, total, others }: Names): void {
    if (!list) {
      this.root.replaceChildren(
        element('p', { class: 'dim' }, 'This job recovers nothing: there is no list of names.'),
      );
      return;
    }
    const body = element('tbody', {});
    this.root.replaceChildren(
      this.summary(list, total),
      ...(total === 0
        ? []
        : [
            element(
              'table',
              { class: 'page-table names-table', 'aria-label': 'Names in the recovery list' },
              element(
                'thead',
                {},
                element(
                  'tr',
                  {},
                  ...TITLES.map((title) =>
                    element('th', { scope: 'col', class: NUMBERS.has(title) ? 'number' : undefined }, title),
                  ),
                ),
              ),
              body,
            ),
          ]),
      ...(others.length > 0 ? [element('h2', {}, 'Reported, but not in the list'), this.others(others)] : []),
    );
    this.fill(job, body, list, total);
  }

  private summary(
    { row, version, reported, successful, failed, outcome, outcomeRow }: Omit<NameList, 'others'>,
    total: number,
  ): HTMLElement {
    const link = (at: number): HTMLElement => messageLink(this.services, at, `message ${at + 1}`);
    const results =
      reported === 0
        ? 'The server reported no results by file (NDMP_LOG_FILE): only the end of the job tells how it went.'
        : `${plural(reported, 'result')} by file: ${countText(successful)} successful, ${countText(failed)} failed.`;
    const names = total === 0 ? 'The list of names is empty: everything is meant. In ' : `${plural(total, 'name')} in `;
    return element(
      'p',
      { class: 'dim' },
      names,
      link(row),
      ` (NDMPv${version}). ${results} The job as a whole: ${outcome}`,
      ...(outcomeRow < 0 ? [] : [' (', link(outcomeRow), ')']),
      '.',
    );
  }

  private fill(job: number, body: HTMLElement, list: Omit<NameList, 'others'>, total: number): void {
    body.append(...list.entries.map((entry) => this.entry(entry)));
    const shown = body.childElementCount;
    if (shown >= total) return;
    const more = element(
      'button',
      { class: 'link', type: 'button' },
      `Show ${countText(Math.min(PAGE, total - shown))} more of ${countText(total)}`,
    );
    const row = element('tr', {}, element('td', { colspan: TITLES.length }, more));
    body.append(row);
    more.addEventListener('click', () => {
      row.remove();
      void this.more(job, body, shown);
    });
  }

  private async more(job: number, body: HTMLElement, from: number): Promise<void> {
    try {
      const answer = await this.services.bus.ask('historyNames', { job, from, to: from + PAGE });
      if (answer.list) this.fill(job, body, answer.list, answer.total);
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      notify(error.message);
    }
  }

  private entry(entry: NameEntry): HTMLElement {
    const { original, target, rule, position, node, reads } = entry;
    return element(
      'tr',
      {},
      element('td', {}, original === '' ? element('span', { class: 'dim' }, '(everything)') : original),
      element(
        'td',
        {},
        target === '' ? element('span', { class: 'dim' }, '(not told)') : target,
        element('div', { class: 'dim small' }, rule),
      ),
      element('td', { class: 'number' }, position ?? '·'),
      element('td', { class: 'number' }, node ?? '·'),
      element(
        'td',
        {},
        ...(reads.length === 0 ? ['·'] : [messageLink(this.services, reads[0], `message ${reads[0] + 1}`)]),
      ),
      this.result(entry),
    );
  }

  private result({ result, below }: NameEntry): HTMLElement {
    const cell = element('td', {});
    if (result)
      cell.append(
        element('span', { class: result.failed ? 'failed' : 'went-well' }, result.status),
        ' ',
        messageLink(this.services, result.row, `message ${result.row + 1}`),
      );
    if (below.successful + below.failed > 0)
      cell.append(
        element(
          'div',
          { class: below.failed > 0 ? 'failed' : 'dim' },
          `below: ${below.successful} successful, ${below.failed} failed`,
        ),
      );
    if (cell.childNodes.length === 0) cell.append(element('span', { class: 'dim' }, 'not told'));
    return cell;
  }

  private others(others: Names['others']): HTMLElement {
    return element(
      'ul',
      { class: 'page-list' },
      ...others.map(({ name, status, failed, row }) =>
        element(
          'li',
          {},
          `${name}: `,
          element('span', { class: failed ? 'failed' : 'went-well' }, status),
          ' ',
          messageLink(this.services, row, `message ${row + 1}`),
        ),
      ),
    );
  }
}

const NUMBERS: ReadonlySet<string> = new Set(['fh_info', 'Node']);
const TITLES = ['Original path', 'Goes to', 'fh_info', 'Node', 'Read at', 'Result'] as const;
