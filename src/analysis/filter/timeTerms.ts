import type { MessageIndex } from '../../session/messageIndex';
import type { Literal } from './ast';
import { cheap, overColumns, type Condition } from './condition';
import { calendarTime, decimalSeconds } from './literals';
import { FilterSyntaxError } from './problem';
import type { RowField } from './rowFields';
import type { Term } from './terms';
import * as tests from './tests';

/** Comparisons with durations and moments, exact to the nanosecond. */

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

export function durationTerm(field: RowField & { type: 'duration' }, { op: written, value, high }: Condition): Term {
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

export function timeTerm({ op: written, value, high }: Condition): Term {
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
