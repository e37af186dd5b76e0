import type { Analysis } from '../analysis';
import type { Job } from '../jobs/model';
import { timeBreakdown } from './breakdown';
import { countMessages } from './messages';
import type { MessageStatistics, Progress, Series, TimeBreakdown } from './model';
import { progressOf } from './progress';
import { controlRates, dataRate, type TimeRange } from './rates';
import { rowsOfJob } from './scope';

/** What the statistics view asks. Times are seconds since the capture's first message; without a job, the whole capture. */
export interface StatisticsQueries {
  messageStatistics: { ask: { job?: number; range?: TimeRange }; answer: MessageStatistics };
  rates: { ask: { job?: number; range: TimeRange; buckets: number }; answer: RatesAnswer };
  timeBreakdown: { ask: { job: number }; answer: { breakdown: TimeBreakdown | undefined } };
}

export interface RatesAnswer {
  control: Series[];
  /** Of the job, or of all jobs whose data connection is in the capture, at most 16. */
  data: Series[];
  /** Of the job alone. */
  progress: Progress[];
}

const MAX_DATA_SERIES = 16;

export const statisticsHandlers = {
  messageStatistics: (analysis: Analysis, { job, range }: StatisticsQueries['messageStatistics']['ask']) =>
    countMessages(analysis.source, rowsOfJob(analysis.source.index, jobNumber(analysis, job)), range),
  rates: (analysis: Analysis, { job, range, buckets }: StatisticsQueries['rates']['ask']): RatesAnswer => {
    const { source } = analysis;
    const one = jobNumber(analysis, job);
    const data = (one === undefined ? analysis.jobs : [one])
      .map((each) => dataRate(source, each))
      .filter((series) => series !== undefined)
      .slice(0, MAX_DATA_SERIES);
    return {
      control: controlRates(source, one, range, buckets),
      data,
      progress: one === undefined ? [] : progressOf(source, one),
    };
  },
  timeBreakdown: (analysis: Analysis, { job }: StatisticsQueries['timeBreakdown']['ask']) => ({
    breakdown: breakdownOf(analysis, job),
  }),
};

/** Where the time of a job went, made once; undefined when there is no such job. */
export function breakdownOf(analysis: Analysis, id: number): TimeBreakdown | undefined {
  const job = jobNumber(analysis, id);
  return job && analysis.once(`time breakdown of job ${id}`, () => timeBreakdown(analysis.source, job));
}

function jobNumber({ jobs }: Analysis, id: number | undefined): Job | undefined {
  return id === undefined ? undefined : jobs.find((job) => job.id === id);
}
