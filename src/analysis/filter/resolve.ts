import { decodeHeader, type XdrType } from '../../protocol';
import type { RecordBytes } from '../../session/recordReader';
import type { FieldUse } from './ast';
import { wiresharkBodyFields, withoutEquivalent, type BodyField, type BodyPlace } from './bodyFields';
import { childTypes, isPair, parsePath, pathTypes, type PathStep } from './bodyPath';
import { allLayouts, type Layout } from './layouts';
import { nearestNames } from './nearest';
import { FilterSyntaxError } from './problem';
import { rowFields, type RowField } from './rowFields';
import { wiresharkRowFields } from './wiresharkRowFields';

/** Numbers that stand in the record but not in the index: reading them takes the file. */
export interface RecordField {
  name: string;
  doc: string;
  values(record: RecordBytes): readonly number[];
}

export type Resolved =
  | { from: 'row'; field: RowField }
  | { from: 'record'; field: RecordField }
  | { from: 'body'; field: BodyField }
  | { from: 'text' }
  | { from: 'summary' }
  | { from: 'problem' }
  | { from: 'mark' };

const clock = (record: RecordBytes): readonly number[] => {
  const header = decodeHeader(record.payload);
  return header === undefined ? [] : [header.timeStamp];
};

export const recordFields: readonly RecordField[] = [
  { name: 'timestamp', doc: "Seconds since 1970 by the sender's own clock, from the header", values: clock },
  { name: 'ndmp.timestamp', doc: "The sender's own clock, from the header", values: clock },
  { name: 'ndmp.fraglen', doc: 'Lengths of the fragments of the record', values: (record) => record.fragments },
];

/** Other names of fields above, as the JSON output or habit has them. */
const aliases: Readonly<Record<string, string>> = {
  problems: 'problem',
  marks: 'mark',
  errorname: 'error',
  headererrorname: 'headererror',
  number: 'n',
  info: 'summary',
  conn: 'connection',
  dir: 'direction',
  'frame.time_utc': 'frame.time',
};

let byName: ReadonlyMap<string, Resolved> | undefined;

function known(): ReadonlyMap<string, Resolved> {
  if (byName === undefined) {
    const map = new Map<string, Resolved>();
    for (const field of [...rowFields, ...wiresharkRowFields]) {
      map.set(key(field.name), { from: 'row', field });
    }
    for (const field of recordFields) {
      map.set(key(field.name), { from: 'record', field });
    }
    for (const field of wiresharkBodyFields().values()) {
      map.set(key(field.name), { from: 'body', field });
    }
    map.set('text', { from: 'text' });
    map.set('summary', { from: 'summary' });
    map.set('problem', { from: 'problem' });
    map.set('mark', { from: 'mark' });
    byName = map;
  }
  return byName;
}

/** Short names may be written in any case and with underscores: `reply_sequence` is `replySequence`. */
function key(name: string): string {
  return name.includes('.') ? name.toLowerCase() : name.toLowerCase().replaceAll('_', '');
}

