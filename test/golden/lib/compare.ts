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
  assert.deepEqual(ours.map(ourLine), expected);
}

/** Compares our rows with the records of an independent decode: per connection, the client's first, then the server's. */
export function assertTruth(
  ours: readonly OurRow[],
  truth: readonly TruthRow[],
  shape: (row: OurRow) => [number, number],
): void {
  const expected = truth.map((row) => {
    const numbersOfRow = numbers({ ...row, type: kindOf(row) });
    return `${row.connection} ${row.sourcePort}>${row.destinationPort} ${numbersOfRow} ${row.bytes} bytes in ${row.fragments}`;
  });
  const connections = [...new Set(ours.map((row) => row.connection))];
  const known = [...new Set(truth.map((row) => row.connection))];
  const lines = connections.flatMap((connection, at) => {
    const rows = ours.filter((row) => row.connection === connection);
    const ordered = [...rows.filter((row) => !row.fromServer), ...rows.filter((row) => row.fromServer)];
    return ordered.map((row) => {
      const [bytes, fragments] = shape(row);
      const ports = `${portOf(row.src)}>${portOf(row.dst)}`;
      return `${known[at] ?? '?'} ${ports} ${numbers({ ...row, type: row.kind })} ${bytes} bytes in ${fragments}`;
    });
  });
  assert.deepEqual(lines, expected);
}

function portOf(end: string): string {
  return end.slice(end.lastIndexOf(':') + 1);
}

/** For each reply the row of its request, by sequence number within the connection; for each request the row of its reply. */
export function pairsOf(rows: readonly OurRow[]): Map<number, number> {
  const pairs = new Map<number, number>();
  const waiting = new Map<string, OurRow>();
  for (const row of rows) {
    const key = `${row.connection} ${row.kind === 'reply' ? row.replySequence : row.sequence}`;
    if (row.kind === 'request') {
      waiting.set(key, row);
    } else if (row.kind === 'reply') {
      const request = waiting.get(key);
      if (request && request.code === row.code) {
        pairs.set(row.row, request.row);
        pairs.set(request.row, row.row);
        waiting.delete(key);
      }
    }
  }
  return pairs;
}
