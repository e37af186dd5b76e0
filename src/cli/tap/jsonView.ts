import { bodyToJson, jsonText, type JsonObject, type JsonValue } from '../../protocol';
import { jsonLine } from '../output/jsonl';
import type { Io } from '../terminal/io';
import { EventQueue } from './eventQueue';
import { kept, Latencies, shown } from './seen';
import type { CliWatcher } from './view';

/** What passes, a JSON object a line: `event` says what it is. */
export function jsonWatcher(io: Io): CliWatcher {
  const latencies = new Latencies();
  const lineOf = (fields: JsonObject): string => jsonLine(fields);
  const queue = new EventQueue(io.stdout, (lines) => lineOf({ event: 'left-out', lines }));
  const put = (make: () => JsonObject): void => queue.put(() => lineOf(make()));
  return {
    opened: (connection) => put(() => ({ event: 'opened', ...plain(connection) })),
    closed: (connection) => put(() => ({ event: 'closed', ...plain(connection) })),
    refused: (client, why) => put(() => ({ event: 'refused', client, why: jsonText(why) })),
    noted: (connection, text) => put(() => ({ event: 'noted', connection, text: jsonText(text) })),
    message: (message) => {
      const latency = latencies.of(message);
      const copy = kept(message);
      put(() => {
        const { seen, context, name, body, problems } = shown(copy);
        const { header, version } = seen;
        return {
          event: 'message',
          time: (seen.at / 1000).toFixed(6),
          connection: seen.connection,
          direction: seen.from === 'client' ? 'dma>server' : 'server>dma',
          version,
          kind: context.kind,
          message: name,
          code: header.code,
          sequence: header.sequence,
          replySequence: header.replySequence,
          headerError: header.error,
          error: typeof body.error === 'number' ? body.error : null,
          latency: latency === undefined ? null : Number(latency.toFixed(6)),
          body: bodyToJson(body, context),
          problems: problems.map(jsonText),
          marks: seen.marks.map(jsonText),
        };
      });
    },
    warning: (text) => {
      put(() => ({ event: 'warning', text: jsonText(text) }));
      io.stderr.write(`ndmp: ${jsonText(text)}\n`);
    },
    stopped: (status, why) => {
      queue.finish();
      io.stdout.write(`${lineOf({ event: 'stopped', why, status: plain(status) })}\n`);
    },
  };
}

function plain(value: object): JsonObject {
  return JSON.parse(JSON.stringify(value)) as Record<string, JsonValue>;
}
