import { jsonText, type Value, type XdrType } from '../../protocol';
import { timeText } from '../../session/messageTimes';
import { visitField } from './bodyTerms';
import { children, isStruct } from './bodyPath';
import { leafTexts } from './leafText';
import { FilterSyntaxError, type FilterProblem } from './problem';
import { resolveField, type Resolved } from './resolve';
import type { RowField } from './rowFields';
import { Evaluation, type FilterSource } from './source';

export type FieldValue = string | number | boolean;

/** Reads all values of a field from a row: none where the message lacks it, several where it holds arrays. */
export type FieldReader = (source: FilterSource, row: number) => FieldValue[];

/** Values beyond this are not read: a file history message has thousands. */
const maxValues = 10_000;

/** A reader for any field the filter language knows, for printing columns. Never throws. */
export function fieldReader(name: string): { ok: true; read: FieldReader } | { ok: false; problem: FilterProblem } {
  const use = { name, from: 0, to: name.length };
  try {
    return { ok: true, read: readerOf(resolveField(use)) };
  } catch (error) {
    if (!(error instanceof FilterSyntaxError)) {
      throw error;
    }
    return { ok: false, problem: { text: name, message: error.message, suggestions: error.suggestions, ...use } };
  }
}

function readerOf(resolved: Resolved): FieldReader {
  switch (resolved.from) {
    case 'row':
      return rowReader(resolved.field);
    case 'record':
      return (source, row) => [...resolved.field.values(source.record(row))];
    case 'body':
      return (source, row) => {
        const values: FieldValue[] = [];
        visitField(new Evaluation(source), row, resolved.field, (value, type, length) => {
          collect(values, value, type, resolved.field.bit, length);
          return values.length >= maxValues;
        });
        return values;
      };
    case 'problem':
      return (source, row) => [...source.index.problems(row), ...new Evaluation(source).body(row).problems];
    case 'mark':
      return (source, row) => [...source.index.marks.of(row)];
    default:
      return (source, row) => [new Evaluation(source).summary(row)];
  }
}

function rowReader(field: RowField): FieldReader {
  switch (field.type) {
    case 'number':
      return ({ index }, row) =>
        field.columns.map((column) => column(index, row)).filter((value) => !Number.isNaN(value));
    case 'choice':
      return ({ index }, row) => [field.value(index, row)];
    case 'flag':
      return ({ index }, row) => [field.value(index, row)];
    case 'duration':
      return ({ index }, row) =>
        [field.nanos(index, row)].filter((nanos) => !Number.isNaN(nanos)).map((nanos) => nanos / 1e9);
    case 'time':
      return ({ index }, row) => [timeText(index, row)];
    case 'address':
      return ({ index }, row) =>
        field
          .ends(index.connections[index.connection(row)], index.fromServer(row))
          .filter(({ address }) => field.family === undefined || address.includes(':') === (field.family === 6))
          .map(({ address }) => address);
  }
}

function collect(
  into: FieldValue[],
  value: Value,
  type: XdrType | undefined,
  bit: number | undefined,
  length: boolean,
): void {
  if (into.length >= maxValues) {
    return;
  }
  if (length) {
    into.push(typeof value === 'string' || value instanceof Uint8Array || Array.isArray(value) ? value.length : 0);
  } else if (Array.isArray(value) || isStruct(value)) {
    children(value, type).forEach(([child, childType]) => collect(into, child, childType, bit, false));
  } else if (bit !== undefined) {
    into.push(typeof value === 'number' && (value & bit) !== 0);
  } else if (typeof value === 'number' && !isNamed(type)) {
    into.push(value);
  } else {
    into.push(leafTexts(value, type).map(jsonText).join('|'));
  }
}

function isNamed(type: XdrType | undefined): boolean {
  return type !== undefined && ['enum', 'error', 'mask', 'ipv4'].includes(type.kind);
}
