import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { refuse } from '../../failure';
import type { Workplace } from './engine';
import type { FromWorker } from './messages';

const FILE = 'dataWorker.js';
/** Megabytes of JavaScript objects; buffers of streams are not among them. A thread that needs more ends, not the server. */
const MOST_HEAP = 192;
/** Megabytes of its objects that live shortly; V8's own bound (48) lets twenty backups take much more memory than they need. */
const MOST_YOUNG = 12;

/** A worker thread (dist/dataWorker.js) as a workplace. Throws a RequestFailure UNDEFINED when the file is not there. */
export function openThread(take: (message: FromWorker) => void, lost: (why: string) => void): Workplace {
  const worker = new Worker(workerFile(), {
    resourceLimits: { maxOldGenerationSizeMb: MOST_HEAP, maxYoungGenerationSizeMb: MOST_YOUNG },
  });
  let ended = false;
  const onceLost = (why: string): void => {
    if (!ended) lost(why);
    ended = true;
  };
  worker.on('message', take);
  worker.on('error', (error) => onceLost(error.message));
  worker.on('exit', (code) => onceLost(`exit code ${code}`));
  worker.unref();
  return {
    send: (message, give) => worker.postMessage(message, give),
    end: async () => {
      ended = true;
      await worker.terminate();
    },
  };
}

/** Beside the bundle that runs; in the checkout's dist/ when the sources themselves run. */
function workerFile(): string {
  const candidates = [join(__dirname, FILE), join(__dirname, '..', '..', '..', '..', 'dist', FILE)];
  const found = candidates.find((file) => existsSync(file));
  return found ?? refuse('UNDEFINED', `dist/${FILE} is missing. Build the project: npm run build.`);
}
