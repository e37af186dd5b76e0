import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import * as vscode from 'vscode';
import { LocalAnalysis } from '../../background/localAnalysis';
import { WorkerAnalysis } from '../../background/workerAnalysis';
import { openCapture } from '../../indexing';
import type { Scheduler } from '../scheduler';
import { setting } from '../settings';
import { CaptureStore } from './captureStore';
import type { OpenedCapture, Opener } from './captureStore';
import { Insights } from './insights';
import { keyLogFor } from './keyLog';
import { Follow, followRecording } from '../tap/follow';
import { UserError } from './userError';

/** In a thread of its own wherever that can read the capture. */
function makeAnalysis(session: OpenedCapture) {
  return session.share ? new WorkerAnalysis(() => session.share!()) : new LocalAnalysis(session);
}

/** A capture file that is open in one or more editors. */
export class CaptureDocument implements vscode.CustomDocument {
  store!: CaptureStore;
  /** It is shown while it is being written. */
  private following: Follow | undefined;
  private readonly movedOn = new vscode.EventEmitter<string>();
  /** What was followed is whole, and its recording goes on in the file that is given. */
  readonly onDidMoveOn = this.movedOn.event;
  /** Its jobs and findings, as far as they are known. */
  insights!: Insights;
  private readonly reloaded = new vscode.EventEmitter<void>();
  /** The file is read anew: `store` is another one. */
  readonly onDidReload = this.reloaded.event;
  private readonly changed = new vscode.EventEmitter<void>();
  /** Anything about the capture changed; at most a few times a second. */
  readonly onDidChange = this.changed.event;
  private readonly disposed = new vscode.EventEmitter<void>();
  readonly onDidDispose = this.disposed.event;

  private constructor(
    readonly uri: vscode.Uri,
    private readonly scheduler: Scheduler,
    private readonly log: vscode.LogOutputChannel,
    /** The key log that this capture was given, a path; read at the next {@link reload}. */
    public keyLog: string | undefined,
  ) {}

  static async open(
    uri: vscode.Uri,
    scheduler: Scheduler,
    log: vscode.LogOutputChannel,
    keyLog?: string,
  ): Promise<CaptureDocument> {
    const document = new CaptureDocument(uri, scheduler, log, keyLog);
    await document.read();
    return document;
  }

  get fileName(): string {
    return basename(this.uri.path);
  }

  /** Reads the file from the beginning. `follow`: and goes on while somebody writes it, until that is ended here. */
  async reload(follow = false): Promise<void> {
    const before = [this.insights, this.store];
    await this.read(follow);
    this.reloaded.fire();
    // only now, since views read from its file until they have turned to the new one
    for (const part of before) part.dispose();
    this.changed.fire();
  }

  /** What is added to the file from now on is not shown. */
  stopFollowing(): void {
    this.following?.end();
  }

  private async read(follow = false): Promise<void> {
    const { uri, log } = this;
    const path = uri.fsPath;
    this.following?.dispose();
    const following = (await followRecording(path)) ?? (follow ? new Follow() : undefined);
    this.following = following;
    const bytes = await stat(path).then(
      (file) => file.size,
      () => 0,
    );
    const store = new CaptureStore(
      path,
      this.fileName,
      bytes,
      this.scheduler,
      this.opener,
      makeAnalysis,
      following?.signal,
    );
    this.store = store;
    store.listen({ changed: () => this.changed.fire(), reset: () => this.changed.fire() });
    this.insights = new Insights(
      store,
      () => this.changed.fire(),
      (error) => log.error(`${path}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`),
    );
    const begin = Date.now();
    log.info(`opening ${path}, ${bytes} bytes`);
    void store.open().then(() => {
      const { phase, rows } = store.progress;
      if (store.error) log.error(`${path}: ${store.error}`);
      log.info(`${path}: ${phase}, ${rows} messages, ${Date.now() - begin} ms`);
      if (following?.next !== undefined) this.movedOn.fire(following.next);
    });
  }

  private readonly opener: Opener = async (path, options) => {
    if (this.uri.scheme !== 'file')
      throw new UserError(`${this.fileName} is not a file on disk (${this.uri.scheme}:). Save a copy and open that.`);
    return openCapture(path, {
      ...options,
      ports: setting('ports', this.uri),
      maxUnpackedBytes: setting('maxUnpackedBytes', this.uri),
      tlsKeyLog: keyLogFor(this.uri, this.keyLog, this.log),
    });
  };

  dispose(): void {
    this.following?.dispose();
    this.insights.dispose();
    this.store.dispose();
    this.disposed.fire();
    this.reloaded.dispose();
    this.changed.dispose();
    this.disposed.dispose();
    this.movedOn.dispose();
  }
}
