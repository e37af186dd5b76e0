import { momentIn } from './logTime';
import type { LogLine } from './model';

/** `[kern_ndmpd:info:5123] [46049]`: process, severity, number, session (P1, P2). */
const CLUSTERED = /^(.{0,80}?)\[([\w.-]{1,40}):(\w{1,20}):(\d{1,10})\]:?\s*\[([\w.:-]{1,40})\]:?\s*/;
/** `[ndmpd:SESSION]` (P4, 7-mode). */
const SEVEN_MODE = /^(.{0,80}?)\[ndmpd:([\w.:-]{1,40})\]:?\s*/;
/** `[host1:ndmp.connection.accept:info]:` (P5, connection log). */
const CONNECTION_LOG = /^(.{0,120}?)\[([^\]\s]{1,80}):ndmp\.([\w.]{1,60}):(\w{1,20})\]:?\s*/;
const LEVEL = /^([A-Za-z]{3,12}):(?=\s|$)\s*/;

/** What stands before a line's own text. */
export interface OntapPrefix {
  /** Undefined where the line has no prefix at all. */
  form: 'clustered' | '7-mode' | 'connection log' | 'level' | undefined;
  rest: string;
}

/** Reads the prefixes of ONTAP's logs in all forms that are known, and none. Keeps the year for lines without one. */
export class OntapPrefixReader {
  private year = 1970;
  /** The prefix of the line before, which the lines of one message share: looking for it is most of what a line costs. */
  private lastPrefix = '';
  private lastSession = '';
  private lastStamp = '';
  private lastSeconds = -1;
  private lastNanos = 0;
  private lastDigits = 0;

  /** Sets time and session of `line`. */
  read(text: string, line: LogLine): OntapPrefix {
    if (this.lastPrefix !== '' && text.startsWith(this.lastPrefix)) {
      this.setTime(line);
      line.session = this.lastSession;
      return this.levelled('clustered', text.slice(this.lastPrefix.length));
    }
    const clustered = CLUSTERED.exec(text);
    if (clustered !== null) {
      this.lastPrefix = clustered[0];
      this.lastSession = clustered[5];
      this.stamp(clustered[1], line);
      line.session = clustered[5];
      return this.levelled('clustered', text.slice(clustered[0].length));
    }
    this.lastPrefix = '';
    const seven = SEVEN_MODE.exec(text);
    if (seven !== null) {
      this.stamp(seven[1], line);
      line.session = seven[2];
      return this.levelled('7-mode', text.slice(seven[0].length));
    }
    const connection = CONNECTION_LOG.exec(text);
    if (connection !== null) {
      this.stamp(connection[1], line);
      return { form: 'connection log', rest: text.slice(connection[0].length) };
    }
    return this.levelled(undefined, text);
  }

  /** A year that another field tells. */
  learnYear(year: number): void {
    if (this.year === 1970) this.year = year;
  }

  private levelled(form: OntapPrefix['form'], rest: string): OntapPrefix {
    const level = LEVEL.exec(rest);
    if (level === null) return { form, rest };
    return { form: form ?? 'level', rest: rest.slice(level[0].length) };
  }

  /** Lines of a second have the same stamp: it is read once. */
  private stamp(text: string, line: LogLine): void {
    if (text !== this.lastStamp) {
      this.lastStamp = text;
      const moment = momentIn(text, this.year);
      this.lastSeconds = moment?.seconds ?? -1;
      this.lastNanos = moment?.nanos ?? 0;
      this.lastDigits = moment?.digits ?? 0;
      if (moment !== undefined && !moment.noYear) this.year = new Date(moment.seconds * 1000).getUTCFullYear();
    }
    this.setTime(line);
  }

  private setTime(line: LogLine): void {
    line.seconds = this.lastSeconds;
    line.nanos = this.lastNanos;
    line.digits = this.lastDigits;
  }
}
