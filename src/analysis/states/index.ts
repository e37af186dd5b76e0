import type { MessageSource } from '../messageView';
import type { StateIssue, StateTrace } from './model';
import { StateTracer } from './tracer';

export type * from './model';
export { mayFollowGap } from './gaps';

/** The states of data servers and movers, and where messages do not go with the state table. */
export interface StateExamination {
  trace: StateTrace;
  issues: StateIssue[];
}

/**
 * Follows data server and mover of every connection on which they are used. Never throws; where the capture begins late
 * or misses messages the state is `UNKNOWN` until a message tells it.
 */
export function examineStates(source: MessageSource): StateExamination {
  const tracer = new StateTracer(source);
  const spans = tracer.run();
  return { trace: { spans }, issues: tracer.issues };
}

/** The states alone, for those who draw them. */
export function traceStates(source: MessageSource): StateTrace {
  return examineStates(source).trace;
}
