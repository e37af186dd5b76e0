import { XdrReader } from '../xdr/reader';
import { chooseLayout, decodeMessage, isBodiless } from './decodeMessage';
import { bytesText, leafText, MAX_DISPLAY, typeText } from './interpret/display';
import { readerOf } from './interpret/decode';
import { skipValue } from './interpret/skip';
import { HEADER_LENGTH, type MessageContext } from './model';
import { findMessage, messageName } from './registry';
import {
  enumeration,
  error,
  struct,
  time,
  u32,
  type StructType,
  type UnionType,
  type Value,
  type XdrType,
} from './schema';
import { clip } from './text';

/** One line of the detail pane. */
export interface FieldNode {
  name: string;
  type: string;
  /** Byte range in the payload. */
  offset: number;
  length: number;
  /** Safe to show: control and formatting characters are escaped; at most 400 characters. */
  display: string;
  /** The number, the decimal string of a 64-bit number, or the text (not escaped). */
  raw?: number | string;
  enumName?: string;
  doc?: string;
  problem?: string;
  /** How many children there are; `children` may hold only some of them. */
  childCount?: number;
  children?: FieldNode[];
}

const DEFAULT_LIMIT = 100;

const headerType = struct({
  sequence: { ...u32, doc: "The sender's own counter." },
  time_stamp: { ...time, doc: "When it was sent, by the sender's clock." },
  message_type: enumeration('message_type', {
    0: ['REQUEST', 'A request, or a post, which has no reply.'],
    1: ['REPLY', 'A reply.'],
  }),
  message: { ...u32, doc: 'Message code; an extension class in the upper 16 bits.' },
  reply_sequence: { ...u32, doc: 'Sequence number of the request that this replies to.' },
  error: {
    ...error,
    doc: 'Trouble with receiving or dispatching the request; a reply with an error here has no body.',
  },
});

/**
 * The message as a tree: the header, the fields of the body, and a last line for bytes that are not understood. Arrays
 * carry their first `limit` elements; {@link expandField} gives the others.
 */
export function decodeTree(
  payload: Uint8Array,
  context: MessageContext,
  options: { limit?: number } = {},
): FieldNode[] {
  const limit = Math.max(1, options.limit ?? DEFAULT_LIMIT);
  const roots = [headerNode(payload, context)];
  if (payload.length < HEADER_LENGTH) return roots;
  const schema = bodySchema(payload, context);
  let end = HEADER_LENGTH;
  if (schema) {
    const reader = new XdrReader(payload, HEADER_LENGTH);
    roots.push(...childNodes(schema, reader, 0, Infinity, limit));
    end = reader.failed ? reader.failedAt : reader.position;
  }
  if (end < payload.length) roots.push(undecodedNode(payload, context, schema, end));
  return roots;
}

/**
 * Children `from` to `from + count` of one node of {@link decodeTree}. `path` holds child indices, the first one into the
 * root list; an index into an array counts all its elements. Empty for leaves and for paths that lead nowhere.
 */
export function expandField(
  payload: Uint8Array,
  context: MessageContext,
  path: number[],
  from: number,
  count: number,
): FieldNode[] {
  if (path.length === 0 || payload.length < HEADER_LENGTH) return [];
  const inHeader = path[0] === 0;
  const schema = inHeader ? headerType : bodySchema(payload, context);
  if (!schema) return [];
  const reader = inHeader ? new XdrReader(payload, 0, HEADER_LENGTH) : new XdrReader(payload, HEADER_LENGTH);
  const steps = inHeader ? path.slice(1) : [path[0] - 1, ...path.slice(1)];
  let type: XdrType = schema;
  for (const step of steps) {
    const member = seekMember(type, reader, step);
    if (!member) return [];
    type = member.type;
  }
  const nodes = childNodes(type, reader, Math.max(0, from), Math.max(0, count), DEFAULT_LIMIT);
  return inHeader && steps.length === 0 ? nameMessage(nodes, context, from) : nodes;
}

interface Member {
  name: string;
  type: XdrType;
}

/** The parts of a composite value in wire order. The caller reads or skips each one before it asks for the next. */
function* members(type: XdrType, reader: XdrReader): Generator<Member> {
  if (type.kind === 'struct') yield* fieldsOf(type);
  else if (type.kind === 'array') {
    const count = reader.u32();
    for (let i = 0; i < count && !reader.failed; i++) yield { name: `[${i}]`, type: type.element };
  } else if (type.kind === 'union') {
    const at = reader.position;
    yield { name: type.discriminant, type: type.on };
    if (reader.failed) return;
    const chosen = caseOf(type, new XdrReader(reader.bytes, at).i32());
    if (chosen) yield* fieldsOf(chosen);
    else if (reader.remaining > 0) reader.fail(reader.position, 'no layout is known for this value');
  }
}

function* fieldsOf(type: StructType): Generator<Member> {
  for (const name in type.fields) yield { name: type.fields[name].shownAs ?? name, type: type.fields[name] };
}

function caseOf(type: UnionType, discriminant: number): StructType | undefined {
  return type.cases[discriminant] ?? type.otherwise;
}

function seekMember(type: XdrType, reader: XdrReader, index: number): Member | undefined {
  let i = 0;
  for (const member of members(type, reader)) {
    if (i++ === index) return member;
    skipValue(member.type, reader);
    if (reader.failed) return undefined;
  }
  return undefined;
}

