import { decodeByteString } from '../../xdr/byteString';
import { hexText, type Value, type XdrType } from '../../protocol';
import { parseAddressBytes } from '../../protocol';
import { inNetwork, compareAddresses } from './address';
import type { AddressPattern, CompareOp, Literal } from './ast';
import { leafTexts } from './leafText';
import * as tests from './tests';

/** Tests one value of a body; `type` tells how the number is named, if it is. */
export type LeafTest = (value: Value, type: XdrType | undefined) => boolean;

/** The test for an operator (`eq`, an order, `contains`, `matches`) and a literal of any kind. */
export function leafTest(op: CompareOp, literal: Literal): LeafTest {
  if (op === 'contains' || op === 'matches') {
    return containment(op, literal);
  }
  switch (literal.kind) {
    case 'number':
      return numberLeaf(op, literal.value, literal.source);
    case 'duration':
    case 'time':
      return numberLeaf(op, literal.seconds + literal.nanos / 1e9, literal.source);
    case 'address':
      return addressLeaf(op, literal.address, literal.source);
    case 'bytes':
      return (value) => value instanceof Uint8Array && op === 'eq' && hexText(value) === hexText(literal.bytes);
    default:
      return textLeaf(op, literal);
  }
}

function numberLeaf(op: CompareOp, wanted: number | bigint, source: string): LeafTest {
  const test = tests.orderTest(op, wanted);
  return (value, type) => {
    if (typeof value === 'number' || typeof value === 'bigint') {
      // A negative enum value may also be written as the unsigned word it is on the wire.
      return test(value) || (type?.kind === 'enum' && value < 0 && test(Number(value) >>> 0));
    }
    return (
      typeof value === 'string' && ((op === 'eq' && value === source) || (isNumeral(value) && test(numeral(value))))
    );
  };
}

function isNumeral(text: string): boolean {
  return /^-?\d{1,40}(?:\.\d{1,20})?$/.test(text);
}

function numeral(text: string): number | bigint {
  return text.includes('.') ? Number(text) : BigInt(text);
}

function textLeaf(op: CompareOp, literal: Literal): LeafTest {
  const test = tests.textTest(op, literal);
  const wanted = tests.literalText(literal);
  const number = tests.literalNumber(literal);
  const numberTest = number === undefined ? undefined : tests.orderTest(op, number);
  const truth = tests.literalBoolean(literal);
  return (value, type) => {
    if (typeof value === 'string') {
      return test(value);
    }
    if (value instanceof Uint8Array) {
      return (
        op === 'eq' &&
        (leafTexts(value, type).some(test) || isHexOf(wanted, value) || decodeByteString(value) === wanted)
      );
    }
    if (typeof value !== 'number' && typeof value !== 'bigint') {
      return false;
    }
    if (numberTest !== undefined) {
      return numberTest(value);
    }
    if (op !== 'eq') {
      return false;
    }
    return (
      leafTexts(value, type).some((name) => isSameName(wanted, name)) ||
      (truth !== undefined && truth === (Number(value) === 1))
    );
  };
}

/** Enum names regardless of case, and with a prefix such as `NDMP_MOVER_STATE_`. */
export function isSameName(written: string, name: string): boolean {
  const upper = written.toUpperCase();
  const known = name.toUpperCase();
  return (
    upper === known || (upper.startsWith('NDMP_') && (upper.endsWith(`_${known}`) || upper.endsWith(`_${known}_ERR`)))
  );
}

function isHexOf(text: string, bytes: Uint8Array): boolean {
  return text.replace(/^0x|[\s:.-]/gi, '').toLowerCase() === hexText(bytes);
}

function addressLeaf(op: CompareOp, pattern: AddressPattern, source: string): LeafTest {
  return (value, type) => {
    if (value instanceof Uint8Array && type?.kind === 'opaque' && type.shape !== 'ipv6') {
      return op === 'eq' && isHexOf(source, value);
    }
    const bytes = addressBytes(value, type);
    if (bytes === undefined) {
      return (
        typeof value === 'string' &&
        tests.textTest(op, { kind: 'string', source, value: source, from: 0, to: 0 })(value)
      );
    }
    return addressMatches(op, bytes, pattern);
  };
}

function addressBytes(value: Value, type: XdrType | undefined): Uint8Array | undefined {
  if (typeof value === 'string') {
    return parseAddressBytes(value);
  }
  if (value instanceof Uint8Array) {
    return value.length === 16 ? value : undefined;
  }
  return typeof value === 'number' && type?.kind === 'ipv4'
    ? Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value)
    : undefined;
}

/** Equality means lying in the network; `<` and its kin compare address by address. */
export function addressMatches(op: CompareOp, bytes: Uint8Array, pattern: AddressPattern): boolean {
  if (op === 'eq') {
    return inNetwork(bytes, pattern);
  }
  const order = compareAddresses(bytes, pattern.bytes);
  return order !== undefined && tests.orderTest(op, 0)(order);
}

function containment(op: 'contains' | 'matches', literal: Literal): LeafTest {
  const test = tests.textTest(op, literal);
  const wanted = tests.literalText(literal);
  const hex = /^(?:0x)?(?:[0-9a-f]{2}[\s:.-]?)+$/i.test(wanted)
    ? wanted.replace(/^0x|[\s:.-]/gi, '').toLowerCase()
    : undefined;
  return (value, type) => {
    if (value instanceof Uint8Array && (type?.kind !== 'opaque' || type.shape !== 'ipv6')) {
      return test(decodeByteString(value)) || (op === 'contains' && hex !== undefined && containsHex(value, hex));
    }
    return leafTexts(value, type).some(test);
  };
}

function containsHex(bytes: Uint8Array, hex: string): boolean {
  const text = hexText(bytes);
  for (let at = text.indexOf(hex); at >= 0; at = text.indexOf(hex, at + 1)) {
    if (at % 2 === 0) {
      return true;
    }
  }
  return false;
}
