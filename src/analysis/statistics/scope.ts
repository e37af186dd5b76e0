import type { MessageIndex } from '../../session/messageIndex';
import type { Job } from '../jobs/model';

export type RowTest = (row: number) => boolean;

/** Whether a row belongs to a job; every row does when there is none. */
export function rowsOfJob(index: MessageIndex, job: Job | undefined): RowTest {
  if (job === undefined) return () => true;
  const spans = spansByConnection(job);
  return (row) => {
    const found = spans.get(index.connection(row));
    return found !== undefined && found.some(({ fromRow, toRow }) => row >= fromRow && row <= toRow);
  };
}

/** The rows of a job in order. Walks only over its stretch of the index. */
export function* jobRows(index: MessageIndex, job: Job): Generator<number> {
  const test = rowsOfJob(index, job);
  const last = Math.min(job.lastRow, index.count - 1);
  for (let row = Math.max(0, job.firstRow); row <= last; row++) if (test(row)) yield row;
}

function spansByConnection(job: Job): Map<number, Job['spans']> {
  const spans = new Map<number, Job['spans']>();
  for (const span of job.spans) {
    const known = spans.get(span.connection);
    if (known) known.push(span);
    else spans.set(span.connection, [span]);
  }
  return spans;
}
