import { findMessage, ipv4Text, type EnumTable, type StructType, type UnionType, type XdrType } from '../protocol';
import { XdrWriter } from '../xdr';
import { FieldNode } from './fieldNode';
import type { LogDialect, LogMessage, RawField } from './model';
import { addressesOf, bytesOf, enumOf, errorOf, integerOf, ipv4Of, wordOf } from './values';

/** Bytes whose number a log tells, but not what they are: no more of them are filled in. */
const MAX_UNTOLD_BYTES = 64 * 1024;
const MAX_UNTOLD_NAMES = 4;

/** A body as the log lets it be written. */
export interface EncodedBody {
  bytes: Uint8Array;
  /** From here on the log tells nothing more; equal to the length where it tells all. */
  toldEnd: number;
  /** Fields that the log does not tell, by path; elements of arrays by `[]`. */
  untold: string[];
  problems: string[];
  /** Fields of the log that are none of the body's: names that the tables do not have. In the order of the log. */
  unread: RawField[];
}

/**
 * Writes the body of a message from what a log says of it. What the log does not tell is never made up in silence: at the
 * end of the body it is left out (`toldEnd`), before that it becomes zeros that a problem names.
 */
export function encodeBody(message: LogMessage, dialect: LogDialect): EncodedBody {
  const { code, version, kind } = message;
  const layouts = message.headerError !== 0 && kind === 'reply' ? {} : (findMessage(code, version)?.layouts ?? {});
  const schema = (kind === 'post' ? (layouts.post ?? layouts.request) : layouts[kind])?.[0]?.schema;
  const root = new FieldNode();
  const nodes = dialect.place(message).map((field) => root.add(field));
  const encoder = new BodyEncoder(dialect);
  const body = encoder.encode(schema, root);
  // a dialect may make several places of one field, or none: then all of them are read or nothing is told
  const unread = nodes.length === message.fields.length ? message.fields.filter((_field, at) => !nodes[at]?.used) : [];
  return { ...body, unread };
}

class BodyEncoder {
  private readonly writer = new XdrWriter();
  private readonly untold = new Set<string>();
  /** Untold fields since the last told one. */
  private readonly pending = new Set<string>();
  private readonly filled = new Set<string>();
  private readonly problems: string[] = [];
  private toldEnd = 0;

  constructor(private readonly dialect: LogDialect) {}

  encode(schema: StructType | undefined, root: FieldNode): Omit<EncodedBody, 'unread'> {
    if (schema !== undefined) this.fields(schema, root, '', '');
    const { writer, untold, filled, problems } = this;
    if (this.pending.size === 0) this.toldEnd = writer.length;
    const left = [...untold].filter((path) => !filled.has(path));
    if (filled.size > 0) problems.unshift(`The log does not tell ${listed([...filled])}: shown as zero or empty.`);
    if (left.length > 0) problems.unshift(`The log does not tell ${listed(left)}.`);
    return { bytes: writer.finish(), toldEnd: this.toldEnd, untold: [...untold], problems };
  }

  private fields(type: StructType, scope: FieldNode, prefix: string, path: string): void {
    for (const name in type.fields) {
      const field = type.fields[name];
      const own = path === '' ? name : `${path}.${name}`;
      if (field.kind === 'mask' && this.find(scope, name, prefix) === undefined)
        this.invalidFields(field.table, type, scope, prefix, own);
      else this.field(field, name, scope, prefix, own);
    }
  }

  /** A mask of what is not valid, where the log does not tell it: fields that the log leaves out are not. */
  private invalidFields(table: EnumTable, type: StructType, scope: FieldNode, prefix: string, path: string): void {
    let bits = 0;
    for (const [bit, { name }] of table.values)
      if (name in type.fields && this.find(scope, name, prefix) === undefined) bits |= bit;
    this.missing(path);
    this.writer.u32(bits);
  }

