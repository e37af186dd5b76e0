import { HEADER_LENGTH, errorDoc, errorName, isAnswered } from '../../../protocol';
import { counted, isFlood, shortName, type FindingContext } from '../context';
import { mayFollowGap } from '../../states';
import type { RuleGroup } from '../group';
import type { Rule } from '../model';

const HEADER = 'NDMPv4 draft, message header (section 2.2.1)';

const noReply: Rule = {
  id: 'missing-reply',
  name: 'Request without a reply',
  severity: 'error',
  doc: 'Every request but CONNECT_CLOSE has exactly one reply. A server that does not know a request has to answer NOT_SUPPORTED; a DMA should not wait for ever for optional ones.',
  specification: 'NDMPv4 draft, requests and replies (section 2.2)',
};
const stray: Rule = {
  id: 'unmatched-reply',
  name: 'Reply that answers no request',
  severity: 'error',
  doc: 'The reply sequence has to be the sequence of the request, and the message code the same. A DMA that goes by the sequence waits for a reply that never comes.',
  specification: HEADER,
};
const direction: Rule = {
  id: 'wrong-sender',
  name: 'Message from the wrong side',
  severity: 'warning',
  doc: 'Requests come from the DMA, replies and posts from the server. The other side ignores such a message at best.',
  specification: 'NDMPv4 draft, requests, replies and posts (section 2.2)',
};
const sequence: Rule = {
  id: 'sequence-error',
  name: 'Sequence number out of order',
  severity: 'warning',
  doc: 'Each side counts its messages from 1, requests, replies and posts alike. Most programs do not check it; those that do answer SEQUENCE_NUM, and pairing replies becomes uncertain.',
  specification: HEADER,
};
const bodyAfterError: Rule = {
  id: 'header-error-with-body',
  name: 'Body after a header with an error',
  severity: 'warning',
  doc: 'A reply whose header reports an error ends with the header. A receiver may take what follows for a body or for the next message.',
  specification: HEADER,
};
const unknownError: Rule = {
  id: 'undefined-error',
  name: 'Error code that is not defined',
  severity: 'warning',
  doc: 'Neither the specification nor a known extension defines this error. Only the vendor of the server can tell what it means.',
  specification: 'NDMPv4 draft, error codes (section 2.3)',
};

/** A reply is taken for the one that is missing when it stands so near behind the request. */
const NEAR = 50;

/** Pairing and headers. */
export const messageGroup: RuleGroup = {
  title: 'Messages',
  rules: [noReply, stray, direction, sequence, bodyAfterError, unknownError],
  find(context) {
    for (const rows of context.rows) {
      pairing(context, rows);
      headers(context, rows);
    }
    sequences(context);
  },
};

function pairing(context: FindingContext, rows: readonly number[]): void {
  const { index } = context;
  if (rows.length === 0) return;
  const connection = index.connection(rows[0]);
  const { started, ended } = index.connections[connection];
  const whole = context.isWhole(connection);
  const waiting: number[] = [];
  const taken = new Set<number>();
  const strays: Stray[] = [];
  let firstRequest = -1;
  rows.forEach((row, at) => {
    const kind = index.kind(row);
    if (kind !== 'post' && index.fromServer(row) !== (kind === 'reply')) return;
    if (kind === 'request') {
      if (firstRequest < 0) firstRequest = row;
      if (index.pair(row) < 0 && isAnswered(index.code(row))) waiting.push(at);
      return;
    }
    if (kind !== 'reply' || index.pair(row) >= 0 || !whole) return;
    if (started === 'missing' && firstRequest < 0) return;
    const asked = meantFor(context, rows, waiting, taken, at);
    if (asked !== undefined) taken.add(asked);
    const before = rows.slice(Math.max(0, at - NEAR), at).find((each) => isSameReply(context, each, row)) ?? -1;
    const request = asked === undefined ? -1 : rows[asked];
    const text = answersNothing(context, row, request, before);
    if (text !== undefined) strays.push({ row, text, related: [request, before], twice: before >= 0 });
  });
  reportStrays(context, strays);
  if (!whole) return;
  const answeredLater = latestAnswered(context, rows);
  for (const at of waiting) {
    const row = rows[at];
    // the capture, or the connection, may have ended before the reply
    const wentOn = answeredLater[at] > row;
    if (taken.has(at) || context.explained.has(row) || (!wentOn && ended !== 'fin')) continue;
    context.explained.add(row);
    const then = wentOn ? 'though later requests were answered' : 'before the connection ended';
    context.add(noReply, { row }, `${context.name(row)} was never answered, ${then}.`);
  }
}

/** Behind each place, the last request that a reply behind it answers. */
function latestAnswered({ index }: FindingContext, rows: readonly number[]): Int32Array {
  const latest = new Int32Array(rows.length);
  let last = -1;
  for (let at = rows.length - 1; at >= 0; at--) {
    latest[at] = last;
    if (index.kind(rows[at]) === 'reply') last = Math.max(last, index.pair(rows[at]));
  }
  return latest;
}

/** The place of the waiting request that a reply without one was most likely meant for: of its kind and near, or of its sequence. */
function meantFor(
  { index }: FindingContext,
  rows: readonly number[],
  waiting: readonly number[],
  taken: ReadonlySet<number>,
  at: number,
): number | undefined {
  const row = rows[at];
  let alike: number | undefined;
  let numbered: number | undefined;
  for (let i = waiting.length - 1; i >= Math.max(0, waiting.length - NEAR); i--) {
    const before = waiting[i];
    if (taken.has(before)) continue;
    if (at - before <= NEAR && index.code(rows[before]) === index.code(row)) alike = before;
    if (index.sequence(rows[before]) === index.replySequence(row)) numbered = before;
  }
  return alike ?? numbered;
}

