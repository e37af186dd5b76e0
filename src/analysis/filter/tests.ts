import type { CompareOp, Literal } from './ast';
import { compilePattern } from './pattern';
import { FilterSyntaxError } from './problem';

/** Tests of single values that need nothing but the operator and the literal. */

export type NumberTest = (value: number | bigint) => boolean;
export type TextTest = (text: string) => boolean;

/** How the tests of a field's values make up the answer; `none` and `all` ask for at least one value. */
export type Quantifier = 'any' | 'none' | 'all';

/** The elementary operator and quantifier: `ne` is "present and none equal", `anyNe` "some value unequal". */
export function quantified(op: CompareOp): { op: CompareOp; quantifier: Quantifier; negate: boolean } {
  switch (op) {
    case 'ne':
      return { op: 'eq', quantifier: 'none', negate: false };
    case 'allEq':
      return { op: 'eq', quantifier: 'all', negate: false };
    case 'anyNe':
      return { op: 'eq', quantifier: 'any', negate: true };
    default:
      return { op, quantifier: 'any', negate: false };
  }
}

/** Compares exactly, also across `number` and `bigint`. */
export function orderTest(op: CompareOp, wanted: number | bigint): NumberTest {
  switch (op) {
    case 'lt':
      return (value) => value < wanted;
    case 'le':
      return (value) => value <= wanted;
    case 'gt':
      return (value) => value > wanted;
    case 'ge':
      return (value) => value >= wanted;
    default:
      return (value) => value >= wanted && value <= wanted;
  }
}

/** The text a literal stands for where texts are compared. */
export function literalText(literal: Literal): string {
  return literal.kind === 'string' || literal.kind === 'word' ? literal.value : literal.source;
}

/** Tests texts: equality and `contains` mind the case, `matches` does not; `<` and its kin go by character codes. */
export function textTest(op: CompareOp, literal: Literal): TextTest {
  const wanted = literalText(literal);
  switch (op) {
    case 'contains':
      return (text) => text.includes(wanted);
    case 'matches':
      return compilePattern(literal);
    case 'lt':
      return (text) => text < wanted;
    case 'le':
      return (text) => text <= wanted;
    case 'gt':
      return (text) => text > wanted;
    case 'ge':
      return (text) => text >= wanted;
    default:
      return (text) => text === wanted;
  }
}

/** True or false as written: `true`, `false`, `1`, `0`, in quotes or not. Undefined for anything else. */
export function literalBoolean(literal: Literal): boolean | undefined {
  switch (literalText(literal).toLowerCase()) {
    case 'true':
    case '1':
      return true;
    case 'false':
    case '0':
      return false;
    default:
      return undefined;
  }
}

/** A number from a number literal, or from digits in quotes. */
export function literalNumber(literal: Literal): number | bigint | undefined {
  if (literal.kind === 'number') {
    return literal.value;
  }
  if (literal.kind === 'string' && /^(?:-?\d{1,25}|0x[0-9a-f]{1,20})$/i.test(literal.value)) {
    const value = BigInt(literal.value);
    return BigInt(Number(value)) === value ? Number(value) : value;
  }
  return undefined;
}

/** `value & mask`, exact for 64 bits. */
export function maskValue(value: number | bigint, mask: bigint): bigint {
  return (typeof value === 'bigint' ? value : Number.isInteger(value) ? BigInt(value) : 0n) & mask;
}

export function maskLiteral(literal: Literal): bigint {
  const value = literalNumber(literal);
  if (value === undefined || (typeof value === 'number' && !Number.isInteger(value)) || value < 0) {
    throw new FilterSyntaxError('"&" needs a whole number such as 0x10', literal);
  }
  return BigInt(value);
}

/** The error for a literal that a field cannot be compared with. */
export function wrongLiteral(field: string, expects: string, literal: Literal): FilterSyntaxError {
  return new FilterSyntaxError(`${field} is compared with ${expects}, not ${literal.source.slice(0, 60)}`, literal);
}
