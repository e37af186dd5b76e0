import { tokenMatcher, type IToken, type TokenType } from 'chevrotain';
import type { FieldUse } from './ast';
import { valueNames } from './bodyTerms';
import { bodyFieldInfos, messageFields, wiresharkFields } from './listing';
import type { KnownName } from './names';
import { filterParser } from './parser';
import { FilterSyntaxError } from './problem';
import { bodyPaths, leadsToPairs, placeTypes, resolveField, type Resolved } from './resolve';
import * as t from './tokens';

export interface CompletionItem {
  /** What the list shows. */
  label: string;
  /** One line beside it. */
  detail: string;
  /** What replaces the text from `from` to `to`. */
  insert: string;
}

export interface Completion {
  from: number;
  to: number;
  items: CompletionItem[];
}

const maxItems = 200;

/**
 * What may stand at the cursor: fields, operators, values that have names, connectives. Items that begin with what is
 * already written come first, then those that contain it.
 */
export function completeFilter(text: string, cursor: number): Completion {
  const at = Math.max(0, Math.min(cursor, text.length));
  const head = text.slice(0, at);
  const written = /(?:[A-Za-z_](?:[\w.-]|\[\d*\])*)?$/.exec(head)?.[0] ?? '';
  const from = at - written.length;
  const { tokens: before, errors } = t.filterLexer.tokenize(head.slice(0, from));
  if (errors.some(({ offset }) => text[offset] === '"' || text[offset] === "'")) {
    // A quote that is not closed yet: whatever is typed there is free text.
    return { from: at, to: at, items: [] };
  }
  const to = at + (/^[\w.-]*/.exec(text.slice(at))?.[0].length ?? 0);
  const items = expected(before).flatMap((type) => itemsFor(type, before, written));
  return { from, to, items: ranked(items, written) };
}

function expected(before: IToken[]): TokenType[] {
  const paths = filterParser().computeContentAssist('filter', before);
  return [...new Set(paths.map(({ nextTokenType }) => nextTokenType))];
}

function itemsFor(type: TokenType, before: readonly IToken[], written: string): CompletionItem[] {
  switch (type) {
    case t.Word:
      return isValuePlace(before) ? [] : fieldItems(written);
    case t.Value:
      return valueItems(before);
    case t.Comparison:
      return operatorItems(before);
    case t.And:
      return [item('&&', 'both'), item('and', 'both, in words')];
    case t.Or:
      return [item('||', 'either'), item('or', 'either, in words')];
    case t.Not:
      return isAfterField(before)
        ? [item('not in', 'none of a set', 'not in {')]
        : [item('!', 'the opposite'), item('not', 'the opposite, in words')];
    case t.In:
      return before.length > 0 && tokenMatcher(before[before.length - 1], t.Not)
        ? []
        : [item('in', 'one of a set', 'in {')];
    case t.Open:
      return isAfterField(before) ? [] : [item('(', 'a group')];
    case t.Close:
      return [item(')', 'end of the group')];
    case t.SetClose:
      return [item('}', 'end of the set')];
    case t.Mask:
      return fieldBefore(before)?.type === 'number' ? [item('&', 'bits of a number')] : [];
    default:
      return [];
  }
}

function item(label: string, detail: string, insert = label): CompletionItem {
  return { label, detail, insert };
}

function isValuePlace(before: readonly IToken[]): boolean {
  const last = before[before.length - 1];
  const opener = [t.Comparison, t.SetOpen, t.Comma, t.Range, t.Mask];
  return last !== undefined && opener.some((type) => tokenMatcher(last, type));
}

function isAfterField(before: readonly IToken[]): boolean {
  const last = before[before.length - 1];
  return last !== undefined && tokenMatcher(last, t.Word) && !isValuePlace(before.slice(0, -1));
}

/** Short fields first; Wireshark's and body fields once their first letters are there. */
function fieldItems(written: string): CompletionItem[] {
  const lower = written.toLowerCase();
  const environment = environmentItems(written);
  const infos = [
    ...messageFields(),
    ...(lower === '' ? [] : bodyFieldInfos()),
    ...(lower === '' ? [] : wiresharkFields()),
  ];
  return [...environment, ...infos.map(({ name, type, doc }) => item(name, detailOf(type, doc)))];
}

function detailOf(type: string, doc: string): string {
  return `${type} · ${doc}`;
}

/** Variables that backup types commonly have (NDMPv4 draft 3.5 and vendors' documents), after a path to pairs. */
const variables = [
  'FILESYSTEM',
  'TYPE',
  'HIST',
  'LEVEL',
  'UPDATE',
  'DIRECT',
  'EXTRACT',
  'RECURSIVE',
  'PREFIX',
  'EXCLUDE',
  'DUMP_DATE',
  'BASE_DATE',
  'USER',
];