/** Children `from` to `from + count`; the reader ends behind them, or at the end of the value when count is Infinity. */
function childNodes(type: XdrType, reader: XdrReader, from: number, count: number, limit: number): FieldNode[] {
  const nodes: FieldNode[] = [];
  let i = 0;
  for (const member of members(type, reader)) {
    if (reader.failed || i >= from + count) break;
    if (i++ >= from) nodes.push(fieldNode(member, reader, limit));
    else skipValue(member.type, reader);
  }
  return nodes;
}

function fieldNode({ name, type }: Member, reader: XdrReader, limit: number): FieldNode {
  const composite = type.kind === 'struct' || type.kind === 'array' || type.kind === 'union';
  return composite ? compositeNode(name, type, reader, limit) : leafNode(name, type, reader);
}

function leafNode(name: string, type: XdrType, reader: XdrReader): FieldNode {
  const offset = reader.position;
  const notes = reader.notes.length;
  const value = readerOf(type)(reader) as Value;
  if (reader.failed) return failedNode(name, type, reader, offset);
  const { display, raw, enumName, doc } = leafText(type, value);
  const node: FieldNode = { name, type: typeText(type), offset, length: reader.position - offset, display };
  if (raw !== undefined) node.raw = raw;
  if (enumName !== undefined) node.enumName = enumName;
  const docs = [type.doc, doc].filter(Boolean).join(' ');
  if (docs) node.doc = docs;
  if (reader.notes.length > notes)
    node.problem = reader.notes
      .slice(notes)
      .map((note) => note.text)
      .join('; ');
  return node;
}

function failedNode(name: string, type: XdrType, reader: XdrReader, offset: number): FieldNode {
  return {
    name,
    type: typeText(type),
    offset,
    length: reader.end - offset,
    display: 'not decodable',
    problem: reader.failure,
    ...(type.doc ? { doc: type.doc } : {}),
  };
}

function compositeNode(name: string, type: XdrType, reader: XdrReader, limit: number): FieldNode {
  const offset = reader.position;
  const children: FieldNode[] = [];
  let childCount = 0;
  for (const member of members(type, reader)) {
    if (reader.failed) break;
    childCount++;
    if (type.kind !== 'array' || children.length < limit) children.push(fieldNode(member, reader, limit));
    else skipValue(member.type, reader);
  }
  if (reader.failed && childCount === 0) return failedNode(name, type, reader, offset);
  const length = (reader.failed ? reader.end : reader.position) - offset;
  const display = clip(compositeText(type, children, childCount), MAX_DISPLAY);
  const node: FieldNode = { name, type: typeText(type), offset, length, display, childCount, children };
  if (type.doc) node.doc = type.doc;
  if (reader.failed) node.problem = reader.failure;
  return node;
}

/** A line for a struct, union or array: its label with the fields filled in, its only element, or the count. */
function compositeText(type: XdrType, children: readonly FieldNode[], count: number): string {
  if (type.kind === 'array') {
    if (count === 0) return 'none';
    const plain = children.every((child) => child.children === undefined);
    if (plain && count <= 8) return children.map((child) => child.enumName ?? child.display).join(', ');
    if (count === 1 && children[0].display) return children[0].display;
    return count === 1 ? '1 entry' : `${count} entries`;
  }
  const label = type.kind === 'struct' ? type.label : type.kind === 'union' ? unionLabel(type, children) : undefined;
  return label ? fillLabel(label, children) : '';
}

function unionLabel(type: UnionType, children: readonly FieldNode[]): string | undefined {
  const discriminant = children[0]?.raw;
  return typeof discriminant === 'number' ? (caseOf(type, discriminant)?.label ?? `{${type.discriminant}}`) : undefined;
}

/** Replaces {field} by the display of that child, or of the first element when the child is an array. */
function fillLabel(label: string, children: readonly FieldNode[]): string {
  const text = label.replace(/\{(\w+)\}/g, (_, name: string) => {
    const child = children.find((candidate) => candidate.name === name);
    if (!child) return '';
    if (child.children) return child.children[0]?.display ?? '';
    return child.enumName ?? child.display;
  });
  return text.trim();
}

function bodySchema(payload: Uint8Array, context: MessageContext): StructType | undefined {
  return isBodiless(context) ? undefined : chooseLayout(payload, context)?.schema;
}

function headerNode(payload: Uint8Array, context: MessageContext): FieldNode {
  const reader = new XdrReader(payload, 0, HEADER_LENGTH);
  const node = compositeNode('header', headerType, reader, DEFAULT_LIMIT);
  nameMessage(node.children ?? [], context, 0);
  node.display = `${messageName(context.code, context.version)} ${context.kind}`;
  const doc = findMessage(context.code, context.version)?.doc;
  if (doc) node.doc = doc;
  return node;
}

function nameMessage(headerFields: FieldNode[], context: MessageContext, from: number): FieldNode[] {
  const node = headerFields[3 - from];
  if (node?.name !== 'message' || node.raw === undefined) return headerFields;
  node.enumName = messageName(context.code, context.version);
  node.display = `${node.enumName} (0x${context.code.toString(16).padStart(4, '0')})`;
  const doc = findMessage(context.code, context.version)?.doc;
  if (doc) node.doc = doc;
  return headerFields;
}

function undecodedNode(
  payload: Uint8Array,
  context: MessageContext,
  schema: StructType | undefined,
  offset: number,
): FieldNode {
  const rest = payload.subarray(offset);
  const node: FieldNode = {
    name: 'undecoded bytes',
    type: 'opaque',
    offset,
    length: rest.length,
    display: bytesText(rest),
  };
  if (schema?.rest) return { ...node, doc: schema.rest };
  const problem = decodeMessage(payload, context).problems.at(-1)?.text;
  return problem ? { ...node, problem } : node;
}
