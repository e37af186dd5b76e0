import type { Value, XdrType } from '../../protocol';
import { findMessage, type MessageKind, type NdmpVersion } from '../../protocol';
import type { RecordBytes } from '../../session/recordReader';
import type { FieldFunction, Literal } from './ast';
import type { BodyField, BodyPlace } from './bodyFields';
import { children, isStruct, pathTypes, walkPath } from './bodyPath';
import { isSameName, leafTest, type LeafTest } from './leafTests';
import { leafTexts } from './leafText';
import { errorNames, type KnownName } from './names';
import { FilterSyntaxError, unknownName } from './problem';
import { placeTypes } from './resolve';
import type { Condition } from './condition';
import type { Evaluation } from './source';
import { Verdict, type Term } from './terms';
import * as tests from './tests';

/** Comparisons with what has to be read from the capture: bodies and, for some fields, the record itself. */

/** Whether a row's message can have the field at all is known without its body. */
function costly(field: BodyField, full: (evaluation: Evaluation, row: number) => boolean): Term {
  return {
    cheap: false,
    bind(evaluation) {
      const { index } = evaluation;
      const memo = new Map<string, boolean>();
      return {
        quick(row) {
          const code = index.code(row);
          const version = index.version(row);
          const kind = index.kind(row);
          const key = `${code} ${version} ${kind}`;
          let possible = memo.get(key);
          if (possible === undefined) {
            possible = field.places.some((place) => canHold(place, code, version, kind));
            memo.set(key, possible);
          }
          const bodiless = kind === 'reply' && index.headerError(row) !== 0;
          return possible && !bodiless ? Verdict.Unknown : Verdict.No;
        },
        full: (row) => full(evaluation, row),
      };
    },
  };
}

function canHold(place: BodyPlace, code: number, version: NdmpVersion, kind: MessageKind): boolean {
  if ((place.codes !== undefined && !place.codes.includes(code)) || (place.version ?? version) !== version) {
    return false;
  }
  const layouts = findMessage(code, version)?.layouts;
  const bodies = kind === 'reply' ? layouts?.reply : [...(layouts?.request ?? []), ...(layouts?.post ?? [])];
  return (bodies ?? []).some(({ schema }) => pathTypes(schema, place.steps).length > 0);
}

/** Visits every place of the field in the row's body until `visit` returns true; `length`: its length is meant. */
export function visitField(
  evaluation: Evaluation,
  row: number,
  field: BodyField,
  visit: (value: Value, type: XdrType | undefined, length: boolean) => boolean,
): boolean {
  const { value, type } = evaluation.body(row);
  const code = evaluation.index.code(row);
  const version = evaluation.index.version(row);
  return field.places.some(
    (place) =>
      (place.codes?.includes(code) ?? true) &&
      (place.version ?? version) === version &&
      walkPath(value, type, place.steps, (found, foundType) => visit(found, foundType, place.length === true)),
  );
}

/** A field named alone: present; for single bits: set. */
export function bodyPresence(field: BodyField): Term {
  const { bit } = field;
  return costly(field, (evaluation, row) =>
    visitField(
      evaluation,
      row,
      field,
      (value) => bit === undefined || tests.maskValue(leafNumber(value), BigInt(bit)) !== 0n,
    ),
  );
}

export function bodyMasked(field: BodyField, mask: Literal): Term {
  const bits = tests.maskLiteral(mask);
  return costly(field, (evaluation, row) =>
    visitField(evaluation, row, field, (value) => tests.maskValue(leafNumber(value), bits) !== 0n),
  );
}

function leafNumber(value: Value): number | bigint {
  return typeof value === 'number' || typeof value === 'bigint' ? value : 0;
}

export function bodyCompare(field: BodyField, condition: Condition): Term {
  const { quantifier, negate } = tests.quantified(condition.op);
  const test = conditionTest(field, condition);
  const length = condition.apply === 'len';
  return costly(field, (evaluation, row) => {
    let seen = 0;
    let held = 0;
    const stopped = visitField(evaluation, row, field, (value, type, ofLength) =>
      eachLeaf(value, type, length || ofLength, (leaf, leafType) => {
        seen++;
        const holds = test(leaf, leafType) !== negate;
        held += holds ? 1 : 0;
        // The first value that decides ends the search.
        return quantifier === 'all' ? !holds : holds;
      }),
    );
    switch (quantifier) {
      case 'any':
        return stopped;
      case 'none':
        return seen > 0 && !stopped;
      case 'all':
        return seen > 0 && held === seen;
    }
  });
}

/** Visits the leaves of what a path leads to; with `length`, the length of it as a number. Secrets only when named. */
function eachLeaf(
  value: Value,
  type: XdrType | undefined,
  length: boolean,
  visit: (leaf: Value, type: XdrType | undefined) => boolean,
): boolean {
  if (length) {
    return visit(lengthOf(value), undefined);
  }
  if (!Array.isArray(value) && !isStruct(value)) {
    return visit(value, type);
  }
  return children(value, type).some(
    ([child, childType]) => !isSecret(childType) && eachLeaf(child, childType, false, visit),
  );
}

