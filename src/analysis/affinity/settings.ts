import type { LifType, UserRole } from '../../protocol';

/** What the user says of one address of a server; no message tells it. */
export interface LifSettings {
  type?: LifType;
  /** Key of the node that hosts the LIF, as the view's nodes have it. */
  node?: string;
  /** Name of the SVM that owns the LIF. */
  svm?: string;
}

/** What the user adds to a file: kept for it by the editor, given by options on the command line. Plain data. */
export interface AffinitySettings {
  /** By address, without port. */
  lifs: Record<string, LifSettings>;
  /** Names of pairs that carry affinity, beside those that match /affin/i. */
  keys: string[];
  role?: UserRole;
  /** Node-scoped mode knows no CAB, and the tables of LIF types do not hold in it. */
  scope?: 'svm' | 'node';
}

export const NO_SETTINGS: Readonly<AffinitySettings> = { lifs: {}, keys: [] };
