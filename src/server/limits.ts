/** Bounds of what a server gives its clients; every one can be set. */
export interface ServerLimits {
  /** Control connections at a time. */
  connections: number;
  /** Control connections at a time from one address. */
  connectionsPerAddress: number;
  /** Bytes of one record (message) of a client that has logged in; before, 64 KiB. */
  recordBytes: number;
  /** Seconds in which a client has to log in; 0: any. */
  loginSeconds: number;
  /** Refused logins after which a connection is closed. */
  loginAttempts: number;
  /** Seconds in which a record that has begun has to arrive. */
  recordSeconds: number;
  /** Seconds without any message after which a connection with nothing going on is closed; 0: never. */
  idleSeconds: number;
  /** Bytes that wait for a slow DMA before the data server is held back. */
  waitingBytes: number;
  /** Bytes of a tape record. */
  tapeRecordBytes: number;
  /** Data operations at a time. */
  operations: number;
  /** Seconds that a listening data server or mover waits for its peer. */
  listenSeconds: number;
}

export const DEFAULT_LIMITS: ServerLimits = {
  connections: 256,
  connectionsPerAddress: 256,
  recordBytes: 16 * 1024 * 1024,
  loginSeconds: 60,
  loginAttempts: 6,
  recordSeconds: 60,
  idleSeconds: 0,
  waitingBytes: 1024 * 1024,
  tapeRecordBytes: 1024 * 1024,
  operations: 32,
  listenSeconds: 600,
};
