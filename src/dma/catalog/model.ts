import type { Variable } from '../query/model';

export type RunKind = 'backup' | 'restore' | 'verify' | 'copy' | 'scan';
/**
 * `done-with-errors`: what it was to do is done, but not all around it, as the message says. `died`: the program ended
 * without saying how it went; found out when the catalog is opened the next time.
 */
export type RunState = 'running' | 'done' | 'done-with-errors' | 'failed' | 'aborted' | 'died';
/**
 * `partial`: on tape, but the run did not come to its end, so it cannot be relied on. `incomplete`: a scan found some of its
 * tapes, the others may still come.
 */
export type SetState = 'writing' | 'complete' | 'partial' | 'incomplete';

export interface RunRecord {
  id: number;
  kind: RunKind;
  job: string | undefined;
  /** Milliseconds since 1970. */
  started: number;
  ended: number | undefined;
  state: RunState;
  /** Why it failed, or what has to be known. */
  message: string;
  /** Recording of its control connections, and its log. */
  recording: string | undefined;
  log: string | undefined;
}

/** One backup of one source: an image, on one or more tapes. */
export interface SetRecord {
  id: number;
  /** Name of the image everywhere, also on tape: a UUID. */
  uuid: string;
  run: number;
  job: string;
  /** Identity of the data server, and the name it had. */
  serverIdentity: string;
  server: string;
  /** Path of the source. */
  path: string;
  type: string;
  level: number;
  /** Set that this one builds on; undefined for a full one. */
  base: number | undefined;
  started: number;
  ended: number | undefined;
  state: SetState;
  /** Bytes of the stream. */
  bytes: bigint;
  files: number;
  recordSize: number;
  /** What DATA_GET_ENV said at the end: a recovery has to send it all. */
  environment: readonly Variable[];
  /** SHA-256 of the stream, in hexadecimal, once somebody knows. */
  digest: string | undefined;
  /** When nobody needs it any more; undefined: never. */
  expires: number | undefined;
  topology: string;
  /** Why the catalog does not have its files, although they were wanted: only all of it can be restored. */
  withoutFiles: string | undefined;
}

/** A stretch of an image on a tape. */
export interface PartRecord {
  set: number;
  /** From 1. */
  number: number;
  /** Copies of an image have further ones; the first copy is 1. */
  copy: number;
  barcode: string;
  /** Tape file of the stream records, from 0. */
  tapeFile: number;
  /** Offset in the stream, and bytes of it that are here (without the padding of the last record). */
  offset: bigint;
  bytes: bigint;
  recordSize: number;
  /** False while it is being written, or when its end was never seen. */
  closed: boolean;
}

export type TapeState = 'scratch' | 'active' | 'full' | 'damaged' | 'cleaning' | 'foreign';

export interface TapeRecord {
  /**
   * Its name in the catalog: the barcode, or the label's volume name where there is none; with the tape server behind it,
   * NDM001L8@filer2, where another tape has the same.
   */
  barcode: string;
  /** What stands on the cartridge and in its label, as the library reads it. */
  sticker: string;
  /** UUID of the label; undefined before it is labelled by this product. */
  label: string | undefined;
  pool: string;
  state: TapeState;
  /** Tape files that are on it by the catalog; writing goes on behind. */
  files: number;
  bytes: bigint;
  /** When all that is on it has expired, by its sets as they are now; undefined: never, 0: nothing on it is kept. */
  expires: number | undefined;
  protected: boolean;
  labelled: number | undefined;
  lastWritten: number | undefined;
  mounts: number;
  /** Where it was seen last: tape server and changer, what tells the library from others, element. */
  library: string | undefined;
  libraryId: string | undefined;
  element: number | undefined;
}

/** Where a tape is. */
export type TapePlace = Pick<TapeRecord, 'library' | 'libraryId' | 'element'>;

/** What is kept of a tape itself; the rest follows from its sets. */
export type TapeFacts = Omit<TapeRecord, 'expires'>;

/** What a directory listing shows of an entry. */
export interface FileEntry {
  /** Byte string. */
  name: string;
  /** From the root of the set, starting with '/'; byte string. */
  path: string;
  kind: 'directory' | 'file' | 'link' | 'other';
  size: bigint;
  /** Seconds since 1970. */
  mtime: number;
  mode: number;
  owner: number;
  group: number;
  /** Node number, all ones when unknown. */
  node: bigint;
  /** fh_info as it came; undefined when not valid. */
  position: bigint | undefined;
  /** Whether its data are in this very set; in an incremental one directories are listed in full. */
  inSet: boolean;
}

