import { spawnSync } from 'node:child_process';
import { openCaptureSync } from '../../src/indexing/openCaptureSync';
import { Analysis } from '../../src/analysis/analysis';
import { buildHistory } from '../../src/analysis/history/buildHistory';
import { findHistoryRows } from '../../src/analysis/history/rows';
import { decodeMessage } from '../../src/protocol';
import { time } from './measure';

/** First argument of a process that measures what a file history costs. */
export const HISTORY_PROBE = '--history-probe';

/** What one process found out. */
interface HistoryCost {
  messages: number;
  entries: number;
  names: number;
  /** Milliseconds. */
  index: number;
  /** Decoding every body by the general decoder. */
  decode: number;
  /** Tree with its sums: reading the messages, building, adding up. */
  tree: number;
  /** Bytes the tree says it takes, and by how much the process's arrays grew at most while it was built. */
  treeBytes: number;
  grownBytes: number;
}

/** Measures in a fresh process, so that nothing of another capture is in memory. */
export function measureHistory(path: string): HistoryCost {
  const run = spawnSync(process.execPath, ['--expose-gc', process.argv[1], HISTORY_PROBE, path], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as HistoryCost;
}

/** What {@link measureHistory} starts. */
export function probeHistory(path: string): void {
  let session = openCaptureSync(path);
  session.close();
  const index = time(() => (session = openCaptureSync(path)));
  const analysis = new Analysis(session);
  const { jobs } = analysis;
  const used = (): number => {
    const { arrayBuffers, heapUsed } = process.memoryUsage();
    return arrayBuffers + heapUsed;
  };
  globalThis.gc?.();
  const before = used();
  const [rows] = findHistoryRows(session, jobs);
  let built: ReturnType<typeof buildHistory> | undefined;
  const tree = time(() => (built = buildHistory(session, jobs[rows.job], rows)));
  const grown = used() - before;
  if (built === undefined) throw new Error('no history');
  const { path: paths, directory, node } = built.entries;
  const cost: HistoryCost = {
    messages: session.index.count,
    entries: paths + directory + node,
    names: built.linkCount,
    index,
    tree,
    treeBytes: built.bytes,
    grownBytes: grown,
    decode: time(() => {
      for (let row = 0; row < session.index.count; row++)
        decodeMessage(session.record(row).payload, session.context(row));
    }),
  };
  session.close();
  process.stdout.write(JSON.stringify(cost));
}
