import type { Header, NdmpVersion } from '../protocol';
import type { Side } from './model';
import type { ConnectionStatus } from './status';

/** A message that passed, for whoever watches. */
export interface SeenMessage {
  connection: number;
  from: Side;
  /** Milliseconds since 1970. */
  at: number;
  header: Header;
  version: NdmpVersion;
  /** The record without its marks; a view that is good only during the call. Of very long ones the beginning. */
  payload: Uint8Array;
  /** What the tap did with it. */
  marks: readonly string[];
}

/** Whoever watches what passes. What it throws is its own affair: it must not. */
export interface TapWatcher {
  opened?: (connection: ConnectionStatus) => void;
  closed?: (connection: ConnectionStatus) => void;
  /** A client was not let in, or there was nobody to lead it to. */
  refused?: (client: string, why: string) => void;
  message?: (message: SeenMessage) => void;
  /** Something was done to a connection, and to no message of it. */
  noted?: (connection: number, text: string) => void;
  /** Something that whoever runs the tap has to know; also kept in the status. */
  warning?: (text: string) => void;
}
