import { clip, errorName, escapeText, interfaceOf, isAnswered, messageName } from '../../protocol';
import { latencySeconds, nanosBetween } from '../../session/messageTimes';
import type { AnalysisSource } from '../analysis';
import { markText } from '../markText';
import { MessageView } from '../messageView';
import { Code } from './messageClass';
import type { SequenceLine } from './model';

/** The words of an exchange or a post; the rest of a line is its place. */
export type Words = Pick<SequenceLine, 'interface' | 'name' | 'facts' | 'result' | 'outcome' | 'latency'>;

/** Marks of a line that are shown, and characters of each. */
const MOST_MARKS = 3;
const MARK_LENGTH = 80;

/** Without the NDMP_ prefix. */
export function shortName(source: AnalysisSource, row: number): string {
  return messageName(source.index.code(row), source.index.version(row)).replace(/^NDMP_/, '');
}

/** One message, with its reply when it is a request that has one. */
export function wordsOf(source: AnalysisSource, row: number): Words {
  const { index } = source;
  const kind = index.kind(row);
  const view = new MessageView(source, row);
  const common = { interface: interfaceOf(index.code(row)), name: shortName(source, row), latency: undefined };
  if (kind === 'post') {
    const outcome = isBadNews(index.code(row), view.summary) ? 'failed' : 'ok';
    return { ...common, facts: withMarks(view.summary, view.marks), result: '', outcome };
  }
  if (kind === 'reply') return { ...common, facts: '', ...resultOf(source, row), name: `${common.name} (reply)` };
  const reply = index.pair(row);
  const result = reply < 0 ? missing(index.code(row)) : resultOf(source, reply);
  const marks = new Set([...view.marks, ...(reply < 0 ? [] : index.marks.of(reply))]);
  return { ...common, facts: withMarks(view.summary, [...marks]), ...result };
}

/** What a tap did with a message comes before what the message says. */
function withMarks(facts: string, marks: readonly string[]): string {
  const shown = marks.slice(0, MOST_MARKS).map((mark) => `[${clip(escapeText(markText(mark)), MARK_LENGTH)}]`);
  return [...shown, facts].filter((text) => text !== '').join(' ');
}

/** The good reasons of the two halts, as the first word of what they tell. */
const goodHalts: ReadonlyMap<number, string> = new Map([
  [Code.DATA_HALTED, 'SUCCESSFUL'],
  [Code.MOVER_HALTED, 'CONNECT_CLOSED'],
]);

/** An error in the server's log, a halt for any but the good reason, a pause because the medium is bad. */
function isBadNews(code: number, facts: string): boolean {
  if (code === Code.LOG_MESSAGE) return facts.startsWith('ERROR');
  if (code === Code.MOVER_PAUSED) return facts.startsWith('MEDIA_ERROR');
  const good = goodHalts.get(code);
  return good !== undefined && facts !== '' && !facts.startsWith(good);
}

function missing(code: number): Pick<Words, 'result' | 'outcome'> {
  return isAnswered(code) ? { result: 'no reply', outcome: 'missing' } : { result: '', outcome: 'ok' };
}

/** What a reply says: its error, else what its body tells, else `ok`. */
export function resultOf(source: AnalysisSource, reply: number): Pick<Words, 'result' | 'outcome' | 'latency'> {
  const error = errorText(source, reply);
  const latency = latencySeconds(source.index, reply);
  if (error !== '') return { result: error, outcome: 'failed', latency };
  const { summary } = new MessageView(source, reply);
  const failed = summary.startsWith('CHECK CONDITION');
  return { result: summary === '' ? 'ok' : summary, outcome: failed ? 'failed' : 'ok', latency };
}

/** `NOT_AUTHORIZED`, `header: NOT_SUPPORTED`; '' when all is well. */
export function errorText({ index }: AnalysisSource, row: number): string {
  const header = index.headerError(row);
  if (header !== 0) return `header: ${errorName(header)}`;
  const body = index.bodyError(row);
  return body > 0 ? errorName(body) : '';
}

/** Seconds from one row to a later one; undefined where the clock went back. */
export function secondsBetween({ index }: AnalysisSource, from: number, to: number): number | undefined {
  const nanos = nanosBetween(index, from, to);
  return nanos < 0 ? undefined : nanos / 1e9;
}
