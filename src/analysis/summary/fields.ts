import {
  clip,
  errorName,
  escapeText,
  hexText,
  ipv4Text,
  ipv6Text,
  maskNames,
  type BodyValue,
  type StructType,
  type Value,
  type XdrType,
} from '../../protocol';

const ALL_ONES_32 = 0xffffffff;
const ALL_ONES_64 = 0xffffffffffffffffn;
const MAX_TEXT = 120;

/** Reads the fields of a body for a summary: always text that is safe to show, nothing for what is not there. */
export class FieldReader {
  constructor(
    private readonly schema: StructType,
    readonly value: BodyValue,
  ) {}

  /** A field in words: enumerations by name, numbers grouped, addresses as text. */
  text(name: string): string {
    const type = this.schema.fields[name];
    const value = this.value[name];
    return type === undefined || value === undefined ? '' : fieldText(type, value);
  }

  /**
   * A template with `{field}` in it. Of its parts between commas those are left out whose fields are not there: a message
   * that the capture cut says no half sentences.
   */
  fill(template: string): string {
    const parts = template.split(', ').filter((part) => this.has(part));
    return parts.join(', ').replace(/\{(\w+)\}/g, (_, name: string) => this.text(name));
  }

  private has(part: string): boolean {
    return [...part.matchAll(/\{(\w+)\}/g)].every(([, name]) => this.value[name] !== undefined);
  }

  number(name: string): number | undefined {
    const value = this.value[name];
    return typeof value === 'number' ? value : undefined;
  }

  bytes(name: string): Uint8Array | undefined {
    const value = this.value[name];
    return value instanceof Uint8Array ? value : undefined;
  }

  /** The fields of a struct or of the case of a union. */
  inner(name: string): FieldReader | undefined {
    const type = this.schema.fields[name];
    const value = this.value[name];
    return type && isFields(value) ? readerOf(type, value) : undefined;
  }

  /** How many elements an array has. */
  count(name: string): number {
    const value = this.value[name];
    return Array.isArray(value) ? value.length : 0;
  }

  /** One element of an array of structs or unions. */
  element(name: string, index: number): FieldReader | undefined {
    const type = this.schema.fields[name];
    const value = this.value[name];
    const element = Array.isArray(value) ? value[index] : undefined;
    return type?.kind === 'array' && isFields(element) ? readerOf(type.element, element) : undefined;
  }

  /** The elements of an array of structs or unions. */
  elements(name: string): FieldReader[] {
    return Array.from({ length: this.count(name) }, (_, i) => this.element(name, i)).filter((one) => one !== undefined);
  }

  /** The value of the last pair of that name in an array of name/value pairs. */
  variable(list: string, name: string): string | undefined {
    const pairs = this.value[list];
    if (!Array.isArray(pairs)) return undefined;
    const found = pairs.findLast((pair) => isFields(pair) && pair.name === name);
    return isFields(found) && typeof found.value === 'string' ? shown(found.value) : undefined;
  }
}

function readerOf(type: XdrType, value: BodyValue): FieldReader | undefined {
  if (type.kind === 'struct') return new FieldReader(type, value);
  if (type.kind !== 'union') return undefined;
  const discriminant = value[type.discriminant] as number;
  const chosen = type.cases[discriminant] ?? type.otherwise;
  return new FieldReader({ kind: 'struct', fields: { [type.discriminant]: type.on, ...chosen?.fields } }, value);
}

function isFields(value: Value | undefined): value is BodyValue {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array);
}

function fieldText(type: XdrType, value: Value): string {
  if (typeof value === 'bigint') return value === ALL_ONES_64 ? allOnesText(type) : grouped(value);
  if (typeof value === 'string') return shown(value);
  if (value instanceof Uint8Array) return 'shape' in type && type.shape === 'ipv6' ? ipv6Text(value) : hexText(value);
  if (Array.isArray(value))
    return type.kind === 'array' ? value.map((element) => fieldText(type.element, element)).join(', ') : '';
  if (typeof value !== 'number') return '';
  if (type.kind === 'enum') return type.table.values.get(value)?.name ?? `value ${value}`;
  if (type.kind === 'mask') return maskNames(type.table, value).join(', ') || 'none';
  if (type.kind === 'error') return errorName(value);
  if (type.kind === 'ipv4') return ipv4Text(value);
  return value === ALL_ONES_32 && 'allOnes' in type ? allOnesText(type) : grouped(value);
}

function allOnesText(type: XdrType): string {
  const meaning = 'allOnes' in type ? type.allOnes : undefined;
  return meaning === 'infinite' ? '∞' : (meaning ?? grouped(ALL_ONES_64));
}

/** Digits in groups of three: 231 833 600. */
export function grouped(value: number | bigint): string {
  return value.toString().replace(/\B(?=(\d{3})+$)/g, ' ');
}

/** '1 entry', '1 000 entries'. */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${grouped(count)} ${count === 1 ? one : many}`;
}

/** A string of the wire on one line: escaped, trailing line ends dropped, not too long. */
export function shown(text: string): string {
  return clip(escapeText(clip(text.trimEnd(), 4 * MAX_TEXT)), MAX_TEXT);
}

/** The parts that are not empty, with a separator between them. */
export function joined(separator: string, ...parts: readonly (string | false | undefined)[]): string {
  return parts.filter(Boolean).join(separator);
}
