import type { Row } from '../../src/extension/messages';
import type { Actions } from '../actions';
import { openMenu, type MenuEntry } from '../layout/menu';
import type { Column } from './columns';

/** The menu of a row; `column` is the one that was clicked, if any. */
export function openRowMenu(x: number, y: number, row: Row, column: Column | undefined, actions: Actions): void {
  const copy = (label: string, as: Parameters<Actions['copy']>[0]['as'], keys?: string): MenuEntry => ({
    label,
    keys,
    run: () => void actions.copy({ as, n: row.n }),
  });
  const id = column?.id ?? 'message';
  const name = (column?.label ?? column?.title ?? 'Message') || 'Message';
  openMenu(x, y, `Message ${row.n}`, [
    {
      label: row.kind === 'reply' ? 'Go to Request' : 'Go to Reply',
      keys: 'R',
      disabled: row.pair === undefined,
      run: () => actions.jumpToPair(),
    },
    { label: 'Zoom to This Exchange', keys: 'Z', run: () => actions.zoomToSelection() },
    '-',
    { label: 'Show in Sequence', run: () => actions.open('sequence', { n: row.n }) },
    { label: 'Show in Findings', run: () => actions.open('findings', { n: row.n }) },
    { label: 'Explain Its Job', run: () => actions.open('explain', { n: row.n }) },
    '-',
    { label: `Filter on ${name}`, run: () => void actions.filterFor({ n: row.n, column: id }, 'replace') },
    { label: `And on ${name}`, run: () => void actions.filterFor({ n: row.n, column: id }, 'and') },
    { label: 'Only This Connection', run: () => actions.setToggles({ connections: [row.connection] }) },
    '-',
    copy('Copy Row', 'row', 'Ctrl+C'),
    copy('Copy as JSON', 'json'),
    copy('Copy as Hex', 'hex'),
    { label: 'Copy as Filter', run: () => void actions.copy({ as: 'filter', n: row.n, column: id }) },
    { label: `Copy ${name}`, run: () => void actions.copy({ as: 'value', n: row.n, column: id }) },
  ]);
}
