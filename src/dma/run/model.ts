import type { Catalog, RunState } from '../catalog/model';
import type { NdmpConnection } from '../connection/model';
import type { ServerDefinition } from '../servers/model';
import type { Patience } from './patience';

/** Something that only a person can settle. */
export type Question =
  | { kind: 'tape-wanted'; library: string | undefined; pool: string; barcode: string | undefined; text: string }
  | { kind: 'trust-certificate'; server: string; fingerprint: string; text: string };

/** What the person, or the caller's rule, says. */
export type Answer = 'go-on' | 'give-up';

export interface Progress {
  run: number;
  /** Index of the source, and its path. */
  source: number;
  path: string;
  /** What is going on, for people. */
  phase: string;
  bytes: bigint;
  /** As far as the server tells. */
  bytesLeft: bigint | undefined;
  files: number;
  /** Bytes a second lately. */
  rate: number;
  barcode: string | undefined;
}

export interface RunEvents {
  progress?(progress: Progress): void;
  /** A line for people; `level` as in a log. */
  message?(level: 'info' | 'warning' | 'error', text: string): void;
  /**
   * Asked when nothing else helps; without it the answer is 'give-up'.
   * @param signal takes the question back: the answer is of no use any more
   */
  ask?(question: Question, signal?: AbortSignal): Promise<Answer>;
}

/** What every run needs of its surroundings. */
export interface Surroundings {
  catalog: Catalog;
  /** Opens and logs in; records and logs into the run's own files where the run has some. */
  connect(server: string, purpose: ConnectionPurpose): Promise<NdmpConnection>;
  definition(server: string): ServerDefinition;
  events: RunEvents;
  /** Ends the run at the next moment where tape and catalog stay true. */
  signal: AbortSignal;
  now: () => number;
  /** Where it is not the usual one. */
  patience?: Partial<Patience>;
  /** Files of the run's recording and log, where it has some. */
  recording?: string;
  log?: string;
}

export interface ConnectionPurpose {
  /** For the log and the recording: 'data', 'tape', 'changer', 'query'. */
  role: string;
  /** Extension classes to select. */
  extensions?: readonly { class: number; version: number }[];
}

export interface SourceResult {
  path: string;
  set: number | undefined;
  state: Exclude<RunState, 'running'>;
  bytes: bigint;
  files: number;
  /** Milliseconds of the whole, and of it between start and end of the data transfer. */
  milliseconds: number;
  transferMilliseconds: number;
  barcodes: readonly string[];
  message: string;
}

export interface RunReport {
  run: number;
  state: Exclude<RunState, 'running'>;
  sources: readonly SourceResult[];
  message: string;
  recording: string | undefined;
  log: string | undefined;
}
