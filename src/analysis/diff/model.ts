/** What two sessions have in common and what not. Plain data: it crosses to other threads. */
export interface SessionDiff {
  /** Nothing differs that means anything: the sessions say the same. */
  same: boolean;
  jobs: JobDiff[];
  /** Jobs that only one of them has, by number. */
  onlyA: JobFacts[];
  onlyB: JobFacts[];
}

export interface JobFacts {
  /** Number of the job, or of the connection. */
  job: number;
  /** Escaped, as in `Job`. */
  title: string;
  /** '' of a connection. */
  outcome: string;
  messages: number;
  /** Seconds from its first to its last message; undefined where the clock went back meanwhile. */
  seconds: number | undefined;
  firstRow: number;
}

/** Two jobs that did the same thing, message by message; of two records of one session, a connection. */
export interface JobDiff {
  a: JobFacts;
  b: JobFacts;
  same: boolean;
  counts: DiffCounts;
  /** What the jobs as a whole say differently: title, topology, outcome. */
  facts: ValueDifference[];
  items: DiffItem[];
  /** Steps in whose course one side fell behind the other most, the largest first. */
  timing: TimingStep[];
}

export interface DiffCounts {
  same: number;
  changed: number;
  onlyA: number;
  onlyB: number;
  /** Requests that both sent, in another order. */
  moved: number;
  /** Differences that mean nothing by themselves, such as another number of status requests. */
  minor: number;
}

export type DiffKind = 'same' | 'changed' | 'onlyA' | 'onlyB';

/** One step of a job: a request with its reply, a post, or many like it that are folded together. */
export interface DiffItem {
  kind: DiffKind;
  /** Says nothing by itself: other polling, other batches of file history. */
  minor: boolean;
  /** Both sides sent it, at another place among the requests. */
  moved: boolean;
  /** Message name, or what is folded: `NDMP_MOVER_LISTEN`, `status requests`, `file history`. */
  name: string;
  /** `data server`, `tape server`, `changer`: which service, and whose message it is. */
  service: string;
  direction: 'request' | 'post';
  a: DiffSide | undefined;
  b: DiffSide | undefined;
  differences: ValueDifference[];
}

export interface DiffSide {
  /** The request or post; the first of folded ones. */
  row: number;
  /** The reply, -1 where there is none. */
  reply: number;
  /** Messages folded together, replies not counted. */
  count: number;
  /** Seconds since the job's first message. */
  at: number;
  /** Seconds from request to reply; of folded ones from the first to the last; undefined where nothing is told. */
  took: number | undefined;
  /** One line of what it says. Escaped. */
  summary: string;
}

export interface ValueDifference {
  /** `error`, `env[2].value`; with `reply.` before fields of a reply. */
  path: string;
  /** Undefined where that side does not have the field. Escaped and cut. */
  a: string | undefined;
  b: string | undefined;
  /** Must differ from run to run (ports, challenges, clocks): only shown when all is asked for. */
  expected: boolean;
}

export interface TimingStep {
  /** Place in `JobDiff.items`. */
  item: number;
  /** Seconds by which B fell behind (negative: got ahead) since the step before. */
  behind: number;
}
