import type { MessageKind, NdmpVersion } from '../protocol';

/** Server logs that are read: ONTAP's NDMP debug log and the snoop log of ndmjob (debug level 6). */
export type LogFormat = 'ontap-log' | 'ndmjob-log';

/**
 * Whose clock the times of a log are: `log` the log's own time stamps with their dates; `peer` the time stamps in the
 * messages, where lines have none; `time of day` the log's own, without a date (counted from 1970-01-01); `none`.
 */
export type LogClock = 'log' | 'peer' | 'time of day' | 'none';

/** What is needed to read a message of a log again. Plain data: it crosses to other threads. */
export interface LogState {
  format: LogFormat;
  /** The session in the log, by number of the connection. */
  keys: string[];
}

/** A `name=value` of a log, as it stands there. */
export interface RawField {
  name: string;
  value: string;
}

/** What one line of a log is. One mutable instance a reader: an object a line would cost more than reading it. */
export class LogLine {
  kind: LineKind = 'text';
  /** Undefined where the line does not say to which session it belongs. */
  session: string | undefined;
  /** Seconds since 1970 and nanoseconds, -1 where the line tells no time. */
  seconds = -1;
  nanos = 0;
  digits = 0;
  head: LogHead | undefined;
  fields: RawField[] = [];
  accept: LogAccept | undefined;
  /** These fields come first in a message: where the log leaves the head out, they begin one. */
  startsMessage = false;

  /** Makes it a line that goes on with the text of the field before it. */
  goOn(text: string): void {
    this.kind = 'more';
    this.fields = [{ name: '', value: text }];
  }

  clear(): void {
    this.kind = 'text';
    this.session = undefined;
    this.seconds = -1;
    this.nanos = 0;
    this.digits = 0;
    this.head = undefined;
    this.fields = [];
    this.accept = undefined;
    this.startsMessage = false;
  }
}

/**
 * `head` begins a message; `fields` go on with it; `more` is the rest of the text of the field before; `accept` begins a
 * session; `end` ends it; `text` is anything else.
 */
export type LineKind = 'head' | 'fields' | 'more' | 'accept' | 'end' | 'text';

/** What the first line of a message tells; `undefined` is what it does not. */
export interface LogHead {
  fromServer: boolean | undefined;
  version: NdmpVersion | undefined;
  sequence: number | undefined;
  code?: number;
  reply?: boolean;
  replySequence?: number;
  headerError?: number;
}

/** What a log says of a connection when it is accepted. */
export interface LogAccept {
  client?: { address: string; port: number };
  server?: { address: string; port: number };
  version?: number;
}

/** Everything about one message that its lines tell. */
export interface LogMessage {
  code: number;
  kind: MessageKind;
  version: NdmpVersion;
  fromServer: boolean;
  sequence: number;
  replySequence: number;
  headerError: number;
  /** Seconds since 1970 by the sender's clock, 0 where the log does not tell them. */
  timeStamp: number;
  /** The body's fields in the order of the log. */
  fields: RawField[];
  /** What the log does not tell or tells in contradiction, in sentences. */
  problems: string[];
}

/** How one kind of log is written. */
export interface LogDialect {
  readonly format: LogFormat;
  readonly clock: LogClock;
  /** Says what a line is. Lines come in the order of the log. */
  read(text: string, line: LogLine): void;
  /** What a message's head and fields say together. @param version of the connection so far */
  message(head: LogHead | undefined, fields: RawField[], version: NdmpVersion): LogMessage;
  /** Path and value of the body's fields, for {@link FieldNode}. */
  place(message: LogMessage): PlacedField[];
  /** Names in the log of a field of the tables. */
  readonly names: Readonly<Record<string, readonly string[]>>;
  /** Fields that the log prints in hexadecimal without saying so. */
  readonly hex: ReadonlySet<string>;
}

/** A field with its place in the body: `['tcp_addr', 0, 'port']`. */
export interface PlacedField {
  path: (string | number)[];
  value: string;
  /** The value is the number of elements, or of bytes. */
  isLength?: boolean;
}
