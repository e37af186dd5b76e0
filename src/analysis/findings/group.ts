import type { FindingContext } from './context';
import type { Rule } from './model';

/** Rules that are looked at together. */
export interface RuleGroup {
  /** Heading in lists of rules. */
  readonly title: string;
  readonly rules: readonly Rule[];
  readonly find: (context: FindingContext) => void;
}