function environmentItems(written: string): CompletionItem[] {
  const path = written.slice(0, Math.max(0, written.lastIndexOf('.')));
  const info = bodyPaths().get(path);
  return info !== undefined && leadsToPairs(info.types)
    ? variables.map((name) => item(`${path}.${name}`, 'text · variable of the environment'))
    : [];
}

interface FieldBefore {
  resolved: Resolved;
  use: FieldUse;
  type: 'number' | 'text' | 'names' | 'other';
}

/** The field to which the place at the end of the tokens belongs. */
function fieldBefore(before: readonly IToken[]): FieldBefore | undefined {
  for (let i = before.length - 1; i >= 0; i--) {
    const token = before[i];
    if (tokenMatcher(token, t.And) || tokenMatcher(token, t.Or) || tokenMatcher(token, t.SetClose)) {
      return undefined;
    }
    if (tokenMatcher(token, t.Word) && !isValuePlace(before.slice(0, i))) {
      const use = { name: token.image, from: 0, to: 0 };
      try {
        const resolved = resolveField(use);
        return { resolved, use, type: typeOf(resolved) };
      } catch (error) {
        if (error instanceof FilterSyntaxError) {
          return undefined;
        }
        throw error;
      }
    }
  }
  return undefined;
}

function typeOf(resolved: Resolved): FieldBefore['type'] {
  switch (resolved.from) {
    case 'row':
      if (resolved.field.type !== 'number') {
        return 'other';
      }
      return resolved.field.names === undefined ? 'number' : 'names';
    case 'record':
      return 'number';
    case 'body':
      return placeTypes(resolved.field).every(({ kind }) => kind === 'string') ? 'text' : 'other';
    default:
      return 'text';
  }
}

const operators: readonly [label: string, detail: string][] = [
  ['==', 'equal'],
  ['!=', 'present and not equal'],
  ['<', 'less'],
  ['<=', 'less or equal'],
  ['>', 'greater'],
  ['>=', 'greater or equal'],
];
const textOperators: readonly [label: string, detail: string][] = [
  ['contains', 'holds a text'],
  ['matches', 'fits a regular expression'],
];

function operatorItems(before: readonly IToken[]): CompletionItem[] {
  const field = fieldBefore(before);
  const list =
    field?.resolved.from === 'text'
      ? textOperators
      : field?.type === 'text'
        ? [...operators.slice(0, 2), ...textOperators]
        : field?.type === 'number'
          ? operators
          : [...operators, ...textOperators];
  return list.map(([label, detail]) => item(label, detail));
}

function valueItems(before: readonly IToken[]): CompletionItem[] {
  const field = fieldBefore(before);
  const names = field === undefined ? [] : namesOf(field.resolved);
  return names.map(({ name, detail }) =>
    item(name, detail, /^[A-Za-z_][\w.]*$|^dma>server$|^server>dma$/.test(name) ? name : `"${name}"`),
  );
}

function namesOf(resolved: Resolved): readonly KnownName[] {
  if (resolved.from === 'body') {
    return resolved.field.bit === undefined ? (valueNames(placeTypes(resolved.field)) ?? []) : booleans;
  }
  if (resolved.from !== 'row') {
    return [];
  }
  const { field } = resolved;
  switch (field.type) {
    case 'number':
      return field.names?.known() ?? [];
    case 'choice':
      return field.choices;
    case 'flag':
      return booleans;
    default:
      return field.sample === '' ? [] : [{ name: field.sample, detail: 'for example' }];
  }
}

const booleans: readonly KnownName[] = [
  { name: 'true', detail: '' },
  { name: 'false', detail: '' },
];

/** Those that begin with what is written, then those one of whose parts does, then those that contain it. */
function ranked(items: readonly CompletionItem[], written: string): CompletionItem[] {
  const wanted = written.toLowerCase();
  const rank = ({ label }: CompletionItem): number => {
    const lower = label.toLowerCase();
    return lower.startsWith(wanted)
      ? 0
      : lower.includes(`.${wanted}`) || lower.includes(`_${wanted}`)
        ? 1
        : lower.includes(wanted)
          ? 2
          : 3;
  };
  const seen = new Set<string>();
  const unique = items.filter(({ label }) => !seen.has(label) && seen.add(label));
  return [0, 1, 2].flatMap((wantedRank) => unique.filter((each) => rank(each) === wantedRank)).slice(0, maxItems);
}
