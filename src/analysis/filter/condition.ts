import type { MessageIndex } from '../../session/messageIndex';
import type { CompareOp, FieldFunction, FilterNode, Literal } from './ast';
import type { NumberColumn } from './rowFields';
import type { RowTest, Term } from './terms';
import type { Quantifier } from './tests';

/** A single comparison with a field: the parts of an AST node that matter here. */
export interface Condition {
  op: CompareOp;
  value: Literal;
  /** For ranges in sets: `value` is the lower end. */
  high?: Literal;
  mask?: Literal;
  apply?: FieldFunction;
}

/** The condition of each item of a set. */
export function setConditions(node: FilterNode & { kind: 'in' }): Condition[] {
  return node.items.map(({ low, high }) => ({
    op: 'eq',
    value: low,
    ...(high === undefined ? {} : { high }),
    ...(node.mask === undefined ? {} : { mask: node.mask }),
    ...(node.field.apply === undefined ? {} : { apply: node.field.apply }),
  }));
}

/** A term that needs the index only. */
export function cheap(bind: (index: MessageIndex) => RowTest): Term {
  return { cheap: true, bind: (evaluation) => bind(evaluation.index) };
}

/** The values of number columns put to a test; NaN is no value. */
export function overColumns(
  columns: readonly NumberColumn[],
  index: MessageIndex,
  test: (value: number) => boolean,
  quantifier: Quantifier,
): RowTest {
  if (columns.length === 1) {
    const [column] = columns;
    const wanted = quantifier !== 'none';
    return (row) => {
      const value = column(index, row);
      return !Number.isNaN(value) && test(value) === wanted;
    };
  }
  return (row) => {
    const values = columns.map((column) => column(index, row)).filter((value) => !Number.isNaN(value));
    switch (quantifier) {
      case 'any':
        return values.some(test);
      case 'none':
        return values.length > 0 && !values.some(test);
      case 'all':
        return values.length > 0 && values.every(test);
    }
  };
}
