import type { Writable } from 'node:stream';
import { escapeText } from '../../protocol';
import type { LogLevel, ServerLog } from '../../server/log';

export const LOG_LEVELS = ['error', 'warning', 'info', 'debug'] as const satisfies readonly LogLevel[];

/** Lines that may wait for a terminal that nobody reads; later ones are left out. */
const MAX_WAITING_BYTES = 1024 * 1024;
const MAX_LINE = 2000;

/** The server's log as lines of text; what clients sent cannot control the terminal. */
export function logTo(stream: Writable, level: LogLevel, prefix = ''): ServerLog {
  const most = LOG_LEVELS.indexOf(level);
  return {
    write(of, text) {
      if (LOG_LEVELS.indexOf(of) > most || stream.writableLength > MAX_WAITING_BYTES) return;
      const line = `${prefix}${text}`.slice(0, MAX_LINE);
      stream.write(`${new Date().toISOString()} ${of.padEnd(7)} ${escapeText(line)}\n`);
    },
    child: (more) => logTo(stream, level, prefix + more),
  };
}
