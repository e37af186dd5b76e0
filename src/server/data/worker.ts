import { parentPort } from 'node:worker_threads';
import { startBackup } from '../archive/backup';
import { startRecover } from '../archive/recover';
import type { ToWorker } from './engine/messages';
import { Operations } from './engine/operations';

/** A thread that walks trees, writes and reads archives: everything of a data operation that would hold up the server. */
const operations = new Operations(
  { startBackup, startRecover },
  (message, give) => parentPort?.postMessage(message, give),
  (work) => setImmediate(work),
);

parentPort?.on('message', (message: ToWorker) => operations.take(message));
