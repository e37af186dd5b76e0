import { parentPort, workerData } from 'node:worker_threads';
import { Engine } from './engine';
import type { Request } from './messages';

/** The thread that works on a catalog's file, whose path it is given. */
const engine = new Engine(workerData as string);

parentPort?.on('message', (request: Request) => {
  void engine.answer(request).then((answer) => parentPort?.postMessage(answer));
});
