import { spawnSync } from 'node:child_process';
import { openCaptureSync } from '../../src/indexing/openCaptureSync';
import { Analysis } from '../../src/analysis/analysis';
import { historyOf, historyRows, type FileTree } from '../../src/analysis/history';
import { countMessages, rowsOfJob } from '../../src/analysis/statistics';
import { decodeMessage } from '../../src/protocol';
import { cpuTime } from './measure';

/** First argument of a process that measures what a file history costs. */
export const HISTORY_PROBE = '--history-probe';

/** What one process found out. */
interface HistoryCost {
  messages: number;
  entries: number;
  names: number;
  /** Milliseconds of processor time, which other programs disturb less than the clock's. */
  index: number;
  /** Decoding every body by the general decoder. */
  decode: number;
  /** Tree with its sums: finding the jobs, reading the messages, building, adding up. */
  tree: number;
  /** Counts and reply times of all messages. */
  statistics: number;
  /** Bytes the tree takes, and what it took together with all that is needed to build it. */
  treeBytes: number;
  buildBytes: number;
}

/** Measures in a fresh process, so that nothing of another capture is in memory. */
export function measureHistory(path: string): HistoryCost {
  const run = spawnSync(process.execPath, [process.argv[1], HISTORY_PROBE, path], { encoding: 'utf8' });
  if (run.status !== 0) throw new Error(run.stderr);
  return JSON.parse(run.stdout) as HistoryCost;
}

/** What {@link measureHistory} starts. */
export function probeHistory(path: string): void {
  let session = openCaptureSync(path);
  session.close();
  const index = cpuTime(() => (session = openCaptureSync(path)));
  let built: FileTree | undefined;
  const analysis = new Analysis(session);
  const tree = cpuTime(() => {
    const [{ job }] = historyRows(analysis);
    built = historyOf(analysis, analysis.jobs[job]);
  });
  if (built === undefined) throw new Error('no history');
  const statistics = cpuTime(() => countMessages(session, rowsOfJob(session.index, undefined)));
  const { path: paths, directory, node } = built.entries;
  const cost: HistoryCost = {
    messages: session.index.count,
    entries: paths + directory + node,
    names: built.linkCount,
    index,
    tree,
    statistics,
    treeBytes: built.bytes,
    buildBytes: built.buildBytes,
    decode: cpuTime(() => {
      for (let row = 0; row < session.index.count; row++)
        decodeMessage(session.record(row).payload, session.context(row));
    }),
  };
  session.close();
  process.stdout.write(JSON.stringify(cost));
}

/** Lines that say what {@link measureHistory} found. */
export function historyLines(path: string): string[] {
  const cost = measureHistory(path);
  const { entries, index, decode, tree, statistics } = cost;
  const against = index + decode;
  const each = (bytes: number): string => (bytes / entries).toFixed(0);
  return [
    `${path}: ${entries} entries of file history in ${cost.messages} messages, ${cost.names} names`,
    `  index pass ${index.toFixed(0)} ms, all bodies decoded ${decode.toFixed(0)} ms: ${against.toFixed(0)} ms`,
    `  tree ${tree.toFixed(0)} ms, statistics ${statistics.toFixed(0)} ms: ${((tree + statistics) / against).toFixed(2)} times that`,
    `  memory ${each(cost.treeBytes)} bytes an entry kept, ${each(cost.buildBytes)} at most while it is built`,
  ];
}
