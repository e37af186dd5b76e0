import type { MessageCount, MessageStatistics } from '../../../src/analysis/statistics/model';
import { element, setAttributes, type Child } from '../../dom';
import { bytesText, countText, durationText, plural, shortName } from '../../format';
import { messageLink } from '../messageLinks';
import type { TabServices } from '../view';
import { boundsOf, replyBar, type TimeBounds } from './replyBar';

interface Column {
  id: string;
  title: string;
  /** Said by a tooltip over the title. */
  doc: string;
  value(count: MessageCount): number | string;
  cell(count: MessageCount): Child;
}

const some = (count: number): string => (count === 0 ? '' : countText(count));
const time = (id: 'median' | 'p90' | 'p99', title: string, doc: string): Column => ({
  id,
  title,
  doc,
  value: ({ times }) => times?.[id] ?? -1,
  cell: ({ times }) => times && durationText(times[id]),
});

/** Counts and reply times by message, sorted by the column that was clicked last. */
export class CountTable {
  readonly root = element('div', { class: 'table-scroll' });
  private readonly note = element('p', { class: 'dim' });
  private readonly table = element('table', {
    class: 'page-table count-table',
    'aria-label': 'Counts and reply times by message',
  });
  private statistics: MessageStatistics | undefined;
  private bounds: TimeBounds = { least: 1e-6, most: 1 };
  private sortBy = 'bytes';
  private descending = true;
  private readonly columns: readonly Column[];

  constructor(private readonly services: TabServices) {
    this.columns = this.makeColumns();
    this.root.append(this.table, this.note);
  }

  draw(statistics: MessageStatistics): void {
    this.statistics = statistics;
    this.bounds = boundsOf(statistics.messages.map(({ times }) => times));
    this.render();
  }

  private makeColumns(): Column[] {
    const { services } = this;
    return [
      {
        id: 'message',
        title: 'Message',
        doc: 'Requests with their replies, and posts',
        value: ({ message }) => message,
        cell: ({ message }) => element('span', { class: 'step-message' }, shortName(message)),
      },
      {
        id: 'toServer',
        title: 'To server',
        doc: 'Messages from the DMA',
        value: ({ toServer }) => toServer.messages,
        cell: ({ toServer }) => some(toServer.messages),
      },
      {
        id: 'toDma',
        title: 'To DMA',
        doc: 'Replies and posts of servers',
        value: ({ toDma }) => toDma.messages,
        cell: ({ toDma }) => some(toDma.messages),
      },
      {
        id: 'bytes',
        title: 'Bytes',
        doc: 'Header and body, both ways',
        value: ({ toServer, toDma }) => toServer.bytes + toDma.bytes,
        cell: ({ toServer, toDma }) => bytesText(toServer.bytes + toDma.bytes),
      },
      {
        id: 'errors',
        title: 'Errors',
        doc: 'Messages that report an error in header or body',
        value: ({ errors }) => errors,
        cell: ({ errors }) => (errors > 0 ? element('span', { class: 'bad' }, countText(errors)) : ''),
      },
      {
        id: 'unanswered',
        title: 'No reply',
        doc: 'Requests that were not answered in this capture',
        value: ({ unanswered }) => unanswered,
        cell: ({ unanswered }) => (unanswered > 0 ? element('span', { class: 'warn' }, countText(unanswered)) : ''),
      },
      time('median', 'Median', 'Half of the replies took no longer'),
      time('p90', '90 %', 'Nine of ten replies took no longer'),
      time('p99', '99 %', '99 of 100 replies took no longer'),
      {
        id: 'most',
        title: 'Slowest',
        doc: 'The longest time from a request to its reply, and that reply',
        value: ({ times }) => times?.most ?? -1,
        cell: ({ times }) =>
          times && element('span', {}, `${durationText(times.most)} `, messageLink(services, times.slowestRow)),
      },
      {
        id: 'range',
        title: 'Reply times, logarithmic',
        doc: 'From the fastest to the slowest; thick up to 90 % of them; a mark at the median',
        value: ({ times }) => times?.median ?? -1,
        cell: ({ times }) => times && replyBar(times, this.bounds),
      },
    ];
  }

  private render(): void {
    const { statistics, columns } = this;
    if (statistics === undefined) return;
    const column = columns.find(({ id }) => id === this.sortBy) ?? columns[0];
    const rows = [...statistics.messages].sort((a, b) => {
      const [x, y] = [column.value(a), column.value(b)];
      const order = typeof x === 'string' ? x.localeCompare(String(y)) : x - Number(y);
      return this.descending ? -order : order;
    });
    const head = element('tr', {}, ...columns.map((each) => this.headCell(each)));
    const body = rows.map((count) =>
      element('tr', {}, ...columns.map((each) => element('td', { class: this.cellClass(each) }, each.cell(count)))),
    );
    this.table.replaceChildren(element('thead', {}, head), element('tbody', {}, ...body));
    const { total, times } = statistics;
    const exact = times === undefined || times.exact ? '' : ' Percentiles are right to one percent of their value.';
    this.note.textContent = `${plural(total.messages, 'message')} in all: ${plural(total.toServer.messages, 'message')} with ${bytesText(total.toServer.bytes)} to servers, ${plural(total.toDma.messages, 'message')} with ${bytesText(total.toDma.bytes)} to the DMA. Reply times are those at the place of the capture.${exact}`;
  }

  private cellClass({ id }: Column): string | undefined {
    return id === 'message' || id === 'range' ? undefined : 'number';
  }

  private headCell(column: Column): HTMLElement {
    const { id, title, doc } = column;
    const sorted = id === this.sortBy;
    const button = element('button', { class: 'sort', type: 'button', title: doc }, title);
    if (sorted) button.append(element('span', { 'aria-hidden': 'true' }, this.descending ? ' ↓' : ' ↑'));
    button.addEventListener('click', () => this.sort(id));
    const cell = element('th', { scope: 'col', class: this.cellClass(column) }, button);
    setAttributes(cell, { 'aria-sort': sorted ? (this.descending ? 'descending' : 'ascending') : undefined });
    return cell;
  }

  private sort(id: string): void {
    this.descending = id === this.sortBy ? !this.descending : id !== 'message';
    this.sortBy = id;
    this.render();
    this.table
      .querySelector<HTMLElement>(`th:nth-child(${this.columns.findIndex((each) => each.id === id) + 1}) .sort`)
      ?.focus();
  }
}
