import type { RunState } from '../catalog/model';

/** What is verified, and where the tapes are. */
export interface VerifyRequest {
  /** Sets by number, in this order. */
  sets: readonly number[];
  /** Tape server, changer and drives; undefined and empty: where the catalog saw the tapes last. */
  tape: { server: string | undefined; changer: string | undefined; drives: readonly string[] };
  /** Copy of the image to read; undefined: the one that is at hand. */
  copy: number | undefined;
  /** Do not read a second time a set whose digest nobody knows. */
  once: boolean;
}

/**
 * What is known of the bytes. `matches`: they have the digest of the time when they were written. `same-twice`: nobody
 * knew a digest, two readings gave the same one, and the catalog keeps it. `read-once`: nobody knew it, nothing to compare.
 */
export type DigestFinding = 'matches' | 'differs' | 'same-twice' | 'differs-twice' | 'read-once' | 'none';

export interface SetFinding {
  set: number;
  path: string;
  state: Exclude<RunState, 'running'>;
  /** Bytes that were read, and that the set has by the catalog. */
  bytes: bigint;
  expected: bigint;
  digest: string;
  digestFinding: DigestFinding;
  /** Type of the backup, as the server calls it. */
  type: string;
  /** Format of the stream: tar, dump, or unknown. A server may write any type in either. */
  format: string;
  /** Files, directories and links in the stream. */
  entries: number;
  /** Entries that the catalog has with data in this set; undefined: no file history was kept. */
  listed: number | undefined;
  /** Paths that the catalog has and the stream has not, and the reverse; bounded, the counts are of all. Byte strings. */
  missing: readonly string[];
  missingCount: number;
  unlisted: readonly string[];
  unlistedCount: number;
  barcodes: readonly string[];
  milliseconds: number;
  /** What is wrong, in sentences. */
  problems: readonly string[];
}

export interface VerifyReport {
  run: number;
  state: Exclude<RunState, 'running'>;
  sets: readonly SetFinding[];
  message: string;
  recording: string | undefined;
  log: string | undefined;
}
