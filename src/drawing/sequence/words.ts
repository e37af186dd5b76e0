import type { SequenceLine, StateBar } from '../../analysis/sequence/model';
import type { TextRun } from './scene';

/** A length of time in three figures: `43 µs`, `2.7 ms`, `1.04 s`, `2 min 05 s`, `1 h 02 min`. */
export function durationText(seconds: number): string {
  if (seconds < 0.0009995) return `${Math.round(seconds * 1e6)} µs`;
  if (seconds < 0.9995) return `${(seconds * 1000).toFixed(seconds < 0.09995 ? 1 : 0)} ms`;
  if (seconds < 59.995) return `${seconds.toFixed(2)} s`;
  const whole = Math.round(seconds);
  const two = (n: number): string => n.toString().padStart(2, '0');
  return whole < 3600
    ? `${Math.floor(whole / 60)} min ${two(whole % 60)} s`
    : `${Math.floor(whole / 3600)} h ${two(Math.floor(whole / 60) % 60)} min`;
}

/** Seconds since the job's first message: `+0.031`, `+0.061 … 0.665` for lines that last. */
export function momentText({ kind, at, until }: Pick<SequenceLine, 'kind' | 'at' | 'until'>): string {
  if (kind === 'link') return '';
  const begin = at.toFixed(3);
  const end = until?.toFixed(3);
  return end === undefined || end === begin ? `+${begin}` : `+${begin} … ${end}`;
}

/** Name and facts; a fold shows by its sign whether it can be opened or is open. */
export function labelRuns({ name, facts, kind, open, outcome }: SequenceLine): TextRun[] {
  const sign = kind === 'fold' ? (open ? '▾ ' : '▸ ') : '';
  const runs: TextRun[] = [{ text: `${sign}${name}`, style: 'name' }];
  const style = kind === 'post' && outcome === 'failed' ? 'badFacts' : 'facts';
  return facts === '' ? runs : [...runs, { text: `  ${facts}`, style }];
}

/** `ok 1.2 ms`, `NOT_AUTHORIZED 52 µs`. */
export function resultRuns({ result, outcome, latency }: SequenceLine): TextRun[] {
  if (result === '') return [];
  const style = outcome === 'failed' ? 'bad' : outcome === 'missing' ? 'missing' : 'result';
  const sign = outcome === 'failed' ? '✕ ' : '';
  const runs: TextRun[] = [{ text: `${sign}${result}`, style }];
  return latency === undefined ? runs : [...runs, { text: `  ${durationText(latency)}`, style: 'result' }];
}

/** `ACTIVE`, `PAUSED: EOM`; with the machine's name where two share a lifeline. */
export function stateText({ machine, state, reason, certain }: StateBar, shared: boolean): string {
  const text = reason === '' ? state : `${state}: ${reason}`;
  return `${shared ? `${machine} ` : ''}${text}${certain ? '' : ' (inferred)'}`;
}

/** All that a line says, for people who point at it and for screen readers. */
export function lineTitle(line: SequenceLine, from: string, to: string): string {
  const { name, facts, result, n, replyN, count, marks } = line;
  const numbers = replyN === undefined ? `message ${n}` : `messages ${n} and ${replyN}`;
  const what = count > 1 ? `${count} messages from number ${n}` : numbers;
  const parts = [
    line.kind === 'link' ? name : `${from} → ${to}: ${name}`,
    facts,
    result === '' ? '' : `→ ${result}${line.latency === undefined ? '' : ` after ${durationText(line.latency)}`}`,
    `(${momentText(line) || `from +${line.at.toFixed(3)}`}, ${what})`,
    ...marks.map(({ severity, rule, text }) => `${severity} ${rule}: ${text}`),
  ];
  return parts.filter((part) => part !== '').join(' ');
}
