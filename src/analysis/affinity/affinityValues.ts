import type { ListedItem, NamedValue } from './inventory';
import type { Relation } from '../../protocol';

/** The name that ONTAP gives the pair is not publicly documented; whatever speaks of affinity is taken for it. */
const AFFINITY = /affin/i;
/** A name longer than this is no name of a variable. */
const MAX_KEY = 256;

/** Whether a pair of this name carries affinity: it says so itself, or the user says so. */
export function isAffinityKey(name: string, keys: readonly string[]): boolean {
  return name.length <= MAX_KEY && (AFFINITY.test(name) || keys.includes(name));
}

/** The pairs of an item that carry affinity; empty values say nothing. */
export function affinityOf({ pairs }: ListedItem, keys: readonly string[]): NamedValue[] {
  return pairs.filter(({ name, value }) => value !== '' && isAffinityKey(name, keys));
}

/** Compares by the keys that both carry; without one in common the affinity of one of them is missing. */
export function relationOf(a: readonly NamedValue[], b: readonly NamedValue[]): Relation {
  const common = [...new Set(a.map(({ name }) => name))].filter((name) => b.some((pair) => pair.name === name));
  if (common.length === 0) return 'missing';
  return common.every((name) => valuesOf(a, name) === valuesOf(b, name)) ? 'equal' : 'different';
}

/** The values of a key as one text, equal where the sets of values are. */
export function valuesOf(pairs: readonly NamedValue[], name: string): string {
  const values = new Set(pairs.filter((pair) => pair.name === name).map(({ value }) => value));
  return [...values].sort().join('\u0000');
}
