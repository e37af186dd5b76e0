import { LogLine } from './model';
import type { LogAccept, LogDialect, LogHead, RawField } from './model';

/** Sessions whose last message may still get lines; of the oldest among more no more are expected. */
const MAX_SESSIONS = 4096;
/** Lines of one session further apart than this do not belong to one message. */
const MAX_SPREAD = 4 * 1024 * 1024;
/** A message's lines reach no further than this. */
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const MAX_FIELDS = 1_000_000;
/** Characters of one field that goes on over several lines. */
const MAX_VALUE = 1024 * 1024;

/** The lines of one message, with all that stands between it and the next message of its session. */
export interface AssembledMessage {
  session: string;
  head: LogHead | undefined;
  fields: RawField[];
  /** Where its first line begins, and where the line after its last one does. */
  from: number;
  to: number;
  /** Number of its head's line, from 1. */
  line: number;
  seconds: number;
  nanos: number;
  digits: number;
}

export interface AssemblySink {
  onMessage(message: AssembledMessage): void;
  onAccept(session: string, accept: LogAccept): void;
  onEnd(session: string): void;
  /** Lines of a session in which no message follows. */
  onLoose(session: string, from: number, to: number, line: number): void;
}

interface OpenSession {
  key: string;
  message: AssembledMessage | undefined;
  /** Fields still belong to the message: nothing else has come between. */
  takesFields: boolean;
  hasStart: boolean;
  /** Lines before the first message. */
  looseFrom: number;
  looseTo: number;
  looseLine: number;
}

/**
 * Puts the lines of a log together to messages, session by session, since sessions interleave. Each line belongs to one
 * message: what comes after a message's fields (state lines, free text) stays with it until the session's next message
 * begins.
 */
export class MessageAssembler {
  lines = 0;
  private readonly line = new LogLine();
  private readonly sessions = new Map<string, OpenSession>();
  private last: OpenSession | undefined;
  private lastSeconds = -1;

  /** @param only the session to look at; undefined: all */
  constructor(
    private readonly dialect: LogDialect,
    private readonly sink: AssemblySink,
    private readonly only?: string,
  ) {}

  /** Takes the next line. @param from where it begins @param to where the next one does */
  push(text: string, from: number, to: number): void {
    this.lines++;
    const { line } = this;
    this.dialect.read(text, line);
    const key = line.session ?? this.last?.key ?? '';
    const session = this.session(key);
    if (this.only !== undefined && key !== this.only) return;
    if (line.kind === 'accept') this.sink.onAccept(key, line.accept as LogAccept);
    const begins = line.kind === 'head' || (line.startsMessage && !(session.takesFields && !session.hasStart));
    if (begins) this.begin(session, from);
    else if (session.message !== undefined && from - session.message.to > MAX_SPREAD) this.emit(session);
    this.take(session, from, to);
    if (line.kind === 'end') this.sink.onEnd(key);
  }

  /** The log is at its end. */
  finish(): void {
    for (const session of this.sessions.values()) this.close(session);
    this.sessions.clear();
  }

  private session(key: string): OpenSession {
    let session = this.last?.key === key ? this.last : this.sessions.get(key);
    if (session === undefined) {
      session = {
        key,
        message: undefined,
        takesFields: false,
        hasStart: false,
        looseFrom: -1,
        looseTo: -1,
        looseLine: 0,
      };
      this.sessions.set(key, session);
      if (this.sessions.size > MAX_SESSIONS) {
        const [oldest] = this.sessions.values();
        this.close(oldest);
        this.sessions.delete(oldest.key);
      }
    }
    this.last = session;
    return session;
  }

  private begin(session: OpenSession, from: number): void {
    this.emit(session);
    const { line } = this;
    const before = session.looseFrom >= 0 && from - session.looseFrom <= MAX_SPREAD;
    if (session.looseFrom >= 0 && !before) this.loosen(session);
    session.message = {
      session: session.key,
      head: line.head,
      fields: [],
      from: before ? session.looseFrom : from,
      to: from,
      line: this.lines,
      seconds: line.seconds,
      nanos: line.nanos,
      digits: line.digits,
    };
    session.looseFrom = -1;
    session.takesFields = true;
    session.hasStart = false;
  }

  private take(session: OpenSession, from: number, to: number): void {
    const { line } = this;
    const { message } = session;
    if (line.seconds >= 0) this.lastSeconds = line.seconds;
    if (message === undefined || to - message.from > MAX_MESSAGE_BYTES) {
      if (message !== undefined) this.emit(session);
      if (session.looseFrom < 0) {
        session.looseFrom = from;
        session.looseLine = this.lines;
      }
      session.looseTo = to;
      return;
    }
    message.to = to;
    if (message.seconds < 0) {
      message.seconds = line.seconds >= 0 ? line.seconds : this.lastSeconds;
      message.nanos = line.nanos;
      message.digits = line.digits;
    }
    if (!session.takesFields || line.kind === 'head') return;
    if (line.kind === 'fields') {
      if (line.startsMessage) session.hasStart = true;
      if (message.fields.length < MAX_FIELDS) message.fields.push(...line.fields);
    } else if (line.kind === 'more') this.goOn(message);
    else session.takesFields = false;
  }

  private goOn({ fields }: AssembledMessage): void {
    const last = fields.at(-1);
    const [more] = this.line.fields;
    if (last !== undefined && last.value.length + more.value.length < MAX_VALUE) last.value += `\n${more.value}`;
  }

  private emit(session: OpenSession): void {
    const { message } = session;
    session.message = undefined;
    session.takesFields = false;
    if (message !== undefined) this.sink.onMessage(message);
  }

  private close(session: OpenSession): void {
    this.emit(session);
    this.loosen(session);
  }

  private loosen(session: OpenSession): void {
    if (session.looseFrom < 0) return;
    this.sink.onLoose(session.key, session.looseFrom, session.looseTo, session.looseLine);
    session.looseFrom = -1;
  }
}
