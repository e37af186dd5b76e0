import type { Analysis } from '../analysis';
import { answerAffinity } from './answer';
import type { Inventory } from './inventory';
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
  return answerAffinity(inventoryOf(analysis), analysis.jobs, analysis.source, ask);
}

/** What a capture tells about servers; read once. */
export function inventoryOf(analysis: Analysis): Inventory {
  return analysis.once('inventory', () => readInventory(analysis.source));
}
