import type { SharedCapture } from '../../indexing';
import type { NdmpVersion } from '../../protocol';
import type { CaptureSession } from '../../session/capture';
import type { CapturePhase, CaptureState, Progress } from '../messages';
import { isCancelled } from '../scheduler';
import type { Scheduler } from '../scheduler';
import { LocalAnalysis } from '../../background/localAnalysis';
import { CaptureModel } from './captureModel';
import { captureState, emptyState } from './captureState';
import { StoreAnalysis } from './storeAnalysis';
import type { MakeAnalysis } from './storeAnalysis';
import { Summaries } from './summaries';
import { Throttle } from './throttle';

/** A capture that is being indexed or was. */
export type OpenedCapture = CaptureSession & {
  readonly done: Promise<void>;
  readonly finished: boolean;
  /** Absent where no other thread can read its bytes. */
  share?(): SharedCapture;
};

/** `openCapture` with the user's settings filled in. */
export type Opener = (
  path: string,
  options: { signal: AbortSignal; follow?: AbortSignal; onProgress(progress: OpenProgress): void },
) => Promise<OpenedCapture>;

export interface OpenProgress {
  bytesRead: number;
  bytesTotal: number | undefined;
  rows: number;
  phase: 'unpacking' | 'indexing' | 'following' | 'done';
}

export interface CaptureListener {
  /** Bytes or messages were read; at most ten times a second. */
  progressed?(): void;
  /** Anything that `CaptureStore.state` tells changed; at most four times a second. */
  changed?(): void;
  /** The index and the model have grown, or indexing ended. */
  grew?(): void;
  /** Rows must be looked at again from the first one: versions or their order changed. */
  reset?(): void;
  /** What was asked about the meaning of the messages must be asked again. */
  analysisChanged?(): void;
}

/** One capture file: opens it, follows the index as it grows and tells those who show it. */
export class CaptureStore {
  session: OpenedCapture | undefined;
  model: CaptureModel | undefined;
  summaries: Summaries | undefined;
  progress: Progress = { phase: 'opening', bytesRead: 0, rows: 0 };
  error: string | undefined;
  /** What the messages mean. */
  readonly analysis: StoreAnalysis;
  /** Resolves when nothing will be added to the index any more. */
  readonly settled: Promise<void>;
  /** Resolves when all that was in the file has been read, though it may still be written. */
  readonly readable: Promise<void>;
  private settle!: () => void;
  private becomeReadable!: () => void;
  private readonly listeners = new Set<CaptureListener>();
  private readonly abort = new AbortController();
  private readonly progressed = new Throttle(100, () => this.tell('progressed'));
  private readonly changed = new Throttle(250, () => this.tell('changed'));
  private pumping: Promise<void> | undefined;
  private disposed = false;

  constructor(
    readonly path: string,
    readonly fileName: string,
    private readonly bytes: number,
    private readonly scheduler: Scheduler,
    private readonly opener: Opener,
    makeAnalysis: MakeAnalysis = (session) => new LocalAnalysis(session),
    /** The file is being written, until this signal. */
    private readonly follow?: AbortSignal,
  ) {
    this.settled = new Promise((resolve) => (this.settle = resolve));
    this.readable = new Promise((resolve) => (this.becomeReadable = resolve));
    this.analysis = new StoreAnalysis(this, makeAnalysis, () => this.tell('analysisChanged'));
  }

  /** It was read while it was being written. */
  get wasFollowed(): boolean {
    return this.follow !== undefined;
  }

  /** Nothing will be added to the index any more. */
  get finished(): boolean {
    const { phase } = this.progress;
    return phase === 'done' || phase === 'cancelled' || phase === 'failed';
  }

  get state(): CaptureState {
    const { model, fileName, progress, error } = this;
    return model ? captureState(model, fileName, progress, error) : emptyState(fileName, this.bytes, progress, error);
  }

  listen(listener: CaptureListener): { dispose(): void } {
    this.listeners.add(listener);
    return { dispose: () => void this.listeners.delete(listener) };
  }

  private tell(event: keyof CaptureListener): void {
    for (const listener of this.listeners) listener[event]?.();
  }

  /** Opens the file. Resolves when indexing has ended, in whatever way; never rejects. */
  async open(): Promise<void> {
    try {
      const session = await this.opener(this.path, {
        signal: this.abort.signal,
        follow: this.follow,
        onProgress: (progress) => this.onProgress(progress),
      });
      if (this.disposed) return session.close();
      this.session = session;
      this.model = new CaptureModel(session);
      this.summaries = new Summaries(session);
      if (this.progress.phase === 'opening') this.progress = { ...this.progress, phase: 'indexing' };
      this.grow();
      if (this.progress.phase === 'following') this.becomeReadable();
      await session.done;
      await this.end('done');
    } catch (error) {
      await this.fail(error);
    }
  }

  private async fail(error: unknown): Promise<void> {
    if (isCancelled(error)) return this.end('cancelled');
    this.error = error instanceof Error ? error.message : String(error);
    await this.end('failed');
  }

  private async end(phase: CapturePhase): Promise<void> {
    if (this.disposed) return;
    this.progress = { ...this.progress, phase, rows: this.session?.index.count ?? 0 };
    if (phase === 'done') this.rebuild();
    await this.pump().catch(() => undefined);
    if (this.disposed) return;
    this.tell('grew');
    this.progressed.flush();
    this.changed.request();
    this.becomeReadable();
    this.settle();
  }

  /** Replies and problems may have been found for messages that were counted before. */
  private rebuild(): void {
    this.model?.reset();
    this.summaries?.clear();
    this.tell('reset');
    this.analysis.restart();
  }

  private onProgress(progress: OpenProgress): void {
    if (this.disposed || this.finished) return;
    const phase = progress.phase === 'done' ? 'indexing' : progress.phase;
    const { rows } = this.progress;
    this.progress = { ...progress, phase };
    this.progressed.request();
    this.grow();
    if (phase === 'following' && this.session) this.becomeReadable();
    if (progress.rows !== rows) this.analysis.grew();
  }

  /** Takes new messages into the model, then tells the views. */
  private grow(): void {
    void this.pump().then(
      () => this.disposed || (this.tell('grew'), this.changed.request()),
      () => undefined,
    );
  }

  private async pump(): Promise<void> {
    while (this.pumping) await this.pumping;
    const { model } = this;
    if (!model || this.disposed) return;
    const origin = model.origin;
    this.pumping = this.scheduler.run(model.extend()).finally(() => (this.pumping = undefined));
    await this.pumping;
    if (model.origin !== origin) this.tell('reset');
  }

  /** Stops indexing; what was read stays. */
  cancel(): void {
    if (!this.finished) this.abort.abort();
  }

  /** Reads a connection as another version; undefined: as the capture says. */
  setVersion(connection: number, version: NdmpVersion | undefined): void {
    this.session?.setVersion(connection, version);
    this.rebuild();
    this.grow();
  }

  dispose(): void {
    this.disposed = true;
    this.abort.abort();
    this.progressed.dispose();
    this.changed.dispose();
    this.becomeReadable();
    this.settle();
    // another thread may still be reading from its file
    void this.analysis.dispose().finally(() => this.session?.close());
    this.listeners.clear();
  }
}
