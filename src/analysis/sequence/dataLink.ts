import { bodyOf } from '../connections';
import type { AnalysisSource } from '../analysis';
import type { Job } from '../jobs/model';
import { bytesText } from '../statistics/words';
import type { BuiltLines } from './lineBuilder';
import { Column, LineCode } from './lineTable';
import { Code } from './messageClass';
import { secondsBetween } from './texts';

/** A stretch in which the backup stream ran, between its start or a pause and the next pause or its end. */
export interface LinkStretch {
  line: number;
  /** The request that let it run and the post that stopped it; the job's last row where the capture shows none. */
  fromRow: number;
  toRow: number;
  bytes: number | undefined;
}

/** What each bar of the data connection stands for. The bytes are those of {@link Job.link}, shared out by what the mover says. */
export function linkStretches(source: AnalysisSource, job: Job, lines: BuiltLines): LinkStretch[] {
  const { table } = lines;
  const stretches: LinkStretch[] = [];
  for (let line = 0; line < table.length; line++) {
    if (table.get(line, Column.KIND) !== LineCode.LINK) continue;
    const fromRow = table.get(line, Column.FIRST);
    stretches.push({ line, fromRow, toRow: fromRow, bytes: undefined });
  }
  findEnds(source, stretches, lines);
  if (stretches.length === 1) stretches[0].bytes = job.link?.bytes ?? movedAt(source, lines, stretches[0].toRow, job);
  else shareOut(source, job, lines, stretches);
  return stretches;
}

const stops: ReadonlySet<number> = new Set([Code.MOVER_PAUSED, Code.MOVER_HALTED, Code.DATA_HALTED]);

/** The first post after each begin that stops the stream, the job's last message where there is none; in one walk from the end. */
function findEnds({ index }: AnalysisSource, stretches: LinkStretch[], { lineOf, firstRow }: BuiltLines): void {
  let next = stretches.length - 1;
  let stop = -1;
  for (let at = lineOf.length - 1; at >= 0 && next >= 0; at--) {
    const row = firstRow + at;
    if (row === stretches[next].fromRow) {
      stretches[next].toRow = Math.max(row, stop);
      next--;
    }
    if (lineOf[at] < 0) continue;
    if (stop < 0 || (index.kind(row) === 'post' && stops.has(index.code(row)))) stop = row;
  }
}

/** Several stretches: the mover's count at the end of each, less the one before. */
function shareOut(source: AnalysisSource, job: Job, lines: BuiltLines, stretches: LinkStretch[]): void {
  let before = 0;
  for (const stretch of stretches) {
    const moved = movedAt(source, lines, stretch.toRow, job);
    if (moved === undefined || moved < before) return;
    stretch.bytes = moved - before;
    before = moved;
  }
}

const MAX_LOOKED_AT = 2000;

/** Bytes moved as the first state reply of the mover after a row says; undefined when it goes on before saying so. */
function movedAt(
  source: AnalysisSource,
  { lineOf, firstRow }: BuiltLines,
  after: number,
  job: Job,
): number | undefined {
  const { index } = source;
  for (let row = after + 1; row <= Math.min(job.lastRow, after + MAX_LOOKED_AT); row++) {
    if (lineOf[row - firstRow] < 0) continue;
    const code = index.code(row);
    if (code === Code.MOVER_CONTINUE || code === Code.MOVER_STOP) return undefined;
    if (code !== Code.MOVER_GET_STATE || index.kind(row) !== 'reply' || index.pair(row) < after) continue;
    const body = bodyOf(source, row);
    const moved = body.bytes_moved ?? body.data_written;
    return typeof moved === 'bigint' ? Number(moved) : undefined;
  }
  return undefined;
}

/** `data connection, 231 MB, 121 MB/s`. */
export function linkText(source: AnalysisSource, job: Job, { fromRow, toRow, bytes }: LinkStretch): string {
  const local = job.link?.kind === 'local' || job.topology === 'local';
  const kind = local ? 'local data connection' : 'data connection';
  const seconds = secondsBetween(source, fromRow, toRow);
  const size = bytes === undefined ? '' : `, ${bytesText(bytes)}`;
  const rate = bytes === undefined || bytes === 0 || !seconds ? '' : `, ${bytesText(bytes / seconds)}/s`;
  return `${kind}${size}${rate}`;
}
