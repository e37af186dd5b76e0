import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import * as vscode from 'vscode';
import type { FromLabWorker, LabWorkerInput, ToLabWorker } from '../../server/lab/workerMessages';

export type LabState = 'stopped' | 'starting' | 'running' | 'stopping';

const FILE = 'labWorker.js';

/** The lab of this window: runs in a thread of its own, so that backups hold nobody up. */
export class LabHost implements vscode.Disposable {
  readonly output = vscode.window.createOutputChannel('NDMP Lab');
  private readonly changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.changed.event;
  private worker: Worker | undefined;
  private current: LabState = 'stopped';
  private ended: Promise<void> = Promise.resolve();

  get state(): LabState {
    return this.current;
  }

  /** @throws Error with a message for people when the lab cannot start */
  async start(input: LabWorkerInput): Promise<void> {
    this.become('starting');
    const worker = new Worker(join(__dirname, FILE), { workerData: input });
    this.worker = worker;
    this.ended = new Promise((resolve) =>
      worker.once('exit', () => {
        if (this.worker !== worker) return resolve();
        this.worker = undefined;
        if (this.current === 'running') this.output.appendLine('The lab has stopped.');
        this.become('stopped');
        resolve();
      }),
    );
    await new Promise<void>((resolve, reject) => {
      worker.once('error', reject);
      worker.once('exit', () => reject(new Error('The lab ended before it had started.')));
      worker.on('message', (message: FromLabWorker) => {
        if (message.type === 'failed') reject(new Error(message.why));
        else if (message.type === 'log') this.output.appendLine(`[${message.level}] ${message.text}`);
        else if (message.type === 'started') {
          for (const line of message.howToConnect) this.output.appendLine(line);
          this.output.appendLine(
            'Passwords: "NDMP: Copy Lab Password…". Its log as a capture: "NDMP: Open Lab Log".\n',
          );
          this.become('running');
          resolve();
        }
      });
    });
  }

  /** Stops the lab in order and waits until it has. */
  async stop(): Promise<void> {
    if (this.worker === undefined) return;
    this.become('stopping');
    this.worker.postMessage({ type: 'stop' } satisfies ToLabWorker);
    await this.ended;
  }

  dispose(): void {
    void this.worker?.terminate(); // what was acknowledged is on disk
    this.output.dispose();
    this.changed.dispose();
  }

  private become(state: LabState): void {
    this.current = state;
    this.changed.fire();
  }
}
