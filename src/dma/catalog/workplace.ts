import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Answer, Request } from './messages';

/** Where the work on a catalog is done. */
export interface Workplace {
  send(request: Request, give: readonly ArrayBuffer[]): void;
  end(): Promise<void>;
}

const BUNDLE = 'catalogWorker.js';
/** Megabytes of objects that live shortly: V8's own bound lets a history take more memory than it needs. */
const MOST_YOUNG = 12;

/**
 * A thread of its own beside the bundle that runs; where the sources themselves run, this very thread.
 * @param lost told when the thread ended without having been asked to
 */
export async function openWorkplace(
  file: string,
  take: (answer: Answer) => void,
  lost: (why: string) => void,
): Promise<Workplace> {
  const bundle = join(__dirname, BUNDLE);
  return existsSync(bundle) ? threadAt(bundle, file, take, lost) : here(file, take);
}

/** A worker thread that runs a bundle of `worker.ts`. */
export function threadAt(
  bundle: string,
  file: string,
  take: (answer: Answer) => void,
  lost: (why: string) => void,
): Workplace {
  const worker = new Worker(bundle, { workerData: file, resourceLimits: { maxYoungGenerationSizeMb: MOST_YOUNG } });
  let ended = false;
  const onceLost = (why: string): void => {
    if (!ended) lost(why);
    ended = true;
  };
  // keeps the program alive as long as it owes an answer, and no longer
  let owed = 0;
  worker.on('message', (answer: Answer) => {
    owed -= 1;
    if (owed === 0) worker.unref();
    take(answer);
  });
  worker.on('error', (error) => onceLost(error.message));
  worker.on('exit', (code) => onceLost(`exit code ${code}`));
  worker.unref();
  return {
    send: (request, give) => {
      owed += 1;
      worker.ref();
      worker.postMessage(request, [...give]);
    },
    end: async () => {
      ended = true;
      await worker.terminate();
    },
  };
}

async function here(file: string, take: (answer: Answer) => void): Promise<Workplace> {
  const { Engine } = await import('./engine');
  const engine = new Engine(file);
  return {
    send: (request) => void engine.answer(request).then(take),
    end: () => Promise.resolve(),
  };
}
