import type { Evidence } from '../jobs/model';

/** Times from request to reply, in seconds. */
export interface ReplyTimes {
  count: number;
  least: number;
  median: number;
  p90: number;
  p99: number;
  most: number;
  sum: number;
  /** False where there were too many to keep: percentiles are then right to one percent of their value. */
  exact: boolean;
  /** Row of the slowest reply. */
  slowestRow: number;
}

/** Messages and payload bytes (header and body) of one direction. */
export interface Amount {
  messages: number;
  bytes: number;
}

/** What was counted of one kind of message. */
export interface MessageCount {
  /** `NDMP_DATA_GET_STATE`; a code without a name as `NDMP_0x…`. */
  message: string;
  code: number;
  /** Requests, and posts of the server, apart from replies. */
  requests: number;
  replies: number;
  posts: number;
  toServer: Amount;
  toDma: Amount;
  /** Replies and posts that report an error in header or body. */
  errors: number;
  /** Requests that should have been answered and were not. */
  unanswered: number;
  /** Undefined where no reply has a known time. */
  times: ReplyTimes | undefined;
  firstRow: number;
}

/** Counts over a stretch of a capture, most bytes first. */
export interface MessageStatistics {
  messages: MessageCount[];
  total: { messages: number; toServer: Amount; toDma: Amount; errors: number; unanswered: number };
  /** All replies together. */
  times: ReplyTimes | undefined;
}

/** Values in equal buckets of time. */
export interface Series {
  id: string;
  name: string;
  /** What a value is: bytes a second, or messages a second. */
  unit: 'B/s' | '1/s';
  /** Where the values come from, in a sentence. */
  source: string;
  /** Seconds since the capture's first message at which the first bucket begins, and seconds a bucket lasts. */
  from: number;
  width: number;
  values: number[];
}

/** A count of stream bytes that somebody told, at a moment. */
export interface ProgressPoint {
  /** Seconds since the capture's first message. */
  seconds: number;
  bytes: number;
  row: number;
}

/** Progress of a job as one side told it: total of stream bytes, over time. */
export interface Progress {
  by: 'data server' | 'mover' | 'log';
  /** Which field or text, in a sentence. */
  source: string;
  points: ProgressPoint[];
}

/** Who had the turn, or held things up. */
export type Who =
  'data server' | 'tape server' | 'media change' | 'server' | 'network' | 'DMA' | 'data moving' | 'not told';

export type CauseId =
  | 'connecting'
  | 'answering-data'
  | 'answering-tape'
  | 'answering-changer'
  | 'answering-other'
  | 'unanswered'
  | 'data-gives-nothing'
  | 'data-takes-nothing'
  | 'data-asks-nothing'
  | 'data-finishing'
  | 'mover-gives-nothing'
  | 'mover-takes-nothing'
  | 'mover-finishing'
  | 'media-change'
  | 'sent-again'
  | 'dma-reaction'
  | 'dma-between'
  | 'dma-takes-nothing'
  | 'moving'
  | 'progress'
  | 'no-progress'
  | 'untold';

/** A stretch of time with what is told of it. */
export interface Stretch {
  /** Seconds since the capture's first message. */
  from: number;
  to: number;
  cause: CauseId;
  /** What exactly: `TAPE_MTIO`, `after NOTIFY_DATA_HALTED`, …; '' where the cause says it all. */
  what: string;
  /** Messages that bound it. */
  rows: number[];
}

/** Part of a cause: all stretches of the same kind. */
export interface SharePart {
  what: string;
  seconds: number;
  count: number;
  longest: Stretch;
}

/** How much of a job's time goes to one cause, and why that is known. */
export interface TimeShare {
  cause: CauseId;
  who: Who;
  /** `the data server answered requests`. */
  label: string;
  seconds: number;
  /** 0 to 1, of the job's whole time. */
  share: number;
  /** How it is known, in a sentence. */
  evidence: string;
  /** By kind, longest first, at most 8. */
  parts: SharePart[];
}

/** Where a job's time went. */
export interface TimeBreakdown {
  /** Seconds since the capture's first message. */
  from: number;
  to: number;
  seconds: number;
  /** Longest first; the shares add up to the whole. */
  shares: TimeShare[];
  /** Sums by who, longest first. */
  byWho: { who: Who; seconds: number; share: number }[];
  /** Single stretches that stand out, in the order of time. */
  pauses: Stretch[];
  /** All stretches in the order of time, neighbours of one cause joined; at most 2000, the shortest left out. */
  stretches: Stretch[];
  /** What limits the statement: no packets of the data connection, a clock that went back, … */
  limits: Evidence[];
}
