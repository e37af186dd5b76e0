import type { Job } from '../analysis/jobs/model';

/**
 * Tells the job of a row. Rows are asked for in ascending order, so that a capture of any number of jobs is gone through
 * once.
 */
export class JobOfRow {
  private readonly spans = new Map<number, { from: number; to: number; job: number }[]>();
  private readonly places = new Map<number, number>();

  constructor(jobs: readonly Job[]) {
    for (const { id, spans } of jobs) {
      for (const { connection, fromRow, toRow } of spans) {
        const list = this.spans.get(connection) ?? [];
        list.push({ from: fromRow, to: toRow, job: id });
        this.spans.set(connection, list);
      }
    }
    for (const list of this.spans.values()) list.sort((a, b) => a.from - b.from);
  }

  /** @returns the job's number from 0, -1 when the row belongs to none */
  jobOf(connection: number, row: number): number {
    const list = this.spans.get(connection);
    if (list === undefined) return -1;
    let place = this.places.get(connection) ?? 0;
    while (place < list.length && list[place].to < row) place++;
    this.places.set(connection, place);
    const span = list[place];
    return span !== undefined && span.from <= row ? span.job : -1;
  }
}
