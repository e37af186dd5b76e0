import {
  bodyToJson,
  decodeMessage,
  errorName,
  hexText,
  interfaceOf,
  jsonText,
  messageName,
  type BodyValue,
  type DecodedMessage,
  type JsonObject,
  type MessageContext,
} from '../protocol';
import type { RawText } from '../session/capture';
import type { Endpoint, MessageIndex } from '../session/messageIndex';
import { knownPayload, type RecordBytes } from '../session/recordReader';
import { latencySeconds, timeText } from '../session/messageTimes';
import { summarize } from './summary';

/** What messages are read from; a CaptureSession is one. */
export interface MessageSource {
  readonly index: MessageIndex;
  record(row: number): RecordBytes;
  context(row: number): MessageContext;
  /** Of a log: fields of the body that it does not tell, by path. */
  untold?(row: number): readonly string[];
  /** Of a log: the text that a message was read from. */
  rawText?(row: number): RawText;
}

/** `10.0.0.5:51234`, `[2001:db8::1]:51234`; the address alone where a log does not tell the port. */
export function endpointText({ address, port }: Endpoint): string {
  if (port === 0) return address.includes(':') ? `[${address}]` : address;
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}

/** One message by its fields; what has to be read from the capture is read when it is first asked for, and once. */
export class MessageView {
  private decodedMessage: DecodedMessage | undefined;
  private recordBytes: RecordBytes | undefined;

  constructor(
    readonly source: MessageSource,
    readonly row: number,
    /** What the source is called, where several are read. */
    readonly sourceName = '',
  ) {}

  get index(): MessageIndex {
    return this.source.index;
  }

  get context(): MessageContext {
    return this.source.context(this.row);
  }

  get record(): RecordBytes {
    this.recordBytes ??= this.source.record(this.row);
    return this.recordBytes;
  }

  get decoded(): DecodedMessage {
    this.decodedMessage ??= decodeMessage(knownPayload(this.record), this.context);
    return this.decodedMessage;
  }

  get body(): BodyValue {
    return this.decoded.value;
  }

  get message(): string {
    return messageName(this.index.code(this.row), this.index.version(this.row));
  }

  get src(): string {
    const { client, server } = this.index.connections[this.index.connection(this.row)];
    return endpointText(this.index.fromServer(this.row) ? server : client);
  }

  get dst(): string {
    const { client, server } = this.index.connections[this.index.connection(this.row)];
    return endpointText(this.index.fromServer(this.row) ? client : server);
  }

  /** What the capture lacks of the message and what its body does not say, in sentences. */
  get problems(): string[] {
    const told = this.index.problems(this.row);
    const { problems } = this.decoded;
    // a log that leaves the end of a body out has said so
    const news = this.source.untold && told.length > 0 ? problems.filter(({ length }) => length > 0) : problems;
    return [...told, ...news.map(({ text }) => text)];
  }

  /** What whoever made the capture says of the message. */
  get marks(): readonly string[] {
    return this.index.marks.of(this.row);
  }

  get summary(): string {
    return summarize(this.body, this.context);
  }

  /** The names of the errors that the message reports: of its header, of its body. */
  get errors(): string[] {
    return [this.index.headerError(this.row), this.index.bodyError(this.row)]
      .filter((error) => error > 0)
      .map((error) => errorName(error));
  }

  /** The message as an object for machines: numbers as numbers, 64-bit numbers as decimal strings, names beside errors, bytes that are not understood in hex. */
  json(): JsonObject {
    const { index, row } = this;
    const error = index.bodyError(row);
    return {
      n: row + 1,
      frame: index.frame(row),
      time: timeText(index, row),
      connection: index.connection(row) + 1,
      src: this.src,
      dst: this.dst,
      direction: index.fromServer(row) ? 'server>dma' : 'dma>server',
      version: index.version(row),
      kind: index.kind(row),
      interface: interfaceOf(index.code(row)),
      message: this.message,
      code: index.code(row),
      sequence: index.sequence(row),
      replySequence: index.replySequence(row),
      headerError: index.headerError(row),
      headerErrorName: errorName(index.headerError(row)),
      error: error < 0 ? null : error,
      errorName: error < 0 ? null : errorName(error),
      latency: latencySeconds(index, row) ?? null,
      pair: index.pair(row) < 0 ? null : index.pair(row) + 1,
      length: index.length(row),
      body: bodyToJson(this.body, this.context),
      ...(this.decoded.trailing.length > 0 ? { undecoded: hexText(this.decoded.trailing) } : {}),
      problems: this.problems,
      ...(this.marks.length > 0 ? { marks: this.marks.map(jsonText) } : {}),
    };
  }
}
