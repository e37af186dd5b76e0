import type { Variable } from '../../query/model';

/** A field of a record that is not what it has to be. */
export class BadField extends Error {}

const MOST_TEXT = 64 * 1024;
const MOST_VARIABLES = 10_000;
/** The last time that a Date can be. */
const LATEST = 8_640_000_000_000_000;
const LARGEST_RECORD = 16 * 1024 * 1024;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const WIDE = /^\d{1,20}$/;

/** Reads the fields of a JSON object that came from a tape: nothing in it is trusted. */
export class Fields {
  private readonly value: Readonly<Record<string, unknown>>;

  /** @throws BadField when it is no JSON object */
  constructor(payload: Uint8Array) {
    let value: unknown;
    try {
      value = JSON.parse(Buffer.from(payload).toString('utf8'));
    } catch {
      throw new BadField('it is no JSON');
    }
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new BadField('it is no JSON object');
    this.value = value as Record<string, unknown>;
  }

  text(name: string): string {
    const value = this.value[name];
    if (typeof value !== 'string' || value.length > MOST_TEXT) throw wrong(name);
    return value;
  }

  uuid(name: string): string {
    const value = this.text(name);
    if (!UUID.test(value)) throw wrong(name);
    return value;
  }

  count(name: string): number {
    const value = this.value[name];
    if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < 0) throw wrong(name);
    return value;
  }

  /** Milliseconds since 1970, of a day that has a name. */
  time(name: string): number {
    const value = this.count(name);
    if (value > LATEST) throw wrong(name);
    return value;
  }

  /** Bytes of a tape record. */
  recordSize(name: string): number {
    const value = this.count(name);
    if (value === 0 || value > LARGEST_RECORD) throw wrong(name);
    return value;
  }

  /** A 64-bit number, written in decimal. */
  wide(name: string): bigint {
    const value = this.value[name];
    if (typeof value !== 'string' || !WIDE.test(value)) throw wrong(name);
    return BigInt(value);
  }

  yes(name: string): boolean {
    const value = this.value[name];
    if (typeof value !== 'boolean') throw wrong(name);
    return value;
  }

  oneOf<T extends string>(name: string, choices: readonly T[]): T {
    const found = choices.find((choice) => choice === this.value[name]);
    if (found === undefined) throw wrong(name);
    return found;
  }

  variables(name: string): Variable[] {
    const value = this.value[name];
    if (!Array.isArray(value) || value.length > MOST_VARIABLES) throw wrong(name);
    return value.map((pair: unknown) => {
      if (!Array.isArray(pair)) throw wrong(name);
      const [key, content] = pair as unknown[];
      if (typeof key !== 'string' || typeof content !== 'string') throw wrong(name);
      return { name: key, value: content };
    });
  }

  /** A field that may be missing. */
  maybe<K extends 'text' | 'uuid' | 'time' | 'wide'>(kind: K, name: string): ReturnType<Fields[K]> | undefined {
    return this.value[name] === undefined ? undefined : (this[kind](name) as ReturnType<Fields[K]>);
  }
}

/** The bytes of an object: 64-bit numbers in decimal, undefined fields left out, bytes that are no UTF-8 kept by escapes. */
export function jsonBytes(value: object): Uint8Array {
  const text = JSON.stringify(value, (_key, field: unknown) =>
    typeof field === 'bigint' ? field.toString() : (field as string),
  );
  return Buffer.from(`${text}\n`, 'utf8');
}

function wrong(name: string): BadField {
  return new BadField(`its field "${name}" is not what it has to be`);
}
