import type { FileEntry, PartRecord, RunState, SetRecord, TapeRecord } from '../catalog/model';
import type { Topology } from '../job/model';
import type { DriveState } from '../media/model';
import type { Decision, Path, PlannedConnection } from '../plan/model';
import type { ServerReport, Variable } from '../query/model';
import type { ServerDefinition } from '../servers/model';
import type { RecoverName } from '../services/recoverNames';
import type { RecoverQuirks } from './quirks';

/** What was backed up that somebody wants back: one set, or what a job or a source had at a time. */
export type RestoreFrom =
  | { kind: 'set'; set: number }
  | { kind: 'job'; job: string }
  | { kind: 'source'; server: string | undefined; path: string };

export interface Rename {
  /** Path from the root of the backup, beginning with '/'; byte string. */
  from: string;
  /** The same for the place where it shall be. */
  to: string;
}

export interface RestoreRequest {
  from: RestoreFrom;
  /** The newest state that is not later than this, milliseconds since 1970; undefined: the newest of all. */
  at: number | undefined;
  /** Paths from the root of the backup, names, or patterns with * ** ?; empty: everything. */
  wanted: readonly string[];
  renames: readonly Rename[];
  /** Directory of the data server that takes the place of the source; undefined: the original place. */
  to: string | undefined;
  /** Data server to restore to; undefined: the one that the backup came from. */
  server: string | undefined;
  /** Tape server, changer and drives; undefined and empty: where the catalog saw the tapes last. */
  tape: { server: string | undefined; changer: string | undefined; drives: readonly string[] };
  topology: Topology;
  listen: 'auto' | 'mover' | 'data';
  family: 'auto' | 4 | 6;
  /** Direct access where server, type and backup allow it. */
  direct: boolean;
  /** Variables that win over those that were saved with the backup. */
  environment: Readonly<Record<string, string>>;
}

/** A thing of the backup that is wanted, with the set that has its newest data. */
export interface ChosenEntry {
  /** `path`: as that set has it. */
  entry: Pick<FileEntry, 'path' | 'kind' | 'node' | 'position'>;
  set: number;
  /** Its path at the time that is wanted: another one where a directory above it was renamed since that set. */
  as: string;
}

/** What is wanted of one source as it was at one time. */
export interface Selection {
  /** The sets to go through, the full one first. */
  chain: readonly SetRecord[];
  /** Undefined: everything, set by set. */
  chosen: readonly ChosenEntry[] | undefined;
  /** Whether a directory stands for all below it. */
  recursive: boolean;
  /** Patterns and paths that nothing fitted. */
  missing: readonly string[];
  /** Paths of files that were there at that time, but whose data no set of the chain has. */
  lost: readonly string[];
  warnings: readonly string[];
}

/** What a restore is planned from; nothing else has a say. */
export interface RestoreInputs {
  request: RestoreRequest;
  selections: readonly Selection[];
  /** Parts of each set that is used, of all copies. */
  parts: ReadonlyMap<number, readonly PartRecord[]>;
  tapes: ReadonlyMap<string, TapeRecord>;
  data: ServerReport;
  tape: ServerReport;
  definitions: { data: ServerDefinition; tape: ServerDefinition; changer?: ServerDefinition };
  /** SCSI device of the changer; undefined where there is none. */
  changer: string | undefined;
  drives: readonly DriveState[];
  /** Cartridges that the library, or a drive without one, has now. */
  present: ReadonlySet<string>;
  ownAddresses: readonly string[];
  /** Numeric addresses of host names in the definitions. */
  resolved: ReadonlyMap<string, readonly string[]>;
}

/** A stretch of a backup stream on a tape, as a window for the mover. */
export interface Stretch {
  part: PartRecord;
  /** From the start of the stream. */
  offset: bigint;
  /** A whole number of records; undefined: to the end of the tape file, whose length nobody knows. */
  length: bigint | undefined;
}

/** One recovery: a set, or the names of it that are wanted. */
export interface SetRestore {
  set: SetRecord;
  names: readonly RecoverName[];
  /** Kind of each name where it is known; a directory is followed below. */
  directories: ReadonlySet<string>;
  direct: boolean;
  environment: readonly Variable[];
  stretches: readonly Stretch[];
  /** Directory that takes the place of the backup's root. */
  target: string;
  /** Bytes of names that the data server takes at a time; undefined: no limit is known. */
  listBytes: number | undefined;
  why: string;
}

export interface RestorePlan {
  request: RestoreRequest;
  /** Names of the servers, and what the changer is called. */
  server: string;
  tapeServer: string;
  changer: string | undefined;
  /** The best first. */
  drives: readonly DriveState[];
  path: Path;
  through: 'relay' | undefined;
  listener: 'mover' | 'data' | 'this-machine';
  addressType: 'LOCAL' | 'TCP' | 'TCP_IPV6';
  prepare: boolean;
  moverReads: RecoverQuirks['moverReads'];
  /** What the data server does not want of whole records is left out in this machine. */
  aligned: boolean;
  extensions: readonly { class: number; version: number }[];
  /** One behind the other, in this order. */
  steps: readonly SetRestore[];
  /** Where the files go, a directory for each source. */
  targets: readonly string[];
  /** Whether files may be replaced where they were backed up. */
  inPlace: boolean;
  /** In the order in which they are wanted first. */
  barcodes: readonly string[];
  decisions: readonly Decision[];
  connections: readonly PlannedConnection[];
  /** What is wanted and was there, but cannot be restored; failed files of the report. */
  leftOut: readonly FileResult[];
  warnings: readonly string[];
  /** Why it cannot be done; each says what to do. */
  refusals: readonly string[];
}

/** What became of a wanted name, as the server told (LOG_FILE). */
export interface FileResult {
  /** Path from the root of the backup; byte string. */
  path: string;
  state: 'restored' | 'failed' | 'not told';
  /** The reason of a failure, for people. */
  why: string;
}

export interface SetResult {
  set: number;
  path: string;
  state: Exclude<RunState, 'running'>;
  direct: boolean;
  /** Bytes that the data server read. */
  bytes: bigint;
  milliseconds: number;
  barcodes: readonly string[];
  /** Failed ones first; bounded, `counts` has all. */
  files: readonly FileResult[];
  counts: { restored: number; failed: number; untold: number };
  message: string;
}

export interface RestoreReport {
  run: number;
  state: Exclude<RunState, 'running'>;
  sets: readonly SetResult[];
  leftOut: readonly FileResult[];
  message: string;
  recording: string | undefined;
  log: string | undefined;
}
