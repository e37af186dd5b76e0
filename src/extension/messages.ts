/**
 * Everything the extension host and the capture view say to each other: one discriminated union each way.
 *
 * - `WebviewMessage` goes from the view to the host, `HostMessage` from the host to the view.
 * - Most of it are exchanges: the view asks with an `id` of its own (growing from 1), the host answers with the same `id`
 *   (`answer`, or `failed` with a sentence fit for users). The view drops answers it no longer waits for, so the host may
 *   answer late, in any order, or not at all when a newer ask of the same kind made the old one pointless.
 * - The view never holds the whole list of messages. It asks for windows of the *filtered list*, which is identified by
 *   the `filterId` of the `filter` exchange that made it (0: no filter was ever set). An ask with an older `filterId`
 *   should be answered with `failed`.
 *
 * Times are float seconds relative to the capture's start (`CaptureState.start`). A double holds them exactly to the
 * nanosecond for captures of up to 104 days (2^53 ns); round to `start.digits` decimals when printing. Intervals in
 * time are half open. Message numbers `n` count from 1, rows of the filtered list (`index`) from 0, connection ids from 0.
 */
import type { Severity } from '../analysis/findings/model';
import type { MessageMeaning } from '../analysis/meaning/queries';
import type { AffinitySettings } from '../analysis/affinity';
import type { DiffLines, DiffLinesAsk, DiffSummary } from '../analysis/diff/comparison';
import type { AnalysisQueries, QueryName } from '../analysis/queries';
import type { FieldNode, InterfaceName, MessageKind, NdmpVersion } from '../protocol';

export type { FieldNode, InterfaceName, MessageKind, MessageMeaning, NdmpVersion, QueryName, Severity };

// ------------------------------------------------------------------------------------------------------------- tabs

/** The tabs of the view in their order, by what they show. */
export const TABS = [
  'timeline',
  'sequence',
  'affinity',
  'findings',
  'history',
  'statistics',
  'explain',
  'diff',
] as const;
export type TabId = (typeof TABS)[number];

/** What a tab is asked to bring into sight when it is opened from elsewhere. */
export interface TabTarget {
  /** Message number. */
  n?: number;
  /** Id of a job. */
  job?: number;
  /** A file in the file history. */
  path?: string;
  volume?: string;
  /** Id of a finding. */
  finding?: number;
}

// ---------------------------------------------------------------------------------------------------- capture state

/** `following`: all that is in the file has been read, and it is still being written. */
export type CapturePhase = 'opening' | 'unpacking' | 'indexing' | 'following' | 'done' | 'cancelled' | 'failed';

export interface Progress {
  phase: CapturePhase;
  bytesRead: number;
  /** Unknown for compressed input and pipes. */
  bytesTotal?: number;
  /** Messages found so far. */
  rows: number;
}

export interface CaptureCounts {
  messages: number;
  requests: number;
  replies: number;
  posts: number;
  /** Messages of the file history interface, which are posts too. */
  fileHistory: number;
  /** Messages whose header error or body error is not "no error". */
  errors: number;
  /** Messages with a decoding problem or lost bytes before them. */
  problems: number;
}

export interface ConnectionState {
  id: number;
  /** The DMA's end, e.g. '10.0.0.5:51234' or '[2001:db8::1]:51234'. */
  client: string;
  /** The NDMP server's end. */
  server: string;
  /** Host names from the capture's own name resolution. */
  clientName?: string;
  serverName?: string;
  version: NdmpVersion;
  versionSource: 'open' | 'announced' | 'guess' | 'user';
  /** What the server was asked to be: 'data server', 'data and tape server', 'changer'. */
  role?: string;
  messages: number;
  errors: number;
  /** The first and last message, relative seconds. */
  from: number;
  to: number;
  started: 'seen' | 'missing';
  ended: 'fin' | 'rst' | 'open';
  lostBytes: number;
}

export interface DamageState {
  kind: string;
  /** One clear sentence. */
  text: string;
  /** Packet number from 1. */
  frame: number;
  connection?: number;
  /** The message next to the damage; gives the banner its "Show" link. */
  n?: number;
}

export interface CaptureStart {
  /** Whole seconds since 1970 and nanoseconds within the second. */
  seconds: number;
  nanos: number;
  /** Decimal digits of the capture's own precision: 6 or 9 as a rule. */
  digits: number;
}

