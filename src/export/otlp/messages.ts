import type { AnalysisSource } from '../../analysis/analysis';
import { MessageView } from '../../analysis/messageView';
import { errorName, interfaceOf, messageName } from '../../protocol';
import type { MessageIndex } from '../../session/messageIndex';
import { nanos } from '../times';
import type { TraceIds } from './ids';
import { SpanKind, StatusCode, type Attributes, type Span, type SpanEvent } from './model';

const CONNECT_CLOSE = 0x902;

/** The span of a request: until its reply where there is one, else a moment. */
export function requestSpan(source: AnalysisSource, row: number, ids: TraceIds, parentSpanId: Uint8Array): Span {
  const { index } = source;
  const reply = index.pair(row);
  const start = nanos(index, row) ?? 0n;
  const answered = nanos(index, reply) ?? start;
  const error = reply < 0 ? 0 : errorOf(index, reply);
  return {
    traceId: ids.trace,
    spanId: ids.span(`${index.connection(row)} ${index.fromServer(row)} ${index.sequence(row)} ${row}`),
    parentSpanId,
    name: shortName(index, row),
    kind: SpanKind.CLIENT,
    start,
    end: answered < start ? start : answered,
    attributes: { ...messageAttributes(source, row), ...replyAttributes(source, row, reply, error) },
    events: [],
    droppedEvents: 0,
    status: error === 0 ? { code: StatusCode.UNSET } : { code: StatusCode.ERROR, message: errorName(error) },
  };
}

/** A post as an event. */
export function eventOf(source: AnalysisSource, row: number): SpanEvent {
  const { index } = source;
  return {
    name: shortName(index, row),
    time: nanos(index, row) ?? 0n,
    attributes: {
      'ndmp.message': messageName(index.code(row), index.version(row)),
      'ndmp.message.number': row + 1,
      'ndmp.connection': index.connection(row) + 1,
      'ndmp.summary': new MessageView(source, row).summary || undefined,
    },
  };
}

function messageAttributes(source: AnalysisSource, row: number): Attributes {
  const { index } = source;
  const { client, server } = index.connections[index.connection(row)];
  return {
    'rpc.system': 'ndmp',
    'rpc.method': shortName(index, row),
    'ndmp.message': messageName(index.code(row), index.version(row)),
    'ndmp.message.number': row + 1,
    'ndmp.code': index.code(row),
    'ndmp.interface': interfaceOf(index.code(row)),
    'ndmp.version': index.version(row),
    'ndmp.connection': index.connection(row) + 1,
    'ndmp.sequence': index.sequence(row),
    'ndmp.frame': index.frame(row),
    'ndmp.request.bytes': index.length(row),
    'ndmp.summary': new MessageView(source, row).summary || undefined,
    'client.address': client.address,
    'client.port': client.port,
    'server.address': server.address,
    'server.port': server.port,
    'network.transport': 'tcp',
  };
}

function replyAttributes(source: AnalysisSource, row: number, reply: number, error: number): Attributes {
  const { index } = source;
  if (reply < 0) return { 'ndmp.reply': index.code(row) === CONNECT_CLOSE ? undefined : 'missing' };
  return {
    'ndmp.reply.number': reply + 1,
    'ndmp.reply.bytes': index.length(reply),
    'ndmp.reply.summary': new MessageView(source, reply).summary || undefined,
    'ndmp.error': error === 0 ? undefined : error,
    'error.type': error === 0 ? undefined : errorName(error),
  };
}

/** The error that a reply reports, of its header or its body; 0 for none. */
function errorOf(index: MessageIndex, row: number): number {
  const header = index.headerError(row);
  return header === 0 ? Math.max(0, index.bodyError(row)) : header;
}

function shortName(index: MessageIndex, row: number): string {
  return messageName(index.code(row), index.version(row)).replace(/^NDMP_/, '');
}
