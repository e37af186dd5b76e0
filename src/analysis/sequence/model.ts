import type { InterfaceName } from '../../protocol';
import type { Severity } from '../findings/model';
import type { Operation, Outcome, Topology } from '../jobs/model';
import type { Machine } from '../states/model';

/**
 * Why lines are folded into one: floods of file history, of log messages, polling loops, the reads of a recovery, and
 * neighbours that do the same.
 */
export const FOLD_KINDS = ['history', 'log', 'polls', 'reads', 'repeats'] as const;
export type FoldKind = (typeof FOLD_KINDS)[number];

/** What is drawn line by line instead of folded. */
export interface Unfold {
  /** Folds of these kinds are not made at all. */
  kinds: FoldKind[];
  /** Folds that are opened, by {@link SequenceLine.id}. */
  ids: number[];
}

/** One vertical line. Plain data, like everything here: it crosses to other threads. */
export interface Lifeline {
  /** `node`: a cluster node that only the data connection shows. `outside`: an end of it without a control connection. */
  kind: 'dma' | 'server' | 'node' | 'outside';
  /** `Data server`, `Data and tape server`. */
  title: string;
  /** Name and address. Escaped. */
  detail: string;
  /** Control connections that end here, from 0; for the DMA all of them. */
  connections: number[];
  /** State machines whose states are drawn on it, from left to right. */
  machines: Machine[];
}

/** Steps of a backup or recovery as the Connectathon workflow of 2001 names them. */
export const PHASES = [
  'connect',
  'changer',
  'tape',
  'mover',
  'capabilities',
  'data connection',
  'transfer',
  'post-processing',
] as const;
export type PhaseName = (typeof PHASES)[number];

/** A stretch of lines, both ends included. */
export interface LineRange {
  fromLine: number;
  toLine: number;
}

export interface Phase extends LineRange {
  name: PhaseName;
}

/** A time in which the mover waited for the DMA. */
export interface Band extends LineRange {
  kind: 'tape change' | 'pause';
  /** Reason such as `EOM`. */
  reason: string;
  /** Seconds; undefined where the capture does not show its end, or the clock went back. */
  seconds: number | undefined;
}

/** A state of one machine, from the line that brings it about to the one that ends it. */
export interface StateBar extends LineRange {
  lifeline: number;
  /** Place among the machines of the lifeline. */
  place: number;
  machine: Machine;
  state: string;
  reason: string;
  certain: boolean;
  /** Lines in which nothing is drawn right of the lifeline, so that the state's name can stand there. */
  labelLines: number[];
}

export type LineKind = 'exchange' | 'post' | 'reply' | 'fold' | 'link';

/** A finding at a line. */
export interface Mark {
  severity: Severity;
  rule: string;
  /** Escaped. */
  text: string;
}

/** One line of the diagram with all its words. All texts are escaped and bounded. */
export interface SequenceLine {
  /** Place in the list, from 0. */
  index: number;
  kind: LineKind;
  /** A name that stays while folds are opened and closed: the row of its first message; of a data connection's bar below 0. */
  id: number;
  /** Number of the first message, from 1; of a data connection's bar the request that started it. */
  n: number;
  /** Number of the reply, where there is one. */
  replyN: number | undefined;
  /** Messages, requests and replies counted once as a pair. */
  count: number;
  /** Lifelines that the arrow goes from and to; of a data connection's bar the two ends. */
  from: number;
  to: number;
  interface: InterfaceName;
  /** Without the NDMP_ prefix: `MOVER_LISTEN`; of a fold `MOVER_GET_STATE, TAPE_GET_STATE × 12`. */
  name: string;
  /** Key facts of the request or post. */
  facts: string;
  /** What came of it: `ok`, an error, key facts of the reply, `no reply`; '' for posts. */
  result: string;
  /** `failed` where an error was reported, `missing` where no reply is in the capture. */
  outcome: 'ok' | 'failed' | 'missing';
  /** Seconds between request and reply. */
  latency: number | undefined;
  /** Seconds since the job's first message; `until` of the last message of a fold or of a data connection's bar. */
  at: number;
  until: number | undefined;
  fold: FoldKind | undefined;
  /** A fold whose members follow, each on its line. */
  open: boolean;
  /** `id` of the opened fold that it belongs to, -1: none. */
  group: number;
  /** Findings at the line; empty until they were asked for. */
  marks: Mark[];
}

/** Everything about a job's diagram but its lines. */
export interface SequenceOutline {
  job: number;
  title: string;
  /** `ended successful`, `failed: …`. */
  subtitle: string;
  operation: Operation;
  topology: Topology;
  outcome: Outcome;
  /** Seconds since 1970 and nanoseconds of the job's first message. */
  startSeconds: number;
  startNanos: number;
  /** Messages that are drawn, and the lines that they take. */
  messages: number;
  lines: number;
  lifelines: Lifeline[];
  phases: Phase[];
  bands: Band[];
  states: StateBar[];
}

export const NOTHING_UNFOLDED: Unfold = { kinds: [], ids: [] };
