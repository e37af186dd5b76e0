import type { DataStateName } from '../../protocol';
import type { DataAddress } from '../../transport/dataAddress';
import type { SessionService } from '../session/services';
import type { EnvironmentPair } from '../system';
import type { BackupTypeName } from './backupTypes';
import type { ListedName } from './names';

/** data_operation of the wire. */
export const DataOperation = { NOACTION: 0, BACKUP: 1, RECOVER: 2, RECOVER_FILEHIST: 3 } as const;
export type DataOperationValue = (typeof DataOperation)[keyof typeof DataOperation];
/** data_halt_reason of the wire. */
export const DataHaltReason = { NA: 0, SUCCESSFUL: 1, ABORTED: 2, INTERNAL_ERROR: 3, CONNECT_ERROR: 4 } as const;
export type DataHaltReasonName = keyof typeof DataHaltReason;

/** What DATA_GET_STATE tells (NDMPv4 draft, section 3.5). */
export interface DataProgress {
  operation: DataOperationValue;
  state: DataStateName;
  haltReason: DataHaltReasonName;
  /** Bytes of the stream of the present operation. */
  bytesProcessed: bigint;
  /** Bytes that are still to come; undefined: not known. */
  bytesRemaining: bigint | undefined;
  /** Seconds; undefined: not known. */
  secondsRemaining: number | undefined;
  address: DataAddress;
  /** The last range that was asked for; never advanced by what arrives. */
  read: { offset: bigint; length: bigint };
}

/** A request to recover, in any version. */
export interface RecoverRequest {
  type: BackupTypeName;
  environment: EnvironmentPair[];
  list: readonly ListedName[];
  /** Only the file history is wanted: nothing is written to disk. */
  historyOnly: boolean;
}

/** The data server of one control connection. Whether a request is legal in the state is for the caller to check. */
export interface DataService extends SessionService {
  readonly state: DataStateName;
  progress(): DataProgress;
  /** The environment of the operation as it stands. */
  environment(): EnvironmentPair[];
  /** DATA_LISTEN: where the peer may connect. */
  listen(addressType: number): Promise<DataAddress>;
  /** DATA_CONNECT. Throws CONNECT when the peer is not there; the state stays. */
  connect(to: DataAddress): Promise<void>;
  /** DATA_START_BACKUP. `mover`: in v2 the connection is made here. */
  backup(type: BackupTypeName, environment: EnvironmentPair[], mover?: DataAddress): Promise<void>;
  /** DATA_START_RECOVER and DATA_START_RECOVER_FILEHIST. */
  recover(request: RecoverRequest, mover?: DataAddress): Promise<void>;
  /** DATA_ABORT; nothing in HALTED. */
  abort(): void;
  /** DATA_STOP. */
  stop(): Promise<void>;
}
