import type { Analysis } from '../analysis';
import type { Job } from '../jobs/model';
import type { StateSpan } from '../states/model';
import { spansWithin } from '../states/spans';
import type { StateLine } from './model';
import { relativeSeconds } from '../../session/messageTimes';

const MAX_STATES = 40;
const names = { data: 'data server', mover: 'mover' } as const;

/** The spans of a job's state machines. */
export function spansOf({ states }: Analysis, job: Job): StateSpan[] {
  const stretches = [...job.spans].sort((a, b) => a.connection - b.connection);
  return stretches.flatMap((stretch) => spansWithin(states, stretch));
}

/** `data server ACTIVE`, `mover PAUSED (EOM)`: the states in which the machines of a job were when a message came. */
export function statesAt(spans: readonly StateSpan[], row: number): string[] {
  return spans
    .filter(({ fromRow, toRow, state }) => fromRow < row && (toRow < 0 || toRow >= row) && state !== 'UNKNOWN')
    .map(stateText);
}

function stateText({ machine, state, reason }: StateSpan): string {
  return `${names[machine]} ${state}${reason === '' ? '' : ` (${reason})`}`;
}

/** What each machine of a job went through. */
export function stateLines(analysis: Analysis, job: Job, spans: readonly StateSpan[]): StateLine[] {
  const { index } = analysis.source;
  const lines = new Map<string, StateLine>();
  for (const { machine, connection, state, reason, fromRow, certain } of spans) {
    const key = `${machine} ${connection}`;
    const line = lines.get(key) ?? { machine: names[machine], connection, states: [], dropped: 0 };
    lines.set(key, line);
    const row = Math.max(0, fromRow);
    if (line.states.length >= MAX_STATES) line.dropped++;
    else line.states.push({ state, reason, row, seconds: relativeSeconds(index, row), certain });
  }
  return [...lines.values()].filter(({ states }) =>
    states.some(({ state }) => state !== 'IDLE' && state !== 'UNKNOWN'),
  );
}
