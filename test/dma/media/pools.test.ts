import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { TapeRecord, TapeState } from '../../../src/dma/catalog/model';
import type { Element, Inventory, Label, LabelFinding } from '../../../src/dma/media/model';
import { FREE_POOL, newTape, refusalToWrite, tapeChoices, useOf } from '../../../src/dma/media/pools';

const NOW = Date.UTC(2026, 2, 29);
const DAY = 86_400_000;
const tape = (barcode: string, change: Partial<TapeRecord> = {}): TapeRecord => ({
  ...newTape(barcode),
  label: 'label-of-' + barcode,
  pool: 'daily',
  state: 'active',
  files: 4,
  expires: undefined,
  ...change,
});
const element = (address: number, barcode: string, change: Partial<Element> = {}): Element => ({
  type: 'slot',
  address,
  isFull: true,
  barcode,
  isCleaning: false,
  source: undefined,
  isAccessible: true,
  problem: undefined,
  deviceId: undefined,
  ...change,
});
const inventory = (...elements: Element[]): Inventory => ({ elements, vendor: '', product: '' });
const labelOf = ({ barcode, label, pool }: TapeRecord): Label => ({ uuid: label ?? '', barcode, pool, written: 1 });

describe('dma media: pools', () => {
  it('fills tapes in order: begun, empty, free, new, expired; then those that cannot be written', () => {
    const tapes = [
      tape('EXPIRED2', { expires: NOW - DAY }),
      tape('EXPIRED1', { expires: NOW - 2 * DAY, state: 'full' }),
      tape('FULL', { state: 'full', expires: NOW + DAY }),
      tape('FAILED', { expires: 0 }),
      tape('OTHER', { pool: 'weekly' }),
      tape('FREE', { pool: FREE_POOL, state: 'scratch', files: 0 }),
      tape('EMPTY', { state: 'scratch', files: 1 }),
      tape('BEGUN1', { lastWritten: NOW - 2 * DAY }),
      tape('BEGUN2', { lastWritten: NOW - DAY }),
      tape('SHELF', { lastWritten: NOW }),
      tape('LOCKED', { protected: true }),
    ];
    const places = inventory(
      ...['NEW', ...tapes.map(({ barcode }) => barcode).filter((name) => name !== 'SHELF')].map((name, n) =>
        element(n, name),
      ),
      element(90, 'CLN001', { isCleaning: true }),
    );
    const choices = tapeChoices(tapes, places, 'daily', NOW);
    const usable = choices.filter(({ refusal }) => refusal === undefined).map((choice) => choice.tape.barcode);
    assert.deepEqual(usable, ['BEGUN2', 'BEGUN1', 'FAILED', 'SHELF', 'EMPTY', 'FREE', 'NEW', 'EXPIRED1', 'EXPIRED2']);
    const refused = Object.fromEntries(choices.map((choice) => [choice.tape.barcode, choice.refusal]));
    assert.equal(refused.FULL, 'full, kept until 2026-03-30');
    assert.equal(refused.OTHER, 'belongs to pool "weekly"');
    assert.equal(refused.LOCKED, 'protected');
    assert.equal(refused.CLN001, 'a cleaning cartridge');
    const fresh = tapeChoices(tapes, places, 'daily', NOW, { append: false }).find((each) => !each.refusal);
    assert.equal(fresh?.tape.barcode, 'FAILED');
  });

  it('writes over nothing that is foreign, unreadable, kept, protected, of another pool or not the tape asked for', () => {
    const known = tape('A1');
    const ours: LabelFinding = { kind: 'ours', label: labelOf(known) };
    const expected = { barcode: 'A1', pool: 'daily' };
    const cases: [LabelFinding, TapeRecord | undefined, RegExp | undefined][] = [
      [ours, known, undefined],
      [{ kind: 'blank' }, undefined, undefined],
      [{ kind: 'blank' }, tape('A1', { state: 'scratch', files: 1 }), undefined],
      [{ kind: 'blank' }, known, /is blank, though/],
      [ours, undefined, /the catalog does not know it/],
      [ours, tape('A1', { label: 'another' }), /another label/],
      [ours, tape('A1', { protected: true }), /protected/],
      [ours, tape('A1', { state: 'full', expires: NOW + DAY }), /full and kept until 2026-03-30/],
      [ours, tape('A1', { state: 'full', expires: NOW - DAY }), undefined],
      [ours, tape('A1', { state: 'damaged' }), /damaged/],
      [ours, tape('A1', { pool: 'weekly' }), /pool "weekly"/],
      [{ kind: 'ours', label: labelOf(tape('B2')) }, known, /is labelled "B2"/],
      [{ kind: 'ours', label: { ...labelOf(known), pool: 'weekly' } }, known, /labelled for pool "weekly"/],
      [{ kind: 'foreign', by: 'ANSI', volume: 'X' }, undefined, /another application: ANSI, named "X"/],
      [{ kind: 'unreadable', why: 'no way' }, known, /cannot be read: no way/],
    ];
    for (const [finding, record, why] of cases) {
      const refusal = refusalToWrite(finding, record, expected, NOW, false);
      if (why) assert.match(refusal ?? '', why);
      else assert.equal(refusal, undefined);
      assert.equal(refusalToWrite(finding, record, expected, NOW, true), undefined);
    }
    const cleaning = tape('A1', { state: 'cleaning' });
    assert.match(refusalToWrite(ours, cleaning, expected, NOW, true) ?? '', /cleaning cartridge/);
  });

  const states = ['scratch', 'active', 'full', 'damaged', 'cleaning', 'foreign'] as const satisfies TapeState[];
  const anyTape = fc.record({
    state: fc.constantFrom(...states),
    pool: fc.constantFrom('daily', 'weekly', FREE_POOL),
    files: fc.nat(10),
    expires: fc.option(fc.integer({ min: NOW - DAY, max: NOW + DAY }), { nil: undefined }),
    protected: fc.boolean(),
  });

  it('never offers a tape with something to keep to be written from its beginning, and loses none', () => {
    fc.assert(
      fc.property(fc.array(anyTape, { maxLength: 12 }), fc.boolean(), (changes, append) => {
        const tapes = changes.map((change, n) => tape(`T${n}`, change));
        const choices = tapeChoices(tapes, undefined, 'daily', NOW, { append });
        assert.equal(choices.length, tapes.length);
        for (const { tape: chosen, refusal } of choices) {
          if (refusal !== undefined) continue;
          assert.ok(!chosen.protected && chosen.pool !== 'weekly');
          assert.ok(['scratch', 'active', 'full'].includes(chosen.state));
          const isKept = chosen.state !== 'scratch' && chosen.files > 1 && (chosen.expires ?? Infinity) > NOW;
          if (isKept) assert.equal(useOf(chosen, NOW), 'append');
          if (isKept) assert.ok(append && chosen.state === 'active');
        }
      }),
    );
  });
});
