import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { Comparison } from '../analysis/diff/comparison';
import type { SharedCapture } from '../indexing';
import type { CaptureSession } from '../session/capture';

/** What can be asked of a comparison, by the names of its methods. */
export type ComparisonQuery = 'summary' | 'lines' | 'rows';
type AskOf<K extends ComparisonQuery> = Parameters<Comparison[K]>;
type AnswerOf<K extends ComparisonQuery> = ReturnType<Comparison[K]>;

export interface ComparisonInput {
  a: SharedCapture;
  b: SharedCapture;
}

export interface ComparisonAsk {
  id: number;
  what: ComparisonQuery;
  ask: unknown[];
}

export type ComparisonAnswer = { id: number; answer: unknown } | { id: number; message: string };

/** Two captures compared, wherever that is done. */
export interface ComparisonHost {
  ask<K extends ComparisonQuery>(what: K, ...ask: AskOf<K>): Promise<AnswerOf<K>>;
  /** Resolves when it reads from neither capture any more. */
  dispose(): Promise<void>;
}

/** Answers one question. */
export function answerComparison(comparison: Comparison, what: ComparisonQuery, ask: unknown[]): unknown {
  switch (what) {
    case 'summary':
      return comparison.summary();
    case 'lines':
      return comparison.lines(...(ask as AskOf<'lines'>));
    case 'rows':
      return comparison.rows();
  }
}

interface Waiting {
  resolve: (answer: unknown) => void;
  reject: (error: Error) => void;
}

/** A comparison in a thread of its own: it reads the bodies of all messages of both. */
export class WorkerComparison implements ComparisonHost {
  private readonly worker: Worker;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;
  private failure: Error | undefined;

  constructor(input: ComparisonInput) {
    this.worker = new Worker(workerFile(), { workerData: input });
    this.worker.on('message', (answer: ComparisonAnswer) => {
      const waiting = this.waiting.get(answer.id);
      this.waiting.delete(answer.id);
      if ('message' in answer) waiting?.reject(new Error(answer.message));
      else waiting?.resolve(answer.answer);
    });
    this.worker.on('error', (error) => this.fail(error));
    this.worker.on('exit', () => this.fail(new Error('The comparison ended without an answer.')));
  }

  ask<K extends ComparisonQuery>(what: K, ...ask: AskOf<K>): Promise<AnswerOf<K>> {
    if (this.failure) return Promise.reject(this.failure);
    return new Promise((resolve, reject) => {
      const id = this.nextId++;
      this.waiting.set(id, { resolve: (answer) => resolve(answer as AnswerOf<K>), reject });
      this.worker.postMessage({ id, what, ask } satisfies ComparisonAsk);
    });
  }

  async dispose(): Promise<void> {
    this.fail(new Error('The comparison was closed.'));
    await this.worker.terminate();
  }

  private fail(error: Error): void {
    this.failure ??= error;
    for (const { reject } of this.waiting.values()) reject(this.failure);
    this.waiting.clear();
  }
}

/** A comparison in the thread that asks: for captures whose bytes no other thread can read, and for tests. */
export class LocalComparison implements ComparisonHost {
  private readonly comparison: Comparison;

  constructor(a: CaptureSession, b: CaptureSession) {
    this.comparison = new Comparison(a, b);
  }

  ask<K extends ComparisonQuery>(what: K, ...ask: AskOf<K>): Promise<AnswerOf<K>> {
    return Promise.resolve(answerComparison(this.comparison, what, ask) as AnswerOf<K>);
  }

  dispose(): Promise<void> {
    return Promise.resolve();
  }
}

function workerFile(): string {
  const name = 'comparisonWorker.js';
  const candidates = [join(__dirname, name), join(__dirname, '..', '..', 'dist', name)];
  const found = candidates.find((file) => existsSync(file));
  if (found === undefined)
    throw new Error(`The comparison worker (dist/${name}) is missing. Build the project: npm run build.`);
  return found;
}
