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

/**
 * What the state table says of a request or a message about a state.
 * `illegal`: not allowed in any state that the machine may have been in. `illegal-accepted`: the same, but the server did
 * it. `lenient`: not allowed by the specification but usual. `refused`: answered ILLEGAL_STATE though it is allowed.
 * `contradiction`: a state is told that the machine cannot have come to. `not-told`: a halt or a pause without its post.
 * `told-twice`: more than one post for one halt or pause.
 */
export type StateIssueKind =
  'illegal' | 'illegal-accepted' | 'lenient' | 'refused' | 'contradiction' | 'not-told' | 'told-twice';

export interface StateIssue {
  kind: StateIssueKind;
  machine: Machine;
  connection: number;
  /** The request, or the message that tells a state. */
  row: number;
  /** Reply to the request, or the message that it contradicts; -1 where there is none. */
  otherRow: number;
  /** State that the machine was in, or was told to be in. */
  state: string;
  /** For `lenient` who does so, for `refused` who refuses it habitually, for `contradiction` the state that is told. */
  detail: string;
}
