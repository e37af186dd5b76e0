import { clip, escapeText } from '../../protocol';
import type { NdmpConnection, Post } from '../connection/model';
import { narrow, text } from '../services/fields';
import type { RunEvents } from './model';

export type LogLevel = 'info' | 'warning' | 'error';

/** LOG_MESSAGE types (NDMPv4 draft, section 3.8): normal, debug, error, warning. */
const LEVELS: readonly (LogLevel | undefined)[] = ['info', undefined, 'error', 'warning'];
/** A server that talks without end is heard up to here; its log file has the rest. */
const MOST_LINES = 1000;
const MOST_TEXT = 500;

/** Passes on what a server says for people, a line at a time, its name ahead; counts errors and warnings. */
export class ServerLog {
  readonly counts: Record<LogLevel, number> = { info: 0, warning: 0, error: 0 };
  /** The first error it told of. */
  firstError: string | undefined;
  private lines = 0;
  private readonly unlisten: () => void;

  constructor(
    private readonly connection: NdmpConnection,
    private readonly events: RunEvents,
  ) {
    this.unlisten = connection.listen((post) => this.take(post));
  }

  stop(): void {
    this.unlisten();
  }

  private take(post: Post): void {
    if (post.name !== 'NDMP_LOG_MESSAGE' && post.name !== 'NDMP_LOG_LOG') return;
    const body = post.body();
    const level = post.name === 'NDMP_LOG_LOG' ? 'info' : LEVELS[narrow(body.log_type)];
    if (level === undefined) return;
    for (const line of text(body.entry).split(/[\r\n]+/)) if (line.trim() !== '') this.say(level, line);
  }

  private say(level: LogLevel, line: string): void {
    const shown = clip(escapeText(line.trim()), MOST_TEXT);
    this.counts[level] += 1;
    if (level === 'error') this.firstError ??= shown;
    this.lines += 1;
    if (this.lines <= MOST_LINES) this.events.message?.(level, `${this.connection.server}: ${shown}`);
    if (this.lines === MOST_LINES)
      this.events.message?.('info', `${this.connection.server}: further lines are in the log of the run only`);
  }
}
