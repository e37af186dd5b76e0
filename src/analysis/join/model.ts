/** Two records of the same session (a capture and a server's log, or two captures), message by message. */
export interface SessionJoin {
  pairs: ConnectionPair[];
  /** Row of B for each row of A, and the other way round; -1 where there is none. */
  toB: Int32Array;
  toA: Int32Array;
  matched: number;
  clock: ClockOffset | undefined;
}

export interface ConnectionPair {
  a: number;
  b: number;
  /** What says that they are the same connection. */
  how: 'addresses and ports' | 'messages';
  matched: number;
  onlyA: number;
  onlyB: number;
}

/** How the clocks of two records differ. */
export interface ClockOffset {
  /** Seconds that B's clock is ahead of A's, in the middle of the session. */
  seconds: number;
  /** Eight of ten messages lie within this many seconds of it, on either side. */
  spread: number;
  /** Seconds that B gains each second; undefined where the session is too short to tell. */
  drift: number | undefined;
  /** Messages that it was told from. */
  messages: number;
}