export interface CaptureState {
  fileName: string;
  /** As shown to people: 'pcapng, gzip'. */
  format: string;
  bytes: number;
  packets: number;
  progress: Progress;
  /** Why reading failed (phase 'failed'). */
  error?: string;
  /** Absent until the first packet was read. */
  start?: CaptureStart;
  /** Last message's relative seconds. */
  duration: number;
  counts: CaptureCounts;
  connections: ConnectionState[];
  /** The first 50. */
  damage: DamageState[];
  damageTotal: number;
  comments: string[];
  /** Encrypted connections that could not be read, in words, the first 3 of them. */
  encrypted: string[];
}

// ---------------------------------------------------------------------------------------------------------- filters

export interface FilterToggles {
  errorsOnly: boolean;
  /** The server's own messages (notify, log, file history) are listed. */
  posts: boolean;
  /** File history messages are listed (only where `posts` is on, too). */
  fileHistory: boolean;
  /** A reply is folded into its request's row: paired replies are left out and `Row.reply` is filled. */
  exchanges: boolean;
  /** Listed connections; absent: all. */
  connections?: number[];
}

export interface FilterError {
  message: string;
  /** From 0, in UTF-16 units of the filter text. */
  column: number;
  length: number;
}

export interface Completion {
  label: string;
  /** Replaces the text from `from` to `to` of the reply. */
  insert: string;
  kind: 'field' | 'value' | 'operator' | 'saved';
  detail?: string;
}

export interface SavedFilter {
  name: string;
  text: string;
}

// ------------------------------------------------------------------------------------------------------------- rows

export interface Result {
  /** 'NO_ERR', 'DEVICE_BUSY', 'header: NOT_AUTHORIZED'. */
  text: string;
  failed: boolean;
}

export interface Row {
  n: number;
  seconds: number;
  /** Seconds since the row before in the filtered list; absent in its first row. */
  delta?: number;
  connection: number;
  direction: 'dma>server' | 'server>dma';
  kind: MessageKind;
  code: number;
  interface: InterfaceName;
  /** With the NDMP_ prefix. */
  message: string;
  sequence: number;
  /** 0 in requests and posts. */
  replySequence: number;
  /** Absent where the message carries neither a header error nor an error in its body. */
  result?: Result;
  /** Seconds, replies only. */
  latency?: number;
  /** n of the request or reply. */
  pair?: number;
  /** A request whose reply is not in the capture though the connection went on. */
  unanswered?: boolean;
  /** First problem of the message, in words. */
  problem?: string;
  /** What whoever made the capture says of it, in words: a tap, of the faults that it made. */
  mark?: string;
  /** One line, safe to show. */
  summary: string;
  /** With `FilterToggles.exchanges`, in requests that were replied to. */
  reply?: { n: number; result?: Result; latency: number; summary: string; problem?: string; mark?: string };
}

// --------------------------------------------------------------------------------------------------- findings' marks

/** Which findings count: of the user's settings. A view may switch more rules off for its own file. */
export interface FindingSettings {
  disabledRules: string[];
  /** Milder ones are marked nowhere and listed in no Problems panel. */
  minimumSeverity: Severity;
}

/** A finding at a message, as rows and time axes show it. */
export interface FindingMark {
  n: number;
  /** Relative seconds. */
  seconds: number;
  connection: number;
  severity: Severity;
  /** The gravest finding at the message. */
  finding: number;
  /** What it says. */
  text: string;
  /** How many there are at the message. */
  count: number;
}

// ----------------------------------------------------------------------------------------------------------- detail

export interface DetailProblem {
  text: string;
  /** Byte range in the payload, where there is one. */
  offset?: number;
  length?: number;
}

/** One message: a request or post on its own, or one half of an exchange. */
export interface DetailPart {
  n: number;
  frame: number;
  seconds: number;
  kind: MessageKind;
  direction: 'dma>server' | 'server>dma';
  sequence: number;
  result?: Result;
  /** Explanation of the error code in `result`. */
  resultDoc?: string;
  summary: string;
  /** Payload bytes without record marks. */
  size: number;
  /** Lengths of the record's fragments. */
  fragments: number[];
  /** Byte ranges that are not in the capture and stand as zeros. */
  missing: { offset: number; length: number }[];
  problems: DetailProblem[];
  /** What whoever made the capture says of the message. */
  marks: string[];
  /** As of `decodeTree`: header, body fields, undecoded bytes. */
  tree: FieldNode[];
  /** The payload's first bytes, at most BYTES_PAGE of them. */
  bytes: Uint8Array;
  /** Of a log: the lines that it was read from. */
  raw?: RawLines;
}

