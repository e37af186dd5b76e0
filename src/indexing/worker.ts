import { join } from 'node:path';
import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { detectSource, startPass } from '../logs';
import type { SourcePass, SourceState } from '../logs';
import type { Connection } from '../session/messageIndex';
import { CaptureError, explainFileError } from './captureError';
import { FileSource } from './fileSource';
import { notACapture } from './notACapture';
import { gunzipFile, isGzip, makeScratchFolder, removeScratchFolder } from './unpack';
import type { WorkerInput, WorkerMessage, WorkerProgress } from './workerMessages';

const REPORT_EVERY_MS = 60;
/** Reports of captures with very many connections take long themselves: no more than this part of the time. */
const REPORT_SHARE = 0.1;

const input = workerData as WorkerInput;
const stop = new Int32Array(input.stop);
const say = (message: WorkerMessage): void => parentPort?.postMessage(message);
const isStopped = (): boolean => Atomics.load(stop, 0) !== 0;

/** Tells the main thread what is new since the last time. */
class Reporter {
  private readonly sent = new Map<number, string>();
  private damageSent = 0;
  private problemsSent = 0;
  private nextReport = 0;

  constructor(
    private readonly pass: SourcePass,
    private readonly state: SourceState,
    private readonly bytesTotal: number,
    private readonly gzip: boolean,
  ) {}

  maybe(): void {
    const now = performance.now();
    if (now < this.nextReport) return;
    say({ type: 'progress', ...this.progress('indexing') });
    const after = performance.now();
    this.nextReport = after + Math.max(REPORT_EVERY_MS, (after - now) / REPORT_SHARE);
  }

  progress(phase: WorkerProgress['phase']): WorkerProgress {
    const { pass } = this;
    const { index } = pass;
    pass.updateConnections();
    const damage = index.damage.slice(this.damageSent);
    this.damageSent = index.damage.length;
    const problems = new Map<number, string[]>();
    for (const row of index.problemRows.slice(this.problemsSent)) problems.set(row, [...index.problems(row)]);
    this.problemsSent = index.problemRows.length;
    return {
      phase,
      bytesRead: pass.position,
      bytesTotal: this.bytesTotal,
      rows: index.count,
      connections: index.connections.filter((c) => this.isNews(c)),
      damage,
      damageDropped: index.damageDropped,
      problems,
      info: pass.info(this.bytesTotal, this.gzip),
      state: this.state,
    };
  }

  private isNews(c: Connection): boolean {
    const stamp = `${c.messages} ${c.lostBytes} ${c.skippedBytes} ${c.ended} ${c.version} ${c.versionSource} ${c.bytes[0]} ${c.bytes[1]} ${c.firstRow}`;
    if (this.sent.get(c.id) === stamp) return false;
    this.sent.set(c.id, stamp);
    return true;
  }
}

/** Unpacks a packed capture. @returns the file to read, and what is wrong with the packed one */
async function unpack(scratch: string): Promise<{ path: string; broken: string | undefined }> {
  const target = join(scratch, 'capture');
  const total = statSync(input.path).size;
  let last = 0;
  const broken = await gunzipFile(input.path, target, input.maxUnpackedBytes, (packed) => {
    const now = performance.now();
    if (now - last > REPORT_EVERY_MS) {
      last = now;
      say({
        type: 'progress',
        phase: 'unpacking',
        bytesRead: packed,
        bytesTotal: total,
        rows: 0,
        connections: [],
        damage: [],
        damageDropped: 0,
        problems: new Map(),
        info: undefined,
        state: undefined,
      });
    }
    return !isStopped();
  });
  return { path: target, broken };
}

async function run(): Promise<void> {
  let scratch: string | undefined;
  let source: FileSource | undefined;
  try {
    const gzip = isGzip(input.path);
    let path = input.path;
    let broken: string | undefined;
    if (gzip) {
      scratch = makeScratchFolder();
      ({ path, broken } = await unpack(scratch));
    }
    source = new FileSource(path);
    const detected = detectSource(source);
    if (detected === undefined) throw new CaptureError(notACapture(input.path, source, broken));
    say({ type: 'opened', state: detected, gzip, path, scratch });
    scratch = undefined; // the main thread's from now on
    const { pass, state } = startPass(source, detected, input.options, (chunk) => say({ type: 'chunk', chunk }));
    if (broken) pass.index.addDamage({ kind: 'truncated', frame: 0, fileOffset: 0, bytes: 0, text: broken });
    const reporter = new Reporter(pass, state, source.size, gzip);
    while (pass.step()) {
      reporter.maybe();
      if (isStopped()) {
        say({ type: 'stopped' });
        return;
      }
    }
    const moved = pass.finish();
    const last = reporter.progress('done');
    say({ type: 'done', moved, ...last, problems: moved ? new Map(pass.index.allProblems) : last.problems });
  } catch (error) {
    if (scratch !== undefined) removeScratchFolder(scratch);
    if (isStopped()) say({ type: 'stopped' });
    else {
      const explained = explainFileError(input.path, error);
      say({ type: 'failed', message: explained.message, isCaptureError: explained instanceof CaptureError });
    }
  } finally {
    source?.close();
  }
}

void run();
