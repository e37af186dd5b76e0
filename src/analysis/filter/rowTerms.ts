import { addressCompare, addressTerm } from './addressTerms';
import type { CompareOp, FieldFunction, Literal } from './ast';
import { cheap, overColumns, type Condition } from './condition';
import { isSameName } from './leafTests';
import { FilterSyntaxError, unknownName } from './problem';
import type { RowField } from './rowFields';
import type { Term } from './terms';
import * as tests from './tests';
import { durationTerm, timeTerm } from './timeTerms';

/** Comparisons with fields of the index, compiled to tests of a row number. */

/** A field named alone: whether the row has it; for flags whether it is set. */
export function rowPresence(field: RowField): Term {
  switch (field.type) {
    case 'number':
      return cheap((index) => (row) => field.columns.some((column) => !Number.isNaN(column(index, row))));
    case 'duration':
      return cheap((index) => (row) => !Number.isNaN(field.nanos(index, row)));
    case 'flag':
      return cheap((index) => (row) => field.value(index, row));
    case 'address':
      return field.family === undefined ? cheap(() => () => true) : addressTerm(field, 'any', () => true);
    default:
      return cheap(() => () => true);
  }
}

export function rowMasked(field: RowField, mask: Literal): Term {
  const { columns } = numberField(field, mask);
  const bits = tests.maskLiteral(mask);
  return cheap((index) => (row) => columns.some((column) => tests.maskValue(column(index, row), bits) !== 0n));
}

export function rowCompare(field: RowField, condition: Condition): Term {
  if (condition.mask !== undefined) {
    return maskedCompare(field, condition, condition.mask);
  }
  if (condition.apply === 'len') {
    throw new FilterSyntaxError('len() is for fields of bodies; for the message use length', condition.value);
  }
  switch (field.type) {
    case 'number':
      return numberTerm(field, condition);
    case 'choice':
      return choiceTerm(field, condition);
    case 'flag':
      return flagTerm(field, condition);
    case 'duration':
      return durationTerm(field, condition);
    case 'time':
      return timeTerm(condition);
    case 'address':
      return addressCompare(field, condition);
  }
}

function numberField(field: RowField, at: Literal): RowField & { type: 'number' } {
  if (field.type !== 'number') {
    throw new FilterSyntaxError(`"&" is for numbers, and ${field.name} is none`, at);
  }
  return field;
}

function maskedCompare(field: RowField, { op, value }: Condition, mask: Literal): Term {
  const { columns } = numberField(field, mask);
  const bits = tests.maskLiteral(mask);
  const wanted = tests.literalNumber(value);
  if (wanted === undefined) {
    throw tests.wrongLiteral(`${field.name} & ${mask.source}`, 'a number', value);
  }
  const { op: simple, quantifier, negate } = tests.quantified(op);
  const test = tests.orderTest(simple, wanted);
  const one = (number: number): boolean => test(tests.maskValue(number, bits)) !== negate;
  return cheap((index) => overColumns(columns, index, one, quantifier));
}

function numberTerm(field: RowField & { type: 'number' }, condition: Condition): Term {
  const { op, quantifier, negate } = tests.quantified(condition.op);
  const { names } = field;
  if (op === 'contains' || op === 'matches') {
    if (names === undefined) {
      throw new FilterSyntaxError(`"${op}" is for texts, and ${field.name} is a number`, condition.value);
    }
    const text = applied(tests.textTest(op, condition.value), condition.apply);
    return cheap((index) => {
      const memo = new Map<number, boolean>();
      return (row) =>
        field.columns.some((column) => {
          const value = column(index, row);
          const version = index.version(row);
          const key = value * 8 + version;
          let result = memo.get(key);
          if (result === undefined) {
            result = !Number.isNaN(value) && text(names.nameOf(value, version));
            memo.set(key, result);
          }
          return result;
        });
    });
  }
  const test = condition.high === undefined ? numberTest(field, op, condition.value) : rangeTest(field, condition);
  return cheap((index) => overColumns(field.columns, index, (value) => test(value) !== negate, quantifier));
}

function rangeTest(field: RowField & { type: 'number' }, { value, high }: Condition): tests.NumberTest {
  const from = numberTest(field, 'ge', value);
  const to = numberTest(field, 'le', high ?? value);
  return (number) => from(number) && to(number);
}

function numberTest(field: RowField & { type: 'number' }, op: CompareOp, literal: Literal): tests.NumberTest {
  const number = tests.literalNumber(literal);
  if (number !== undefined) {
    return tests.orderTest(op, number);
  }
  const { names } = field;
  if (names === undefined || (literal.kind !== 'word' && literal.kind !== 'string')) {
    throw tests.wrongLiteral(
      field.name,
      names === undefined ? 'a number' : `a number or the name of a ${names.what}`,
      literal,
    );
  }
  const values = names.find(literal.value);
  if (values.length === 0) {
    throw unknownName(
      names.what,
      literal.value,
      literal,
      names.known().map(({ name }) => name),
    );
  }
  if (op !== 'eq' && values.length === 1) {
    return tests.orderTest(op, values[0]);
  }
  return values.length === 1 ? (value) => value === values[0] : (value) => values.includes(Number(value));
}

function applied(test: tests.TextTest, apply: FieldFunction | undefined): tests.TextTest {
  switch (apply) {
    case 'lower':
      return (text) => test(text.toLowerCase());
    case 'upper':
      return (text) => test(text.toUpperCase());
    default:
      return test;
  }
}

function choiceTerm(field: RowField & { type: 'choice' }, condition: Condition): Term {
  const { op, quantifier, negate } = tests.quantified(condition.op);
  let test: tests.TextTest;
  if (op === 'contains' || op === 'matches') {
    test = applied(tests.textTest(op, condition.value), condition.apply);
  } else if (op === 'eq' && condition.high === undefined) {
    const wanted = tests.literalText(condition.value);
    const choice = field.choices.find(({ name }) => isSameName(wanted, name));
    if (choice === undefined) {
      throw unknownName(
        field.name,
        wanted,
        condition.value,
        field.choices.map(({ name }) => name),
      );
    }
    test = (text) => text === choice.name;
  } else {
    throw new FilterSyntaxError(`The values of ${field.name} have no order`, condition.value);
  }
  const wanted = (quantifier === 'none') === negate;
  return cheap((index) => (row) => test(field.value(index, row)) === wanted);
}

function flagTerm(field: RowField & { type: 'flag' }, { op, value }: Condition): Term {
  const wanted = tests.literalBoolean(value);
  if (wanted === undefined || !['eq', 'ne', 'allEq', 'anyNe'].includes(op)) {
    throw tests.wrongLiteral(field.name, '"== true" or "== false"', value);
  }
  const set = wanted === (op === 'eq' || op === 'allEq');
  return cheap((index) => (row) => field.value(index, row) === set);
}
