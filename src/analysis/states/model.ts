import type { NdmpVersion } from '../../protocol';

/** The two state machines of a server (NDMPv4 draft, data and mover interfaces). */
export type Machine = 'data' | 'mover';

/** A stretch in which a state machine was in one state. Plain data. */
export interface StateSpan {
  machine: Machine;
  connection: number;
  /** `IDLE`, `LISTEN`, `CONNECTED`, `ACTIVE`, `PAUSED`, `HALTED`, or `UNKNOWN` before the first message that tells. */
  state: string;
  /** Row that brought it about or first showed it. */
  fromRow: number;
  /** Row that ended it, -1: it lasted to the end of what was captured. */
  toRow: number;
  /** False where it is inferred and no message says it. */
  certain: boolean;
  /** Pause or halt reason by name (`EOM`, `CONNECT_CLOSED`), '' when there is none. */
  reason: string;
}

/** The states of all connections, spans of one machine of one connection in the order of time. */
export interface StateTrace {
  spans: StateSpan[];
}

/** State, version and request, for tables of what is legal. */
export interface StateQuestion {
  machine: Machine;
  state: string;
  version: NdmpVersion;
  code: number;
}
