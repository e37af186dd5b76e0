import { leavesOf } from '../diff/leaves';
import type { MessageSource } from '../messageView';
import { isExpected } from '../diff/expected';
import type { Connection } from '../../session/messageIndex';
import { aheadOf, quantile } from './clock';
import type { ConnectionRows } from './matchRows';
import type { ConnectionPair } from './model';

/** Rows and bodies of a connection that are compared to tell whether it is the same one. */
const MAX_ROWS = 300;
const MAX_BODIES = 12;
/** So much of the shorter one must be in the other. */
const LEAST_SHARE = 0.6;
/** Of very many connections only those that come at about the same place are tried. */
const MAX_PAIRS = 20_000;
const NEIGHBOURS = 40;

/** Two connections that may be the same one. */
export interface Candidate {
  a: number;
  b: number;
  how: ConnectionPair['how'];
  score: number;
  /** Seconds that B's clock would be ahead. */
  ahead: number;
}

/** All pairs of connections that may be the same one, with how much speaks for it. */
export function candidatesOf(
  a: MessageSource,
  rowsA: readonly ConnectionRows[],
  b: MessageSource,
  rowsB: readonly ConnectionRows[],
): Candidate[] {
  const isLarge = rowsA.length * rowsB.length > MAX_PAIRS;
  const candidates: Candidate[] = [];
  for (let one = 0; one < rowsA.length; one++) {
    const around = Math.round((one * rowsB.length) / rowsA.length);
    const from = isLarge ? Math.max(0, around - NEIGHBOURS) : 0;
    const to = isLarge ? Math.min(rowsB.length, around + NEIGHBOURS) : rowsB.length;
    for (let other = from; other < to; other++) {
      const candidate = candidateOf(a, rowsA[one], one, b, rowsB[other], other);
      if (candidate !== undefined) candidates.push(candidate);
    }
  }
  return candidates;
}

function candidateOf(
  a: MessageSource,
  rowsA: ConnectionRows,
  one: number,
  b: MessageSource,
  rowsB: ConnectionRows,
  other: number,
): Candidate | undefined {
  const samePorts = haveSamePorts(a.index.connections[one], b.index.connections[other]);
  if (samePorts === false || mayNotBe(a.index.connections[one], b.index.connections[other])) return undefined;
  const sample = rowsA.rows.slice(0, MAX_ROWS);
  const pairs = sample.map((row) => [row, rowsB.find(a.index, row)] as const).filter(([, found]) => found >= 0);
  const most = Math.min(sample.length, rowsB.rows.length);
  if (pairs.length === 0 || (samePorts !== true && pairs.length < LEAST_SHARE * most)) return undefined;
  const ahead = pairs.map(([left, right]) => aheadOf(a.index, left, b.index, right)).sort((x, y) => x - y);
  const bodies = samePorts === true ? 0 : agreement(a, b, pairs);
  if (bodies < 0) return undefined;
  return {
    a: one,
    b: other,
    how: samePorts === true ? 'addresses and ports' : 'messages',
    score: pairs.length + bodies + (samePorts === true ? 1e6 : 0),
    ahead: quantile(ahead, 0.5),
  };
}

/** Undefined: one of them does not tell its ports. */
function haveSamePorts(a: Connection, b: Connection): boolean | undefined {
  if (a.client.port === 0 || b.client.port === 0) return undefined;
  return (
    a.client.port === b.client.port &&
    a.server.port === b.server.port &&
    a.client.address === b.client.address &&
    a.server.address === b.server.address
  );
}

/** Addresses that both tell and that are different ones. */
function mayNotBe(a: Connection, b: Connection): boolean {
  const isAddress = (text: string): boolean => /^[\d.]+$|:/.test(text);
  return (['client', 'server'] as const).some(
    (end) => isAddress(a[end].address) && isAddress(b[end].address) && a[end].address !== b[end].address,
  );
}

/** Values of requests that are the same on both sides, those that are not count against it; -1: too many are not. */
function agreement(a: MessageSource, b: MessageSource, pairs: readonly (readonly [number, number])[]): number {
  let same = 0;
  let different = 0;
  const requests = pairs.filter(([row]) => a.index.kind(row) === 'request' && a.index.length(row) > 24);
  for (const [left, right] of requests.slice(0, MAX_BODIES)) {
    const valuesA = leavesOf(a, left);
    const valuesB = leavesOf(b, right);
    for (const [path, value] of valuesA.values) {
      const found = valuesB.values.get(path);
      if (found === undefined) different += valuesB.isUntold(path) ? 0 : 1;
      else if (found === value) same++;
      else if (!isExpected(path, value, found) || path.endsWith('port')) different++;
    }
  }
  return different > same ? -1 : same - 3 * different;
}