  private field(type: XdrType, name: string, scope: FieldNode, prefix: string, path: string): void {
    const node = this.find(scope, name, prefix);
    switch (type.kind) {
      case 'struct':
        if (node !== undefined && !node.isEmpty) this.fields(type, node, '', path);
        else this.fields(type, scope, `${prefix}${name}_`, path);
        return;
      case 'union':
        this.union(type, node, name, scope, prefix, path);
        return;
      case 'array':
        this.array(type.element, node, name, scope, prefix, path);
        return;
      case 'opaque':
        this.opaque(type.size, node, name, scope, prefix, path);
        return;
      default:
        this.scalar(type, node, path);
    }
  }

  private union(
    type: UnionType,
    node: FieldNode | undefined,
    name: string,
    scope: FieldNode,
    prefix: string,
    path: string,
  ): void {
    if (node?.text !== undefined) {
      this.printedAddress(type, node, path);
      return;
    }
    const inner = node !== undefined && !node.isEmpty ? node : scope;
    const innerPrefix = inner === scope ? prefix : '';
    const on =
      this.find(inner, `${name}_type`, innerPrefix) ??
      this.find(inner, type.on.table.name, innerPrefix) ??
      this.find(inner, type.discriminant, innerPrefix);
    const value = on?.text === undefined ? undefined : enumOf(type.on.table, on.text);
    const discriminant = this.word(value, on, `${path}.${type.discriminant}`);
    const chosen = type.cases[discriminant] ?? type.otherwise;
    if (chosen !== undefined && value !== undefined) this.fields(chosen, inner, innerPrefix, path);
  }

  /** `NDMP4_ADDR_TCP #1(7f000003,43509)`: a whole address in one value. */
  private printedAddress(type: UnionType, node: FieldNode, path: string): void {
    const text = node.text as string;
    const value = enumOf(type.on.table, text);
    const discriminant = this.word(value, node, `${path}.${type.discriminant}`);
    const chosen = value === undefined ? undefined : type.cases[discriminant];
    if (chosen === undefined) return;
    const addresses = addressesOf(text);
    for (const [name, field] of Object.entries(chosen.fields)) {
      const inner = field.kind === 'array' ? field.element : undefined;
      if (inner?.kind === 'struct') {
        this.told(addresses.length);
        for (const each of addresses) this.address(inner, each, `${path}.${name}[]`);
      } else if (addresses.length > 0 && (name === 'ip_addr' || name === 'port')) {
        this.told(name === 'port' ? addresses[0].port : addresses[0].ip);
      } else this.field(field, name, new FieldNode(), '', `${path}.${name}`);
    }
  }

  private address(type: StructType, { ip, port }: { ip: number; port: number }, path: string): void {
    for (const [name, field] of Object.entries(type.fields)) {
      if (name === 'ip_addr' || name === 'port') this.told(name === 'port' ? port : ip);
      else this.field(field, name, new FieldNode(), '', `${path}.${name}`);
    }
  }

  private array(
    element: XdrType,
    node: FieldNode | undefined,
    name: string,
    scope: FieldNode,
    prefix: string,
    path: string,
  ): void {
    const said = node?.length ?? this.length(scope, name, prefix);
    const words = node?.text === undefined ? undefined : /^\{(.*)\}$/.exec(node.text)?.[1].trim().split(/\s+/);
    if (words !== undefined) {
      const values = words.filter((word) => word !== '');
      this.told(values.length);
      for (const value of values) {
        const item = new FieldNode();
        item.text = value;
        this.scalar(element, item, `${path}[]`);
      }
      return;
    }
    const items = node?.items ?? [];
    if (said === undefined && items.length === 0) {
      this.missing(path);
      this.writer.u32(0);
      return;
    }
    this.told(items.length);
    if (said !== undefined && said > items.length) {
      this.problems.push(`The log says that ${path} has ${said} elements and tells ${items.length}.`);
      this.untold.add(`${path}[]`);
      this.filled.add(`${path}[]`);
    }
    for (const item of items) this.element(element, item ?? new FieldNode(), `${path}[]`);
  }

  private element(type: XdrType, item: FieldNode, path: string): void {
    item.used = true;
    if (type.kind === 'struct') this.fields(type, item, '', path);
    else if (type.kind === 'union') this.union(type, item.text === undefined ? undefined : item, '', item, '', path);
    else this.scalar(type, item, path);
  }

