import type { AnalysisSource } from '../analysis';
import type { Job } from '../jobs/model';
import { fieldText } from './field';
import type { BuiltLines } from './lineBuilder';
import { Column } from './lineTable';
import { Code } from './messageClass';
import type { Band } from './model';
import { secondsBetween } from './texts';

/** Bands that are made; a recovery with more pauses shows the rest of them on its state bars alone. */
const MAX_BANDS = 2000;
const SCSI_INTERFACE = 2;

interface Open {
  row: number;
  tapeChanged: boolean;
}

/** Times in which a mover waited: from NOTIFY_MOVER_PAUSED until it goes on or ends. */
export function pausesOf(source: AnalysisSource, job: Job, { lineOf, firstRow, table }: BuiltLines): Band[] {
  const { index } = source;
  const bands: Band[] = [];
  const open = new Map<number, Open>();
  for (let at = 0; at < lineOf.length && bands.length < MAX_BANDS; at++) {
    if (lineOf[at] < 0) continue;
    const row = firstRow + at;
    const code = index.code(row);
    const kind = index.kind(row);
    const connection = index.connection(row);
    const paused = open.get(connection);
    if (kind === 'post' && code === Code.MOVER_PAUSED) {
      open.set(connection, { row, tapeChanged: false });
    } else if (kind === 'request' && changesTape(code)) {
      for (const each of open.values()) each.tapeChanged = true;
    } else if (paused && endsPause(code, kind)) {
      bands.push(band(source, paused, row, lineOf[paused.row - firstRow], lineOf[at]));
      open.delete(connection);
    }
  }
  for (const paused of open.values()) {
    const line = lineOf[paused.row - firstRow];
    const last = lineOf.findLast((each) => each >= 0) ?? line;
    bands.push({ ...band(source, paused, job.lastRow, line, last), seconds: undefined });
  }
  // pauses that are folded with the reads of a recovery are no bands
  const drawn = bands.filter((each) => each.toLine >= each.fromLine && table.get(each.fromLine - 1, Column.FOLD) < 0);
  return drawn.sort((a, b) => a.fromLine - b.fromLine);
}

function changesTape(code: number): boolean {
  return code === Code.TAPE_CLOSE || code === Code.TAPE_OPEN || code >>> 8 === SCSI_INTERFACE;
}

const ending: ReadonlySet<number> = new Set([Code.MOVER_CONTINUE, Code.MOVER_ABORT, Code.MOVER_CLOSE]);

function endsPause(code: number, kind: string): boolean {
  return (kind === 'request' && ending.has(code)) || (kind === 'post' && code === Code.MOVER_HALTED);
}

/** From the line after the post to the line of the request that ends the pause. */
function band(source: AnalysisSource, paused: Open, end: number, fromLine: number, toLine: number): Band {
  return {
    kind: paused.tapeChanged ? 'tape change' : 'pause',
    reason: fieldText(source, paused.row, 'reason'),
    seconds: secondsBetween(source, paused.row, end),
    fromLine: fromLine + 1,
    toLine,
  };
}
