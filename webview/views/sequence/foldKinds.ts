import type { FoldKind } from '../../../src/analysis/sequence/model';

export type { FoldKind };

/** What is folded, in words. */
export const FOLD_KINDS_SHOWN: readonly [kind: FoldKind, label: string][] = [
  ['polls', 'Polling of states'],
  ['history', 'File history'],
  ['log', 'Log messages'],
  ['reads', 'Reads of a recovery'],
  ['repeats', 'Neighbours that do the same'],
];
