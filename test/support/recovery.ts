import type { FileResult, LogText, RecoverName, RecoverOrder, RecoverStep } from '../../src/server/archive/model';
import { startRecover } from '../../src/server/archive/recover';

/** What a recovery did, as {@link recoverFrom} saw it. */
export interface RecoveryReport {
  files: FileResult[];
  messages: LogText[];
  posts: RecoverStep['posts'];
  /** Pieces of the stream that were asked for, and their bytes in all. */
  pieces: { offset: number; length: number | undefined }[];
  bytesRead: number;
}

export interface RecoverySetting {
  type?: 'tar' | 'dump';
  environment?: Record<string, string>;
  operation?: RecoverOrder['operation'];
  history?: RecoverOrder['history'];
  /** Bytes handed over at a time. */
  chunk?: number;
  /** The stream ends here. */
  cutAt?: number;
}

/** A list entry that restores `path` (or all) to `target` in `targetRoot`. */
export function wantedName(
  targetRoot: string,
  path = '',
  target = path.slice(1),
  position?: number | bigint,
): RecoverName {
  const at = position === undefined ? undefined : BigInt(position);
  return { original: path, path, targetRoot, target, node: undefined, position: at };
}

/** A stream of which pieces are taken; need not be in memory. */
export interface PiecedStream {
  readonly length: number;
  slice(from: number, to: number): Uint8Array;
}

/** Plays the mover: hands out the pieces of a stream that a recovery asks for. */
export function recoverFrom(stream: PiecedStream, names: RecoverName[], setting: RecoverySetting = {}): RecoveryReport {
  const { type = 'tar', environment = {}, operation = 'recover', history = 'none', chunk = 100_000 } = setting;
  const run = startRecover({
    type,
    operation,
    environment: Object.entries(environment).map(([name, value]) => ({ name, value })),
    names,
    history,
    version: 4,
  });
  const report: RecoveryReport = { files: [], messages: [], posts: [], pieces: [], bytesRead: 0 };
  const end = setting.cutAt ?? stream.length;
  const take = (step: RecoverStep) => {
    report.files.push(...step.files);
    report.messages.push(...step.messages);
    report.posts.push(...step.posts);
    return step;
  };
  try {
    let step = take(run.start());
    while (!step.done) {
      const { want } = step;
      if (!want) throw new Error('The recovery neither asks for bytes nor is it done');
      const offset = Number(want.offset);
      const length = want.length === undefined ? undefined : Number(want.length);
      if (report.pieces.length > 100_000) throw new Error('The recovery asks for ever');
      report.pieces.push({ offset, length });
      const to = length === undefined ? Infinity : offset + length;
      let at = offset;
      while (at < Math.min(to, end) && !step.done) {
        const bytes = stream.slice(at, Math.min(at + chunk, to, end));
        at += bytes.length;
        report.bytesRead += bytes.length;
        step = take(run.push(bytes));
        if (step.want && at < to) throw new Error('The recovery asks for another piece before the last one is read');
      }
      if (!step.done && at < to) step = take(run.end());
    }
  } finally {
    run.close();
  }
  return report;
}
