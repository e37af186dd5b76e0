import type { NdmpVersion } from '../model';
import type { StateName } from './model';

/** All ones: without end. */
export const INFINITE = 0xffffffffffffffffn;
const MOVER_READ_MODE = 0;
const MOVER_WRITE_MODE = 1;

/** What a mover knows of itself; undefined where an observer cannot tell, and then nothing is held against a request. */
export interface MoverFacts {
  state?: StateName;
  /** Bytes; 0: never set. */
  recordSize?: number;
  /** The valid window; null: there is none. */
  window?: { offset: bigint; length: bigint } | null;
  /** Whether the window was set after the present pause began. */
  windowSincePause?: boolean;
  /** Reason of the present pause by name. */
  pauseReason?: string;
  /** 0 READ (writes the tape), 1 WRITE (reads it). */
  mode?: number;
  tape?: 'closed' | 'READ' | 'RDWR' | 'RAW';
  /** A MOVER_READ has bytes left to send. */
  reading?: boolean;
}

/** Arguments of a request to the mover, those that it has. */
export interface MoverArguments {
  size?: number;
  offset?: bigint;
  length?: bigint;
  mode?: number;
}

/** Something that a request must fulfil beside the state; the first that is violated decides the error. */
export interface Condition {
  /** In kebab case, unique. */
  readonly id: string;
  readonly codes: readonly number[];
  readonly versions: readonly NdmpVersion[];
  /** The error that a server answers. */
  readonly error: number;
  /** A clause that tells people what is wrong. */
  readonly doc: string;
  /** Servers in use take it all the same. */
  readonly usual?: true;
  readonly violated: (facts: MoverFacts, args: MoverArguments) => boolean;
}

const SET_WINDOW = 0xa05;
const READ = 0xa06;
const SET_RECORD_SIZE = 0xa08;
const CONTINUE = 0xa02;
const CONNECTING = [0xa01, 0xa09] as const;
const ILLEGAL_ARGS = 9;
const PERMISSION = 5;
const DEV_NOT_OPEN = 6;
const READ_IN_PROGRESS = 25;
const PRECONDITION = 26;
const V4 = [4] as const;
const EVERY = [2, 3, 4] as const;

const overflows = (offset = 0n, length = 0n): boolean => offset + length > INFINITE;

