import { errorName, interfaceOf, isAnswered, messageName } from '../../protocol';
import { relativeSeconds } from '../../session/messageTimes';
import type { AnalysisSource } from '../analysis';
import type { Job } from '../jobs/model';
import { MessageView } from '../messageView';
import { countText } from '../statistics/words';
import type { Step } from './model';

const MAX_STEPS = 160;
/** Of more than {@link MAX_STEPS} so many are kept at the end. */
const LAST_STEPS = 60;

/** Requests that ask how things are; they are no steps, unless they fail. */
const asking = new Set<number>([0x202, 0x302, 0x400, 0x404, 0xa00]);
const ways: Readonly<Record<string, string>> = {
  data: 'data server',
  mover: 'tape server',
  tape: 'tape server',
  scsi: 'changer',
};

/** What was asked and answered, in order: requests that change something, failures, and posts but logs and file history. */
export function stepsOf(source: AnalysisSource, job: Job, rows: readonly number[]): { steps: Step[]; dropped: number } {
  const head: Step[] = [];
  const tail: Step[] = [];
  let dropped = 0;
  let last: Step | undefined;
  for (const row of rows) {
    if (!isStep(source, row)) continue;
    const step = stepOf(source, job, row);
    if (last !== undefined && sameStep(last, step)) {
      last.times++;
      continue;
    }
    last = step;
    if (head.length < MAX_STEPS - LAST_STEPS) head.push(step);
    else {
      tail.push(step);
      if (tail.length > LAST_STEPS) {
        tail.shift();
        dropped++;
      }
    }
  }
  return { steps: [...head, ...tail], dropped };
}

function isStep({ index }: AnalysisSource, row: number): boolean {
  const kind = index.kind(row);
  const code = index.code(row);
  const family = interfaceOf(code);
  if (kind === 'post') return family === 'notify';
  if (kind !== 'request') return false;
  if (family === 'config' || asking.has(code)) return failed({ index }, index.pair(row)) && code !== 0x302;
  return true;
}

function failed({ index }: Pick<AnalysisSource, 'index'>, row: number): boolean {
  return row >= 0 && (index.headerError(row) !== 0 || index.bodyError(row) > 0);
}

function stepOf(source: AnalysisSource, job: Job, row: number): Step {
  const { index } = source;
  const code = index.code(row);
  const view = new MessageView(source, row);
  const replyRow = index.kind(row) === 'request' ? index.pair(row) : -1;
  const other = ways[interfaceOf(code)] ?? sideName(job, index.connection(row), code);
  return {
    row,
    replyRow,
    seconds: relativeSeconds(index, row),
    way: index.fromServer(row) ? `${other} to DMA` : `DMA to ${other}`,
    message: messageName(code, index.version(row)),
    text: view.summary,
    answer: index.kind(row) === 'post' || !isAnswered(code) ? '' : answerOf(source, replyRow),
    failed: failed(source, replyRow),
    times: 1,
  };
}

function answerOf(source: AnalysisSource, reply: number): string {
  if (reply < 0) return 'no reply';
  const { index } = source;
  if (index.headerError(reply) !== 0) return errorName(index.headerError(reply));
  if (index.bodyError(reply) > 0) return errorName(index.bodyError(reply));
  return new MessageView(source, reply).summary || 'done';
}

/** Which server a connection leads to in a job; posts of the notify interface tell it themselves. */
export function sideName(job: Job, connection: number, code = 0): string {
  if (code === 0x501 || code === 0x505) return 'data server';
  if (code === 0x503 || code === 0x504) return 'tape server';
  const { dataConnection, tapeConnection, changerConnection } = job;
  if (connection === dataConnection) return connection === tapeConnection ? 'server' : 'data server';
  if (connection === tapeConnection) return 'tape server';
  return connection === changerConnection ? 'changer' : `server of connection ${countText(connection + 1)}`;
}

function sameStep(a: Step, b: Step): boolean {
  return a.message === b.message && a.text === b.text && a.answer === b.answer && a.way === b.way;
}
