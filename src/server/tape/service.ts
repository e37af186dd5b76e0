import type { NdmpError } from '../failure';
import type { SessionService } from '../session/services';
import type { OpenTape, TapeDrive, TapeMode, TapeStatus } from './drive';

/** The tape service of one control connection. */
export interface TapeService extends SessionService {
  /** The open tape, which the mover writes and reads. */
  readonly tape: OpenTape | undefined;
  /** The drive that it is in. */
  readonly drive: TapeDrive | undefined;
  /** Data was written behind the last file mark by the mover: TAPE_CLOSE and MTIO owe a file mark (draft, section 3.4). */
  noteMoverWrote(): void;
  /** TAPE_OPEN. */
  open(device: string, mode: TapeMode): Promise<void>;
  /** TAPE_CLOSE: writes the file mark that is owed; when that fails the tape stays open until the next TAPE_CLOSE. */
  close(): Promise<void>;
  /** TAPE_GET_STATE. */
  report(): TapeReport;
  /** TAPE_MTIO. */
  move(operation: number, count: number): Promise<MoveOutcome>;
  /** TAPE_WRITE of at least one byte. @returns bytes written */
  write(bytes: Uint8Array): Promise<number>;
  /** TAPE_READ of at least one byte. */
  read(count: number): Promise<Uint8Array>;
}

/** What TAPE_GET_STATE tells: the tape's own status, its position as far as this connection may be told it. */
export interface TapeReport extends TapeStatus {
  /** The last tape operation met an error of the medium. */
  failed: boolean;
  onClose: 'rewind' | 'unload' | undefined;
}

/** What became of TAPE_MTIO: operations that were not carried out, and the error where that is one. */
export interface MoveOutcome {
  remaining: number;
  error?: NdmpError;
}
