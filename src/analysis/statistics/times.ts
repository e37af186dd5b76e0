import { messageName } from '../../protocol';
import type { MessageIndex } from '../../session/messageIndex';
import { relativeSeconds } from '../../session/messageTimes';
import type { AnalysisSource } from '../analysis';
import { ofSpans } from '../grouped';
import type { Job } from '../jobs/model';
import { jobRows, type JobRows } from './scope';

/** Seconds since the capture's first message of a moment in seconds since 1970. */
export function relativeTime(index: MessageIndex, seconds: number): number {
  return seconds - index.startSeconds - index.startNanos / 1e9;
}

/** `DATA_GET_STATE`: a message's name without the prefix that all have. */
export function shortName(index: MessageIndex, row: number): string {
  return messageName(index.code(row), index.version(row)).replace(/^NDMP_/, '');
}

/** What a job's time is told from. Times are seconds since the capture's first message. */
export interface JobTime {
  source: AnalysisSource;
  job: Job;
  /** Its rows in order, without file history. */
  rows: number[];
  from: number;
  to: number;
  /** From the reply that starts the data operation to its end; undefined when no data operation ran. */
  transfer: { from: number; to: number; startRow: number; endRow: number } | undefined;
  at: (row: number) => number;
}

/** Rows and bounds of a job; packets of its connections before and after its messages belong to it. */
export function jobTime(source: AnalysisSource, job: Job, own: JobRows = jobRows(source.index, job)): JobTime {
  const { index } = source;
  const { rows, first, last: end } = own;
  const at = (row: number): number => relativeSeconds(index, row);
  let from = Infinity;
  let to = -Infinity;
  for (const row of first < 0 ? rows : [first, ...rows, end]) {
    from = Math.min(from, at(row));
    to = Math.max(to, at(row));
  }
  for (const flow of ofSpans(source.info.flows, job.spans)) {
    const span = job.spans.find(({ connection }) => connection === flow.connection);
    const facts = span && index.connections[span.connection];
    if (span !== undefined && facts?.firstRow === span.fromRow) from = Math.min(from, relativeTime(index, flow.from));
  }
  const last = endOfPackets(source, job);
  if (last !== undefined) to = Math.max(to, last);
  if (first < 0) from = to = 0;
  return { source, job, rows, from, to, at, transfer: transferOf(source, job, from, to, at) };
}

/** Moment of the last packet of the data connection of a job whose end no message tells. */
function endOfPackets({ index, info }: AnalysisSource, job: Job): number | undefined {
  const flow = job.link?.flow === undefined ? undefined : info.flows[job.link.flow];
  return flow === undefined || job.endRow >= 0 ? undefined : relativeTime(index, flow.to);
}

function transferOf(
  { index }: AnalysisSource,
  job: Job,
  from: number,
  to: number,
  at: (row: number) => number,
): JobTime['transfer'] {
  const { startRow, endRow, operation } = job;
  if (operation === 'session' || job.outcome === 'refused' || (startRow < 0 && endRow < 0)) return undefined;
  const reply = startRow < 0 ? -1 : index.pair(startRow);
  if (reply >= 0 && (index.headerError(reply) !== 0 || index.bodyError(reply) > 0)) return undefined;
  const began = reply >= 0 ? at(reply) : startRow >= 0 ? at(startRow) : from;
  const ended = endRow >= 0 ? at(endRow) : to;
  return ended > began ? { from: began, to: ended, startRow, endRow } : undefined;
}
