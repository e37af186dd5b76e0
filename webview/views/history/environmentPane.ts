import type { EnvironmentTable, VariableRow } from '../../../src/analysis/history/environment';
import { element } from '../../dom';
import { plural } from '../../format';
import { messageLink } from '../messageLinks';
import type { TabServices } from '../view';

const NOTED: readonly VariableRow['state'][] = [
  'changed by the server',
  'not returned',
  'differs from the backup',
  'not handed back',
];

/** The environment of a job: what was sent, by default, returned and used, side by side. */
export class EnvironmentPane {
  readonly root = element('div', { class: 'page-body history-page', tabindex: 0, 'aria-label': 'Environment' });

  constructor(private readonly services: TabServices) {}

  show(table: EnvironmentTable | undefined): void {
    if (!table || table.rows.length === 0) {
      this.root.replaceChildren(
        element(
          'p',
          { class: 'dim' },
          'No message of this job carries an environment: nothing starts a backup or a recovery.',
        ),
      );
      return;
    }
    const columns = this.columns(table);
    this.root.replaceChildren(
      this.sources(table),
      element(
        'table',
        { class: 'page-table environment-table', 'aria-label': 'Environment variables' },
        element('thead', {}, element('tr', {}, ...columns.map(({ title }) => element('th', { scope: 'col' }, title)))),
        element(
          'tbody',
          {},
          ...table.rows.map((row) => element('tr', {}, ...columns.map((column) => column.cell(row)))),
        ),
      ),
      ...(table.leftOut > 0
        ? [element('p', { class: 'limit' }, `${plural(table.leftOut, 'more variable')} not listed.`)]
        : []),
    );
  }

  private columns({
    backupJob,
    defaultRow,
  }: EnvironmentTable): { title: string; cell: (row: VariableRow) => HTMLElement }[] {
    const value = (title: string, of: (row: VariableRow) => string | undefined) => ({
      title,
      cell: (row: VariableRow) => valueCell(of(row)),
    });
    return [
      {
        title: 'Variable',
        cell: (row) =>
          element(
            'th',
            { scope: 'row', class: 'variable-name' },
            row.name,
            row.timesSent > 1 ? element('span', { class: 'dim' }, ` sent ${row.timesSent} times`) : undefined,
          ),
      },
      value('Sent', (row) => row.sent),
      ...(defaultRow >= 0 ? [value('Default', (row) => row.default)] : []),
      ...(backupJob >= 0 ? [value(`Returned by backup (job ${backupJob + 1})`, (row) => row.backup)] : []),
      value('Returned', (row) => row.returned),
      value('Used', (row) => row.used),
      {
        title: 'State',
        cell: (row) => element('td', { class: NOTED.includes(row.state) ? 'nowrap noted' : 'nowrap dim' }, row.state),
      },
      { title: 'Meaning', cell: meaningCell },
    ];
  }

  private sources({ sentRow, returnedRow, refused, defaultRow, backupJob, backupBy }: EnvironmentTable): HTMLElement {
    const link = (row: number): HTMLElement => messageLink(this.services, row, `message ${row + 1}`);
    const parts: (string | HTMLElement)[] =
      sentRow >= 0 ? ['Sent in ', link(sentRow)] : ['The start of the job is not in the capture'];
    if (returnedRow >= 0) parts.push('; returned in ', link(returnedRow));
    else parts.push(refused ? '; the server refused to return it' : '; nobody asked for it with NDMP_DATA_GET_ENV');
    if (defaultRow >= 0) parts.push('; defaults from ', link(defaultRow));
    parts.push('.');
    if (backupJob >= 0)
      parts.push(
        ` A recovery hands back what the backup returned: compared with job ${backupJob + 1}, `,
        backupBy === 'file system'
          ? 'the last backup of the same FILESYSTEM.'
          : 'the last backup of this type on this server before it; the recovery does not say which backup it means.',
      );
    return element('p', { class: 'dim' }, ...parts);
  }
}

function valueCell(value: string | undefined): HTMLElement {
  if (value === undefined) return element('td', { class: 'dim', 'aria-label': 'none' }, '·');
  return element('td', { class: 'value' }, value === '' ? element('span', { class: 'dim' }, '(empty)') : value);
}

function meaningCell({ meaning, values, vendor }: VariableRow): HTMLElement {
  if (meaning === undefined) return element('td', { class: 'dim' }, 'not publicly documented');
  const more = [values ?? '', vendor ?? ''].filter((part) => part !== '').join('; ');
  return element('td', {}, meaning, more === '' ? undefined : element('span', { class: 'dim' }, ` (${more})`));
}
