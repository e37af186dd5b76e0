/** Which of the two ends of a connection through the tap: whoever connected to it, or whom it connects to. */
export type Side = 'client' | 'target';

/** What the tap takes a connection for: NDMP messages, or whatever a data connection carries. */
export type ConnectionKind = 'control' | 'data' | 'unknown';

/** A whole message on its way through the tap. */
export interface PassingMessage {
  /** Of the tap, from 1. */
  connection: number;
  from: Side;
  /** The record without its marks; a view that is good only during the call. */
  payload: Uint8Array;
  /** Milliseconds since 1970. */
  at: number;
}

/** What goes on in place of a message; messages are records without marks, in the order in which they are to be sent. */
export type Passage =
  | { do: 'pass' }
  /** In place of it: nothing (it is lost), itself and others, or altered ones; `cut`: then both sides are broken off. */
  | { do: 'replace'; towardsTarget: Uint8Array[]; towardsClient: Uint8Array[]; cut?: 'fin' | 'rst' }
  /**
   * It and all that comes behind it in its direction wait: the gate is asked about what is behind only after `then` was
   * called, when the time is over.
   */
  | { do: 'hold'; milliseconds: number; then: () => Passage }
  /** Both sides are broken off, in place of it or behind it. */
  | { do: 'cut'; how: 'fin' | 'rst'; behind: boolean };

/** Why something else than what came is sent, for the recording and whoever watches: 'answered with NDMP_NO_MEM_ERR'. */
export interface Mark {
  connection: number;
  text: string;
}

/**
 * Decides on messages of control connections that pass. A connection with no gate is forwarded byte for byte as it came,
 * and nothing decides on it.
 */
export interface MessageGate {
  /** Never throws; called in the order in which messages come, one at a time for each direction of a connection. */
  message(passing: PassingMessage): { passage: Passage; marks: Mark[] };
  /**
   * Bytes that may still pass in this direction, counted from now, before both sides are broken off by a reset, be it
   * within a message; undefined: all. Asked behind each `message` of a control connection, before what it decided passes,
   * and at the beginning of a data connection.
   */
  bytesLeft?(connection: number, from: Side, kind: ConnectionKind): number | undefined;
  /** Bytes a second that may pass in this direction; undefined: as fast as they come. May be asked at any time. */
  rate?(connection: number, from: Side, kind: ConnectionKind): number | undefined;
  /** Whether there is nothing to decide at the moment: bytes are then forwarded as they come. Left out: there always is. */
  isIdle?(): boolean;
  /** A whole message went on while there was nothing to decide. */
  seen?(passing: PassingMessage): void;
  closed(connection: number): void;
}
