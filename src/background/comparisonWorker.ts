import { parentPort, workerData } from 'node:worker_threads';
import { Comparison } from '../analysis/diff/comparison';
import { openShared } from '../indexing/sharedCapture';
import { answerComparison } from './comparisonHost';
import type { ComparisonAnswer, ComparisonAsk, ComparisonInput } from './comparisonHost';

const { a, b } = workerData as ComparisonInput;
let comparison: Comparison | undefined;

/** Compares at the first question, so that what goes wrong is told as its answer. */
function answer({ id, what, ask }: ComparisonAsk): ComparisonAnswer {
  try {
    comparison ??= new Comparison(openShared(a), openShared(b));
    return { id, answer: answerComparison(comparison, what, ask) };
  } catch (error) {
    return { id, message: error instanceof Error ? error.message : String(error) };
  }
}

parentPort?.on('message', (ask: ComparisonAsk) => parentPort?.postMessage(answer(ask)));
