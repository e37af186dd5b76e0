import assert from 'node:assert/strict';
import { isPost } from './facts';
import type { OurRow } from './ourRows';
import { ERROR_EXCEPTIONS } from './tsharkErrors';
import type { TruthRow, TsharkRow } from './tsharkRows';

/** What both decoders say about a message, as one line of text that reads well in a difference. */
export function ourLine(row: OurRow): string {
  return line({ ...row, type: row.kind }, row.bodyError);
}

/** tshark's row as ours should be: the kind 'post' told apart, and the body's error put right where tshark has it wrong. */
export function tsharkLine(row: TsharkRow, bodyError: number | undefined): string {
  return line({ ...row, type: kindOf(row) }, bodyError);
}

export function kindOf(row: { type: 'request' | 'reply'; code: number }): string {
  return row.type === 'request' && isPost(row.code) ? 'post' : row.type;
}

function line(
  row: { frame: number; time: string; src: string; dst: string; type: string } & Numbers,
  bodyError: number | undefined,
): string {
  const time = row.time.replace(/\.?0+$/, '');
  return `${row.frame} ${time} ${row.src} > ${row.dst} ${numbers(row)} body ${bodyError ?? '-'}`;
}

interface Numbers {
  type: string;
  code: number;
  sequence: number;
  replySequence: number;
  headerError: number;
}

function numbers(row: Numbers): string {
  return `${row.type} 0x${row.code.toString(16)} ${row.sequence}/${row.replySequence} error ${row.headerError}`;
}

/**
 * Compares our rows with tshark's, in order. `bodies: false` leaves the body's error out, for messages whose bodies are
 * damaged.
 */
export function assertSameRows(
  ours: readonly OurRow[],
  theirs: readonly TsharkRow[],
  payload: (row: OurRow) => Uint8Array,
  used: Set<string> = new Set(),
): void {
  const expected = theirs.map((row, at) => {
    const mine = ours[at];
    const same = mine !== undefined && mine.code === row.code && mine.sequence === row.sequence;
    const exception = same ? ERROR_EXCEPTIONS.find((each) => each.applies(mine)) : undefined;
    if (exception) used.add(exception.what);
    return tsharkLine(row, exception ? exception.right(payload(mine)) : row.bodyError);
  });
  assertSameLines(ours.map(ourLine), expected);
}

/** What an edit changed besides the packets, so that the record of the original does not say it. */
export interface Edited {
  /** All client ports were rewritten to this one. */
  clientPort?: number;
  /** Records were split into fragments that the original does not have. */
  fragments?: boolean;
}

/** Compares our rows with the records of an independent decode: per connection, the client's first, then the server's. */
export function assertTruth(
  ours: readonly OurRow[],
  truth: readonly TruthRow[],
  shape: (row: OurRow) => [bytes: number, fragments: number],
  edited: Edited = {},
): void {
  const shapeText = (bytes: number, fragments: number) =>
    edited.fragments ? `${bytes} bytes in ${fragments > 1 ? 'several' : 'one'}` : `${bytes} bytes in ${fragments}`;
  const expected = truth.map((row) => {
    const port = (each: number) => (edited.clientPort !== undefined && each !== SERVER_PORT ? edited.clientPort : each);
    const ports = `${port(row.sourcePort)}>${port(row.destinationPort)}`;
    const fragments = edited.fragments ? Infinity : row.fragments;
    return `${row.connection} ${ports} ${numbers({ ...row, type: kindOf(row) })} ${shapeText(row.bytes, fragments)}`;
  });
  const connections = [...new Set(ours.map((row) => row.connection))];
  const known = [...new Set(truth.map((row) => row.connection))];
  const lines = connections.flatMap((connection, at) => {
    const rows = ours.filter((row) => row.connection === connection);
    const ordered = [...rows.filter((row) => !row.fromServer), ...rows.filter((row) => row.fromServer)];
    return ordered.map((row) => {
      const ports = `${portOf(row.src)}>${portOf(row.dst)}`;
      return `${known[at] ?? '?'} ${ports} ${numbers({ ...row, type: row.kind })} ${shapeText(...shape(row))}`;
    });
  });
  assertSameLines(lines, expected);
}

const SERVER_PORT = 10_000;

function portOf(end: string): string {
  return end.slice(end.lastIndexOf(':') + 1);
}

/**
 * For each reply the row of its request, by sequence number within the connection; for each request the row of its reply.
 * Captures whose packets are out of order may have the reply first. Where a server answers twice, the first reply counts
 * (the server of ndmpd-threeway-v4 does so in frames 41 and 42).
 */
export function pairsOf(rows: readonly OurRow[]): Map<number, number> {
  const requests = new Map<string, OurRow>();
  for (const row of rows) if (row.kind === 'request') requests.set(`${row.connection} ${row.sequence}`, row);
  const pairs = new Map<number, number>();
  for (const row of rows) {
    const request = row.kind === 'reply' ? requests.get(`${row.connection} ${row.replySequence}`) : undefined;
    if (request?.code === row.code && !pairs.has(request.row)) {
      pairs.set(row.row, request.row);
      pairs.set(request.row, row.row);
    }
  }
  return pairs;
}

/** Like deepEqual on lists of lines, with a message that shows only where they part. */
export function assertSameLines(actual: readonly string[], expected: readonly string[], what = 'lines'): void {
  const missing = notIn(expected, actual);
  const extra = notIn(actual, expected);
  if (missing.length > 0 || extra.length > 0) {
    const first = (list: readonly string[], sign: string) => list.slice(0, 8).map((each) => `${sign} ${each}`);
    const text = [...first(missing, '-'), ...first(extra, '+')].join('\n');
    assert.fail(`${what}: ${missing.length} of ${expected.length} missing (-), ${extra.length} too many (+)\n${text}`);
  }
  assert.deepEqual(actual, expected, 'the same lines in another order');
}

/** Items of `list` that `other` does not have as often. */
function notIn(list: readonly string[], other: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const each of other) left.set(each, (left.get(each) ?? 0) + 1);
  return list.filter((each) => {
    const count = left.get(each) ?? 0;
    if (count > 0) left.set(each, count - 1);
    return count === 0;
  });
}
