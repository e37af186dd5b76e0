import type { DiffItem, JobDiff, SessionDiff, ValueDifference } from '../../analysis/diff';
import type { ReplayCommandOptions } from './options';

/** What is made anew in a replay: the comparison says nothing by it. */
const RENEWED = /(^|\.)(auth_password|auth_digest|ip_addr|ipv6_addr)$/;

type Choices = Pick<ReplayCommandOptions, 'user' | 'replace'>;

/** The comparison of a session with its replay, without what has to be another in a replay. */
export function withoutRenewed(diff: SessionDiff, choices: Choices): SessionDiff {
  const jobs = diff.jobs.map((job) => jobWithout(job, choices));
  return { ...diff, jobs, same: diff.onlyA.length + diff.onlyB.length === 0 && jobs.every(({ same }) => same) };
}

function jobWithout(job: JobDiff, choices: Choices): JobDiff {
  const items = job.items.map((item) => itemWithout(item, choices));
  const settled = items.filter(({ kind }, at) => kind === 'same' && job.items[at].kind === 'changed').length;
  const counts = { ...job.counts, changed: job.counts.changed - settled, same: job.counts.same + settled };
  const { changed, onlyA, onlyB, moved } = counts;
  const same = changed + onlyA + onlyB + moved === 0 && job.facts.every(({ expected }) => expected);
  return { ...job, items, counts, same };
}

function itemWithout(item: DiffItem, choices: Choices): DiffItem {
  if (item.kind !== 'changed') return item;
  const differences = item.differences.map((each) => ({
    ...each,
    expected: each.expected || isRenewed(each, choices),
  }));
  return { ...item, differences, kind: differences.every(({ expected }) => expected) ? 'same' : 'changed' };
}

function isRenewed({ path, a, b }: ValueDifference, { user, replace }: Choices): boolean {
  if (a === undefined || b === undefined) return false;
  if (RENEWED.test(path)) return true;
  if (user !== undefined && path.endsWith('auth_id')) return b === user;
  return replace.some(
    ([from, to]) => (a === from && b === to) || (a.startsWith(`${from}/`) && b === to + a.slice(from.length)),
  );
}
