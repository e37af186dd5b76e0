import { knownPayload } from '../../session/recordReader';
import type { AnalysisSource } from '../analysis';
import type { Job } from '../jobs/model';
import { EntryReader } from './entryReader';
import type { FileTree } from './fileTree';
import { finishTree } from './finishTree';
import { isHistoryCode } from './historyEntry';
import { JobOfRow, type HistoryRows } from './rows';
import { TreeBuilder } from './treeBuilder';

const SLASH = 0x2f;

/** The byte between the parts of a path: the first character of PATHNAME_SEPARATOR, where that is a character of ASCII. */
export function separatorByte(separator: string | undefined): number {
  const code = separator === undefined || separator === '' ? SLASH : separator.charCodeAt(0);
  return code < 0x80 ? code : SLASH;
}

/**
 * Builds the tree of the files that a job's file history tells.
 * @param rows the job's messages, as found by `findHistoryRows`
 * @param separator value of the job's PATHNAME_SEPARATOR
 */
export function buildHistory(source: AnalysisSource, job: Job, rows: HistoryRows, separator?: string): FileTree {
  const { index } = source;
  const builder = new TreeBuilder(separatorByte(separator));
  const reader = new EntryReader();
  const of = new JobOfRow([job]);
  for (let row = rows.firstRow; row <= rows.lastRow; row++) {
    const code = index.code(row);
    if (!isHistoryCode(code) || index.kind(row) !== 'post' || of.find(index.connection(row), row) < 0) continue;
    builder.row = row;
    const { cut } = reader.read(knownPayload(source.record(row)), code, builder.add);
    if (cut) builder.problems.note('cut-message', row);
  }
  return finishTree(builder);
}
