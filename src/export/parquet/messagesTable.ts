import type { MessageView } from '../../analysis/messageView';
import { bodyToJson, errorName, hexText, interfaceOf, jsonText } from '../../protocol';
import { latencyNanos } from '../../session/messageTimes';
import { column, type Table } from './columns';
import { micros, nanos } from '../times';
import { fromOne, long } from './values';

/** A message, and the job that it belongs to. */
export interface MessageRow {
  view: MessageView;
  /** From 0, -1 when it belongs to none. */
  job: number;
  /** Whether another table tells the body, which is sound: it need not be decoded. */
  isTold?: boolean;
}

const string = column<MessageRow>('string');
const int = column<MessageRow>('int');
const long64 = column<MessageRow>('long');
const double = column<MessageRow>('double');
const timestamp = column<MessageRow>('timestamp');

/** Every message: what a line of `ndmp decode --format jsonl` has. */
export const messagesTable: Table<MessageRow> = {
  name: 'messages',
  doc: 'A message of the capture.',
  columns: [
    string('file', 'name of the capture', ({ view }) => jsonText(view.sourceName)),
    int('n', 'message number in the capture, from 1', ({ view }) => view.row + 1),
    long64('frame', 'number of the packet in which the message ends, from 1', ({ view }) =>
      long(view.index.frame(view.row)),
    ),
    timestamp('time', 'when it ended, to the microsecond', ({ view }) => micros(view.index, view.row)),
    long64('time_ns', 'the same in nanoseconds since 1970', ({ view }) => nanos(view.index, view.row)),
    int('job', 'number of its job in the capture, from 1', ({ job }) => fromOne(job)),
    int('connection', 'number of its connection in the capture, from 1', ({ view }) => connection(view) + 1),
    string('src', 'sender, address:port', ({ view }) => view.src),
    string('dst', 'receiver, address:port', ({ view }) => view.dst),
    string('direction', '`dma>server` or `server>dma`', ({ view }) =>
      view.index.fromServer(view.row) ? 'server>dma' : 'dma>server',
    ),
    int('version', 'NDMP version of the connection at this message', ({ view }) => view.index.version(view.row)),
    string('kind', '`request`, `reply` or `post`', ({ view }) => view.index.kind(view.row)),
    string('interface', 'interface of the message: `data`, `mover`, …', ({ view }) => interfaceOf(code(view))),
    string('message', 'its name, such as `NDMP_DATA_START_BACKUP`', ({ view }) => view.message),
    long64('code', 'its code', ({ view }) => long(code(view))),
    long64('sequence', "the sender's own number of it", ({ view }) => long(view.index.sequence(view.row))),
    long64('reply_sequence', 'sequence of the request that a reply answers, else 0', ({ view }) =>
      long(view.index.replySequence(view.row)),
    ),
    long64('header_error', 'error of the header, 0 for none', ({ view }) => long(view.index.headerError(view.row))),
    string('header_error_name', 'the same by name', ({ view }) => errorName(view.index.headerError(view.row))),
    long64('error', 'error of the body, 0 for none; empty where the body has no error field', ({ view }) => {
      const error = view.index.bodyError(view.row);
      return error < 0 ? null : long(error);
    }),
    string('error_name', 'the same by name', ({ view }) => {
      const error = view.index.bodyError(view.row);
      return error < 0 ? null : errorName(error);
    }),
    double('latency', 'seconds from the request to this reply', ({ view }) => {
      const latency = latencyNanos(view.index, view.row);
      return latency === undefined ? null : latency / 1e9;
    }),
    int('pair', 'message number of the reply to this request, or of the request of this reply', ({ view }) =>
      fromOne(view.index.pair(view.row)),
    ),
    long64('length', 'bytes of header and body', ({ view }) => long(view.index.length(view.row))),
    string('body', 'the fields of the body, a JSON object; empty where the table `files` has them', (row) =>
      row.isTold ? null : JSON.stringify(bodyToJson(row.view.body, row.view.context)),
    ),
    string('undecoded', 'bytes of the body that are not understood, in hexadecimal', ({ view, isTold }) =>
      isTold || view.decoded.trailing.length === 0 ? null : hexText(view.decoded.trailing),
    ),
    string(
      'problems',
      'what is wrong with the message, a JSON array of sentences; empty when nothing is',
      ({ view, isTold }) => {
        const problems = isTold ? view.index.problems(view.row) : view.problems;
        return problems.length === 0 ? null : JSON.stringify(problems);
      },
    ),
  ],
};

function code({ index, row }: MessageView): number {
  return index.code(row);
}

function connection({ index, row }: MessageView): number {
  return index.connection(row);
}
