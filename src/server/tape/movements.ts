import type { NdmpVersion } from '../../protocol';
import type { SpaceOver } from './drive';

/** TAPE_MTIO operations (NDMPv4 draft, section 3.4.5). */
export const Mtio = { FSF: 0, BSF: 1, FSR: 2, BSR: 3, REW: 4, EOF: 5, OFF: 6, TUR: 7 } as const;

interface Movement {
  /** Oldest version that has it. */
  since: NdmpVersion;
  /** Spaces over these, forwards or backwards. */
  space?: { over: SpaceOver; direction: 1 | -1 };
  /** The number of operations counts, and nothing at all is done for 0. */
  counted: boolean;
  /** Owes the implicit file mark when data was written directly before (draft, section 3.4.1). */
  marks: boolean;
}

const spacing = (over: SpaceOver, direction: 1 | -1): Movement => ({
  since: 2,
  space: { over, direction },
  counted: true,
  marks: true,
});

/** What each operation does and asks for. */
export const MOVEMENTS: ReadonlyMap<number, Movement> = new Map<number, Movement>([
  [Mtio.FSF, spacing('marks', 1)],
  [Mtio.BSF, spacing('marks', -1)],
  [Mtio.FSR, spacing('records', 1)],
  [Mtio.BSR, spacing('records', -1)],
  [Mtio.REW, { since: 2, counted: false, marks: true }],
  [Mtio.EOF, { since: 2, counted: true, marks: false }],
  [Mtio.OFF, { since: 2, counted: false, marks: true }],
  [Mtio.TUR, { since: 4, counted: false, marks: false }],
]);

/** How versions differ where tape drivers did when they were written. */
export interface TapeDialect {
  /** Reading or record spacing that meets a file mark ends behind it (in its direction), as UNIX drivers do. */
  passesMarks: boolean;
  /** Nothing is left to read: EOM tells it from a file mark. */
  endOfDataIsEom: boolean;
  /** Record spacing behind a write owes no file mark. */
  spacesUnmarked: boolean;
  /** After moving backwards over a file mark the block is not told. */
  forgetsBlock: boolean;
  /**
   * After a read that met a file mark, and stays before it, the block is not told. The draft lets a server do so that
   * passes the mark and steps back over it, as most must, and DMAs' tests of v4 servers expect it.
   */
  forgetsBlockAtMark: boolean;
}

const DRIVER: TapeDialect = {
  passesMarks: true,
  endOfDataIsEom: false,
  spacesUnmarked: true,
  forgetsBlock: true,
  forgetsBlockAtMark: false,
};
const DRAFT: TapeDialect = {
  passesMarks: false,
  endOfDataIsEom: true,
  spacesUnmarked: false,
  forgetsBlock: false,
  forgetsBlockAtMark: true,
};

/** v2 and v3 leave to the server what the v4 draft settles; DMAs of these versions expect a UNIX driver's manners. */
export function tapeDialect(version: NdmpVersion): TapeDialect {
  return version < 4 ? DRIVER : DRAFT;
}
