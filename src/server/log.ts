export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** Where the server tells what it does. Lines hold what clients sent: the sink escapes them. */
export interface ServerLog {
  write(level: LogLevel, text: string): void;
  /** The same log with a prefix for every line, such as the number of a connection. */
  child(prefix: string): ServerLog;
}
