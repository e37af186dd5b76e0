import type { Analysis } from '../analysis';
import { meaningOf, type MessageMeaning } from './meaning';

export type { MessageMeaning, StateAt } from './meaning';

/** What the view asks about one message. */
export interface MeaningQueries {
  /** `row` from 0. */
  meaning: { ask: { row: number }; answer: MessageMeaning };
}

export const meaningHandlers = {
  meaning: (analysis: Analysis, { row }: MeaningQueries['meaning']['ask']): MessageMeaning => meaningOf(analysis, row),
};
