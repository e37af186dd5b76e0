import { knownPayload } from '../../session/recordReader';
import { errorName, messageName } from '../../protocol';
import type { FieldNode } from '../../protocol';
import { latencyText, timeText } from '../../session/messageTimes';
import type { ColumnId } from '../messages';
import type { CaptureModel } from './captureModel';
import { nodesAlong } from './fieldPath';

const MAX_BYTES = 32;

/** The filter that selects messages with this row's value in a column. */
export function columnFilter(model: CaptureModel, row: number, column: ColumnId): string {
  const { index } = model;
  switch (column) {
    case 'n':
      return `n == ${row + 1}`;
    case 'time':
    case 'delta':
      return `time >= ${timeText(index, row)}`;
    case 'connection':
      return `connection == ${index.connection(row) + 1}`;
    case 'direction':
      return `direction == ${index.fromServer(row) ? 'server>dma' : 'dma>server'}`;
    case 'kind':
      return `kind == ${index.kind(row)}`;
    case 'sequence':
      return `sequence == ${index.sequence(row)}`;
    case 'result':
      return resultFilter(model, row);
    case 'latency':
      return latencyFilter(model, row);
    case 'message':
    case 'summary':
      return `message == ${messageName(index.code(row), index.version(row)).replace(/^NDMP_/, '')}`;
  }
}

function resultFilter({ index }: CaptureModel, row: number): string {
  const header = index.headerError(row);
  if (header !== 0) return `headerError == ${errorWord(header)}`;
  const body = index.bodyError(row);
  return body < 0 ? '!error' : `error == ${errorWord(body)}`;
}

/** A name where the number has one, else the number. */
function errorWord(error: number): string {
  const name = errorName(error);
  return isWord(name) ? name : String(error);
}

function latencyFilter({ index }: CaptureModel, row: number): string {
  const reply = index.kind(row) === 'request' ? index.pair(row) : row;
  const text = reply < 0 ? undefined : latencyText(index, reply);
  return text === undefined ? 'latency' : `latency >= ${text}s`;
}

/** The filter that selects messages with the same value in a field of the detail tree. */
export function fieldFilter(model: CaptureModel, row: number, path: readonly number[]): string {
  const payload = knownPayload(model.session.record(row));
  const context = model.session.context(row);
  const nodes = nodesAlong(payload, context, path);
  const leaf = nodes.at(-1);
  if (!leaf) return columnFilter(model, row, 'message');
  if (nodes[0].name === 'header') return headerFilter(model, row, leaf);
  const name = fieldName(nodes);
  const value = literal(leaf, payload);
  return value === undefined ? name : `${name} == ${value}`;
}

/** Fields of the header go by the names of the table's columns. */
function headerFilter(model: CaptureModel, row: number, leaf: FieldNode): string {
  const { index } = model;
  switch (leaf.name) {
    case 'sequence':
      return columnFilter(model, row, 'sequence');
    case 'time_stamp':
      return `timestamp == ${leaf.raw ?? 0}`;
    case 'message_type':
      return columnFilter(model, row, 'kind');
    case 'reply_sequence':
      return `replySequence == ${index.replySequence(row)}`;
    case 'error':
      return `headerError == ${errorWord(index.headerError(row))}`;
    default:
      return columnFilter(model, row, 'message');
  }
}

/** 'body.fs_info.fs_type'; 'body.env.FILESYSTEM' for the value of a name and value pair. */
function fieldName(nodes: readonly FieldNode[]): string {
  const leaf = nodes[nodes.length - 1];
  const pairName = nodes.at(-2)?.children?.find((child) => child.name === 'name')?.raw;
  const inPair = leaf.name === 'value' && nodes.at(-2)?.name.startsWith('[') && typeof pairName === 'string';
  const parts = (inPair ? nodes.slice(0, -2) : nodes)
    .map((node) => node.name.replace(/ \(inferred\)$/, ''))
    .filter((name) => !name.startsWith('['));
  if (!inPair) return ['body', ...parts].join('.');
  const safe = /^[A-Za-z0-9_][A-Za-z0-9_-]*$/.test(pairName);
  if (!safe && /["\n]/.test(pairName)) return ['body', ...parts, 'value'].join('.');
  return ['body', ...parts].join('.') + (safe ? `.${pairName}` : `["${pairName}"]`);
}

/** A leaf's value as the filter language writes it; undefined where no equality can be written. */
function literal(leaf: FieldNode, payload: Uint8Array): string | undefined {
  if (leaf.type === 'ipv4') return leaf.display;
  if (leaf.type === 'string') return quoted(String(leaf.raw ?? ''));
  if (leaf.raw !== undefined) return leaf.enumName && isWord(leaf.enumName) ? leaf.enumName : String(leaf.raw);
  if (!leaf.type.startsWith('opaque') || leaf.length < 2 || leaf.length > MAX_BYTES) return undefined;
  // a variable opaque begins with its length and ends with padding
  const variable = leaf.type === 'opaque' && leaf.name !== 'undecoded bytes';
  const start = leaf.offset + (variable ? 4 : 0);
  const length = variable ? lengthWord(payload, leaf.offset) : leaf.length;
  if (length < 2 || start + length > payload.length) return undefined;
  return Array.from(payload.subarray(start, start + length), (byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function lengthWord(payload: Uint8Array, offset: number): number {
  return new DataView(payload.buffer, payload.byteOffset + offset, 4).getUint32(0);
}

const isWord = (text: string) => /^[A-Za-z_]\w*$/.test(text);

/** A text in quotes; control characters and bytes that are not UTF-8 as escapes of the filter language. */
export function quoted(text: string): string {
  const escaped = text.replace(/[\\"]|[\u0000-\u001f\u007f\udc80-\udcff]/g, (character) => {
    const code = character.charCodeAt(0);
    if (character === '"' || character === '\\') return `\\${character}`;
    return `\\x${(code >= 0xdc80 ? code - 0xdc00 : code).toString(16).padStart(2, '0')}`;
  });
  return `"${escaped}"`;
}
