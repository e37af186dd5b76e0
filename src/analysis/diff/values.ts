import { clip, errorName, escapeText } from '../../protocol';
import type { MessageSource } from '../messageView';
import type { Leaves } from './leaves';
import { leavesOf } from './leaves';
import { isExpected, isSecret, isStatusField } from './expected';
import type { ValueDifference } from './model';
import type { Unit } from './units';

/** Differences of one step that are told; more are counted as one. */
const MAX_DIFFERENCES = 50;
const MAX_TEXT = 200;
const HIDDEN = '(not shown)';
const BODY = 24;

/** A session, and by what name its addresses go: `127.0.0.3` is the tape server of one job, `10.1.1.3` that of the other. */
export interface Side {
  source: MessageSource;
  names: ReadonlyMap<string, string>;
}

/** What two steps that are the same say differently. */
export function differencesOf(a: Side, unitA: Unit, b: Side, unitB: Unit): ValueDifference[] {
  const differences: ValueDifference[] = [];
  const isFolded = unitA.fold !== undefined;
  if (unitA.fold === 'history') return historyDifferences(a, unitA, b, unitB);
  const versions = [a.source.index.version(unitA.row), b.source.index.version(unitB.row)];
  if (versions[0] !== versions[1])
    differences.push({ path: 'version', a: `NDMPv${versions[0]}`, b: `NDMPv${versions[1]}`, expected: true });
  if (!isFolded) compare(differences, '', a, unitA.row, b, unitB.row, versions[0] === versions[1]);
  const replyA = isFolded ? lastReply(a, unitA) : unitA.reply;
  const replyB = isFolded ? lastReply(b, unitB) : unitB.reply;
  if (replyA < 0 !== replyB < 0)
    differences.push({ path: 'reply', a: replyText(a, replyA), b: replyText(b, replyB), expected: isFolded });
  else if (replyA >= 0) compareReplies(differences, a, replyA, b, replyB, versions[0] === versions[1], isFolded);
  return bounded(differences);
}

function compareReplies(
  differences: ValueDifference[],
  a: Side,
  replyA: number,
  b: Side,
  replyB: number,
  sameVersion: boolean,
  isFolded: boolean,
): void {
  const headerA = a.source.index.headerError(replyA);
  const headerB = b.source.index.headerError(replyB);
  if (headerA !== headerB)
    differences.push({ path: 'reply.header error', a: errorName(headerA), b: errorName(headerB), expected: false });
  if (headerA !== 0 || headerB !== 0) return;
  if (isFolded && a.source.index.code(replyA) !== b.source.index.code(replyB)) return;
  const found: ValueDifference[] = [];
  compare(found, 'reply.', a, replyA, b, replyB, sameVersion);
  for (const each of found)
    differences.push(isFolded && !isStatusField(each.path) ? { ...each, expected: true } : each);
}

function compare(
  differences: ValueDifference[],
  prefix: string,
  a: Side,
  rowA: number,
  b: Side,
  rowB: number,
  sameVersion: boolean,
): void {
  const left = leavesOf(a.source, rowA);
  const right = leavesOf(b.source, rowB);
  for (const path of new Set([...left.values.keys(), ...right.values.keys()])) {
    const valueA = named(a, path, left.values.get(path));
    const valueB = named(b, path, right.values.get(path));
    if (valueA === valueB || isUnknown(left, path, valueA) || isUnknown(right, path, valueB)) continue;
    // versions lay out bodies differently: a field that one of them has not got is no difference of meaning
    const isLayout = !sameVersion && (valueA === undefined || valueB === undefined);
    differences.push({
      path: `${prefix}${escapeText(path)}`,
      ...(isSecret(path) ? hidden(valueA, valueB) : { a: shown(valueA), b: shown(valueB) }),
      expected: isLayout || isExpected(path, valueA, valueB),
    });
    if (differences.length > 4 * MAX_DIFFERENCES) return;
  }
}

function isUnknown(leaves: Leaves, path: string, value: string | undefined): boolean {
  return value === undefined && leaves.isUntold(path);
}

/** An address by the part that its host plays, where it plays one. */
function named({ names }: Side, path: string, value: string | undefined): string | undefined {
  return value !== undefined && /ip_addr$|ipv6_addr$/.test(path) ? (names.get(value) ?? value) : value;
}

function shown(value: string | undefined): string | undefined {
  return value === undefined ? undefined : escapeText(clip(value, MAX_TEXT));
}

function hidden(a: string | undefined, b: string | undefined): { a: string | undefined; b: string | undefined } {
  return { a: a === undefined ? undefined : HIDDEN, b: b === undefined ? undefined : HIDDEN };
}

function replyText({ source }: Side, reply: number): string {
  return reply < 0 ? 'none' : errorName(source.index.headerError(reply));
}

function lastReply({ source }: Side, unit: Unit): number {
  for (let at = unit.rows.length - 1; at >= 0; at--) {
    const reply = source.index.pair(unit.rows[at]);
    if (reply >= 0) return reply;
  }
  return -1;
}

/** File history is compared by its number of entries: how they are batched into messages means nothing. */
function historyDifferences(a: Side, unitA: Unit, b: Side, unitB: Unit): ValueDifference[] {
  const left = entriesOf(a, unitA);
  const right = entriesOf(b, unitB);
  return [...new Set([...left.keys(), ...right.keys()])]
    .filter((kind) => left.get(kind) !== right.get(kind))
    .map((kind) => ({
      path: `entries of ${kind}`,
      a: String(left.get(kind) ?? 0),
      b: String(right.get(kind) ?? 0),
      expected: false,
    }));
}

const HISTORY_KINDS: Readonly<Record<number, string>> = {
  0x700: 'paths',
  0x701: 'directories',
  0x702: 'nodes',
  0x703: 'paths',
  0x704: 'directories',
  0x705: 'nodes',
};

/** The first word of each file history body is the number of its entries. */
function entriesOf({ source }: Side, unit: Unit): Map<string, number> {
  const entries = new Map<string, number>();
  for (const row of unit.rows) {
    const { payload, missing } = source.record(row);
    const kind = HISTORY_KINDS[source.index.code(row)] ?? 'history';
    const isKnown = payload.length >= BODY + 4 && missing.every(({ offset }) => offset >= BODY + 4);
    const count = isKnown ? new DataView(payload.buffer, payload.byteOffset, payload.length).getUint32(BODY) : 0;
    entries.set(kind, (entries.get(kind) ?? 0) + Math.min(count, payload.length));
  }
  return entries;
}

function bounded(differences: ValueDifference[]): ValueDifference[] {
  if (differences.length <= MAX_DIFFERENCES) return differences;
  const rest = differences.length - MAX_DIFFERENCES + 1;
  const isExpectedRest = differences.slice(MAX_DIFFERENCES - 1).every(({ expected }) => expected);
  return [
    ...differences.slice(0, MAX_DIFFERENCES - 1),
    { path: `and ${rest} more fields`, a: '…', b: '…', expected: isExpectedRest },
  ];
}
