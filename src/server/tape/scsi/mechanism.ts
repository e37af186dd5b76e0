import type { RequestFailure } from '../../failure';
import type { Cartridge } from '../virtual/cartridge';
import type { Deck } from '../virtual/deck';

/** What SCSI commands need of the drive that they are sent to. */
export interface DriveMechanism {
  readonly serial: string;
  readonly cartridge: Cartridge | undefined;
  /** The threaded tape. */
  readonly deck: Deck | undefined;
  /** Why the cartridge in the drive is not threaded. */
  readonly fault: RequestFailure | undefined;
  /** The control connection that has the drive open as a tape device. */
  readonly owner: number | undefined;
  /** Bytes of a block in fixed block mode; 0: variable. */
  blockLength: number;
  /** Commands forbid that the cartridge leaves the drive. */
  readonly removalPrevented: boolean;
  /** TapeAlert flags (1 to 64) that are raised. */
  readonly alerts: Set<number>;
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** Threads the cartridge in the drive; only in turn. */
  thread(): Promise<void>;
  /** Unthreads the tape; only in turn. */
  unthread(): Promise<void>;
}

/** TapeAlert flags (SSC-4, annex A) that this drive raises. */
export const TapeAlert = {
  READ_FAILURE: 5,
  WRITE_FAILURE: 6,
  WRITE_PROTECT: 9,
  CLEANING_CARTRIDGE: 11,
  CLEAN_NOW: 20,
  EXPIRED_CLEANING_CARTRIDGE: 22,
  LOAD_FAILURE: 18,
} as const;
