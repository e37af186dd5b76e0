import { bodyToJson, errorName, interfaceOf, jsonText, type JsonValue } from '../../protocol';
import type { MessageView } from '../../analysis/messageView';
import { nearestNames } from '../../analysis/filter/nearest';
import { UsageError } from '../failure';
import { latencyText, nanosBetween, relativeSeconds, timeText } from '../../session/messageTimes';
import { markText } from '../../analysis/markText';
import { didYouMean, fieldReader } from '../../analysis/filter';

/** A column of `--fields`: `text` for people and tables (not escaped), `json` for `jsonl`. */
export interface Column {
  name: string;
  doc: string;
  align: 'left' | 'right';
  text: (view: MessageView) => string;
  json: (view: MessageView) => JsonValue;
}

function number(name: string, doc: string, value: (view: MessageView) => number | null): Column {
  return { name, doc, align: 'right', text: (view) => String(value(view) ?? ''), json: value };
}

function text(name: string, doc: string, value: (view: MessageView) => string | null): Column {
  return { name, doc, align: 'left', text: (view) => value(view) ?? '', json: value };
}

const bodyError = ({ index, row }: MessageView): number | null =>
  index.bodyError(row) < 0 ? null : index.bodyError(row);

export const columns: readonly Column[] = [
  text('file', 'Name of the capture', (view) => view.sourceName),
  number('n', 'Message number, from 1', ({ row }) => row + 1),
  number('frame', 'Number of the packet in which the message ends, from 1', ({ index, row }) => index.frame(row)),
  {
    ...text('time', "Seconds since 1970, with the capture's own precision", ({ index, row }) => timeText(index, row)),
    align: 'right',
  },
  number('relative', "Seconds since the capture's first message", ({ index, row }) => relativeSeconds(index, row)),
  number('delta', 'Seconds since the message before', ({ index, row }) =>
    row === 0 ? null : nanosBetween(index, row - 1, row) / 1e9,
  ),
  number('connection', 'Number of the connection, from 1', ({ index, row }) => index.connection(row) + 1),
  text('src', 'Sender, address:port', (view) => view.src),
  text('dst', 'Receiver, address:port', (view) => view.dst),
  text('direction', 'dma>server or server>dma', ({ index, row }) =>
    index.fromServer(row) ? 'server>dma' : 'dma>server',
  ),
  number('version', 'NDMP version of the connection at this message', ({ index, row }) => index.version(row)),
  text('kind', 'request, reply or post', ({ index, row }) => index.kind(row)),
  text('interface', 'Interface of the message: data, mover, …', ({ index, row }) => interfaceOf(index.code(row))),
  text('message', 'Name of the message', (view) => view.message),
  number('code', 'Code of the message', ({ index, row }) => index.code(row)),
  number('sequence', "The sender's own number of the message", ({ index, row }) => index.sequence(row)),
  number('replySequence', 'Sequence of the request that a reply answers, else 0', ({ index, row }) =>
    index.replySequence(row),
  ),
  number('headerError', 'Error of the header, a number', ({ index, row }) => index.headerError(row)),
  text('headerErrorName', 'Error of the header by name', ({ index, row }) => errorName(index.headerError(row))),
  number('error', 'Error of the body, a number; empty when the body has none', bodyError),
  text('errorName', 'Error of the body by name', (view) => {
    const error = bodyError(view);
    return error === null ? null : errorName(error);
  }),
  {
    name: 'latency',
    doc: 'Seconds from the request to this reply',
    align: 'right',
    text: ({ index, row }) => latencyText(index, row) ?? '',
    json: ({ index, row }) => {
      const latency = latencyText(index, row);
      return latency === undefined ? null : Number(latency);
    },
  },
  number('pair', 'Message number of the reply to this request, or of the request of this reply', ({ index, row }) =>
    index.pair(row) < 0 ? null : index.pair(row) + 1,
  ),
  number('length', 'Bytes of header and body', ({ index, row }) => index.length(row)),
  text('summary', 'One line about the body', (view) => view.summary),
  {
    name: 'problems',
    doc: 'What is wrong with the message',
    align: 'left',
    text: (view) => view.problems.join('; '),
    json: (view) => view.problems,
  },
  {
    name: 'marks',
    doc: 'What whoever made the capture says of the message: a tap, of the faults that it made',
    align: 'left',
    text: (view) => view.marks.map(markText).join('; '),
    json: (view) => view.marks.map(jsonText),
  },
  {
    name: 'raw',
    doc: 'Lines of the log that the message was read from; nothing in captures',
    align: 'left',
    text: ({ source, row }) => source.rawText?.(row).text ?? '',
    json: ({ source, row }) => jsonText(source.rawText?.(row).text ?? '') || null,
  },
  {
    name: 'body',
    doc: 'The whole body as JSON; a part of it as body.NAME',
    align: 'left',
    text: (view) => JSON.stringify(bodyToJson(view.body, view.context)),
    json: (view) => bodyToJson(view.body, view.context),
  },
];

const byName = new Map(columns.map((column) => [column.name.toLowerCase(), column]));

/** The columns of a comma-separated list: names as in `columns`, or any field of the filter language. */
export function parseColumns(list: string): Column[] {
  return list
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '')
    .map((name) => byName.get(name.toLowerCase()) ?? filterColumn(name));
}

function filterColumn(name: string): Column {
  const reader = fieldReader(name);
  if (!reader.ok) {
    const near = nearestNames(
      name,
      columns.map((column) => column.name),
    );
    const hint = didYouMean([...new Set([...near, ...reader.problem.suggestions])].slice(0, 3));
    throw new UsageError(
      `--fields: ${reader.problem.message}.${hint === '' ? ' "ndmp fields" lists them.' : ` ${hint}`}`,
    );
  }
  const { read } = reader;
  return {
    name,
    doc: '',
    align: 'left',
    text: ({ source, row }) => read(source, row).join(','),
    json: ({ source, row }) => {
      const values = read(source, row);
      return values.length === 0 ? null : values.length === 1 ? values[0] : values;
    },
  };
}

export function columnsNamed(...names: string[]): Column[] {
  return parseColumns(names.join(','));
}
