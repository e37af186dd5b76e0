import type { DiffItem, TimingStep } from './model';

const MAX_STEPS = 10;
/** Smaller differences are noise. */
const LEAST = 0.1;

/** The steps in whose course one side fell behind the other most. */
export function timingOf(items: readonly DiffItem[]): TimingStep[] {
  const both = items
    .map(({ a, b, direction }, item) => ({ item, a: a?.at, b: b?.at, direction }))
    .filter(
      (each): each is { item: number; a: number; b: number; direction: 'request' | 'post' } =>
        each.a !== undefined && each.b !== undefined,
    )
    .sort((one, other) => one.a - other.a);
  const steps: TimingStep[] = [];
  let lag = 0;
  for (const { item, a, b } of both) {
    const behind = b - a - lag;
    lag = b - a;
    if (Math.abs(behind) >= LEAST) steps.push({ item, behind });
  }
  return steps.sort((one, other) => Math.abs(other.behind) - Math.abs(one.behind)).slice(0, MAX_STEPS);
}
