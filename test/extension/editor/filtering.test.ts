import assert from 'node:assert/strict';
import { rowFilter } from '../../../src/extension/editor/filtering';
import { VisibleRows } from '../../../src/extension/editor/visibleRows';
import { DEFAULT_TOGGLES } from '../../../src/extension/messages';
import type { FilterToggles } from '../../../src/extension/messages';
import { asIndex, FakeIndex, runToEnd } from '../fakeCapture';

const FH_ADD_FILE = 0x703;
const LOG_MESSAGE = 0x603;
const TAPE_OPEN = 0x300;

const messages = () => [
  { at: 1, code: TAPE_OPEN, pair: 1 },
  { at: 2, code: TAPE_OPEN, kind: 'reply' as const, pair: 0, bodyError: 2 },
  { at: 3, code: FH_ADD_FILE, kind: 'post' as const },
  { at: 4, code: LOG_MESSAGE, kind: 'post' as const, connection: 1 },
  { at: 5, code: TAPE_OPEN, connection: 1, problem: 'odd' },
];

function listed(toggles: Partial<FilterToggles>, text?: (row: number) => boolean): number[] {
  const index = asIndex(new FakeIndex(messages()));
  const filter = rowFilter(index, { ...DEFAULT_TOGGLES, ...toggles }, text && { matches: text, slow: false });
  const visible = new VisibleRows(index, filter);
  runToEnd(visible.extend());
  return Array.from({ length: visible.length }, (_, position) => visible.rowAt(position));
}

describe('filtered list', () => {
  it('lists everything without keeping a list when nothing is filtered', () => {
    assert.equal(rowFilter(asIndex(new FakeIndex([])), DEFAULT_TOGGLES, undefined), undefined);
    assert.deepEqual(listed({}), [0, 1, 2, 3, 4]);
  });

  it('obeys the toggles', () => {
    assert.deepEqual(listed({ posts: false }), [0, 1, 4]);
    assert.deepEqual(listed({ fileHistory: false }), [0, 1, 3, 4]);
    assert.deepEqual(listed({ errorsOnly: true }), [1, 4]);
    assert.deepEqual(listed({ connections: [1] }), [3, 4]);
    assert.deepEqual(listed({ connections: [] }), []);
  });

  it('folds replies into the rows of their requests, and lists those whose reply passes', () => {
    assert.deepEqual(listed({ exchanges: true }), [0, 2, 3, 4]);
    assert.deepEqual(listed({ exchanges: true, errorsOnly: true }), [0, 4]);
    assert.deepEqual(
      listed({ exchanges: true }, (row) => row === 1),
      [0],
    );
  });

  it('grows with the index', () => {
    const fake = new FakeIndex(messages());
    const visible = new VisibleRows(asIndex(fake), { matches: (row) => row % 2 === 0, slow: true });
    runToEnd(visible.extend());
    assert.equal(visible.length, 3);
    fake.messages.push({ at: 6 }, { at: 7 });
    runToEnd(visible.extend());
    assert.equal(visible.length, 4);
    assert.equal(visible.positionOf(5), 3);
    assert.ok(visible.contains(6));
    assert.ok(!visible.contains(5));
  });
});
