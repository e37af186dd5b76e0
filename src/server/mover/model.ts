import { INFINITE } from '../../protocol';
import type { OpenTape } from '../tape/drive';

/** Modes of MOVER_LISTEN and MOVER_CONNECT: READ reads the data connection and writes the tape, WRITE the other way. */
export const MoverMode = { READ: 0, WRITE: 1, NOACTION: 2 } as const;

/** Reasons of MOVER_PAUSED (NDMPv4 draft, section 3.6). */
export const PauseReason = { NA: 0, EOM: 1, EOF: 2, SEEK: 3, MEDIA_ERROR: 4, EOW: 5 } as const;
export type PauseReasonName = keyof typeof PauseReason;

/** Reasons of MOVER_HALTED; MEDIA_ERROR in v4 only. */
export const HaltReason = {
  NA: 0,
  CONNECT_CLOSED: 1,
  ABORTED: 2,
  INTERNAL_ERROR: 3,
  CONNECT_ERROR: 4,
  MEDIA_ERROR: 5,
} as const;
export type HaltReasonName = keyof typeof HaltReason;

/** A range of the backup stream that lies on the tape from its present position on. */
export interface Window {
  offset: bigint;
  length: bigint;
}

/** The first byte behind a window; all ones for a window without end. */
export function windowEnd({ offset, length }: Window): bigint {
  return length === INFINITE || offset + length > INFINITE ? INFINITE : offset + length;
}

/** Records that are moved at a time at most, however small they are. */
const MANY_RECORDS = 4096;

/** How many records fill `bytes`; at least one. */
export function recordsIn(bytes: number, recordSize: number): number {
  return Math.min(MANY_RECORDS, Math.max(1, Math.floor(bytes / recordSize)));
}

/** Why an engine stopped. */
export type Outcome =
  | { kind: 'pause'; reason: 'EOM' | 'EOF' | 'EOW' | 'SEEK'; why: string }
  /** The peer closed in order, and all its bytes are on the tape. */
  | { kind: 'closed' }
  /** The data connection broke. */
  | { kind: 'lost'; why: string }
  /** All that was asked for is sent. */
  | { kind: 'idle' }
  /** It was told to. */
  | { kind: 'stopped' };

/** What MOVER_GET_STATE tells of the work; it outlives the engine. */
export interface Progress {
  recordSize: number;
  /** Offset by record size when the window is set, then the record behind the last one that was processed. */
  recordNum: bigint;
  /** Bytes of the stream moved, without padding. */
  bytesMoved: bigint;
}

/** Moves data between the data connection and the tape while the mover is ACTIVE. */
export interface Engine {
  /** Works until there is a reason to stop. Tape errors are thrown as RequestFailure. */
  run(): Promise<Outcome>;
  /** Makes a running engine come to an end at the next opportunity; what waits for the data connection is not woken. */
  stop(): void;
  /** A new window begins where the tape stands. */
  enter(window: Window): void;
  /** The mover goes on after a pause without a new window: the DMA may have moved the tape to where the stream goes on. */
  resume(): void;
  /** Offset in the stream that is wanted next, for MOVER_PAUSED. */
  readonly wanted: bigint;
}

/** What an engine needs of the mover. */
export interface EngineContext {
  readonly progress: Progress;
  /** The open tape; throws a RequestFailure when the DMA has closed it. */
  tape(): OpenTape;
}
