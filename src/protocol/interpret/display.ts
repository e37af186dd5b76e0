import { describeCdb } from '../cdb';
import { errorDoc, errorName, isPlausibleError } from '../errors';
import type { Value, XdrType } from '../schema';
import { clip, escapeText, hexText, ipv4Text, ipv6Text } from '../text';
import { maskNames } from './mask';

export const MAX_DISPLAY = 400;
const SHOWN_BYTES = 32;
const ALL_ONES_32 = 0xffffffff;
const ALL_ONES_64 = 0xffffffffffffffffn;

/** What a leaf value looks like to people, and what it stands for. */
export interface LeafText {
  display: string;
  raw?: number | string;
  enumName?: string;
  doc?: string;
}

/** Text of a value that is no struct, union or array. */
export function leafText(type: XdrType, value: Value): LeafText {
  switch (type.kind) {
    case 'enum': {
      const known = type.table.values.get(value as number);
      const display = known ? `${known.name} (${value as number})` : `${value as number} (not defined)`;
      return { display, raw: value as number, enumName: known?.name, doc: known?.doc };
    }
    case 'error': {
      const name = errorName(value as number);
      const display =
        isPlausibleError(value as number) && !name.startsWith('0x') ? `${name} (${value as number})` : name;
      return { display, raw: value as number, enumName: name, doc: errorDoc(value as number) };
    }
    case 'mask': {
      const hex = `0x${(value as number).toString(16)}`;
      const names = maskNames(type.table, value as number);
      return { display: names.length > 0 ? `${names.join(' | ')} (${hex})` : hex, raw: value as number };
    }
    case 'u64': {
      const text = (value as bigint).toString();
      return { display: withMeaning(text, type.allOnes, value === ALL_ONES_64), raw: text };
    }
    case 'string':
      return { display: clip(escapeText(value as string), MAX_DISPLAY), raw: value as string };
    case 'opaque':
      return { display: opaqueText(type.shape, value as Uint8Array) };
    case 'ipv4':
      return { display: ipv4Text(value as number), raw: value as number };
    case 'time':
      return { display: timeText(value as number), raw: value as number };
    default: {
      const meaning = 'allOnes' in type ? type.allOnes : undefined;
      return {
        display: withMeaning((value as number).toString(), meaning, value === ALL_ONES_32),
        raw: value as number,
      };
    }
  }
}

/** The type as the tree names it: 'u32', 'enum tape_open_mode', 'array of struct'… */
export function typeText(type: XdrType): string {
  switch (type.kind) {
    case 'enum':
    case 'mask':
      return `${type.kind} ${type.table.name}`;
    case 'opaque':
      return type.size === undefined ? 'opaque' : `opaque[${type.size}]`;
    case 'array':
      return `array of ${typeText(type.element)}`;
    case 'union':
      return `union by ${type.discriminant}`;
    default:
      return type.kind;
  }
}

/** The first bytes in hexadecimal, words apart, and how many there are. */
export function bytesText(bytes: Uint8Array): string {
  const words: string[] = [];
  for (let at = 0; at < Math.min(bytes.length, SHOWN_BYTES); at += 4)
    words.push(hexText(bytes.subarray(at, Math.min(at + 4, bytes.length))));
  const count = bytes.length === 1 ? '1 byte' : `${bytes.length} bytes`;
  if (bytes.length === 0) return count;
  return `${words.join(' ')}${bytes.length > SHOWN_BYTES ? ' …' : ''} (${count})`;
}

function opaqueText(shape: 'ipv6' | 'cdb' | undefined, bytes: Uint8Array): string {
  if (shape === 'ipv6') return ipv6Text(bytes);
  const cdb = shape === 'cdb' ? describeCdb(bytes) : undefined;
  return cdb ? `${cdb}: ${bytesText(bytes)}` : bytesText(bytes);
}

function withMeaning(text: string, meaning: string | undefined, applies: boolean): string {
  return meaning && applies ? `${text} (${meaning})` : text;
}

function timeText(seconds: number): string {
  const iso = new Date(seconds * 1000).toISOString();
  return `${seconds} (${iso.slice(0, 10)} ${iso.slice(11, 19)} UTC)`;
}
