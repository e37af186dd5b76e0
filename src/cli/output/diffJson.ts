import type { DiffItem, DiffSide, JobDiff, JobFacts, SessionDiff, ValueDifference } from '../../analysis/diff';
import type { JsonObject } from '../../protocol';

/** A comparison for machines. Without `all`, equal steps and differences that must be are left out. */
export function diffJson(diff: SessionDiff, fileA: string, fileB: string, all: boolean): JsonObject {
  return {
    a: fileA,
    b: fileB,
    same: diff.same,
    jobs: diff.jobs.map((job) => jobJson(job, all)),
    onlyA: diff.onlyA.map(factsJson),
    onlyB: diff.onlyB.map(factsJson),
  };
}

function jobJson(job: JobDiff, all: boolean): JsonObject {
  const items = all ? job.items : job.items.filter(({ kind, minor, moved }) => (kind !== 'same' && !minor) || moved);
  return {
    a: factsJson(job.a),
    b: factsJson(job.b),
    same: job.same,
    counts: { ...job.counts },
    facts: valuesJson(job.facts, all),
    steps: items.map((item) => itemJson(item, all)),
    timing: job.timing.map(({ item, behind }) => ({
      message: job.items[item].name,
      a: (job.items[item].a?.row ?? -1) + 1,
      b: (job.items[item].b?.row ?? -1) + 1,
      behind,
    })),
  };
}

function itemJson(item: DiffItem, all: boolean): JsonObject {
  const { kind, minor, moved, name, service, direction } = item;
  return {
    kind,
    minor,
    moved,
    message: name,
    service,
    direction,
    a: sideJson(item.a),
    b: sideJson(item.b),
    differences: valuesJson(item.differences, all),
  };
}

function sideJson(side: DiffSide | undefined): JsonObject | null {
  if (side === undefined) return null;
  const { row, reply, count, at, took, summary } = side;
  return { n: row + 1, reply: reply < 0 ? null : reply + 1, count, at, took: took ?? null, summary };
}

function valuesJson(values: readonly ValueDifference[], all: boolean): JsonObject[] {
  return values
    .filter(({ expected }) => all || !expected)
    .map(({ path, a, b, expected }) => ({ path, a: a ?? null, b: b ?? null, expected }));
}

function factsJson({ job, title, outcome, messages, seconds }: JobFacts): JsonObject {
  return { job: job + 1, title, outcome, messages, seconds: seconds ?? null };
}
