import type { Catalog, FileEntry } from './model';

/** Requests that are answered as the method of the catalog is, in the thread that has the file. */
type Answered =
  | 'beginRun'
  | 'endRun'
  | 'runs'
  | 'beginSet'
  | 'updateSet'
  | 'set'
  | 'sets'
  | 'chain'
  | 'removeSet'
  | 'putPart'
  | 'parts'
  | 'partsOnTape'
  | 'putTape'
  | 'removeTape'
  | 'tape'
  | 'tapes'
  | 'recycleTape'
  | 'rememberServer'
  | 'serverIdentity'
  | 'ownerOf'
  | 'claim'
  | 'list'
  | 'listChain'
  | 'stat'
  | 'search'
  | 'check'
  | 'close';

/** What a sink that has it all tells: what came, as it was told. */
export interface HistoryCame {
  files: number;
  problems: readonly string[];
}

/** What a sink that was finished tells. */
export interface HistoryEnd {
  files: number;
  directories: number;
  problems: readonly string[];
}

/** A batch of a walk; `next` is where the following one begins, undefined at the end. */
export interface WalkBatch {
  entries: readonly FileEntry[];
  next: Uint8Array | undefined;
}

/** Everything that the thread can be asked. */
export type Operations = {
  readonly [K in Answered]: (...args: Parameters<Catalog[K]>) => ReturnType<Catalog[K]>;
} & {
  /** Opens the file, so that what is wrong with it is told at once. */
  readonly open: () => Promise<void>;
  readonly beginHistory: (set: number) => Promise<void>;
  /** @param batch whole messages, one behind the other; @param ends where each of them ends */
  readonly takePosts: (set: number, batch: Uint8Array, ends: readonly number[]) => Promise<void>;
  readonly settleHistory: (set: number) => Promise<HistoryCame>;
  readonly finishHistory: (set: number) => Promise<HistoryEnd>;
  readonly abandonHistory: (set: number) => Promise<void>;
  readonly walkBatch: (set: number, directory: string, from: Uint8Array | undefined) => Promise<WalkBatch>;
};

export type Operation = keyof Operations;
export type Arguments<K extends Operation> = Parameters<Operations[K]>;
export type Result<K extends Operation> = Awaited<ReturnType<Operations[K]>>;

export interface Request {
  id: number;
  operation: Operation;
  args: readonly unknown[];
}

/** `failure`: a sentence for people; `stack`: something that should not happen. */
export interface Answer {
  id: number;
  result?: unknown;
  failure?: string;
  stack?: string;
}
