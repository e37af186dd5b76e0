import type { DataAddress } from '../../transport/dataAddress';

/** One end of a data connection: a stream of bytes, of which one side writes. */
export interface DataEnd {
  /** What GET_STATE shows. */
  readonly address: DataAddress;
  /**
   * Sends; settles when more may be sent. The bytes belong to the connection from now on. Rejects with a
   * {@link DataConnectionLost}.
   * @param reuse called when the connection needs the bytes no more; never, where their reader keeps them or they are lost
   */
  write(bytes: Uint8Array, reuse?: () => void): Promise<void>;
  /**
   * Orderly close: the peer reads all that was written, then the end. What it still sends is thrown away. Settles when
   * nothing is left to do for this server; never rejects.
   */
  end(): Promise<void>;
  /** The next bytes; undefined when the peer closed in order. Rejects with a {@link DataConnectionLost}. */
  read(): Promise<Uint8Array | undefined>;
  /**
   * Fills `into` with the next bytes, as many as are there but at least one.
   * @returns how many; 0 when the peer closed in order. Rejects as {@link read} does.
   */
  readInto(into: Uint8Array): Promise<number>;
  /**
   * Settles when the peer has closed or the connection is lost, also while nobody reads. What came before can still be
   * read. A peer's end behind more bytes than a connection keeps for its reader is seen when these have been read.
   */
  readonly closed: Promise<void>;
  /** The connection broke, as opposed to an orderly close. */
  readonly isLost: boolean;
  /** Lets go at once; the peer sees a lost connection. */
  destroy(): void;
}

/** The connection broke: reset, timed out, destroyed at either end. */
export class DataConnectionLost extends Error {}

/** A data server or mover in LISTEN. */
export interface DataListener {
  readonly address: DataAddress;
  /** The peer's connection; rejects with DataConnectionLost when nobody came in time. Never settles after close(). */
  readonly accepted: Promise<DataEnd>;
  close(): void;
}

/**
 * What a recovering data server asks of the mover in the same server, instead of NOTIFY_DATA_READ and MOVER_READ.
 */
export interface LocalReader {
  /** Bytes [offset, offset + length) of the backup stream shall come over the connection; INFINITE length: to the end. */
  requestRead(offset: bigint, length: bigint): void;
}

/** Joins the two ends of LOCAL data connections within one control connection. */
export interface LocalExchange {
  /** Who listens; a second listener replaces none: throws when there is one. */
  listen(): DataListener;
  /** Throws a RequestFailure CONNECT when nobody listens. */
  connect(): DataEnd;
  /** Set by the mover while it is connected LOCAL in mode WRITE. */
  reader: LocalReader | undefined;
}
