import type { AnalysisSource } from '../analysis';
import type { ClockOffset } from './model';

const DAY = 86400;

/**
 * How two clocks differ, in words: `B is 1.203 s ahead of A (± 4 ms, from 420 messages)`.
 * @param a name of the first record, such as `A` or `the capture`
 */
export function clockText(
  clock: ClockOffset,
  sourceA: AnalysisSource,
  a: string,
  sourceB: AnalysisSource,
  b: string,
): string {
  const noDate = [sourceA, sourceB].some(({ info }) => info.clock === 'time of day');
  const days = noDate ? Math.round(clock.seconds / DAY) : 0;
  const seconds = clock.seconds - days * DAY;
  const peer = [sourceA, sourceB].some(({ info }) => info.clock === 'peer')
    ? ' by the time stamps in the messages'
    : '';
  const side = seconds < 0 ? 'behind' : 'ahead of';
  const text = `${b} is ${sizeText(Math.abs(seconds))} ${side} ${a}${peer} (± ${sizeText(clock.spread)}, from ${clock.messages} messages)`;
  return `${text}${driftText(clock)}${days === 0 ? '' : dateText(days, sourceA, a, sourceB, b)}`;
}

function driftText({ drift }: ClockOffset): string {
  if (drift === undefined) return '';
  return `; it ${drift > 0 ? 'gains' : 'loses'} ${(Math.abs(drift) * DAY).toFixed(2)} s a day`;
}

/** The day that a record without dates begins on, by the other one. */
function dateText(days: number, sourceA: AnalysisSource, a: string, sourceB: AnalysisSource, b: string): string {
  const isB = sourceB.info.clock === 'time of day';
  if (isB && sourceA.info.clock === 'time of day') return '';
  const date = new Date(Math.abs(days) * DAY * 1000);
  return `; the first day of ${isB ? b : a} is ${date.toISOString().slice(0, 10)}`;
}

function sizeText(seconds: number): string {
  if (seconds < 0.001) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 1) return `${(seconds * 1000).toFixed(1)} ms`;
  if (seconds < 3600) return `${seconds.toFixed(3)} s`;
  const hours = Math.floor(seconds / 3600);
  return `${hours} h ${((seconds - hours * 3600) / 60).toFixed(1)} min`;
}
