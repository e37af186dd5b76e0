import type { SourceState } from '../logs';
import type { CaptureInfo, Connection, Damage } from '../session/messageIndex';
import type { IndexOptions } from '../session/indexer';

/** What the index worker is started with. */
export interface WorkerInput {
  path: string;
  options: IndexOptions;
  maxUnpackedBytes: number;
  /** One 32-bit word: not 0 asks the worker to stop. */
  stop: SharedArrayBuffer;
}

export type IndexPhase = 'unpacking' | 'indexing' | 'done';

/** What the index worker says. */
export type WorkerMessage =
  | { type: 'opened'; state: SourceState; gzip: boolean; path: string; scratch: string | undefined }
  | { type: 'chunk'; chunk: Uint32Array }
  | ({ type: 'progress' } & WorkerProgress)
  | ({ type: 'done'; moved: boolean; problems: Map<number, string[]> } & WorkerProgress)
  | { type: 'stopped' }
  | { type: 'failed'; message: string; isCaptureError: boolean };

export interface WorkerProgress {
  phase: IndexPhase;
  bytesRead: number;
  bytesTotal: number | undefined;
  rows: number;
  /** New and changed ones. */
  connections: Connection[];
  /** New ones. */
  damage: Damage[];
  damageDropped: number;
  /** Rows with problems that are new; of a pass that moved rows, at its end, all of them. */
  problems: Map<number, string[]>;
  info: CaptureInfo | undefined;
  /** Needed to read packets in the middle of the file. */
  state: SourceState | undefined;
}
