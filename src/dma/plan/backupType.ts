import type { Job } from '../job/model';
import type { BackupType, ServerReport } from '../query/model';
import type { Decision } from './model';

const HISTORY = /^BACKUP_FH_(FILE|DIR)$|^BACKUP_FILE_HISTORY$/;

function typeOf({ backupTypes }: ServerReport, name: string): BackupType | undefined {
  return backupTypes.find((each) => each.name === name);
}

/** Whether a server tells attributes of a type; those of v2 say the opposite, what a type can not do. */
function attributesOf(data: ServerReport, type: string): readonly string[] | undefined {
  const attributes = data.version > 2 ? typeOf(data, type)?.attributes : undefined;
  return attributes !== undefined && attributes.length > 0 ? attributes : undefined;
}

/** Whether a type makes increments: as the server tells, and where it tells nothing only dump, whose nature that is. */
export function makesIncrements(data: ServerReport, type: string): boolean {
  return attributesOf(data, type)?.includes('BACKUP_INCREMENTAL') ?? type === 'dump';
}

/** Whether file history can give positions in the stream, for direct access at a restore. */
export function givesPositions(data: ServerReport, type: string): boolean {
  if (data.version === 2) return typeOf(data, type)?.attributes.includes('NO_BACKUP_FHINFO') === false;
  return attributesOf(data, type)?.includes('BACKUP_DIRECT') ?? false;
}

/** Whether the data server is asked for file history. */
export function historyDecision(job: Job, data: ServerReport): Decision & { wanted: boolean } {
  const about = 'file history';
  const own = job.environment.HIST;
  if (own !== undefined) {
    const wanted = !/^n/i.test(own);
    return { about, choice: wanted ? 'yes' : 'no', why: `The job sets HIST to ${own}.`, wanted };
  }
  if (!job.history) return { about, choice: 'no', why: 'The job does without.', wanted: false };
  const isTold = attributesOf(data, job.type)?.some((each) => HISTORY.test(each)) ?? true;
  const why = isTold
    ? 'The catalog gets every file, for restores of single ones.'
    : `Type ${job.type} does not say that it has any; it is asked for all the same.`;
  return { about, choice: 'yes', why, wanted: true };
}
