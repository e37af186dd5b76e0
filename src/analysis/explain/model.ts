import type { Evidence, Job } from '../jobs/model';
import type { TimeBreakdown } from '../statistics/model';

/** What is known of a text or a code, with what stands in the place of its placeholders. All text is escaped. */
export interface Cause {
  id: string;
  vendor: string;
  /** The words that it was found by. */
  found: string;
  cause: string;
  change: string;
  source: string;
  /** Messages that show it, at most 20. */
  rows: number[];
}

/** A point at which a job left its way. */
export interface WrongTurn {
  /** The message at which it is. */
  row: number;
  /** That and other messages that matter, in order, at most 20. */
  rows: number[];
  kind: 'error' | 'device' | 'halt' | 'pause' | 'no answer' | 'connection' | 'log' | 'file' | 'finding';
  /** `failure`: the job could not go on as it was meant to. `oddity`: worth knowing, and may be of no consequence. */
  weight: 'failure' | 'oddity';
  /** What happened, in a sentence. */
  text: string;
  /** States at that moment: `data server ACTIVE`, `mover PAUSED (EOM)`. */
  states: string[];
  /** The same thing at the same message again, so often; 1 when it was once. */
  times: number;
  causes: Cause[];
}

/** A request with its answer, or a post; equal ones after one another are one step. */
export interface Step {
  row: number;
  /** Reply, -1: none. */
  replyRow: number;
  /** Seconds since the capture's first message. */
  seconds: number;
  /** `DMA to data server`, `tape server to DMA`. */
  way: string;
  message: string;
  /** What was asked or posted. */
  text: string;
  /** What was answered; '' for a post, `no reply` where none came. */
  answer: string;
  failed: boolean;
  times: number;
}

/** What one machine of a server went through. */
export interface StateLine {
  machine: 'data server' | 'mover';
  connection: number;
  /** At most 40, in order. */
  states: { state: string; reason: string; row: number; seconds: number; certain: boolean }[];
  /** States left out. */
  dropped: number;
}

/** One side of a job. */
export interface Side {
  name: string;
  address: string;
  /** `product`, `version`, `login`, … */
  facts: Evidence[];
  requests: number;
  errors: number;
}

/** A log text of a server, equal ones joined. */
export interface LogText {
  row: number;
  rows: number[];
  times: number;
  kind: string;
  text: string;
  causes: Cause[];
}

export interface Fact {
  label: string;
  text: string;
  rows: number[];
}

/** One page about a job. Plain data; bytes from the capture are escaped. */
export interface JobReport {
  job: Job;
  /** How it went, in a sentence or two. */
  verdict: Evidence;
  asked: Fact[];
  sides: Side[];
  states: StateLine[];
  steps: Step[];
  /** Steps left out of the middle. */
  stepsDropped: number;
  firstWrongTurn: WrongTurn | undefined;
  /** What came after it, or what is odd though nothing failed, at most 40. */
  others: WrongTurn[];
  othersDropped: number;
  logs: LogText[];
  logsDropped: number;
  time: TimeBreakdown | undefined;
  /** What the capture does not hold of the job. */
  missing: Evidence[];
}
