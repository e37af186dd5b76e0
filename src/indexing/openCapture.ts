import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { openSession } from '../logs';
import type { GrowingSession, SourceState } from '../logs';
import type { CaptureSession } from '../session/capture';
import type { IndexOptions } from '../session/indexer';
import type { CaptureInfo } from '../session/messageIndex';
import { MessageIndex } from '../session/messageIndex';
import { CaptureAndPlainText } from '../session/plainText';
import { CaptureError, explainFileError } from './captureError';
import { FileSource } from './fileSource';
import { shareCapture } from './sharedCapture';
import type { SharedCapture } from './sharedCapture';
import { PlainFileReader } from './tls/plainFile';
import { DEFAULT_MAX_UNPACKED, hideScratchFolder, removeScratchFolder } from './unpack';
import { Signal } from './workerMessages';
import type { IndexPhase, WorkerInput, WorkerMessage, WorkerProgress } from './workerMessages';

/** How far an index pass is. */
export interface IndexProgress {
  phase: IndexPhase;
  bytesRead: number;
  /** Undefined for streams, whose length nobody knows. */
  bytesTotal: number | undefined;
  rows: number;
}

export interface OpenOptions extends Omit<IndexOptions, 'tls'> {
  /** Bound for what a packed capture may unpack to, in bytes. */
  maxUnpackedBytes?: number;
  /** An NSS key log with the keys of TLS connections; it may be growing. */
  tlsKeyLog?: string;
  /** Stops the pass; rows read so far stay. */
  signal?: AbortSignal;
  /** The file is being written: what is added is read too, until this signal says that no more will come. */
  follow?: AbortSignal;
  onProgress?(progress: IndexProgress): void;
}

/** A capture whose index may still be growing. */
export interface OpenCapture extends CaptureSession {
  /** Settles when the pass is over; rejects with an `AbortError` when it was stopped. */
  readonly done: Promise<void>;
  readonly finished: boolean;
  /** What another thread needs to read it too, until it is closed: as far as it is known now. */
  share(): SharedCapture;
}

const EMPTY_INFO: CaptureInfo = {
  format: 'pcap',
  gzip: false,
  bytes: 0,
  packets: 0,
  interfaces: [],
  comments: [],
  names: new Map(),
  tcpConnections: 0,
  tlsConnections: 0,
  tls: [],
  cutPackets: 0,
  flows: [],
};

/**
 * Opens a capture and indexes it in a worker thread.
 * @returns as soon as the file is recognised; rows appear in its index while {@link OpenCapture.done} is pending
 * @throws CaptureError when the file cannot be read or is no capture; AbortError when stopped before it was open
 */
export function openCapture(path: string, options: OpenOptions = {}): Promise<OpenCapture> {
  return new Promise((resolve, reject) => new WorkerCapture(path, options, resolve, reject));
}

/** The main thread's end of an index worker. */
class WorkerCapture {
  private readonly signal = new SharedArrayBuffer(4 * Signal.WORDS);
  private readonly worker: Worker;
  private readonly index = new MessageIndex();
  private readonly info: CaptureInfo = { ...EMPTY_INFO };
  private capture: (GrowingSession & { -readonly [K in keyof OpenCapture]: OpenCapture[K] }) | undefined;
  private state: SourceState | undefined;
  private readonly plain = new PlainFileReader();
  private isClosed = false;
  private readonly scratchFolders: string[] = [];
  private settleDone: { resolve(): void; reject(error: Error): void } | undefined;

