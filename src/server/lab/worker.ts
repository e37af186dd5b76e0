import { parentPort, workerData } from 'node:worker_threads';
import type { ServerLog } from '../log';
import { howToConnect } from './howToConnect';
import { Lab } from './lab';
import { whyNotStarted } from './whyNotStarted';
import type { FromLabWorker, LabWorkerInput, ToLabWorker } from './workerMessages';

const say = (message: FromLabWorker): void => parentPort?.postMessage(message);

function logWith(prefix: string): ServerLog {
  return {
    write: (level, text) => {
      if (level !== 'debug') say({ type: 'log', level, text: `${prefix}${text}` });
    },
    child: (more) => logWith(`${prefix}${more}`),
  };
}

/** Runs a lab in a thread of its own until it is told to stop, or is stopped from elsewhere. */
async function main({ folder, port }: LabWorkerInput): Promise<void> {
  let lab: Lab;
  try {
    lab = await Lab.start({ folder, port, log: logWith('') });
  } catch (error) {
    say({ type: 'failed', why: whyNotStarted(error) });
    parentPort?.close();
    return;
  }
  parentPort?.on('message', ({ type }: ToLabWorker) => {
    if (type === 'stop') void lab.stop();
  });
  say({ type: 'started', howToConnect: howToConnect(lab) });
  await lab.stopped;
  say({ type: 'stopped' });
  parentPort?.close();
}

void main(workerData as LabWorkerInput);