export interface Listing {
  entries: readonly FileEntry[];
  /** Pass it as `after` for the next ones; undefined at the end. */
  next: string | undefined;
}

export interface FileHit extends FileEntry {
  set: number;
}

/** Each entry with the set of the chain that has its data, else the newest that tells of it. */
export interface ChainListing extends Listing {
  entries: readonly FileHit[];
}

/** Takes the file history of a set as it arrives. Memory stays bounded: a call settles when more may be sent. */
export interface FileHistorySink {
  /** A whole message as it came. The bytes belong to the catalog from now on. */
  post(payload: Uint8Array, version: 2 | 3 | 4): Promise<void>;
  /**
   * All that was sent is in the catalog's file, and no more comes; the tree is made of it by {@link finish}, or when
   * somebody asks for it.
   * @returns files, links and others as they were told, and what was odd about them
   */
  settle(): Promise<{ files: number; problems: readonly string[] }>;
  /** Makes the tree. @returns its entries and what was odd about them */
  finish(): Promise<{ files: number; directories: number; problems: readonly string[] }>;
  /** Gives up: what was taken stays, the set is told to be incomplete. */
  abandon(): Promise<void>;
}

export interface CatalogProblem {
  severity: 'error' | 'warning';
  text: string;
  /** What `check --repair` did or would do about it. */
  remedy: string | undefined;
}

export type New<T extends { id: number }> = Omit<T, 'id'>;

/** One SQLite file, worked on by a thread of its own. All methods reject with a DmaFailure that says what and where. */
export interface Catalog {
  readonly file: string;

  beginRun(run: { kind: RunKind; job?: string; recording?: string; log?: string }): Promise<RunRecord>;
  endRun(id: number, end: { state: RunState; message: string }): Promise<void>;
  runs(filter?: { job?: string; kind?: RunKind; limit?: number }): Promise<RunRecord[]>;

  beginSet(set: New<SetRecord>): Promise<SetRecord>;
  /** Changes what is given. */
  updateSet(id: number, change: Partial<Omit<SetRecord, 'id' | 'uuid'>>): Promise<SetRecord>;
  set(id: number): Promise<SetRecord | undefined>;
  sets(filter?: {
    job?: string;
    path?: string;
    serverIdentity?: string;
    server?: string;
    state?: SetState;
    barcode?: string;
    run?: number;
  }): Promise<SetRecord[]>;
  /** The sets a restore of this one needs, the full one first. */
  chain(id: number): Promise<SetRecord[]>;
  removeSet(id: number): Promise<void>;

  putPart(part: PartRecord): Promise<void>;
  parts(set: number): Promise<PartRecord[]>;
  partsOnTape(barcode: string): Promise<PartRecord[]>;

  putTape(tape: TapeFacts): Promise<void>;
  /** Forgets a tape of which no part is known. */
  removeTape(barcode: string): Promise<void>;
  tape(barcode: string): Promise<TapeRecord | undefined>;
  tapes(filter?: { pool?: string; state?: TapeState }): Promise<TapeRecord[]>;
  /** Forgets all that was on a tape, because it is written over; its sets lose these parts. */
  recycleTape(barcode: string): Promise<void>;

  /** Server identity by the name in the user's list; kept at first contact, compared later. */
  rememberServer(name: string, identity: string, address: string): Promise<void>;
  serverIdentity(name: string): Promise<string | undefined>;
  /** The job that a source belongs to, as long as it has sets of it; one volume belongs to one job. */
  ownerOf(serverIdentity: string, path: string): Promise<string | undefined>;
  claim(serverIdentity: string, path: string, job: string): Promise<void>;

  fileHistory(set: number): Promise<FileHistorySink>;
  /** Entries of a directory as of this set alone; the root is '/'. */
  list(set: number, directory: string, options?: { after?: string; limit?: number }): Promise<Listing>;
  /** The same for the whole chain up to this set: what a restore of this point in time would give. */
  listChain(set: number, directory: string, options?: { after?: string; limit?: number }): Promise<ChainListing>;
  /** An entry by its path; undefined when it is not there. */
  stat(set: number, path: string): Promise<FileEntry | undefined>;
  /** Names with this in them, whatever the case, or a glob when it has * or ?; newest set first. */
  search(text: string, options?: { set?: number; server?: string; path?: string; limit?: number }): Promise<FileHit[]>;
  /** Every entry of a set below a directory, in batches, parents first. */
  walk(set: number, directory: string): AsyncIterable<readonly FileEntry[]>;

  check(options?: { repair?: boolean }): Promise<CatalogProblem[]>;
  close(): Promise<void>;
}
