import { BYTES_PAGE, type Detail, type DetailPart, type FieldNode, type Row } from '../../../src/extension/messages';
import type { SyntheticCapture } from './syntheticCapture';

const ENTRIES = 5000;
const ENTRY = 120;

/** A payload that follows from its message's number: header words, then text. */
export function payload(row: Row, from: number, to: number): Uint8Array {
  const bytes = new Uint8Array(to - from);
  const words = [row.sequence, 0x691f80c2, row.kind === 'reply' ? 1 : 0, row.code, row.replySequence, 0];
  const text = row.summary || 'ndmp';
  for (let at = from; at < to; at++) {
    const value = at < 24 ? (words[at >> 2] >>> (24 - (at & 3) * 8)) & 0xff : text.charCodeAt(at % text.length) & 0x7f;
    bytes[at - from] = at % 11 === 7 ? 0 : value;
  }
  return bytes;
}

export function payloadSize(row: Row): number {
  return row.interface === 'fh' ? 64 + ENTRIES * ENTRY : 64;
}

function header(row: Row): FieldNode {
  const field = (name: string, index: number, display: string, extra: Partial<FieldNode> = {}): FieldNode => ({
    name,
    type: 'u32',
    offset: index * 4,
    length: 4,
    display,
    raw: 1,
    ...extra,
  });
  return {
    name: 'header',
    type: 'struct',
    offset: 0,
    length: 24,
    display: `${row.message} ${row.kind}`,
    childCount: 6,
    children: [
      field('sequence', 0, String(row.sequence), { doc: "The sender's own counter." }),
      field('time_stamp', 1, '2026-11-21 07:31:30 UTC'),
      field('message_type', 2, row.kind === 'reply' ? 'REPLY (1)' : 'REQUEST (0)'),
      field('message', 3, `${row.message} (0x${row.code.toString(16).padStart(4, '0')})`),
      field('reply_sequence', 4, String(row.replySequence)),
      field('error', 5, 'NO_ERR (0)', { doc: 'Trouble with receiving or dispatching the request.' }),
    ],
  };
}

/** Element `index` of the file history array. */
function entry(index: number): FieldNode {
  const offset = 64 + index * ENTRY;
  const name = `/home/projects/engineering/${index % 7 ? 'drawing' : 'a-directory-with-quite-a-long-name'}_${index}.dwg`;
  return {
    name: `[${index}]`,
    type: 'struct ndmp_file',
    offset,
    length: ENTRY,
    display: name,
    childCount: 3,
    children: [
      { name: 'unix_path', type: 'string', offset, length: 100, display: name, raw: name },
      { name: 'node', type: 'u64', offset: offset + 100, length: 8, display: String(90000 + index), raw: '1' },
      {
        name: 'fh_info',
        type: 'u64',
        offset: offset + 108,
        length: 12,
        display: '18446744073709551615 (invalid)',
        raw: '1',
      },
    ],
  };
}

function body(row: Row): FieldNode[] {
  if (row.interface === 'fh') {
    const children = Array.from({ length: 100 }, (_, index) => entry(index));
    const length = ENTRIES * ENTRY;
    return [
      {
        name: 'files',
        type: 'array of ndmp_file',
        offset: 60,
        length: length + 4,
        display: `${ENTRIES} entries`,
        childCount: ENTRIES,
        children,
      },
    ];
  }
  const error: FieldNode = {
    name: 'error',
    type: 'error',
    offset: 24,
    length: 4,
    display: row.result?.failed ? 'DEVICE_BUSY (2)' : 'NO_ERR (0)',
    raw: 2,
    doc: row.result?.failed ? 'Somebody else has the device, or it is still loading.' : 'It worked.',
  };
  const device: FieldNode = {
    name: 'device',
    type: 'string',
    offset: 24,
    length: 12,
    display: 'nrst0l',
    raw: 'nrst0l',
    doc: 'Logical name of the drive.',
  };
  const mode: FieldNode = {
    name: 'mode',
    type: 'enum tape_open_mode',
    offset: 36,
    length: 4,
    display: 'RDWR (1)',
    raw: 1,
    enumName: 'RDWR',
    doc: 'Read and write.',
  };
  const env: FieldNode = {
    name: 'env',
    type: 'array of pval',
    offset: 40,
    length: 24,
    display: '2 entries',
    childCount: 2,
    children: ['FILESYSTEM', 'LEVEL'].map((name, index) => ({
      name: `[${index}]`,
      type: 'struct pval',
      offset: 40 + index * 12,
      length: 12,
      display: `${name} = ${index ? '0' : '/vs1/vol1'}`,
      childCount: 2,
      children: [
        { name: 'name', type: 'string', offset: 40 + index * 12, length: 6, display: name, raw: name },
        {
          name: 'value',
          type: 'string',
          offset: 46 + index * 12,
          length: 6,
          display: index ? '0' : '/vs1/vol1',
          raw: '0',
        },
      ],
    })),
  };
  return row.kind === 'reply' ? [error] : [device, mode, env];
}

function part(row: Row): DetailPart {
  const size = payloadSize(row);
  return {
    n: row.n,
    frame: row.n * 2,
    seconds: row.seconds,
    kind: row.kind,
    direction: row.direction,
    sequence: row.sequence,
    result: row.result,
    resultDoc: row.result?.failed ? 'somebody else has the device, or it is still loading' : undefined,
    summary: row.summary,
    size,
    fragments: size > 1000 ? [32768, 32768, size - 65536] : [size],
    missing: [],
    marks: [],
    problems: row.problem ? [{ text: row.problem, offset: 52, length: 12 }] : [],
    tree: [header(row), ...body(row)],
    bytes: payload(row, 0, Math.min(size, BYTES_PAGE)),
  };
}

export function detailOf(capture: SyntheticCapture, n: number): Detail {
  const row = capture.row(n);
  const rows = row.pair === undefined ? [row] : [row, capture.row(row.pair)].sort((a, b) => a.n - b.n);
  return {
    n,
    message: row.message,
    code: row.code,
    interface: row.interface,
    version: 4,
    connection: row.connection,
    doc:
      row.interface === 'extension'
        ? ''
        : 'Opens a tape drive for this connection, until it is closed or the connection ends.',
    latency: rows[1]?.latency,
    unanswered: row.unanswered,
    parts: rows.map(part),
  };
}

/** Only the file history array is long enough to be expanded later. */
export function expandEntries(from: number, count: number): FieldNode[] {
  return Array.from({ length: Math.max(0, Math.min(count, ENTRIES - from)) }, (_, index) => entry(from + index));
}

/** The path to the innermost field at a byte of a file history payload. */
export function pathAt(offset: number): number[] {
  if (offset < 64) return offset < 24 ? [0, offset >> 2] : [1];
  const within = (offset - 64) % ENTRY;
  return [1, Math.floor((offset - 64) / ENTRY), within < 100 ? 0 : within < 108 ? 1 : 2];
}
