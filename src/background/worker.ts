import { parentPort, workerData } from 'node:worker_threads';
import { Analysis } from '../analysis/analysis';
import type { AnalysisQueries, QueryName } from '../analysis/queries';
import { openShared } from '../indexing/sharedCapture';
import type { SharedCapture } from '../indexing/sharedCapture';
import { answerQuery } from './answerQuery';
import type { WorkerAnswer, WorkerAsk } from './workerProtocol';

/** The analysis of one capture, in a thread of its own: answers one query after the other. */
const analysis = new Analysis(openShared(workerData as SharedCapture));

function answer({ id, what, ask }: WorkerAsk): WorkerAnswer {
  try {
    return { id, answer: answerQuery(analysis, what, ask as AnalysisQueries[QueryName]['ask']) };
  } catch (error) {
    return { id, message: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (ask: WorkerAsk) => parentPort?.postMessage(answer(ask)));
