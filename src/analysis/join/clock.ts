import type { MessageIndex } from '../../session/messageIndex';
import type { ClockOffset } from './model';

/** Messages that a clock is told from; more make it no better. */
const MAX_SAMPLES = 2000;
/** A drift is told of sessions that last this long, and when it is more than the times' own noise. */
const LEAST_SPAN = 60;

export interface ClockSample {
  /** Seconds by A's clock. */
  at: number;
  /** Seconds that B's time is later. */
  ahead: number;
}

/** Seconds from the time of row `a` to that of row `b`, in another session. */
export function aheadOf(a: MessageIndex, rowA: number, b: MessageIndex, rowB: number): number {
  return b.seconds(rowB) - a.seconds(rowA) + (b.nanos(rowB) - a.nanos(rowA)) / 1e9;
}

/**
 * How two clocks differ, from messages that both saw. The middle value counts and not the mean, so that a few that were
 * written down late do no harm.
 */
export function clockOf(all: readonly ClockSample[]): ClockOffset | undefined {
  if (all.length === 0) return undefined;
  const step = Math.max(1, Math.floor(all.length / MAX_SAMPLES));
  const samples = all.filter((_sample, at) => at % step === 0);
  const sorted = samples.map(({ ahead }) => ahead).sort((x, y) => x - y);
  const seconds = quantile(sorted, 0.5);
  const spread = (quantile(sorted, 0.9) - quantile(sorted, 0.1)) / 2;
  return { seconds, spread, drift: driftOf(samples), messages: all.length };
}

/** The slope between the middle values of the first and the last third. */
function driftOf(samples: readonly ClockSample[]): number | undefined {
  const ordered = [...samples].sort((x, y) => x.at - y.at);
  const third = Math.floor(ordered.length / 3);
  if (third < 5) return undefined;
  const first = ordered.slice(0, third);
  const last = ordered.slice(-third);
  const span = middle(last, 'at') - middle(first, 'at');
  if (span < LEAST_SPAN) return undefined;
  const gained = middle(last, 'ahead') - middle(first, 'ahead');
  const noise = Math.max(noiseOf(first), noiseOf(last)) / Math.sqrt(third);
  return Math.abs(gained) > 4 * noise ? gained / span : undefined;
}

function noiseOf(samples: readonly ClockSample[]): number {
  const sorted = samples.map(({ ahead }) => ahead).sort((x, y) => x - y);
  return quantile(sorted, 0.75) - quantile(sorted, 0.25);
}

function middle(samples: readonly ClockSample[], key: keyof ClockSample): number {
  return quantile(
    samples.map((sample) => sample[key]).sort((x, y) => x - y),
    0.5,
  );
}

export function quantile(sorted: readonly number[], part: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))];
}
