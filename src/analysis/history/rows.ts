import type { AnalysisSource } from '../analysis';
import type { Job } from '../jobs/model';
import { isHistoryCode } from './historyEntry';

/** The file history messages of one job: rows of some connections between two rows. */
export interface HistoryRows {
  /** Of {@link Job.id}. */
  job: number;
  /** How many messages there are. */
  count: number;
  firstRow: number;
  lastRow: number;
}

interface SpanOfJob {
  fromRow: number;
  toRow: number;
  job: number;
}

/** Tells the job to which a row of a connection belongs. */
export class JobOfRow {
  private readonly spans = new Map<number, SpanOfJob[]>();
  /** The span in which the last row of each connection was. */
  private readonly latest = new Map<number, SpanOfJob>();

  constructor(jobs: readonly Job[]) {
    for (const { id, spans } of jobs)
      for (const { connection, fromRow, toRow } of spans) {
        const list = this.spans.get(connection) ?? [];
        list.push({ fromRow, toRow, job: id });
        this.spans.set(connection, list);
      }
    for (const list of this.spans.values()) list.sort((a, b) => a.fromRow - b.fromRow);
  }

  /** The job, -1 where the row is in none. */
  find(connection: number, row: number): number {
    const latest = this.latest.get(connection);
    if (latest !== undefined && row >= latest.fromRow && row <= latest.toRow) return latest.job;
    const list = this.spans.get(connection) ?? [];
    let low = 0;
    let high = list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (list[middle].fromRow <= row) low = middle + 1;
      else high = middle;
    }
    const found = low === 0 ? undefined : list[low - 1];
    if (found === undefined || row > found.toRow) return -1;
    this.latest.set(connection, found);
    return found.job;
  }
}

/** Which jobs have file history, from one walk over the index without reading a body. */
export function findHistoryRows({ index }: AnalysisSource, jobs: readonly Job[]): HistoryRows[] {
  const of = new JobOfRow(jobs);
  const found = new Map<number, HistoryRows>();
  for (let row = 0; row < index.count; row++) {
    if (!isHistoryCode(index.code(row)) || index.kind(row) !== 'post') continue;
    const job = of.find(index.connection(row), row);
    const known = found.get(job);
    if (known === undefined) found.set(job, { job, count: 1, firstRow: row, lastRow: row });
    else {
      known.count++;
      known.lastRow = row;
    }
  }
  return [...found.values()].filter(({ job }) => job >= 0).sort((a, b) => a.job - b.job);
}