/** The field a name stands for; throws a FilterSyntaxError with suggestions when there is none. */
export function resolveField(use: FieldUse): Resolved {
  const name = key(use.name);
  const found = known().get(name) ?? known().get(aliases[name] ?? '');
  if (found !== undefined) {
    return found;
  }
  if (/^body(?:$|[.[])/.test(use.name)) {
    return { from: 'body', field: bodyPathField(use) };
  }
  const reason = Object.hasOwn(withoutEquivalent, name) ? withoutEquivalent[name] : undefined;
  if (reason !== undefined) {
    throw new FilterSyntaxError(`${use.name} has no equivalent here: ${reason}`, use);
  }
  throw new FilterSyntaxError(`Unknown field "${use.name}"`, use, suggestions(use.name));
}

/** Fields whose last part is what was written come before fields that are spelt alike. */
function suggestions(name: string): string[] {
  const names = [...fieldNames()];
  const family = name.includes('.') ? names.filter((each) => each.startsWith(`${name.split('.')[0]}.`)) : [];
  const tails = family.filter((each) => lastPart(each) === lastPart(name).toLowerCase());
  const near = nearestNames(name, family.length > 0 ? family : names);
  const found = [...tails, ...near];
  return (found.length > 0 ? found : bodyPathsEndingIn(lastPart(name))).slice(0, 3);
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** Names of all fields but those under `body`. */
export function* fieldNames(): Iterable<string> {
  for (const field of [...rowFields, ...wiresharkRowFields, ...recordFields]) {
    yield field.name;
  }
  yield* wiresharkBodyFields().keys();
  yield* ['problem', 'mark', 'text', 'summary', 'body'];
}

function bodyPathField(use: FieldUse): BodyField {
  const steps = parsePath(use.name.slice('body'.length).replace(/^\./, ''));
  const place: BodyPlace = { codes: undefined, steps };
  if (steps.length > 12) {
    throw new FilterSyntaxError('This path is longer than any body is deep', use);
  }
  if (!allLayouts().some(({ schema }) => pathTypes(schema, steps).length > 0)) {
    throw new FilterSyntaxError(`No message has a field "${use.name}"`, use, bodySuggestions(steps));
  }
  return { name: use.name, doc: '', places: [place] };
}

function bodySuggestions(steps: readonly PathStep[]): string[] {
  const last = steps[steps.length - 1];
  const depth = steps.findIndex(
    (_, i) => !allLayouts().some(({ schema }) => pathTypes(schema, steps.slice(0, i + 1)).length > 0),
  );
  const wrong = steps[depth];
  if (!('field' in wrong) || !('field' in last)) {
    return [];
  }
  const parents = allLayouts().flatMap(({ schema }) => pathTypes(schema, steps.slice(0, depth)));
  const names = new Set(parents.flatMap((parent) => fieldNamesOf(parent)));
  const prefix = ['body', ...steps.slice(0, depth).map((step) => ('field' in step ? step.field : '*'))].join('.');
  const near = nearestNames(wrong.field, names).map((name) => `${prefix}.${name}`);
  return [...bodyPathsEndingIn(last.field), ...near].slice(0, 3);
}

/** Field names directly below a type; those of the elements for an array. */
export function fieldNamesOf(type: XdrType): string[] {
  return type.kind === 'array' ? fieldNamesOf(type.element) : childTypes(type).map(([name]) => name);
}

function bodyPathsEndingIn(field: string): string[] {
  const wanted = field.toLowerCase();
  const paths = [...bodyPaths().keys()].filter((path) => lastPart(path).toLowerCase() === wanted);
  return paths.sort((a, b) => a.length - b.length);
}

/** A path of bodies, `body.` included: the types it leads to and the messages that have it. */
export interface BodyPathInfo {
  types: XdrType[];
  messages: Set<string>;
}

let paths: ReadonlyMap<string, BodyPathInfo> | undefined;

/** Every path in every body, by its name. */
export function bodyPaths(): ReadonlyMap<string, BodyPathInfo> {
  if (paths === undefined) {
    const map = new Map<string, BodyPathInfo>();
    for (const layout of allLayouts()) {
      collect(layout.schema, 'body', layout, map);
    }
    paths = map;
  }
  return paths;
}

function collect(type: XdrType, path: string, layout: Layout, into: Map<string, BodyPathInfo>): void {
  if (type.kind === 'array') {
    collect(type.element, path, layout, into);
    return;
  }
  for (const [name, child] of childTypes(type)) {
    const childPath = `${path}.${name}`;
    const info = into.get(childPath) ?? { types: [], messages: new Set() };
    info.types.push(child);
    info.messages.add(layout.message);
    into.set(childPath, info);
    collect(child, childPath, layout, into);
  }
}

/** Types of what a body field's places lead to, in all messages. */
export function placeTypes(field: BodyField): XdrType[] {
  return field.places.flatMap(({ codes, steps, version }) =>
    allLayouts()
      .filter(
        (layout) => (codes?.includes(layout.code) ?? true) && (version === undefined || version === layout.version),
      )
      .flatMap(({ schema }) => pathTypes(schema, steps)),
  );
}

/** Whether the variable names of an environment may follow the path. */
export function leadsToPairs(types: readonly XdrType[]): boolean {
  return types.some((type) => type.kind === 'array' && isPair(type.element));
}