  private opaque(
    size: number | undefined,
    node: FieldNode | undefined,
    name: string,
    scope: FieldNode,
    prefix: string,
    path: string,
  ): void {
    const value = node?.text === undefined ? undefined : bytesOf(node.text);
    if (value !== undefined) {
      if (size === undefined) this.writer.opaque(value);
      else this.writer.fixedOpaque(value, size);
      this.markTold();
      return;
    }
    if (size !== undefined) {
      this.missing(path);
      this.writer.fixedOpaque(new Uint8Array(0), size);
      return;
    }
    const said = node?.length ?? this.length(scope, name, prefix);
    if (said === undefined) {
      this.missing(path);
      this.writer.u32(0);
      return;
    }
    this.told(said);
    if (said === 0) return;
    this.missing(`the ${said} bytes of ${path}`);
    this.writer.fixedOpaque(new Uint8Array(0), Math.min(said, MAX_UNTOLD_BYTES));
  }

  private scalar(type: XdrType, node: FieldNode | undefined, path: string): void {
    const text = node?.text;
    const value = text === undefined ? undefined : this.read(type, text, path);
    if (value === undefined) {
      if (text !== undefined) this.problems.push(`The log's value of ${path} cannot be read.`);
      this.missing(path);
    }
    if (type.kind === 'u64') this.writer.u64((value as bigint | undefined) ?? 0n);
    else if (type.kind === 'string') this.writer.string((value as string | undefined) ?? '');
    else this.writer.u32((value as number | undefined) ?? 0);
    if (value !== undefined) this.markTold();
  }

  private read(type: XdrType, text: string, path: string): number | bigint | string | undefined {
    const isHex = this.dialect.hex.has(path.slice(path.lastIndexOf('.') + 1));
    switch (type.kind) {
      case 'string':
        return text;
      case 'u64':
        return integerOf(text, isHex);
      case 'enum':
        return enumOf(type.table, text);
      case 'error':
        return errorOf(text);
      case 'ipv4': {
        const found = ipv4Of(text);
        if (found?.other !== undefined)
          this.problems.push(
            `The log writes ${path} as ${ipv4Text(found.word)} and, in hexadecimal, as ${ipv4Text(found.other)}; the first is shown.`,
          );
        return found?.word;
      }
      default:
        return wordOf(text, isHex);
    }
  }

  /** A field by its name in the tables or in the log. */
  private find(scope: FieldNode, name: string, prefix: string): FieldNode | undefined {
    for (const candidate of this.candidates(name)) {
      const node = (prefix === '' ? undefined : scope.child(prefix + candidate)) ?? scope.child(candidate);
      if (node === undefined) continue;
      node.used = true;
      return node;
    }
    return undefined;
  }

  private length(scope: FieldNode, name: string, prefix: string): number | undefined {
    for (const candidate of this.candidates(name)) {
      for (const spelled of [`${candidate}_len`, `n_${candidate}`, `${candidate}_count`]) {
        const node = (prefix === '' ? undefined : scope.child(prefix + spelled)) ?? scope.child(spelled);
        const length = node?.text === undefined ? undefined : wordOf(node.text);
        if (node === undefined || length === undefined) continue;
        node.used = true;
        return length;
      }
    }
    return undefined;
  }

  private candidates(name: string): readonly string[] {
    return name === '' ? [''] : [name, ...(this.dialect.names[name] ?? [])];
  }

  private word(value: number | undefined, node: FieldNode | undefined, path: string): number {
    if (value !== undefined) this.told(value);
    else {
      if (node?.text !== undefined) this.problems.push(`The log's value of ${path} cannot be read.`);
      this.missing(path);
      this.writer.u32(0);
    }
    return value ?? 0;
  }

  private told(word: number): void {
    this.writer.u32(word);
    this.markTold();
  }

  private markTold(): void {
    this.toldEnd = this.writer.length;
    for (const path of this.pending) this.filled.add(path);
    this.pending.clear();
  }

  private missing(path: string): void {
    this.untold.add(path);
    this.pending.add(path);
  }
}

function listed(names: readonly string[]): string {
  const shown = names.slice(0, MAX_UNTOLD_NAMES).join(', ');
  const more = names.length - MAX_UNTOLD_NAMES;
  return more > 0 ? `${shown} and ${more} more` : shown;
}
