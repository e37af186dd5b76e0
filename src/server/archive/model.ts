import type { NdmpVersion } from '../../protocol';
import type { EnvironmentPair } from '../system';

/** LOG_MESSAGE types. */
export type LogType = 'normal' | 'debug' | 'error' | 'warning';

export interface LogText {
  type: LogType;
  text: string;
}

/** A post whose body is encoded for the connection's version. */
export interface EncodedPost {
  code: number;
  body: Uint8Array;
}

/** File history: none, by path (FH_ADD_FILE) or by node (FH_ADD_DIR and FH_ADD_NODE); in v2 the UNIX posts. */
export type HistoryStyle = 'none' | 'path' | 'node';

/** A backup to make. Plain data, so that it can go to a worker thread. Paths are byte strings (see xdr/byteString). */
export interface BackupOrder {
  /** Absolute path of the served tree's directory. */
  treeRoot: string;
  /** The backup root within the tree, '' for all of it. */
  inside: string;
  type: 'tar' | 'dump';
  /** The environment as the client sent it; the engine reads its variables from it. */
  environment: EnvironmentPair[];
  history: HistoryStyle;
  version: NdmpVersion;
  /** Where dump levels are remembered; only for type dump. */
  dumpRecords: string;
  /** Milliseconds since 1970: the time of this backup. */
  now: number;
}

/** A piece of a backup stream and what goes with it. */
export interface BackupPiece {
  /** Bytes of the stream; may be empty. The engine gives its buffer away. */
  bytes: Uint8Array;
  posts: EncodedPost[];
  messages: LogText[];
  /** Estimate of the stream's bytes that are still to come; undefined: not known. */
  remaining?: number;
  done: boolean;
  /** With `done`: variables that DATA_GET_ENV returns beside the client's own (replacing those of the same name). */
  environment?: EnvironmentPair[];
}

/** A backup under way. Synchronous: runs in a worker thread. */
export interface BackupRun {
  /**
   * Goes on for about `target` bytes of stream or some milliseconds of work. Throws an Error with a message for people
   * when the backup cannot go on at all; single files never make it throw.
   */
  next(target: number): BackupPiece;
  /** Takes back the buffer of a piece, for another one. */
  reuse?(buffer: ArrayBuffer): void;
  /** The backup reached its end and is on the tape: dump levels are remembered (UPDATE). */
  commit(): void;
  /** Closes what is open. Idempotent. */
  close(): void;
}

/** One wanted file or directory, version-independent. */
export interface RecoverName {
  /** Its name in the request, for LOG_FILE. */
  original: string;
  /** Path relative to the backup root, beginning with '/', '' for everything. */
  path: string;
  /** Absolute served directory whose outside is not to be touched, and where within it the result goes. */
  targetRoot: string;
  /** Path within `targetRoot` of the result itself: what `path` is called afterwards. */
  target: string;
  node: bigint | undefined;
  /** Offset in the stream; undefined when it is not known. */
  position: bigint | undefined;
}

export interface RecoverOrder {
  type: 'tar' | 'dump';
  operation: 'recover' | 'recover-history';
  environment: EnvironmentPair[];
  names: RecoverName[];
  history: HistoryStyle;
  version: NdmpVersion;
}

/** LOG_FILE results by their v4 recovery status. */
export interface FileResult {
  name: string;
  /** 0 SUCCESSFUL, 1 PERMISSION, 2 NOT_FOUND, 3 NO_DIRECTORY, 4 OUT_OF_MEMORY, 5 IO_ERROR, 6 UNDEFINED, 7 FILE_PATH_EXISTS. */
  status: number;
}

/** What a step of a recovery brings. */
export interface RecoverStep {
  files: FileResult[];
  messages: LogText[];
  posts: EncodedPost[];
  /** Part of the stream that is wanted next (NOTIFY_DATA_READ); told once. `length` undefined: to the end. */
  want?: { offset: bigint; length: bigint | undefined };
  /** All is recovered, or cannot be: no more bytes are wanted. */
  done: boolean;
}

/** A recovery under way. Synchronous: runs in a worker thread. */
export interface RecoverRun {
  /** The first want; may be done at once. */
  start(): RecoverStep;
  /** Takes the next bytes of what was wanted. The bytes are the caller's again when it returns: nothing of them is kept. */
  push(bytes: Uint8Array): RecoverStep;
  /** No more bytes will come. What is incomplete is reported as failed. */
  end(): RecoverStep;
  close(): void;
}
