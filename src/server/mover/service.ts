import type { MoverFacts, MoverStateName } from '../../protocol';
import type { DataAddress } from '../../transport/dataAddress';
import type { SessionService } from '../session/services';
import type { HaltReasonName, PauseReasonName, Window } from './model';

/** The mover of one control connection. Requests are judged before they come here. */
export interface MoverService extends SessionService {
  readonly state: MoverStateName;
  /** What the shared table of conditions asks. */
  facts(): MoverFacts;
  /** MOVER_GET_STATE. */
  report(): MoverReport;
  setRecordSize(bytes: number): void;
  setWindow(window: Window): void;
  /** MOVER_LISTEN: waits for a data server. @returns where */
  listen(mode: number, addressType: number): Promise<DataAddress>;
  /** MOVER_CONNECT: throws a RequestFailure CONNECT and stays IDLE when nobody is there. */
  connect(mode: number, address: DataAddress): Promise<void>;
  /** MOVER_READ. */
  read(offset: bigint, length: bigint): void;
  continue(): void;
  /** MOVER_CLOSE: ends the data connection in order. */
  close(): Promise<void>;
  abort(): Promise<void>;
  /** MOVER_STOP: from HALTED to IDLE. */
  stop(): void;
  /** Settles when what has happened on the network already shows in the state. */
  upToDate(): Promise<void>;
}

export interface MoverReport {
  mode: number;
  state: MoverStateName;
  pauseReason: PauseReasonName;
  haltReason: HaltReasonName;
  recordSize: number;
  recordNum: bigint;
  bytesMoved: bigint;
  /** Offset of the last read. */
  seekPosition: bigint;
  bytesLeftToRead: bigint;
  /** undefined: none is set. */
  window: Window | undefined;
  address: DataAddress;
}
