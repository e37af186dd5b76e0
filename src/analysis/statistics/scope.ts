import type { MessageIndex } from '../../session/messageIndex';
import type { Job, Span } from '../jobs/model';

export type RowTest = (row: number) => boolean;

/** Whether a row belongs to a job; every row does when there is none. */
export function rowsOfJob(index: MessageIndex, job: Job | undefined): RowTest {
  if (job === undefined) return () => true;
  const spans = spansByConnection(job);
  return (row) => {
    const found = spans[index.connection(row)];
    if (found === undefined) return false;
    for (const { fromRow, toRow } of found) if (row >= fromRow && row <= toRow) return true;
    return false;
  };
}

/** A job's messages without its file history, which may be millions of them. */
export interface JobRows {
  /** Requests, replies, notify and log posts, in order. */
  rows: number[];
  /** First and last row of all, file history included; -1 where there is none. */
  first: number;
  last: number;
}

const FILE_HISTORY = 7;

/** Walks once over the job's stretch of the index. */
export function jobRows(index: MessageIndex, job: Job): JobRows {
  const test = rowsOfJob(index, job);
  const end = Math.min(job.lastRow, index.count - 1);
  const rows: number[] = [];
  let first = -1;
  let last = -1;
  for (let row = Math.max(0, job.firstRow); row <= end; row++) {
    if (!test(row)) continue;
    if (first < 0) first = row;
    last = row;
    if (index.code(row) >>> 8 !== FILE_HISTORY) rows.push(row);
  }
  return { rows, first, last };
}

/** Spans by the number of their connection. */
function spansByConnection(job: Job): (Span[] | undefined)[] {
  const spans: (Span[] | undefined)[] = [];
  for (const span of job.spans) {
    const known = spans[span.connection];
    if (known) known.push(span);
    else spans[span.connection] = [span];
  }
  return spans;
}
