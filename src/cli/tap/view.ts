import { summarize } from '../../analysis/summary';
import { bodyErrorOffset, decodeMessage, errorName, escapeText, messageName } from '../../protocol';
import { kindOf } from '../../tap/forward/observer';
import { connectionLine } from '../../tap/statusText';
import type { ConnectionStatus } from '../../tap/status';
import type { SeenMessage, TapWatcher } from '../../tap/watch';
import type { Io } from '../terminal/io';
import { styleFor, widthOf } from '../terminal/style';
import { fit, padEnd, padStart } from '../terminal/text';

/** Bytes that may wait for a slow terminal; lines that come then are counted and left out. */
const MAX_WAITING = 256 * 1024;

/** What passes, as lines on standard output. */
export function tapView(io: Io): TapWatcher {
  const style = styleFor(io);
  const width = widthOf(io);
  let leftOut = 0;
  const line = (text: string): void => {
    if (io.stdout.writableLength > MAX_WAITING) return void leftOut++;
    if (leftOut > 0) io.stdout.write(`… ${leftOut} lines were left out\n`);
    leftOut = 0;
    io.stdout.write(`${text}\n`);
  };
  const quiet = (text: string): void => line(style.quiet(width === undefined ? text : fit(text, width)));
  return {
    opened: ({ id, client, target }: ConnectionStatus) =>
      quiet(`${clock()} connection ${id} opened: ${client} → ${target}`),
    closed: (status) => quiet(`${clock()} ${connectionLine(status)}`),
    refused: (client, why) => line(style.warning(`${clock()} ${client} was refused: ${escapeText(why)}`)),
    message: (message) => line(messageLine(message, width)),
    warning: (text) => io.stderr.write(`ndmp: ${escapeText(text)}\n`),
  };
}

function messageLine(
  { at, connection, from, header, version, payload, marks }: SeenMessage,
  width: number | undefined,
): string {
  const kind = kindOf(header);
  const context = { code: header.code, kind, version, headerError: header.error };
  const { value } = decodeMessage(payload, context);
  const errors = [header.error, bodyErrorOffset(header.code, version, kind) < 0 ? 0 : value.error].filter(
    (each) => typeof each === 'number' && each !== 0,
  );
  const info = [
    ...marks.map((mark) => `[${mark}]`),
    ...errors.map((each) => errorName(each as number)),
    summarize(value, context),
  ].filter((part) => part !== '');
  const text = [
    clock(at),
    padStart(String(connection), 4),
    from === 'client' ? '→' : '←',
    padEnd(kind, 7),
    padEnd(messageName(header.code, version).replace(/^NDMP_/, ''), 24),
    padStart(String(header.sequence), 5),
    escapeText(info.join('  ')),
  ].join('  ');
  return width === undefined ? text : fit(text, width);
}

function clock(at = Date.now()): string {
  return new Date(at).toISOString().slice(11, 23);
}