interface Stray {
  row: number;
  text: string;
  related: number[];
  /** It repeats another reply: a DMA drops it. */
  twice: boolean;
}

function reportStrays(context: FindingContext, strays: readonly Stray[]): void {
  if (strays.length === 0) return;
  const [{ row, text }] = strays;
  const more = strays.length > 1 ? ` ${strays.length} replies on this connection answer nothing.` : '';
  const related = strays.flatMap((each) => [each.row, ...each.related]);
  context.add(stray, { row }, text + more, related, strays.every(({ twice }) => twice) ? 'warning' : undefined);
}

function isSameReply({ index }: FindingContext, a: number, b: number): boolean {
  return (
    index.kind(a) === 'reply' &&
    index.pair(a) >= 0 &&
    index.code(a) === index.code(b) &&
    index.replySequence(a) === index.replySequence(b)
  );
}

/** One reply that answers nothing, in words. `request` is the one that it was meant for, -1 where there is none. */
function answersNothing(context: FindingContext, row: number, request: number, before: number): string | undefined {
  const { index } = context;
  context.explained.add(row);
  // a request whose own bytes are wrong explains what was answered
  if (context.explained.has(request)) return undefined;
  context.explained.add(request);
  const name = context.name(row);
  if (before >= 0) return `This reply (${name}) answers a request that message ${before + 1} has answered already.`;
  if (request < 0)
    return `This reply (${name}) answers sequence ${index.replySequence(row)}, which no open request has.`;
  return index.code(request) !== index.code(row)
    ? `${context.message(request)} was answered by a reply of another kind, ${name}.`
    : `The reply to ${name} names sequence ${index.replySequence(row)}, but the request (message ${request + 1}) has ${index.sequence(request)}.`;
}

function headers(context: FindingContext, rows: readonly number[]): void {
  const { index } = context;
  const wrongSide: number[] = [];
  const undefinedErrors = new Map<number, number[]>();
  for (const row of rows) {
    const kind = index.kind(row);
    if (index.fromServer(row) === (kind === 'request')) wrongSide.push(row);
    if (kind !== 'reply') continue;
    const headerError = index.headerError(row);
    if (headerError !== 0 && index.length(row) > HEADER_LENGTH) {
      const rest = index.length(row) - HEADER_LENGTH;
      const text = `The header of this reply (${context.name(row)}) reports ${errorName(headerError)}, yet ${counted(rest, 'byte')} follow.`;
      context.add(bodyAfterError, { row }, text, [index.pair(row)]);
      context.explained.add(row).add(index.pair(row));
    }
    const error = context.error(row);
    if (error === 0 || error >= 0x10000 || errorDoc(error) !== undefined || context.explained.has(row)) continue;
    context.explained.add(row).add(index.pair(row));
    const known = undefinedErrors.get(error);
    if (known) known.push(row);
    else undefinedErrors.set(error, [row]);
  }
  for (const [error, at] of undefinedErrors) {
    const often = at.length > 1 ? ` So ${at.length} times on this connection.` : '';
    const text = `${context.name(at[0])} was answered with ${errorName(error)}.${often}`;
    context.add(
      unknownError,
      { row: at[0] },
      text,
      at.flatMap((row) => [row, index.pair(row)]),
    );
  }
  if (wrongSide.length === 0) return;
  const [first] = wrongSide;
  const who = index.fromServer(first) ? 'The server' : 'The DMA';
  const text = `${who} sent ${counted(wrongSide.length, 'message')} that only the other side sends, first a ${index.kind(first)} of ${context.name(first)}.`;
  context.add(direction, { row: first }, text, wrongSide);
}

/** Gaps and repeats in the count of each direction; file history counts too, so all rows are looked at. */
function sequences(context: FindingContext): void {
  const { index } = context;
  const last = index.connections.map(() => [-1, -1]);
  const odd = new Map<number, { row: number; text: string; rows: number[] }>();
  for (let row = 0; row < index.count; row++) {
    const connection = index.connection(row);
    const side = index.fromServer(row) ? 1 : 0;
    const before = last[connection][side];
    const now = index.sequence(row);
    // behind a message that is broken in itself the count begins anew
    const broken = mayFollowGap(index, row) || (index.pair(row) < 0 && context.explained.has(row));
    last[connection][side] = broken ? -1 : now;
    if (broken) continue;
    if (before < 0 || now === (before + 1) >>> 0 || !context.isWhole(connection)) continue;
    // wraps, and counters that begin again at 0
    if (before >= 0xffffffff && now <= 1) continue;
    const key = connection * 2 + side;
    const known = odd.get(key);
    if (known) known.rows.push(row);
    else {
      const who = side === 1 ? 'the server' : 'the DMA';
      const name = shortName(index.code(row), index.version(row));
      odd.set(key, {
        row,
        text: `Messages of ${who}: sequence ${now} (${isFlood(index.code(row)) ? 'post ' : ''}${name}) follows ${before}.`,
        rows: [row],
      });
    }
  }
  for (const { row, text, rows } of odd.values()) {
    const more = rows.length > 1 ? ` The count is broken ${rows.length} times on this connection.` : '';
    context.add(sequence, { row }, text + more, rows);
  }
}
