import { lstatSync, readdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';

/** How much of past runs is kept. */
export interface KeptRuns {
  /** The newest so many. */
  runs: number;
  /** Bytes of them all. */
  bytes: number;
}

export const KEPT_RUNS: KeptRuns = { runs: 500, bytes: 2 * 1024 ** 3 };
/** Milliseconds in which a run may still be going on elsewhere. */
const RECENT = 24 * 3600 * 1000;
/** Files that runs leave, as runFiles names them: their names sort by time. */
const RUN_FILE = /^(\d{8}T\d{6}(?:\.\d{3})?Z-.*)\.(?:pcapng|log)$/;

interface PastRun {
  files: string[];
  bytes: number;
  /** Milliseconds since 1970 of the last change. */
  changed: number;
}

/**
 * Removes the recordings and logs of the oldest runs, where there are more than are kept; those of the last day stay. What
 * cannot be removed stays too.
 * @param now milliseconds since 1970
 */
export function removeOldRuns(folder: string, kept = KEPT_RUNS, now = Date.now()): void {
  let bytes = 0;
  const newestFirst = pastRuns(folder).sort(([a], [b]) => (a < b ? 1 : -1));
  for (const [at, [, run]] of newestFirst.entries()) {
    bytes += run.bytes;
    if ((at >= kept.runs || bytes > kept.bytes) && now - run.changed > RECENT) run.files.forEach(remove);
  }
}

function pastRuns(folder: string): [name: string, run: PastRun][] {
  const runs = new Map<string, PastRun>();
  for (const name of namesIn(folder)) {
    const base = RUN_FILE.exec(name)?.[1];
    const stat = base === undefined ? undefined : lstatSync(join(folder, name), { throwIfNoEntry: false });
    if (base === undefined || !stat?.isFile()) continue;
    const run = runs.get(base) ?? { files: [], bytes: 0, changed: 0 };
    run.files.push(join(folder, name));
    run.bytes += stat.size;
    run.changed = Math.max(run.changed, stat.mtimeMs);
    runs.set(base, run);
  }
  return [...runs];
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

function remove(file: string): void {
  try {
    unlinkSync(file);
  } catch {
    // another run has removed it, or it is not ours to remove
  }
}