/** The text of a log beside a message. */
export interface RawLines {
  text: string;
  /** Number of the message's first line. */
  line: number;
  /** There is more than is shown. */
  cut: boolean;
  /** Fields of the log that no table of messages has. */
  unread: { name: string; value: string }[];
}

/** The same message in another record of the same session. */
export interface Elsewhere {
  /** As in `compareWith`. */
  key: string;
  name: string;
  n: number;
  message: string;
  /** Date and time by the other record's clock, with its own precision. */
  time: string;
  /** How the clocks differ, in words: A is this capture, B the other. */
  clock: string;
  /** The lines of a log. */
  raw?: string;
}

export interface Detail {
  n: number;
  message: string;
  code: number;
  interface: InterfaceName;
  version: NdmpVersion;
  connection: number;
  /** What the message is for, one or two sentences. */
  doc: string;
  latency?: number;
  unanswered?: boolean;
  /** In the order of the capture; one of them has the n asked for. */
  parts: DetailPart[];
}

/** Payload bytes are asked for in pages: offsets are multiples of this, lengths at most this. */
export const BYTES_PAGE = 16384;

/** Elements of an array that are asked for at a time; `DetailPart.tree` holds as many to begin with. */
export const CHILDREN_PAGE = 100;

// --------------------------------------------------------------------------------------------- overview and waterfall

export interface Pause {
  from: number;
  to: number;
  /** 'silence': nothing was said on any connection; 'mover': between a mover's pause and its continue or abort. */
  kind: 'silence' | 'mover';
  text: string;
}

export interface Overview {
  from: number;
  to: number;
  /** Messages in each bucket; every list has the asked number of buckets. */
  total: number[];
  errors: number[];
  /** Messages of the filtered list; absent when it holds all. */
  matching?: number[];
  interfaces: Partial<Record<InterfaceName, number[]>>;
  /** The longest, at most 50. */
  pauses: Pause[];
  /** Places of lost bytes, at most 200, relative seconds. */
  damage: { at: number; text: string; n?: number }[];
}

export interface Bar {
  /** The request or post; of several drawn as one, the first. */
  n: number;
  from: number;
  /** The reply's time; a post's equals `from`; absent when there is no reply (drawn open-ended). */
  to?: number;
  kind: 'request' | 'post';
  interface: InterfaceName;
  /** Without the NDMP_ prefix; of several drawn as one, the commonest. */
  name: string;
  /** More than 1: so many neighbours drawn as one, since they are closer than the asked resolution. */
  count: number;
  failed: boolean;
  /** The result's text when failed. */
  result?: string;
  /** What a tap did with one of its messages. */
  mark?: string;
}

export interface Lane {
  connection: number;
  bars: Bar[];
  /** Stretches in which bytes of this connection are missing. */
  gaps: { from: number; to: number; text: string }[];
}

// -------------------------------------------------------------------------------------------------------- exchanges

/**
 * What the view asks and what it gets, by name. What the messages mean is asked by the analysis's own queries; they are
 * answered when the whole capture has been read, by another thread.
 */
export interface Exchanges extends AnalysisQueries {
  /**
   * Rows from (incl.) .. to (excl.) of the filtered list, at most 500. Shorter than asked at the list's end, and where
   * bodies take long to decode: then the same ask gets further the next time.
   */
  rows: { ask: { filterId: number; from: number; to: number }; answer: { from: number; rows: Row[] } };

  /**
   * Sets the filter. `filterId` is chosen by the view and grows. A wrong text leaves the list as it was and answers
   * with `error`. `done` false: the scan goes on, `matches` events follow.
   */
  filter: {
    ask: { filterId: number; text: string; toggles: FilterToggles };
    answer: { error?: FilterError; count: number; done: boolean };
  };
  /** Looks at a filter text while it is typed, without applying it. */
  checkFilter: { ask: { text: string }; answer: { error?: FilterError } };
  complete: { ask: { text: string; caret: number }; answer: { from: number; to: number; items: Completion[] } };
  /** The filter text that selects a row's value in a column, or a field of the detail tree. */
  filterFor: { ask: { n: number; column?: ColumnId; path?: number[] }; answer: { text: string } };

  /** Where a message, or the first message at or after a time, stands in the filtered list (-1: list is empty). */
  locate: {
    ask: { filterId: number; n: number } | { filterId: number; seconds: number };
    /** `exact` false: the message itself is filtered out, `index` is its nearest neighbour. */
    answer: { index: number; exact: boolean };
  };
  /** The next row in the filtered list, after `index` exclusive, without wrapping; -1: none. */
  find: {
    ask: { filterId: number; index: number; forward: boolean; what: 'error' | 'problem' };
    answer: { index: number };
  };

