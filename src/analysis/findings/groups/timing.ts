import { latencySeconds } from '../../../session/messageTimes';
import { duration, type FindingContext } from '../context';
import type { RuleGroup } from '../group';
import type { Rule } from '../model';

const slow: Rule = {
  id: 'slow-reply',
  name: 'Slow reply',
  severity: 'warning',
  doc: 'The reply took much longer than requests of this kind need. What a server only looks up takes milliseconds; a drive or a changer that moves may take minutes. Look at the load of the server, its log, and name resolution.',
  specification: 'None: the protocol sets no times',
};

/** Seconds from which on a reply is slow, by the upper byte of the code; devices move tapes and arms. */
const LIMITS: Readonly<Record<number, number>> = { 1: 10, 2: 300, 3: 180, 4: 10, 9: 10, 10: 10 };
/** Requests that wait for more than the server itself. */
const PATIENT: Readonly<Record<number, number>> = {
  0x401: 60,
  0x402: 60,
  0x40a: 60,
  0x40b: 60,
  0xa02: 180,
  0xa07: 180,
  0xa09: 60,
  0x303: 600,
};
const EXTENSION_LIMIT = 60;

/** Replies that take their time. */
export const timingGroup: RuleGroup = {
  title: 'Times',
  rules: [slow],
  find(context) {
    for (const rows of context.rows) ofConnection(context, rows);
  },
};

function ofConnection(context: FindingContext, rows: readonly number[]): void {
  const { index } = context;
  const found = new Map<number, { row: number; seconds: number; rows: number[] }>();
  for (const row of rows) {
    if (index.kind(row) !== 'reply') continue;
    const seconds = latencySeconds(index, row);
    if (seconds === undefined || seconds <= limitOf(index.code(row))) continue;
    const known = found.get(index.code(row));
    if (known === undefined) found.set(index.code(row), { row, seconds, rows: [row] });
    else {
      known.rows.push(row);
      if (seconds > known.seconds) Object.assign(known, { row, seconds });
    }
  }
  for (const [code, { row, seconds, rows: at }] of found) {
    const often = at.length > 1 ? ` ${at.length} replies to it on this connection were slow.` : '';
    const text = `The reply to ${context.name(row)} took ${duration(seconds)}; more than ${duration(limitOf(code))} is slow.${often}`;
    context.add(slow, { row }, text, [index.pair(row), ...at]);
  }
}

function limitOf(code: number): number {
  return PATIENT[code] ?? (code < 0x10000 ? LIMITS[code >>> 8] : EXTENSION_LIMIT) ?? EXTENSION_LIMIT;
}
