import { ipv4Bytes, ipv6Bytes } from './wire';

export type Json = string | number | null | Json[] | { [name: string]: Json };

/** A field of a message: the bytes that go on the wire and what a reader must show. */
export interface Field {
  name: string;
  bytes: Buffer;
  json: Json;
}

/** A word; `shown` is its text when it is an enumeration or a mask. */
export function word(name: string, value: number, shown: Json = value): Field {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return { name, bytes, json: shown };
}

export function quad(name: string, value: bigint): Field {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64BE(value);
  return { name, bytes, json: value.toString() };
}

export function text(name: string, value: string): Field {
  return { name, bytes: counted(Buffer.from(value, 'utf8')), json: value };
}

/** Opaque bytes with their length in front. */
export function opaque(name: string, value: Buffer): Field {
  return { name, bytes: counted(value), json: value.toString('hex') };
}

/** Opaque bytes of a length that both sides know. */
export function fixed(name: string, value: Buffer): Field {
  return { name, bytes: padded(value), json: value.toString('hex') };
}

export function ipv4(name: string, address: string): Field {
  return { name, bytes: ipv4Bytes(address), json: address };
}

export function ipv6(name: string, address: string): Field {
  return { name, bytes: ipv6Bytes(address), json: address };
}

/** A structure or a union: its fields one after the other. */
export function group(name: string, fields: readonly Field[]): Field {
  return { name, bytes: Buffer.concat(fields.map((field) => field.bytes)), json: jsonOf(fields) };
}

/** A counted array of structures. */
export function structs(name: string, items: readonly (readonly Field[])[]): Field {
  return list(
    name,
    items.map((fields) => group('', fields)),
  );
}

/** A counted array of single values; their names do not matter. */
export function list(name: string, items: readonly Field[]): Field {
  const bytes = Buffer.concat([word('', items.length).bytes, ...items.map((item) => item.bytes)]);
  return { name, bytes, json: items.map((item) => item.json) };
}

/** Name and value pairs: environment, capabilities. */
export function pairs(name: string, values: Record<string, string>): Field {
  return structs(
    name,
    Object.entries(values).map(([key, value]) => [text('name', key), text('value', value)]),
  );
}

export function jsonOf(fields: readonly Field[]): { [name: string]: Json } {
  return Object.fromEntries(fields.map((field) => [field.name, field.json]));
}

function counted(value: Buffer): Buffer {
  return Buffer.concat([word('', value.length).bytes, padded(value)]);
}

function padded(value: Buffer): Buffer {
  return Buffer.concat([value, Buffer.alloc((4 - (value.length % 4)) % 4)]);
}
