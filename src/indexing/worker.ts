import { join } from 'node:path';
import { statSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { detectSource, startPass } from '../logs';
import type { SourcePass, SourceState } from '../logs';
import { CaptureAndPlainText } from '../session/plainText';
import { CaptureError, explainFileError } from './captureError';
import { FileSource } from './fileSource';
import { GrowingFile } from './growingFile';
import { notACapture } from './notACapture';
import { gunzipFile, isGzip, makeScratchFolder, removeScratchFolder } from './unpack';
import { REPORT_EVERY_MS, Reporter } from './reporter';
import { openDecryption } from './tls/decryption';
import type { OpenDecryption } from './tls/decryption';
import { PlainFile } from './tls/plainFile';
import { Signal } from './workerMessages';
import type { WorkerInput, WorkerMessage } from './workerMessages';

/** A file that is followed and has so many bytes can be told from others. */
const TELLING_BYTES = 64;

const input = workerData as WorkerInput;
const signal = new Int32Array(input.signal);
const say = (message: WorkerMessage): void => parentPort?.postMessage(message);
const isStopped = (): boolean => Atomics.load(signal, Signal.STOP) !== 0;

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
        marks: new Map(),
        info: undefined,
        flows: undefined,
        state: undefined,
      });
    }
    return !isStopped();
  });
  return { path: target, broken };
}

/** What a file is; of one that is only being begun, as soon as that can be told. */
function detect(source: FileSource, growing: GrowingFile | undefined): SourceState | undefined {
  for (;;) {
    const detected = detectSource(source);
    if (detected !== undefined || isStopped() || source.size >= TELLING_BYTES || !growing?.wait()) return detected;
  }
}

/** Reads all there is, and of a file that is followed all there will be. @returns false when it was asked to stop */
function read(pass: SourcePass, reporter: Reporter, growing: GrowingFile | undefined): boolean {
  do {
    while (!isStopped() && pass.step()) reporter.maybe();
    if (isStopped()) return false;
    if (growing === undefined) break;
    reporter.caughtUp();
    const trouble = growing.trouble(pass.position);
    if (trouble === undefined) continue;
    tellDamage(pass, trouble);
    break;
  } while (growing.wait());
  return true;
}

function tellDamage({ index }: SourcePass, text: string): void {
  index.addDamage({ kind: 'truncated', frame: 0, fileOffset: 0, bytes: 0, text });
}

async function run(): Promise<void> {
  let scratch: string | undefined;
  let source: FileSource | undefined;
  let tls: OpenDecryption | undefined;
  const plain = new PlainFile((place) => say({ type: 'plain', ...place }));
  try {
    tls = openDecryption(input.tlsKeyLog, plain);
    const gzip = isGzip(input.path);
    let path = input.path;
    let broken: string | undefined;
    if (gzip) {
      scratch = makeScratchFolder();
      ({ path, broken } = await unpack(scratch));
    }
    source = new FileSource(path);
    const growing = input.follow && !gzip ? new GrowingFile(path, source, signal) : undefined;
    const detected = detect(source, growing);
    if (detected === undefined) throw new CaptureError(notACapture(input.path, source, broken));
    say({ type: 'opened', state: detected, gzip, path, scratch });
    scratch = undefined; // the main thread's from now on
    const whole = new CaptureAndPlainText(source, plain);
    const { pass, state } = startPass(whole, detected, { ...input.options, tls }, (chunk) =>
      say({ type: 'chunk', chunk }),
    );
    if (broken) tellDamage(pass, broken);
    const { size } = source;
    const file = { bytes: () => (growing ? source!.size : size), gzip };
    const reporter = new Reporter(pass, state, file, say);
    if (!read(pass, reporter, growing)) {
      say({ type: 'stopped' });
      return;
    }
    const moved = pass.finish();
    const last = reporter.progress('done');
    const { problemNotes, marks } = pass.index;
    const moving = moved ? { problems: new Map(problemNotes.all), marks: new Map(marks.all) } : undefined;
    say({ type: 'done', moved, ...last, ...moving });
  } catch (error) {
    if (scratch !== undefined) removeScratchFolder(scratch);
    if (isStopped()) say({ type: 'stopped' });
    else {
      const explained = explainFileError(input.path, error);
      say({ type: 'failed', message: explained.message, isCaptureError: explained instanceof CaptureError });
    }
  } finally {
    source?.close();
    plain.close();
    tls?.close();
  }
}

void run();
