import { countBefore } from '../ascending';
import { partsOfConnections } from '../grouped';
import type { StateSpan, StateTrace } from './model';

/** Rows of one connection. */
interface Stretch {
  connection: number;
  fromRow: number;
  toRow: number;
}

const lists = new WeakMap<StateTrace, Map<number, readonly StateSpan[][]>>();

/** The spans that reach into a stretch of a connection: of each machine in the order of time. */
export function spansWithin(trace: StateTrace, { connection, fromRow, toRow }: Stretch): StateSpan[] {
  return machinesOf(trace, connection).flatMap((spans) => {
    // spans of one machine follow each other, so that their ends ascend too; only the last may be open
    const first = countBefore(spans, fromRow, (span) => (span.toRow < 0 ? Number.MAX_SAFE_INTEGER : span.toRow));
    return spans.slice(
      first,
      countBefore(spans, toRow + 1, (span) => span.fromRow),
    );
  });
}

function machinesOf(trace: StateTrace, connection: number): readonly StateSpan[][] {
  const made = lists.get(trace) ?? new Map<number, readonly StateSpan[][]>();
  lists.set(trace, made);
  let machines = made.get(connection);
  if (machines === undefined) {
    const spans = partsOfConnections(trace.spans).get(connection) ?? [];
    machines = (['data', 'mover'] as const).map((machine) => spans.filter((span) => span.machine === machine));
    made.set(connection, machines);
  }
  return machines;
}
