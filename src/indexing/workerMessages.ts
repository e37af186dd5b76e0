import type { SourceState } from '../logs';
import type { CaptureInfo, Connection, Damage, TcpFlow } from '../session/messageIndex';
import type { IndexOptions } from '../session/indexer';

/** What the index worker is started with. */
export interface WorkerInput {
  path: string;
  options: Omit<IndexOptions, 'tls'>;
  maxUnpackedBytes: number;
  /** An NSS key log with the keys of TLS connections. */
  tlsKeyLog: string | undefined;
  /** The words of {@link Signal}. */
  signal: SharedArrayBuffer;
  /** The file is being written: what is added to it is read too, until the signal says that it is whole. */
  follow: boolean;
}

/** What the main thread tells the worker, by words of 32 bits that are not 0. */
export const Signal = {
  /** It shall stop. */
  STOP: 0,
  /** Nothing more will be written into the file that is followed. */
  WHOLE: 1,
  /** Either of them: what the worker waits for between two looks at the file. */
  WAKE: 2,
  WORDS: 3,
} as const;

/** `following`: all that is there has been read, more is expected. */
export type IndexPhase = 'unpacking' | 'indexing' | 'following' | 'done';

/** What the index worker says. */
export type WorkerMessage =
  | { type: 'opened'; state: SourceState; gzip: boolean; path: string; scratch: string | undefined }
  /** What is decrypted goes into this file; its folder is the main thread's. */
  | { type: 'plain'; folder: string; path: string }
  | { type: 'chunk'; chunk: Uint32Array }
  | ({ type: 'progress' } & WorkerProgress)
  | ({ type: 'done'; moved: boolean } & WorkerProgress)
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
  /** Rows with marks, in the same way. */
  marks: Map<number, string[]>;
  info: Omit<CaptureInfo, 'flows'> | undefined;
  /** All TCP connections, told where they were described anew. */
  flows: TcpFlow[] | undefined;
  /** Needed to read packets in the middle of the file. */
  state: SourceState | undefined;
}
