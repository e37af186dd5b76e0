import { InvalidArgumentError, Option } from 'commander';
import type { Job } from '../analysis/jobs/model';
import { UsageError } from './failure';
import { counted } from './terminal/text';

/** `--job N`: a job by its number in `ndmp sessions`, from 1. */
export function jobOption(meaning = 'only this job'): Option {
  return new Option('--job <number>', `${meaning}, numbered from 1 as in "ndmp sessions"`).argParser(
    (value: string) => {
      if (!/^\d{1,9}$/.test(value) || Number(value) < 1)
        throw new InvalidArgumentError('Jobs are numbered from 1; "ndmp sessions FILE" lists them.');
      return Number(value);
    },
  );
}

/** The jobs asked for: the one of that number, or all. Throws a UsageError when there is no such job. */
export function chosenJobs(jobs: readonly Job[], number: number | undefined): Job[] {
  if (number === undefined) return [...jobs];
  const job = jobs[number - 1];
  if (job === undefined)
    throw new UsageError(`There is no job ${number}: the capture has ${counted(jobs.length, 'job')}.`);
  return [job];
}
