import { clip, escapeText, nearestNames } from '../protocol';
import type { Schema } from './model';

/** What is wrong at a place of the file, such as `sources[0].path`; the whole file is ''. */
export interface SchemaProblem {
  place: string;
  /** As it follows on the place: 'has to be …'. */
  text: string;
}

const MAX_PROBLEMS = 20;
/** No file of ours is nested deeper; whatever a hostile one is, the checking stays shallow. */
const MAX_DEPTH = 16;
/** Lists of what may stand somewhere are told up to this length. */
const MAX_TOLD = 20;

/** Checks a value against a schema. @returns what is wrong, at most 20 problems, in the order of the file */
export function problemsOf(value: unknown, schema: Schema): SchemaProblem[] {
  const problems: SchemaProblem[] = [];
  check(value, schema, '', 0, problems);
  return problems.slice(0, MAX_PROBLEMS);
}

function check(value: unknown, schema: Schema, place: string, depth: number, problems: SchemaProblem[]): void {
  if (problems.length >= MAX_PROBLEMS || depth > MAX_DEPTH) return;
  const say = (text: string) => problems.push({ place, text });
  if (schema.anyOf) {
    checkAny(value, schema.anyOf, place, depth, problems);
    return;
  }
  if (schema.enum && !schema.enum.some((each) => each === value)) say(notListed(value, schema.enum));
  else if (schema.type !== undefined && typeOf(value, schema.type) !== schema.type) say(`has to be ${wanted(schema)}`);
  else if (typeof value === 'string') checkText(value, schema, say);
  else if (typeof value === 'number') checkNumber(value, schema, say);
  else if (Array.isArray(value)) checkList(value, schema, place, depth, problems);
  else if (isRecord(value)) checkObject(value, schema, place, depth, problems);
}

/** Takes the alternative of the value's own type where there is one: what is wrong inside is told, not all that may be. */
function checkAny(
  value: unknown,
  alternatives: readonly Schema[],
  place: string,
  depth: number,
  problems: SchemaProblem[],
): void {
  const fitting = alternatives.filter(({ type }) => type !== undefined && typeOf(value, type) === type);
  const results = alternatives.map((each) => {
    const found: SchemaProblem[] = [];
    check(value, each, place, depth + 1, found);
    return found;
  });
  if (results.some((found) => found.length === 0)) return;
  if (fitting.length === 1) problems.push(...results[alternatives.indexOf(fitting[0])]);
  else problems.push({ place, text: `has to be ${alternatives.map(wanted).join(', or ')}` });
}

function checkText(value: string, schema: Schema, say: (text: string) => void): void {
  const { minLength = 0, maxLength = Infinity, pattern, patternErrorMessage } = schema;
  if (value.length < minLength) say('is empty');
  else if (value.length > maxLength) say(`is longer than ${maxLength} characters`);
  else if (pattern !== undefined && !new RegExp(pattern, 'u').test(value))
    say(`has to be ${patternErrorMessage ?? `like ${pattern}`}`);
}

function checkNumber(value: number, schema: Schema, say: (text: string) => void): void {
  const { minimum = -Infinity, maximum = Infinity, multipleOf = 1 } = schema;
  if (value < minimum || value > maximum) say(`has to be from ${minimum} to ${maximum}`);
  else if (value % multipleOf !== 0) say(`has to be a multiple of ${multipleOf}`);
}

function checkList(value: readonly unknown[], schema: Schema, place: string, depth: number, problems: SchemaProblem[]) {
  const { minItems = 0, maxItems = Infinity, items } = schema;
  if (value.length < minItems) problems.push({ place, text: `needs at least ${minItems}` });
  else if (value.length > maxItems) problems.push({ place, text: `has more than ${maxItems} entries` });
  else if (items) for (const [at, each] of value.entries()) check(each, items, `${place}[${at}]`, depth + 1, problems);
}

function checkObject(
  value: Readonly<Record<string, unknown>>,
  schema: Schema,
  place: string,
  depth: number,
  problems: SchemaProblem[],
): void {
  const { properties = {}, required = [], additionalProperties, propertyNames, maxProperties = Infinity } = schema;
  const below = (name: string) => (place === '' ? shown(name) : `${place}.${shown(name)}`);
  const names = Object.keys(value);
  if (names.length > maxProperties) problems.push({ place, text: `has more than ${maxProperties} entries` });
  for (const name of required)
    if (!Object.hasOwn(value, name)) problems.push({ place: below(name), text: 'is missing' });
  for (const name of names) {
    if (problems.length >= MAX_PROBLEMS) return;
    if (propertyNames) check(name, propertyNames, below(name), depth + 1, problems);
    if (Object.hasOwn(properties, name)) check(value[name], properties[name], below(name), depth + 1, problems);
    else if (additionalProperties) check(value[name], additionalProperties, below(name), depth + 1, problems);
    else if (additionalProperties === false)
      problems.push({ place: below(name), text: unknownField(name, properties) });
  }
}

function unknownField(name: string, properties: Readonly<Record<string, Schema>>): string {
  if (/passw|secret|credential/i.test(name))
    return 'has no place in such a file: passwords come from the environment, such as NDMP_PASSWORD, or from standard input';
  const known = Object.keys(properties).filter((each) => !each.startsWith('$'));
  const alike = known.find((each) => each.toLowerCase() === name.toLowerCase());
  return alike === undefined ? `is not known here; known are ${known.join(', ')}` : `is written ${alike}`;
}

function notListed(value: unknown, values: readonly (string | number)[]): string {
  if (values.length <= MAX_TOLD) return `has to be ${wanted({ enum: values })}`;
  const alike = typeof value === 'string' ? nearestNames(value, values.map(String)) : [];
  const what = typeof value === 'string' ? `${JSON.stringify(shown(value))} is not known` : 'is not known';
  return alike.length === 0 ? what : `${what}; did you mean ${alike.join(' or ')}?`;
}

/** `"auto", "local" or 4`; `a whole number from 0 to 9`. */
function wanted(schema: Schema): string {
  if (schema.enum && schema.enum.length > MAX_TOLD) return 'a name that is known';
  if (schema.enum) {
    const values = schema.enum.map((each) => JSON.stringify(each));
    return values.length === 1 ? values[0] : `${values.slice(0, -1).join(', ')} or ${values.at(-1)}`;
  }
  switch (schema.type) {
    case 'integer':
      return schema.minimum === undefined
        ? 'a whole number'
        : `a whole number from ${schema.minimum} to ${schema.maximum}`;
    case 'boolean':
      return 'true or false';
    case 'null':
      return 'null';
    case 'array':
      return 'a list: […]';
    case 'object':
      return 'an object: {…}';
    default:
      return schema.patternErrorMessage ?? 'text';
  }
}

function typeOf(value: unknown, asked: Schema['type']): string {
  if (Array.isArray(value)) return 'array';
  if (value === null) return 'null';
  if (typeof value === 'number') return asked === 'integer' && Number.isSafeInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function shown(name: string): string {
  return escapeText(clip(name, 60));
}
