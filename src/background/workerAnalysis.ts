import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { AnalysisQueries, QueryName } from '../analysis/queries';
import type { SharedCapture } from '../indexing';
import { StaleAnalysisError } from './analysisHost';
import type { AnalysisHost } from './analysisHost';
import type { WorkerAnswer, WorkerAsk } from './workerProtocol';

/** How long a query that nobody waits for any more may go on before its thread is ended, in milliseconds. */
const PATIENCE = 2000;

interface Asked {
  id: number;
  what: QueryName;
  ask: unknown;
  resolve(answer: unknown): void;
  reject(error: Error): void;
}

/** An analysis in a worker thread. Queries wait here, so that one which is given up costs nothing. */
export class WorkerAnalysis implements AnalysisHost {
  private worker: Worker | undefined;
  private readonly waiting: Asked[] = [];
  private running: Asked | undefined;
  private nextId = 1;
  private ended: Promise<unknown> = Promise.resolve();
  private disposed = false;

  /** @param share what the thread gets; called whenever one is started */
  constructor(private readonly share: () => SharedCapture) {}

  ask<K extends QueryName>(
    what: K,
    ask: AnalysisQueries[K]['ask'],
    signal?: AbortSignal,
  ): Promise<AnalysisQueries[K]['answer']> {
    if (this.disposed) return Promise.reject(new StaleAnalysisError());
    return new Promise((resolve, reject) => {
      const asked: Asked = { id: this.nextId++, what, ask, resolve: resolve, reject };
      signal?.addEventListener('abort', () => this.giveUp(asked), { once: true });
      this.waiting.push(asked);
      this.next();
    });
  }

  private next(): void {
    if (this.running || this.disposed) return;
    const asked = this.waiting.shift();
    if (!asked) return;
    this.running = asked;
    try {
      this.worker ??= this.start();
      this.worker.postMessage({ id: asked.id, what: asked.what, ask: asked.ask } satisfies WorkerAsk);
    } catch (error) {
      this.finish((each) => each.reject(error instanceof Error ? error : new Error(String(error))));
    }
  }

  private start(): Worker {
    const worker = new Worker(workerFile(), { workerData: this.share() });
    worker.on('message', (answer: WorkerAnswer) => {
      if (this.running?.id !== answer.id) return;
      this.finish((each) =>
        'message' in answer ? each.reject(new Error(answer.message)) : each.resolve(answer.answer),
      );
    });
    worker.on('error', (error) => this.onDeath(worker, `The analysis ended: ${error.message}`));
    worker.on('exit', () => this.onDeath(worker, 'The analysis ended without an answer.'));
    return worker;
  }

  /** Settles the running query and goes on with the next. */
  private finish(settle: (asked: Asked) => void): void {
    const { running } = this;
    this.running = undefined;
    if (running) settle(running);
    this.next();
  }

  private onDeath(worker: Worker, message: string): void {
    if (this.worker !== worker) return;
    this.worker = undefined;
    this.finish((asked) => asked.reject(new Error(message)));
  }

  private giveUp(asked: Asked): void {
    asked.reject(new DOMException('The question was given up.', 'AbortError'));
    const at = this.waiting.indexOf(asked);
    if (at >= 0) this.waiting.splice(at, 1);
    else if (this.running === asked) setTimeout(() => this.endIfBusy(asked), PATIENCE).unref();
  }

  private endIfBusy(asked: Asked): void {
    if (this.running !== asked) return;
    this.end();
    this.finish(() => undefined);
  }

  private end(): void {
    const { worker } = this;
    this.worker = undefined;
    if (worker) this.ended = Promise.all([this.ended, worker.terminate()]);
  }

  /** Resolves when the thread has ended. What is still asked is rejected as out of date. */
  async dispose(): Promise<void> {
    this.disposed = true;
    const open = [...(this.running ? [this.running] : []), ...this.waiting.splice(0)];
    this.running = undefined;
    for (const asked of open) asked.reject(new StaleAnalysisError());
    this.end();
    await this.ended;
  }
}

/** The bundled worker stands beside the bundle that asks for it; a checkout run from source has it in `dist`. */
function workerFile(): string {
  const candidates = [join(__dirname, 'analysisWorker.js'), join(__dirname, '..', '..', 'dist', 'analysisWorker.js')];
  const found = candidates.find((file) => existsSync(file));
  if (found === undefined)
    throw new Error('The analysis worker (dist/analysisWorker.js) is missing. Build the project: npm run build.');
  return found;
}
