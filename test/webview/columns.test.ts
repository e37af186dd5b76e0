import assert from 'node:assert/strict';
import { gridTemplate, totalWidth, visibleColumns, type ColumnNeeds } from '../../webview/table/columns';
import { tableKey } from '../../webview/table/tableKeys';

const NEEDS: ColumnNeeds = { mode: 'relative', digits: 6, numberDigits: 3, secondDigits: 2 };
const ids = (width: number, needs = NEEDS, chosen = {}): string[] =>
  visibleColumns(width, chosen, needs).map(({ id }) => id);

describe('table columns', () => {
  it('shows all of them where there is room, the telling ones where there is not', () => {
    assert.equal(ids(1400).length, 11);
    assert.deepEqual(ids(900), ['n', 'time', 'connection', 'direction', 'message', 'result', 'latency', 'summary']);
    assert.ok(totalWidth(visibleColumns(900, {}, NEEDS)) <= 900);
  });

  it('has no second column of differences when the time itself is one', () => {
    assert.ok(!ids(1400, { ...NEEDS, mode: 'delta' }).includes('delta'));
  });

  it('keeps what the user chose, shown and as wide', () => {
    const columns = visibleColumns(900, { delta: 77, message: 5 }, NEEDS);
    assert.equal(columns.find(({ id }) => id === 'delta')?.width, 77);
    assert.equal(columns.find(({ id }) => id === 'message')?.width, 90);
  });

  it('makes room for long numbers and times', () => {
    const width = (needs: ColumnNeeds, id: string): number =>
      visibleColumns(1400, {}, needs).find((column) => column.id === id)!.width;
    assert.ok(width({ ...NEEDS, numberDigits: 8 }, 'n') > width(NEEDS, 'n'));
    assert.ok(width({ ...NEEDS, digits: 9 }, 'time') > width(NEEDS, 'time'));
    assert.ok(width({ ...NEEDS, mode: 'absolute' }, 'time') > width(NEEDS, 'time'));
  });

  it('lets the summary take what is left', () => {
    assert.match(gridTemplate(visibleColumns(1400, {}, NEEDS)), / minmax\(\d+px, 1fr\)$/);
  });
});

describe('table keys', () => {
  const key = (name: string, cursor: number, more = {}): number | undefined =>
    tableKey({ key: name, altKey: false, metaKey: false, shiftKey: false, ...more }, cursor, 20, 10_000_000);

  it('moves by rows, pages and to both ends', () => {
    assert.equal(key('ArrowDown', 5), 6);
    assert.equal(key('ArrowUp', 0), 0);
    assert.equal(key('PageDown', 5), 25);
    assert.equal(key('PageUp', 5), 0);
    assert.equal(key('Home', 77), 0);
    assert.equal(key('End', 0), 9_999_999);
    assert.equal(key('ArrowDown', 9_999_999), 9_999_999);
    assert.equal(key('ArrowDown', -1), 0);
  });

  it('leaves other keys alone', () => {
    assert.equal(key('a', 5), undefined);
    assert.equal(key('ArrowDown', 5, { altKey: true }), undefined);
    assert.equal(tableKey({ key: 'End', altKey: false, metaKey: false, shiftKey: false }, -1, 20, 0), undefined);
  });
});
