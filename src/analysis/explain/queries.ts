import type { Analysis } from '../analysis';
import { reportMarkdown } from './markdown';
import type { JobReport } from './model';
import { explainJob } from './report';

/** What the view that explains a job asks. */
export interface ExplainQueries {
  explain: { ask: { job: number }; answer: { report: JobReport | undefined } };
  /** The same page as Markdown; `file` is what the capture is called on it. */
  explainMarkdown: { ask: { job: number; file: string }; answer: { markdown: string } };
}

export const explainHandlers = {
  explain: (analysis: Analysis, { job }: ExplainQueries['explain']['ask']) => ({ report: reportOf(analysis, job) }),
  explainMarkdown: (analysis: Analysis, { job, file }: ExplainQueries['explainMarkdown']['ask']) => {
    const report = reportOf(analysis, job);
    return { markdown: report === undefined ? '' : reportMarkdown(report, file) };
  },
};

/** The report of a job, made once; undefined when there is no such job. */
export function reportOf(analysis: Analysis, id: number): JobReport | undefined {
  const job = analysis.jobs.find((each) => each.id === id);
  return job && analysis.once(`report of job ${id}`, () => explainJob(analysis, job));
}
