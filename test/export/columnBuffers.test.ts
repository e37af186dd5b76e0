import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  NumberColumn,
  TextColumn,
  WordColumn,
  type ColumnBuffer,
  type NumberWidth,
} from '../../src/export/parquet/columnBuffers';

/** The numbers of a column's plain form, in the order of its rows. */
function numbersOf(column: NumberColumn, width: NumberWidth): bigint[] {
  const { plain, count, indexes } = column.values();
  const view = new DataView(plain.buffer, plain.byteOffset, plain.length);
  const different = Array.from({ length: count }, (_, i) => {
    if (width === 4) return BigInt(view.getUint32(4 * i, true));
    return width === 8 ? view.getBigUint64(8 * i, true) : view.getBigUint64(9 * i + 1);
  });
  return indexes === undefined ? different : [...indexes].map((index) => different[index]);
}

function textsOf(column: ColumnBuffer): string[] {
  const { plain, indexes } = column.values();
  const view = new DataView(plain.buffer, plain.byteOffset, plain.length);
  const different: string[] = [];
  for (let at = 0; at < plain.length; at += 4 + view.getUint32(at, true))
    different.push(new TextDecoder().decode(plain.subarray(at + 4, at + 4 + view.getUint32(at, true))));
  return indexes === undefined ? different : [...indexes].map((index) => different[index]);
}

describe('columns of a row group', () => {
  const numbers = fc.array(
    fc.option(fc.oneof(fc.bigInt({ min: 0n, max: 5n }), fc.bigInt({ min: 0n, max: (1n << 64n) - 1n }))),
    { maxLength: 3000, size: 'max' },
  );

  for (const width of [4, 8, 9] as const) {
    it(`numbers of ${width} bytes are those that were put, repeated or not`, () => {
      const column = new NumberColumn(width);
      fc.assert(
        fc.property(numbers, fc.boolean(), (values, isNarrow) => {
          column.clear();
          const put: bigint[] = [];
          for (const value of values) {
            if (value === null) {
              column.skip();
              continue;
            }
            const mask = isNarrow ? 0x3n : width === 4 ? 0xffffffffn : (1n << 64n) - 1n;
            put.push(value & mask);
            column.put(Number((value & mask) >> 32n), Number(value & mask & 0xffffffffn));
          }
          assert.deepEqual(numbersOf(column, width), put);
          assert.deepEqual(
            [...column.defined],
            values.map((value) => (value === null ? 0 : 1)),
          );
          const sorted = [...put].sort((a, b) => (a < b ? -1 : 1));
          const { least, most } = column.values();
          if (put.length > 0)
            assert.deepEqual(
              [least, most].map((bound) => BigInt(bound ?? -1)),
              [sorted[0], sorted.at(-1)],
            );
        }),
        { numRuns: 30 },
      );
    });
  }

  it('a column of many different numbers has no dictionary, one of few has', () => {
    const column = new NumberColumn(8);
    for (let i = 0; i < 5000; i++) column.putNumber(i * 1e6);
    assert.equal(column.values().indexes, undefined);
    column.clear();
    for (let i = 0; i < 5000; i++) column.putNumber((i % 7) * 1e12);
    assert.equal(column.values().count, 7);
    assert.equal(column.values().most, 6n * 10n ** 12n);
  });

  it('texts and words are those that were put', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'grapheme' })), (texts) => {
        for (const column of [new TextColumn(), new WordColumn()]) {
          for (const text of texts) {
            if (column instanceof TextColumn) column.putText(text);
            else column.put(text);
            column.skip();
          }
          assert.deepEqual(textsOf(column), texts);
          assert.equal(column.rows, 2 * texts.length);
        }
      }),
    );
  });
});
