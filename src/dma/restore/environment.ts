import { isSecretVariable, SECRET_MASK } from '../../protocol/secretVariables';
import type { Variable } from '../query/model';

export interface EnvironmentOrder {
  /** What DATA_GET_ENV said at the end of the backup. */
  saved: readonly Variable[];
  type: string;
  /** Where the files go: a directory in place of the backup's root. */
  target: string;
  direct: boolean;
  /** Whether a directory of the list stands for all below it. */
  recursive: boolean;
  /** The whole set is restored, not names of it. */
  whole: boolean;
  /** Asked for by the user; wins over everything. */
  more: Readonly<Record<string, string>>;
}

/**
 * The environment of DATA_START_RECOVER: all that the backup returned, and what the recovery adds (protocol facts 9.2).
 * FILESYSTEM stays what it was, PREFIX says where the files go now. File history is not wanted again.
 */
export function recoverEnvironment(order: EnvironmentOrder): Variable[] {
  const { saved, type, target, direct, recursive, whole, more } = order;
  const own: Record<string, string> = {
    PREFIX: target,
    HIST: 'n',
    DIRECT: direct ? 'y' : 'n',
    RECURSIVE: recursive ? 'y' : 'n',
  };
  // a dump restored as a whole rebuilds the tree of its time, and so removes what increments say is gone
  if (type === 'dump') own.EXTRACT = whole ? 'n' : 'y';
  const set = { ...own, ...more };
  const kept = saved.filter((each) => !(each.name in set) && !isMasked(each));
  const missing = kept.some(({ name }) => name === 'TYPE') || 'TYPE' in set ? [] : [{ name: 'TYPE', value: type }];
  return [...kept, ...missing, ...Object.entries(set).map(([name, value]) => ({ name, value }))];
}

/** A secret of the backup, whose value is kept nowhere: the user gives it again, or it is not sent. */
function isMasked({ name, value }: Variable): boolean {
  return value === SECRET_MASK && isSecretVariable(name);
}
