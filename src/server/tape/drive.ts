import type { ScsiTarget } from '../scsi/target';

/** How a tape is opened (TAPE_OPEN modes READ, RDWR, RAW1 and RAW2 of the NDMPv4 draft, section 3.4). */
export type TapeMode = 'READ' | 'RDWR' | 'RAW';

/**
 * What a device does beyond the rule. By the draft the server may tie this to the device's name (section 3.4.1), as with
 * rst0 (rewinds) beside nrst0.
 */
export interface DriveBehaviour {
  /** When the device is closed. */
  onClose?: 'rewind' | 'unload';
  /**
   * Spacing over records or marks directly behind a write writes no file mark first, though the v4 draft demands one: so do
   * many drivers, and some DMAs count on it.
   */
  spacingWithoutMark?: boolean;
}

/** A tape drive that the server offers. One connection at a time has it open. */
export interface TapeDrive {
  /** Name for logs and for the library. */
  readonly name: string;
  readonly behaviour?: DriveBehaviour;
  /**
   * Claims the drive. Throws a RequestFailure: DEVICE_BUSY, NO_TAPE_LOADED (not in RAW), WRITE_PROTECT (RDWR of a
   * protected tape), IO.
   * @param initiator number of the control connection, whose SCSI commands go on beside the open tape
   */
  open(mode: TapeMode, initiator?: number): Promise<OpenTape>;
  /** SCSI commands to the drive (TAPE_EXECUTE_CDB); undefined where the drive takes none. */
  readonly target?: ScsiTarget;
}

/** Where the tape stands; undefined: not known. */
export interface TapePosition {
  /** File marks passed since the beginning of the tape. */
  file: number | undefined;
  /** Blocks since the last file mark. */
  block: number | undefined;
}

export interface TapeStatus extends TapePosition {
  /** A cartridge is there. */
  loaded: boolean;
  writeProtected: boolean;
  /** Bytes of a block; 0: variable. */
  blockSize: number;
  softErrors: number | undefined;
  /** Bytes; undefined: not known. */
  total: bigint | undefined;
  remaining: bigint | undefined;
}

/**
 * What a read met. `length` is the record's own length, which may be more than what fitted; a mark leaves the tape
 * before it; `end` is the end of the recorded data.
 */
export type ReadOutcome = { kind: 'record'; length: number } | { kind: 'mark' } | { kind: 'end' };

/**
 * What became of a write. `written` counts whole records that are on the tape. `early-warning`: told once, by the first
 * write after the one that passed the early-warning point, which writes nothing; later ones write on until `full`.
 */
export interface WriteOutcome {
  written: number;
  stopped?: 'early-warning' | 'full';
}

export type SpaceOver = 'records' | 'marks';

/** A drive while a connection has it. I/O errors are thrown as RequestFailure with IO, a lost cartridge NO_TAPE_LOADED. */
export interface OpenTape {
  readonly mode: TapeMode;
  status(): TapeStatus;
  /** Reads the next record into `into`; what does not fit is lost. */
  read(into: Uint8Array): Promise<ReadOutcome>;
  /**
   * Reads whole records of `recordSize` bytes one behind the other, as many as fit; stops before a mark, at the end and
   * behind a record of another length, which is still delivered.
   */
  readRecords(into: Uint8Array, recordSize: number): Promise<{ lengths: number[]; stopped?: 'mark' | 'end' }>;
  /**
   * Writes `bytes` as records of `recordSize` bytes, the last one with what is left. What has been counted as written
   * survives the death of the server.
   */
  write(bytes: Uint8Array, recordSize: number): Promise<WriteOutcome>;
  /** Writes file marks; all that was written before is on the medium when it settles. */
  writeMarks(count: number): Promise<{ written: number }>;
  /**
   * Moves over `count` records or marks, backwards when negative.
   * @returns how many were not passed: a mark (records only), the beginning or the end of the data was met
   */
  space(over: SpaceOver, count: number): Promise<{ remaining: number }>;
  rewind(): Promise<void>;
  /** Rewinds and puts the cartridge out. */
  unload(): Promise<void>;
  /** Gives the drive back; leaves the tape where it stands. Never rejects. */
  close(): Promise<void>;
}
