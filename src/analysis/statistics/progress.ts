import { bodyOf, textField } from '../connections';
import { Code } from './codes';
import type { Progress, ProgressPoint } from './model';
import type { Claim } from './sweep';
import { jobTime, type JobTime } from './times';
import type { AnalysisSource } from '../analysis';
import type { Job } from '../jobs/model';

const MAX_POINTS = 5000;
const MAX_LOGS = 20000;

/** Counts of stream bytes over a job, as its servers told them. */
export function progressOf(source: AnalysisSource, job: Job): Progress[] {
  return progress(jobTime(source, job)).filter(({ points }) => points.length > 0);
}

/** {@link progressOf} for a job whose bounds are known. */
export function progress(time: JobTime): Progress[] {
  return [
    {
      by: 'data server',
      source: 'bytes_processed in replies to NDMP_DATA_GET_STATE',
      points: counts(time, Code.DATA_GET_STATE, ['bytes_processed']),
    },
    {
      by: 'mover',
      source: 'bytes_moved (before v4 data_written) in replies to NDMP_MOVER_GET_STATE',
      points: counts(time, Code.MOVER_GET_STATE, ['bytes_moved', 'data_written']),
    },
    { by: 'log', source: '“Transferred N bytes” in the server’s log messages', points: logged(time) },
  ];
}

function counts({ source, job, rows, at }: JobTime, code: number, names: readonly string[]): ProgressPoint[] {
  const { index } = source;
  const points: ProgressPoint[] = [];
  for (const row of rows) {
    if (index.code(row) !== code || index.kind(row) !== 'reply' || row < job.startRow) continue;
    if (index.headerError(row) !== 0 || index.bodyError(row) > 0 || points.length >= MAX_POINTS) continue;
    const body = bodyOf(source, row);
    const value = names.map((name) => body[name]).find((each) => each !== undefined);
    const bytes = Number(value);
    // back at IDLE, servers reset their count: that is no progress any more
    if (value === undefined || body.state === 0 || !Number.isSafeInteger(bytes)) continue;
    points.push({ seconds: at(row), bytes, row });
  }
  return points;
}

/** `Filetransfer: Transferred 123 bytes in 4.5 seconds throughput of 67 KB/s`. */
const transferred = /\btransferred (\d{1,16}) bytes\b/i;

function logged({ source, rows, at }: JobTime): ProgressPoint[] {
  const { index } = source;
  const points: ProgressPoint[] = [];
  let read = 0;
  for (const row of rows) {
    const code = index.code(row);
    if ((code !== Code.LOG_MESSAGE && code !== Code.LOG_LOG) || index.kind(row) !== 'post') continue;
    if (++read > MAX_LOGS || points.length >= MAX_POINTS) break;
    const body = bodyOf(source, row);
    const text = textField(body, 'entry') ?? '';
    const found = transferred.exec(text.slice(0, 500));
    if (found) points.push({ seconds: at(row), bytes: Number(found[1]), row });
  }
  return points;
}

/** What growing and standing counts tell about a transfer whose packets are not there. */
export function progressClaims(time: JobTime): Claim[] {
  const { transfer } = time;
  if (transfer === undefined) return [];
  const [data, mover, log] = progress(time);
  const told = [data, mover, log].find(({ points }) => points.length > 0);
  if (told === undefined) return [];
  const points = [{ seconds: transfer.from, bytes: 0, row: transfer.startRow }, ...told.points];
  const claims: Claim[] = [];
  for (let i = 1; i < points.length; i++) {
    const [a, b] = [points[i - 1], points[i]];
    if (!(b.seconds > a.seconds) || a.seconds >= transfer.to) continue;
    const grew = b.bytes > a.bytes;
    claims.push({
      from: a.seconds,
      to: Math.min(b.seconds, transfer.to),
      cause: grew ? 'progress' : 'no-progress',
      what: '',
      rows: [a.row, b.row].filter((row) => row >= 0),
    });
  }
  return claims;
}
