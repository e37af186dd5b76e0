import type { Variable } from '../../query/model';

/** Tape files of a part of an image: header, stream, trailer. */
export const FILES_OF_PART = 3;
/** The smallest tape record that a label or a header has room in. */
export const LEAST_RECORD_SIZE = 1024;

/** What a tape record of ours is for. */
export type RecordKind = 'label' | 'header' | 'trailer' | 'tree';

/** What the tape file before a stretch of stream says of it (docs/manual/tape-format.md). */
export interface PartHeader {
  /** UUID of the label of this tape: tells it from what an earlier use of the tape left behind. */
  label: string;
  /** UUID of the set. */
  set: string;
  /** From 1. */
  part: number;
  copy: number;
  /** Offset of the part's first byte in the stream. */
  offset: bigint;
  /** Bytes of a tape record of the stream. */
  recordSize: number;
  job: string;
  serverIdentity: string;
  server: string;
  path: string;
  type: string;
  level: number;
  /** UUID of the set that this one builds on; undefined for a full one. */
  base: string | undefined;
  /** Milliseconds since 1970: of the backup, and of this part. */
  started: number;
  written: number;
  /** When nobody needs it any more; undefined: never. */
  expires: number | undefined;
  topology: string;
}

/** `continues`: the tape was full, the image goes on with the next part on another tape. */
export type PartState = 'complete' | 'continues' | 'partial';

/** What the tape file behind a stretch of stream says of it. */
export interface PartTrailer {
  set: string;
  part: number;
  copy: number;
  state: PartState;
  /** Bytes of the stream in this part, without the padding of its last record. */
  bytes: bigint;
  /** The rest is known with the last part only. */
  ended: number | undefined;
  /** Bytes of the whole stream. */
  totalBytes: bigint | undefined;
  files: number;
  /** SHA-256 of the whole stream in hexadecimal, where somebody computed it. */
  digest: string | undefined;
  /** What DATA_GET_ENV said. */
  environment: readonly Variable[];
  /** Whether the file tree follows in the same tape file. */
  tree: boolean;
  message: string;
}