  /**
   * Messages at which there are findings, at most 20,000, in the order of the messages; and how many findings there are
   * of each severity. Answered when the whole capture has been read.
   */
  marks: {
    ask: { disabled: string[]; minimum: Severity };
    answer: { marks: FindingMark[]; counts: Record<Severity, number> };
  };

  detail: { ask: { n: number }; answer: Detail };
  /** Children `from` .. `from + count` of the node at `path` (child indices from the root list of message n's tree). */
  expand: { ask: { n: number; path: number[]; from: number; count: number }; answer: { nodes: FieldNode[] } };
  /** The innermost field at a byte of message n's payload; an empty path when no field holds it. */
  fieldAt: { ask: { n: number; offset: number }; answer: { path: number[] } };
  bytes: { ask: { n: number; offset: number; length: number }; answer: { bytes: Uint8Array } };

  /** `buckets` equal parts of from .. to, the last one closed. */
  overview: { ask: { filterId: number; from: number; to: number; buckets: number }; answer: Overview };
  /**
   * Bars that touch from .. to on the given connections, at most `maxBars` a lane: when there are more, neighbours of the
   * same kind within (to - from) / maxBars are drawn as one.
   */
  lanes: {
    ask: { from: number; to: number; connections: number[]; maxBars: number };
    answer: { lanes: Lane[] };
  };

  /** Captures and logs that this one can be compared with: those open in other editors, and files picked before. */
  compareWith: { ask: Record<string, never>; answer: { choices: { key: string; name: string }[] } };
  /** The host asks for a file to compare with. Nothing when none was chosen. */
  pickOther: { ask: Record<string, never>; answer: { picked?: { key: string; name: string } } };
  /** A is this capture, B the other. */
  diff: { ask: { key: string }; answer: DiffSummary };
  diffLines: { ask: DiffLinesAsk & { key: string }; answer: DiffLines };
  /** Shows a message of the other capture in its editor; `shown` false when it is in none. */
  showOther: { ask: { key: string; n: number }; answer: { shown: boolean } };
  /** The same message in logs and captures of the same session that are open. */
  elsewhere: { ask: { n: number }; answer: { places: Elsewhere[] } };

  /** The host puts text on the clipboard; `copied` says what, for the status line ("Copied 36 bytes as hex"). */
  copy: {
    ask: { as: 'json' | 'hex' | 'filter' | 'value' | 'row'; n: number; path?: number[]; column?: ColumnId };
    answer: { copied: string };
  };
  /** The host puts a text that the view made on the clipboard. */
  copyText: { ask: { text: string }; answer: Record<string, never> };
  /** The host asks where to save what the view made. `saved`: the file's name; absent when the user thought better of it. */
  saveFile: { ask: { name: string; content: string | Uint8Array }; answer: { saved?: string } };
}

export type ExchangeName = keyof Exchanges;
export type AskOf<K extends ExchangeName> = Exchanges[K]['ask'];
export type AnswerOf<K extends ExchangeName> = Exchanges[K]['answer'];

/** What the host answers itself; the rest goes to the analysis. */
export type HostExchange = Exclude<ExchangeName, QueryName>;

/** What a host implements, in full. */
export type ExchangeHandlers = { [K in HostExchange]: (ask: AskOf<K>) => AnswerOf<K> | Promise<AnswerOf<K>> };

// ------------------------------------------------------------------------------------------------------------ state

export type ColumnId =
  | 'n'
  | 'time'
  | 'delta'
  | 'connection'
  | 'direction'
  | 'message'
  | 'kind'
  | 'sequence'
  | 'result'
  | 'latency'
  | 'summary';

export type TimeMode = 'relative' | 'absolute' | 'delta';

/** The user's way of looking, kept for all captures. */
export interface Layout {
  timeMode: TimeMode;
  /** Pixels, where the user changed them. */
  columns: Partial<Record<ColumnId, number>>;
  /** Heights of the waterfall and the detail pane in pixels, width of the hex view as a share of the pane. */
  waterfallHeight: number;
  detailHeight: number;
  hexShare: number;
  /** Newest first, at most 30. */
  filterHistory: string[];
}

