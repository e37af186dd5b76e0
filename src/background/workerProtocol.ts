import type { QueryName } from '../analysis/queries';

/** What the analysis worker is asked. */
export interface WorkerAsk {
  id: number;
  what: QueryName;
  ask: unknown;
}

/** What it says. `message` is a sentence for users. */
export type WorkerAnswer = { id: number; answer: unknown } | { id: number; message: string };