  constructor(
    path: string,
    private readonly options: OpenOptions,
    private readonly resolve: (capture: OpenCapture) => void,
    private readonly reject: (error: Error) => void,
  ) {
    const { ports, version, maxUnpackedBytes = DEFAULT_MAX_UNPACKED, tlsKeyLog, signal, follow } = options;
    const workerData: WorkerInput = {
      path,
      options: { ports, version },
      maxUnpackedBytes,
      tlsKeyLog,
      signal: this.signal,
      follow: follow !== undefined,
    };
    this.worker = new Worker(workerFile(), { workerData });
    this.worker.on('message', (message: WorkerMessage) => this.onMessage(message));
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new CaptureError(`Reading ${path} ended without a result.`)));
    if (signal?.aborted) this.askToStop();
    signal?.addEventListener('abort', this.askToStop, { once: true });
    if (follow?.aborted) this.tellWhole();
    follow?.addEventListener('abort', this.tellWhole, { once: true });
  }

  private readonly askToStop = (): void => this.tell(Signal.STOP);
  private readonly tellWhole = (): void => this.tell(Signal.WHOLE);

  private tell(what: number): void {
    const words = new Int32Array(this.signal);
    Atomics.store(words, what, 1);
    Atomics.store(words, Signal.WAKE, 1);
    Atomics.notify(words, Signal.WAKE);
  }

  private onMessage(message: WorkerMessage): void {
    switch (message.type) {
      case 'opened':
        this.onOpened(message);
        break;
      case 'plain':
        this.onPlain(message);
        break;
      case 'chunk':
        this.index.chunks.push(message.chunk);
        break;
      case 'progress':
        this.onProgress(message);
        break;
      case 'done':
        this.onProgress(message);
        if (message.moved) this.takeNotes(message);
        this.end(undefined);
        break;
      case 'stopped':
        this.fail(new DOMException('Reading the capture was stopped.', 'AbortError'));
        break;
      case 'failed':
        this.fail(message.isCaptureError ? new CaptureError(message.message) : new Error(message.message));
        break;
    }
  }

  private onOpened({ state, path, scratch }: Extract<WorkerMessage, { type: 'opened' }>): void {
    const source = this.openSource(path);
    if (source === undefined) return;
    // both threads have the file open
    this.hide(scratch);
    const done = new Promise<void>((resolve, reject) => {
      this.settleDone = { resolve, reject };
    });
    done.catch(() => undefined); // who does not wait for it need not handle its failure
    const whole = new CaptureAndPlainText(source, this.plain);
    const capture = openSession(this.index, this.info, whole, state, () => {
      this.askToStop();
      source.close();
      this.plain.close();
      this.isClosed = true;
      this.scratchFolders.forEach(removeScratchFolder);
    });
    this.state = state;
    const share = (): SharedCapture =>
      shareCapture(this.index, this.info, this.state ?? state, {
        descriptor: source.descriptor,
        plainDescriptor: this.plain.descriptor,
      });
    this.capture = Object.assign(capture, { done, finished: false, share });
    this.resolve(this.capture);
  }

  /** The worker has made a file for what it decrypts. */
  private onPlain({ folder, path }: Extract<WorkerMessage, { type: 'plain' }>): void {
    try {
      if (!this.isClosed) this.plain.open(path);
      this.hide(folder);
    } catch (error) {
      this.askToStop();
      this.fail(explainFileError(path, error));
    }
  }

  /** Removes a scratch folder as soon as that can be done: all who need its file have it open. */
  private hide(folder: string | undefined): void {
    const left = folder === undefined ? undefined : hideScratchFolder(folder);
    if (left !== undefined) this.scratchFolders.push(left);
  }

  /** The file as this thread reads it; it may be gone by now. */
  private openSource(path: string): FileSource | undefined {
    try {
      return new FileSource(path);
    } catch (error) {
      this.askToStop();
      this.fail(explainFileError(path, error));
      return undefined;
    }
  }

  private onProgress(progress: WorkerProgress): void {
    const { index } = this;
    for (const connection of progress.connections) {
      const known = index.connections[connection.id];
      const chosen = index.userVersion(connection.id);
      if (known) Object.assign(known, connection);
      else index.connections[connection.id] = connection;
      if (chosen !== undefined)
        Object.assign(index.connections[connection.id], { version: chosen, versionSource: 'user' });
    }
    for (const damage of progress.damage) index.addDamage(damage);
    index.damageDropped = progress.damageDropped;
    for (const [row, texts] of progress.problems) index.problemNotes.take(row, texts);
    for (const [row, texts] of progress.marks) index.marks.take(row, texts);
    if (progress.info) Object.assign(this.info, progress.info);
    if (progress.flows) this.info.flows = progress.flows;
    if (progress.state) {
      this.state = progress.state;
      this.capture?.updateState(progress.state);
    }
    index.count = progress.rows;
    const { phase, bytesRead, bytesTotal, rows } = progress;
    this.options.onProgress?.({ phase, bytesRead, bytesTotal, rows });
  }

  /** Rows have moved: what is noted of them stands elsewhere. */
  private takeNotes({ problems, marks }: Pick<WorkerProgress, 'problems' | 'marks'>): void {
    this.index.problemNotes.replace(problems);
    this.index.marks.replace(marks);
  }

  /** The pass is over, in whatever way; only the first call counts. */
  private end(error: Error | undefined): void {
    this.options.signal?.removeEventListener('abort', this.askToStop);
    this.options.follow?.removeEventListener('abort', this.tellWhole);
    this.worker.removeAllListeners('exit');
    if (this.capture) this.capture.finished = true;
    if (this.settleDone) {
      if (error) this.settleDone.reject(error);
      else this.settleDone.resolve();
    } else if (error) this.reject(error);
  }

  private fail(error: Error): void {
    this.end(error);
    void this.worker.terminate();
  }
}

/** The bundled worker stands beside the bundle that asks for it; a checkout run from source has it in `dist`. */
function workerFile(): string {
  const candidates = [join(__dirname, 'indexWorker.js'), join(__dirname, '..', '..', 'dist', 'indexWorker.js')];
  const found = candidates.find((file) => existsSync(file));
  if (found === undefined)
    throw new CaptureError('The index worker (dist/indexWorker.js) is missing. Build the project: npm run build.');
  return found;
}