function isSecret(type: XdrType | undefined): boolean {
  return (type?.kind === 'string' || type?.kind === 'opaque') && type.secret === true;
}

/** Characters of a text, bytes, elements of an array, fields of a struct; digits of a number. */
function lengthOf(value: Value): number {
  if (typeof value === 'string') {
    return [...value].length;
  }
  if (value instanceof Uint8Array || Array.isArray(value)) {
    return value.length;
  }
  return typeof value === 'object' ? Object.keys(value).length : String(value).length;
}

function conditionTest(field: BodyField, { op: written, value, high, mask, apply }: Condition): LeafTest {
  const { op } = tests.quantified(written);
  if (field.bit !== undefined) {
    return bitTest(field, field.bit, value);
  }
  checkName(field, value, op);
  const inner = high === undefined ? leafTest(op, value) : both(leafTest('ge', value), leafTest('le', high));
  if (mask !== undefined) {
    const bits = tests.maskLiteral(mask);
    return (leaf) => inner(tests.maskValue(leafNumber(leaf), bits), undefined);
  }
  switch (apply) {
    case 'lower':
      return (leaf, type) => leafTexts(leaf, type).some((text) => inner(text.toLowerCase(), undefined));
    case 'upper':
      return (leaf, type) => leafTexts(leaf, type).some((text) => inner(text.toUpperCase(), undefined));
    default:
      return inner;
  }
}

function both(first: LeafTest, second: LeafTest): LeafTest {
  return (value, type) => first(value, type) && second(value, type);
}

function bitTest(field: BodyField, bit: number, literal: Literal): LeafTest {
  const wanted = tests.literalBoolean(literal);
  if (wanted === undefined) {
    throw tests.wrongLiteral(field.name, '1, 0, true or false', literal);
  }
  return (value) => (tests.maskValue(leafNumber(value), BigInt(bit)) !== 0n) === wanted;
}

/** A name that no enumeration of the field has is a slip, not a text to look for. */
function checkName(field: BodyField, literal: Literal, op: string): void {
  if (
    op !== 'eq' ||
    (literal.kind !== 'word' && literal.kind !== 'string') ||
    tests.literalNumber(literal) !== undefined
  ) {
    return;
  }
  const names = valueNames(placeTypes(field));
  if (names !== undefined && tests.literalBoolean(literal) === undefined) {
    const known = names.map(({ name }) => name);
    if (!known.some((name) => isSameName(literal.value, name)) && errorNames.find(literal.value).length === 0) {
      throw unknownName(`value of ${field.name}`, literal.value, literal, known);
    }
  }
}

/** The names that values of these types have; undefined when some have none, so that any text may be meant. */
export function valueNames(types: readonly XdrType[]): KnownName[] | undefined {
  const names = new Map<string, string>();
  for (const type of types.flatMap((each) => (each.kind === 'array' ? [each.element] : [each]))) {
    if (type.kind === 'enum' || type.kind === 'mask') {
      for (const [number, { name, doc }] of type.table.values) {
        const shown = type.kind === 'mask' ? `0x${number.toString(16)}` : String(number);
        names.set(name, doc === undefined ? shown : `${shown}: ${doc}`);
      }
    } else if (type.kind === 'error') {
      errorNames.known().forEach(({ name, detail }) => names.set(name, detail));
    } else {
      return undefined;
    }
  }
  return names.size === 0 ? undefined : [...names].map(([name, detail]) => ({ name, detail }));
}

/** Numbers of the record itself, such as its fragment lengths. */
export function recordTerm(
  values: (record: RecordBytes) => readonly number[],
  condition?: Condition,
  apply?: FieldFunction,
): Term {
  const test = condition === undefined ? undefined : recordTest(condition);
  const { quantifier, negate } = tests.quantified(condition?.op ?? 'eq');
  if (apply !== undefined) {
    throw new FilterSyntaxError(`${apply}() is for texts`, condition?.value ?? { from: 0, to: 1 });
  }
  return {
    cheap: false,
    bind: (evaluation) => ({
      quick: () => Verdict.Unknown,
      full(row) {
        const numbers = values(evaluation.record(row));
        if (test === undefined) {
          return numbers.length > 0;
        }
        const some = numbers.some((number) => test(number, undefined) !== negate);
        const every = numbers.every((number) => test(number, undefined) !== negate);
        return numbers.length > 0 && (quantifier === 'any' ? some : quantifier === 'none' ? !some : every);
      },
    }),
  };
}

function recordTest({ op, value, high, mask }: Condition): LeafTest {
  const inner =
    high === undefined ? leafTest(tests.quantified(op).op, value) : both(leafTest('ge', value), leafTest('le', high));
  if (mask === undefined) {
    return inner;
  }
  const bits = tests.maskLiteral(mask);
  return (number) => inner(tests.maskValue(leafNumber(number), bits), undefined);
}

/** Texts of all leaves of a body, secrets left out, until `test` holds for one. */
export function someBodyText(evaluation: Evaluation, row: number, test: tests.TextTest): boolean {
  const { value, type } = evaluation.body(row);
  return eachLeaf(value, type, false, (leaf, leafType) => leafTexts(leaf, leafType).some(test));
}
