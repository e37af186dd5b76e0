/** JSON that carries what structured cloning does and JSON does not: byte arrays, maps, sets, big and odd numbers. */
const ARRAYS = { Uint8Array, Int8Array, Uint16Array, Int16Array, Uint32Array, Int32Array, Float32Array, Float64Array };
type ArrayName = keyof typeof ARRAYS;

interface Tagged {
  $: 'bytes' | 'map' | 'set' | 'bigint' | 'number' | 'undefined';
  name?: ArrayName;
  value?: unknown;
}

export function toPlainJson(value: unknown): string {
  return JSON.stringify(pack(value));
}

export function fromPlainJson(text: string): unknown {
  return unpack(JSON.parse(text));
}

function pack(value: unknown): unknown {
  if (typeof value === 'bigint') return { $: 'bigint', value: String(value) } satisfies Tagged;
  if (typeof value === 'number' && !Number.isFinite(value)) return { $: 'number', value: String(value) };
  if (value === null || typeof value !== 'object') return value;
  if (ArrayBuffer.isView(value)) {
    const name = value.constructor.name === 'Buffer' ? 'Uint8Array' : value.constructor.name;
    const bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    return { $: 'bytes', name: name as ArrayName, value: base64(bytes) } satisfies Tagged;
  }
  if (value instanceof Map) return { $: 'map', value: [...value].map(pack) } satisfies Tagged;
  if (value instanceof Set) return { $: 'set', value: [...value].map(pack) } satisfies Tagged;
  if (Array.isArray(value)) return value.map((each) => (each === undefined ? { $: 'undefined' } : pack(each)));
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, pack(each)]));
}

function unpack(value: unknown): unknown {
  if (value === null || typeof value !== 'object') return value;
  if (Array.isArray(value)) return value.map(unpack);
  if (Object.hasOwn(value, '$')) return untag(value as Tagged);
  return Object.fromEntries(Object.entries(value).map(([key, each]) => [key, unpack(each)]));
}

function untag({ $, name, value }: Tagged): unknown {
  switch ($) {
    case 'bytes':
      return typedArray(name ?? 'Uint8Array', value as string);
    case 'map':
      return new Map((value as unknown[]).map((entry) => unpack(entry) as [unknown, unknown]));
    case 'set':
      return new Set((value as unknown[]).map(unpack));
    case 'bigint':
      return BigInt(value as string);
    case 'number':
      return Number(value);
    case 'undefined':
      return undefined;
  }
}

function base64(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += String.fromCharCode(byte);
  return btoa(text);
}

function typedArray(name: ArrayName, text: string): unknown {
  const bytes = Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
  return new ARRAYS[name](bytes.buffer);
}
