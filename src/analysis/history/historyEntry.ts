/** What an entry of file history says: a path with attributes, a name in a directory, or the attributes of a node. */
export type EntryStyle = 'path' | 'directory' | 'node';

/** Codes of the file history posts: v2 in the first three, v3 and v4 in the others (NDMPv4 draft, section 3.9). */
export const HistoryCode = {
  UNIX_PATH: 0x700,
  UNIX_DIR: 0x701,
  UNIX_NODE: 0x702,
  FILE: 0x703,
  DIR: 0x704,
  NODE: 0x705,
} as const;

/** Whether messages of this code carry file history. */
export function isHistoryCode(code: number): boolean {
  return code >= HistoryCode.UNIX_PATH && code <= HistoryCode.NODE;
}

/** Bits of an entry's attributes that say which of them mean nothing (`invalid` of v3, `unsupported` of v4). */
export const GROUP_INVALID = 0x4;

export const FileSystem = { UNIX: 0, NT: 1 } as const;

/** File types as `ftype` has them. */
export const DIRECTORY = 0;

/**
 * One entry of a file history message, as words: the reader fills the same one again and again. Numbers of 64 bits are two
 * words, the high one first. The name is a stretch of the message's bytes.
 */
export class HistoryEntry {
  bytes: Uint8Array = new Uint8Array(0);
  nameFrom = 0;
  nameTo = 0;
  /** False where the message gives no name at all. */
  hasName = false;
  /** File system by whose rules the name is made. */
  nameSystem: number = FileSystem.UNIX;
  nodeHigh = 0;
  nodeLow = 0;
  parentHigh = 0;
  parentLow = 0;
  /** False where the message gives no attributes: those below are zero then. */
  hasAttributes = false;
  invalid = 0;
  statSystem = 0;
  fileType = 0;
  mtime = 0;
  atime = 0;
  ctime = 0;
  owner = 0;
  group = 0;
  mode = 0;
  /** Zero in the attributes of NDMPv2, which have none. */
  links = 0;
  sizeHigh = 0;
  sizeLow = 0;
  /** All ones: no direct access. */
  positionHigh = 0;
  positionLow = 0;
}
