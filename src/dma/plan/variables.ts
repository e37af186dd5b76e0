import type { Job, Source } from '../job/model';
import type { ServerReport, Variable } from '../query/model';
import { givesPositions, makesIncrements } from './backupType';
import type { LevelChoice } from './level';

/** What a variable is set to; the last one of a name holds. */
export function variableOf(environment: readonly Variable[], name: string): string | undefined {
  return environment.findLast((each) => each.name === name)?.value;
}

/** EXCLUDE for a source: what the job says, else the patterns, a comma in one of them with a backslash before it. */
export function excludeOf(job: Job, source: Source): string | undefined {
  if (job.environment.EXCLUDE !== undefined) return job.environment.EXCLUDE;
  if (source.exclude.length === 0) return undefined;
  return source.exclude.map((pattern) => pattern.replaceAll(',', '\\,')).join(',');
}

/**
 * The environment of DATA_START_BACKUP (protocol facts 9.2). HIST is y and never f or d, which some servers take for no;
 * PATHNAME_SEPARATOR is the server's to set. What the job says wins over all of it.
 */
export function environmentOf(
  job: Job,
  source: Source,
  data: ServerReport,
  choice: LevelChoice,
  history: boolean,
): Variable[] {
  const exclude = excludeOf(job, source);
  const made: Variable[] = [
    { name: 'FILESYSTEM', value: source.path },
    { name: 'TYPE', value: job.type },
    { name: 'HIST', value: history ? 'y' : 'n' },
    ...(history && givesPositions(data, job.type) ? [{ name: 'DIRECT', value: 'y' }] : []),
    ...(makesIncrements(data, job.type) ? incremental(job, choice) : []),
    ...(exclude === undefined ? [] : [{ name: 'EXCLUDE', value: exclude }]),
  ];
  const own = Object.entries(job.environment).map(([name, value]) => ({ name, value }));
  return [...made.filter(({ name }) => !Object.hasOwn(job.environment, name)), ...own];
}

function incremental({ policy }: Job, { level, base }: LevelChoice): Variable[] {
  if (policy.incremental === 'level')
    return [
      { name: 'LEVEL', value: String(level) },
      { name: 'UPDATE', value: 'y' },
    ];
  const date = base && variableOf(base.environment, 'DUMP_DATE');
  if (date === undefined)
    return [
      { name: 'LEVEL', value: '0' },
      { name: 'BASE_DATE', value: '0' },
    ];
  return [{ name: 'BASE_DATE', value: date }];
}
