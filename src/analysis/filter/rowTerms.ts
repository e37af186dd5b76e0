import type { MessageIndex } from '../../session/messageIndex';
import { parseAddress, parseAddressBytes } from './address';
import type { AddressPattern, CompareOp, FieldFunction, FilterNode, Literal } from './ast';
import { addressMatches, isSameName } from './leafTests';
import { calendarTime, decimalSeconds } from './literals';
import { FilterSyntaxError, unknownName } from './problem';
import type { RowField } from './rowFields';
import type { RowTest, Term } from './terms';
import * as tests from './tests';

/** Comparisons with fields of the index, compiled to tests of a row number. */

/** A single comparison with a field: the parts of an AST node that matter here. */
export interface Condition {
  op: CompareOp;
  value: Literal;
  /** For ranges in sets: `value` is the lower end. */
  high?: Literal;
  mask?: Literal;
  apply?: FieldFunction;
}

type Bind = (index: MessageIndex) => RowTest;

function cheap(bind: Bind): Term {
  return { cheap: true, bind: (evaluation) => bind(evaluation.index) };
}

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

function overColumns(
  columns: (RowField & { type: 'number' })['columns'],
  index: MessageIndex,
  test: (value: number) => boolean,
  quantifier: tests.Quantifier,
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

function nanosOf(field: string, literal: Literal): number {
  const exact =
    literal.kind === 'number' ? decimalSeconds(literal.source) : literal.kind === 'duration' ? literal : undefined;
  if (exact !== undefined) {
    return exact.seconds * 1e9 + exact.nanos;
  }
  if (literal.kind === 'number') {
    return Number(literal.value) * 1e9;
  }
  throw tests.wrongLiteral(field, 'a duration such as 5ms or a number of seconds', literal);
}

function durationTerm(field: RowField & { type: 'duration' }, { op: written, value, high }: Condition): Term {
  const { op, quantifier, negate } = tests.quantified(written);
  if (op === 'contains' || op === 'matches') {
    throw new FilterSyntaxError(`"${op}" is for texts, and ${field.name} is a duration`, value);
  }
  const from = nanosOf(field.name, value);
  const to = high === undefined ? undefined : nanosOf(field.name, high);
  const compare = tests.orderTest(op, from);
  const test = to === undefined ? compare : (nanos: number): boolean => nanos >= from && nanos <= to;
  return cheap((index) => overColumns([field.nanos], index, (nanos) => test(nanos) !== negate, quantifier));
}

interface Moment {
  seconds: number;
  nanos: number;
}

function momentOf(literal: Literal): Moment {
  const moment =
    literal.kind === 'time'
      ? literal
      : literal.kind === 'string'
        ? (calendarTime(literal.value.trim()) ?? decimalSeconds(literal.value.trim()))
        : literal.kind === 'number'
          ? decimalSeconds(literal.source)
          : undefined;
  if (moment === undefined) {
    throw tests.wrongLiteral('time', 'seconds since 1970 or a time such as "2026-11-21 06:44:06"', literal);
  }
  return moment;
}

function timeTerm({ op: written, value, high }: Condition): Term {
  const { op, quantifier, negate } = tests.quantified(written);
  if (op === 'contains' || op === 'matches') {
    throw new FilterSyntaxError(`"${op}" is for texts, and time is none`, value);
  }
  const from = momentOf(value);
  const to = high === undefined ? undefined : momentOf(high);
  const order = (index: MessageIndex, row: number, { seconds, nanos }: Moment): number =>
    index.seconds(row) - seconds || index.nanos(row) - nanos;
  const test = tests.orderTest(op, 0);
  const wanted = (quantifier === 'none') === negate;
  return to === undefined
    ? cheap((index) => (row) => test(order(index, row, from)) === wanted)
    : cheap((index) => (row) => order(index, row, from) >= 0 && order(index, row, to) <= 0);
}

/** Addresses hang on connection and direction alone: each pair is tested once. */
function addressTerm(
  field: RowField & { type: 'address' },
  quantifier: tests.Quantifier,
  test: (bytes: Uint8Array, port: number, text: string) => boolean,
): Term {
  return cheap((index) => {
    const memo: (boolean | undefined)[] = [];
    return (row) => {
      const connection = index.connection(row);
      const key = connection * 2 + (index.fromServer(row) ? 1 : 0);
      return (memo[key] ??= ofConnection(index, connection, (key & 1) === 1));
    };
  });

  function ofConnection(index: MessageIndex, connection: number, fromServer: boolean): boolean {
    const ends = field.ends(index.connections[connection], fromServer).flatMap(({ address, port }) => {
      const bytes = parseAddressBytes(address) ?? new Uint8Array(0);
      const text = address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
      return field.family === undefined || bytes.length === (field.family === 4 ? 4 : 16)
        ? [{ bytes, port, text }]
        : [];
    });
    const some = ends.some(({ bytes, port, text }) => test(bytes, port, text));
    switch (quantifier) {
      case 'any':
        return some;
      case 'none':
        return ends.length > 0 && !some;
      case 'all':
        return ends.length > 0 && ends.every(({ bytes, port, text }) => test(bytes, port, text));
    }
  }
}

function addressCompare(field: RowField & { type: 'address' }, condition: Condition): Term {
  const { op, quantifier, negate } = tests.quantified(condition.op);
  if (op === 'contains' || op === 'matches') {
    const test = tests.textTest(op, condition.value);
    return addressTerm(field, 'any', (_bytes, _port, text) => test(text));
  }
  const low = addressPattern(field.name, condition.value);
  const high = condition.high === undefined ? undefined : addressPattern(field.name, condition.high);
  return addressTerm(field, quantifier, (bytes, port) => {
    const portFits = low.port === undefined || low.port === port;
    const fits =
      high === undefined
        ? addressMatches(op, bytes, low)
        : addressMatches('ge', bytes, low) && addressMatches('le', bytes, high);
    return (portFits && fits) !== negate;
  });
}

function addressPattern(field: string, literal: Literal): AddressPattern {
  const pattern =
    literal.kind === 'address' ? literal.address : literal.kind === 'string' ? parseAddress(literal.value) : undefined;
  if (pattern === undefined) {
    throw tests.wrongLiteral(field, 'an address such as 10.0.0.1, 10.0.0.1:10000, 10.0.0.0/8 or fe80::1', literal);
  }
  return pattern;
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
