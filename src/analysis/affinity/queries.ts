import type { Analysis } from '../analysis';
import { answerAffinity } from './answer';
import { readInventory } from './readInventory';
import type { AffinityAnswer, AffinityAsk } from './view';

/** What the affinity view asks. */
export interface AffinityQueries {
  affinity: { ask: AffinityAsk; answer: AffinityAnswer };
}

export const affinityHandlers = {
  affinity: (analysis: Analysis, ask: AffinityAsk): AffinityAnswer => affinityOfCapture(analysis, ask),
};

/** The affinity view of a capture; its inventory is read once. */
export function affinityOfCapture(analysis: Analysis, ask: AffinityAsk): AffinityAnswer {
  const inventory = analysis.once('inventory', () => readInventory(analysis.source));
  return answerAffinity(inventory, analysis.jobs, analysis.source, ask);
}