/** Argument and precondition rules of the mover (NDMPv4 draft, section 3.6). */
export const moverConditions: readonly Condition[] = [
  {
    id: 'record-size-zero',
    codes: [SET_RECORD_SIZE],
    versions: EVERY,
    error: ILLEGAL_ARGS,
    doc: 'a record size of 0 cannot be used',
    violated: (_facts, { size }) => size === 0,
  },
  {
    id: 'window-without-record-size',
    codes: [SET_WINDOW],
    versions: V4,
    error: PRECONDITION,
    doc: 'the record size has to be set before the window',
    violated: ({ recordSize }) => recordSize === 0,
  },
  {
    id: 'window-empty',
    codes: [SET_WINDOW],
    versions: V4,
    error: ILLEGAL_ARGS,
    doc: 'a window of length 0 holds nothing',
    violated: (_facts, { length }) => length === 0n,
  },
  {
    id: 'window-infinite-offset',
    codes: [SET_WINDOW],
    versions: V4,
    error: ILLEGAL_ARGS,
    doc: 'an infinite length goes with offset 0 only; from another offset the length is all ones minus the offset',
    usual: true,
    violated: (_facts, { offset, length }) => length === INFINITE && offset !== undefined && offset !== 0n,
  },
  {
    id: 'window-overflow',
    codes: [SET_WINDOW],
    versions: V4,
    error: ILLEGAL_ARGS,
    doc: 'offset plus length is more than 64 bits can hold',
    violated: (_facts, { offset, length }) => length !== INFINITE && overflows(offset, length),
  },
  {
    id: 'window-length-unaligned',
    codes: [SET_WINDOW],
    versions: V4,
    error: ILLEGAL_ARGS,
    doc: 'while writing a tape the window has to be a whole number of records',
    violated: ({ state, mode, recordSize }, { offset = 0n, length }) =>
      state === 'PAUSED' &&
      mode === MOVER_READ_MODE &&
      length !== undefined &&
      length !== INFINITE &&
      offset + length !== INFINITE &&
      !isMultiple(length, recordSize),
  },
  {
    id: 'window-offset-unaligned',
    codes: [SET_WINDOW],
    versions: V4,
    error: ILLEGAL_ARGS,
    doc: 'while reading a tape the window has to begin at a record',
    violated: ({ state, mode, recordSize }, { offset }) =>
      state === 'PAUSED' && mode === MOVER_WRITE_MODE && offset !== undefined && !isMultiple(offset, recordSize),
  },
  {
    id: 'mover-mode',
    codes: CONNECTING,
    versions: EVERY,
    error: ILLEGAL_ARGS,
    doc: 'the mode is neither READ nor WRITE',
    violated: (_facts, { mode }) => mode !== undefined && mode !== MOVER_READ_MODE && mode !== MOVER_WRITE_MODE,
  },
  {
    id: 'mover-without-tape',
    codes: CONNECTING,
    versions: EVERY,
    error: DEV_NOT_OPEN,
    doc: 'no tape is open on this connection',
    violated: ({ tape }) => tape === 'closed',
  },
  {
    id: 'mover-read-only-tape',
    codes: CONNECTING,
    versions: EVERY,
    error: PERMISSION,
    doc: 'mode READ writes the tape, but it was opened for reading',
    violated: ({ tape }, { mode }) => tape === 'READ' && mode === MOVER_READ_MODE,
  },
  {
    id: 'mover-without-record-size',
    codes: CONNECTING,
    versions: V4,
    error: PRECONDITION,
    doc: 'the record size has to be set first',
    violated: ({ recordSize }) => recordSize === 0,
  },
  {
    id: 'mover-without-window',
    codes: CONNECTING,
    versions: V4,
    error: PRECONDITION,
    doc: 'the window has to be set first',
    violated: ({ window }) => window === null,
  },
  {
    id: 'mover-window-unaligned',
    codes: CONNECTING,
    versions: V4,
    error: PRECONDITION,
    doc: 'the window does not fit the record size',
    violated: ({ window, recordSize }, { mode }) => {
      if (!window) return false;
      if (mode === MOVER_WRITE_MODE) return !isMultiple(window.offset, recordSize);
      const endless = window.length === INFINITE || window.offset + window.length === INFINITE;
      return mode === MOVER_READ_MODE && !endless && !isMultiple(window.length, recordSize);
    },
  },
  {
    id: 'read-empty',
    codes: [READ],
    versions: EVERY,
    error: ILLEGAL_ARGS,
    doc: 'a read of length 0 asks for nothing',
    violated: (_facts, { length }) => length === 0n,
  },
  {
    id: 'read-overflow',
    codes: [READ],
    versions: V4,
    error: ILLEGAL_ARGS,
    doc: 'offset plus length is more than 64 bits can hold',
    violated: (_facts, { offset, length }) => length !== INFINITE && overflows(offset, length),
  },
  {
    id: 'read-in-progress',
    codes: [READ],
    versions: V4,
    error: READ_IN_PROGRESS,
    doc: 'the mover still serves the read before',
    violated: ({ reading }) => reading === true,
  },
  {
    id: 'continue-without-window',
    codes: [CONTINUE],
    versions: V4,
    error: PRECONDITION,
    doc: 'a new window has to be set before the mover can go on behind the end of the last one',
    violated: ({ windowSincePause, pauseReason }) =>
      windowSincePause === false && (pauseReason === 'EOW' || pauseReason === 'SEEK'),
  },
];

/** The first condition that a request violates, undefined when it may be served as far as is known. */
export function violatedCondition(
  code: number,
  version: NdmpVersion,
  facts: MoverFacts,
  args: MoverArguments,
): Condition | undefined {
  return moverConditions.find((condition) => isViolated(condition, code, version, facts, args));
}

/** The first condition for which a server refuses a request: what is usual is taken. */
export function refusedCondition(
  code: number,
  version: NdmpVersion,
  facts: MoverFacts,
  args: MoverArguments,
): Condition | undefined {
  return moverConditions.find((condition) => !condition.usual && isViolated(condition, code, version, facts, args));
}

function isViolated(
  condition: Condition,
  code: number,
  version: NdmpVersion,
  facts: MoverFacts,
  args: MoverArguments,
): boolean {
  return condition.codes.includes(code) && condition.versions.includes(version) && condition.violated(facts, args);
}

function isMultiple(bytes: bigint, recordSize: number | undefined): boolean {
  return recordSize === undefined || recordSize === 0 || bytes % BigInt(recordSize) === 0n;
}
