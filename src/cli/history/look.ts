import type { Job } from '../../analysis/jobs/model';
import type { JsonObject } from '../../protocol';
import { jsonLine } from '../output/jsonl';
import type { Style } from '../terminal/style';

export type HistoryFormat = 'tree' | 'csv' | 'json' | 'jsonl';

/** How things are shown, and where remarks go. */
export interface Look {
  style: Style;
  /** Columns of the terminal; undefined: nothing is cut. */
  width: number | undefined;
  /** Tells something on standard error. */
  warn(text: string): void;
}

/** The heading of a job: its number and title, which is escaped already. */
export function jobHeading({ id, title }: Job, { heading }: Style): string {
  return heading(`Job ${id + 1}: ${title}`);
}

/** A JSON document of many jobs, piece by piece, so that none of it has to be in memory as a whole. */
export function* jsonDocument(
  file: string,
  jobs: readonly Job[],
  ofJob: (job: Job) => Iterable<string>,
): Iterable<string> {
  yield `{"file":${jsonLine(file)},"jobs":[`;
  for (const [i, job] of jobs.entries()) {
    const { id, operation, title } = job;
    const head: JsonObject = { job: id + 1, operation, title };
    yield `${i === 0 ? '' : ','}${jsonLine(head).slice(0, -1)}`;
    yield* ofJob(job);
    yield '}';
  }
  yield ']}';
}

/** The elements of a JSON array, a line each. */
export function* jsonArray(elements: Iterable<JsonObject>): Iterable<string> {
  let isFirst = true;
  for (const element of elements) {
    yield `${isFirst ? '' : ','}${jsonLine(element)}`;
    isFirst = false;
  }
}