/** Where the user was, kept for each capture. */
export interface Position {
  filter: string;
  toggles: FilterToggles;
  /** Selected message. */
  n?: number;
  /** First visible row of the filtered list. */
  top: number;
  /** Zoomed stretch of time; absent: the whole capture. */
  zoom?: { from: number; to: number };
  /** The tab in front; absent: the timeline. */
  tab?: TabId;
  /** The job that tabs about one job show. */
  job?: number;
  /** Rules of findings that are switched off in this file. */
  disabledRules?: string[];
  /** What the user says of LIFs and affinity in this file. */
  affinity?: AffinitySettings;
}

/** Things the user does by palette, menu or side bar, and the view carries out. */
export type ViewCommand =
  | 'focusFilter'
  | 'clearFilter'
  | 'saveFilter'
  | 'focusTable'
  | 'focusDetail'
  | 'focusOverview'
  | 'jumpToPair'
  | 'nextError'
  | 'previousError'
  | 'nextProblem'
  | 'previousProblem'
  | 'resetZoom'
  | 'zoomToSelection'
  | 'toggleErrors'
  | 'togglePosts'
  | 'toggleFileHistory'
  | 'toggleExchanges'
  | 'cycleTimeMode'
  | 'copyJson'
  | 'copyHex'
  | 'copyFilter'
  | 'copyValue'
  | 'copyRow';

// --------------------------------------------------------------------------------------------------------- messages

type Ask = { [K in ExchangeName]: { type: 'ask'; id: number; what: K; ask: AskOf<K> } }[ExchangeName];
type Answer = { [K in ExchangeName]: { type: 'answer'; id: number; what: K; answer: AnswerOf<K> } }[ExchangeName];

/** From the view to the host. */
export type WebviewMessage =
  | Ask
  /** The view no longer waits for this answer: work on it may stop. */
  | { type: 'forget'; id: number }
  /** The view listens now. The host answers with `init`, sent again whenever the view is made anew. */
  | { type: 'ready' }
  /** Stop indexing; what was read stays. */
  | { type: 'cancel' }
  /** What is added to the file from now on is not to be shown. */
  | { type: 'stopFollowing' }
  /** Show the editor picker for this file. */
  | { type: 'reopenWith' }
  | { type: 'useTlsKeyLog' }
  /** undefined: back to what the capture says. */
  | { type: 'setVersion'; connection: number; version: NdmpVersion | undefined }
  /** The selected message, for the side bar and the status bar. */
  | { type: 'selected'; n: number | undefined }
  /** Without a name the host asks for one. */
  | { type: 'saveFilter'; text: string; name?: string }
  | { type: 'deleteFilter'; name: string }
  /** At most a few times a second. */
  | { type: 'layout'; layout: Layout }
  | { type: 'position'; position: Position }
  /** An exception in the view, for the log. */
  | { type: 'viewError'; text: string };

/** From the host to the view. */
export type HostMessage =
  | Answer
  /** `text` is a sentence for users. */
  | { type: 'failed'; id: number; what: ExchangeName; text: string }
  | {
      type: 'init';
      capture: CaptureState;
      layout: Partial<Layout>;
      position?: Position;
      savedFilters: SavedFilter[];
      /** Absent: no rule is off, and all severities count. */
      findings?: FindingSettings;
    }
  /** Something but the progress changed (connections, damage, phase, counts); at most four times a second. */
  | { type: 'capture'; capture: CaptureState }
  /** While indexing; at most ten times a second. */
  | { type: 'progress'; progress: Progress; duration: number }
  /** The filtered list grew, or its scan went on. Rows once given never change their place under one `filterId`. */
  | { type: 'matches'; filterId: number; count: number; scanned: number; total: number; done: boolean }
  | { type: 'savedFilters'; savedFilters: SavedFilter[] }
  | { type: 'findingSettings'; findings: FindingSettings }
  /** Rows must be asked for again (a connection's version was set, more damage was found). */
  | { type: 'rowsChanged' }
  /** Select a message and bring it into view (side bar, other editors). */
  | { type: 'select'; n: number }
  /** Bring a tab to the front, and in it what the target names. */
  | { type: 'open'; tab: TabId; target?: TabTarget }
  /** What the analysis answered so far no longer holds: a version was set, the file was read anew. */
  | { type: 'analysisChanged' }
  /** Fields that are given replace the view's own. */
  | { type: 'applyFilter'; text?: string; toggles?: Partial<FilterToggles> }
  | { type: 'command'; command: ViewCommand };

/** Defaults both sides agree on. */
export const DEFAULT_TOGGLES: Readonly<FilterToggles> = {
  errorsOnly: false,
  posts: true,
  fileHistory: true,
  exchanges: false,
};
