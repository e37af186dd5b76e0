import type { Leaf } from './layoutDecoder';

/**
 * The product's decoded body as flat leaves in the same terms as the independent witness: bytes as hex, strings as Latin-1
 * text of their bytes, numbers unsigned.
 */
export function leavesOf(value: unknown, path = ''): Leaf[] {
  if (value instanceof Uint8Array) return [{ path, value: Buffer.from(value).toString('hex') }];
  if (Array.isArray(value)) return value.flatMap((item, index) => leavesOf(item, `${path}[${index}]`));
  if (typeof value === 'object' && value !== null) {
    return Object.entries(value).flatMap(([name, each]) => leavesOf(each, path === '' ? name : `${path}.${name}`));
  }
  if (typeof value === 'string') return [{ path, value: latin1(value) }];
  if (typeof value === 'number') return [{ path, value: value >>> 0 }];
  if (typeof value === 'bigint') return [{ path, value: BigInt.asUintN(64, value) }];
  throw new TypeError(`${path} is a ${typeof value}`);
}

/** The bytes behind a string that keeps invalid UTF-8 bytes b as U+DC00+b, as Latin-1 text. */
export function latin1(text: string): string {
  return bytesOfText(text).toString('latin1');
}

function bytesOfText(text: string): Buffer {
  const parts: Buffer[] = [];
  for (const character of text) {
    const point = character.codePointAt(0) ?? 0;
    const escapedByte = point >= 0xdc80 && point <= 0xdcff;
    parts.push(escapedByte ? Buffer.from([point & 0xff]) : Buffer.from(character, 'utf8'));
  }
  return Buffer.concat(parts);
}
