import {
  bodyErrorOffset,
  encodeMessage,
  findCode,
  HEADER_LENGTH,
  type BodyValue,
  type MessageContext,
  type MessageKind,
  type NdmpVersion,
} from '../../../src/protocol';
import type { FilterSource } from '../../../src/analysis/filter';
import type { MessageIndex } from '../../../src/session/messageIndex';
import { RowNotes } from '../../../src/session/rowNotes';

/** A message as a test writes it; what is left out is as plain as possible. */
export interface FakeMessage {
  message: string | number;
  kind?: MessageKind;
  version?: NdmpVersion;
  body?: BodyValue;
  headerError?: number;
  sequence?: number;
  replySequence?: number;
  /** Nanoseconds since 1 795 239 246 s, which is 2026-11-21 05:34:06 UTC. */
  nanos?: number;
  frame?: number;
  connection?: number;
  /** Index in the list of the other half of the pair. */
  pair?: number;
  problems?: string[];
  fragments?: number[];
}

export const startSeconds = 1_795_239_246;

const connections = [
  { id: 0, client: { address: '10.0.0.1', port: 41005 }, server: { address: '10.0.0.2', port: 10000 } },
  { id: 1, client: { address: '2001:db8::1', port: 41006 }, server: { address: '2001:db8::2', port: 30000 } },
];

/** A source over a list of messages that counts how often bodies are asked for. */
export class FakeSource implements FilterSource {
  /** How many records were read. */
  reads = 0;
  readonly index: MessageIndex;
  private readonly payloads: Uint8Array[];

  constructor(readonly messages: readonly FakeMessage[]) {
    this.payloads = messages.map((_, row) => this.encode(row));
    this.index = this.fakeIndex() as unknown as MessageIndex;
  }

  code(row: number): number {
    const { message } = this.messages[row];
    return typeof message === 'number' ? message : (findCode(`NDMP_${message}`) ?? 0);
  }

  context(row: number): MessageContext {
    const { kind = 'request', version = 4, headerError = 0 } = this.messages[row];
    return { code: this.code(row), kind, version, headerError };
  }

  record(row: number): ReturnType<FilterSource['record']> {
    this.reads++;
    const payload = this.payloads[row];
    return { payload, fragments: this.messages[row].fragments ?? [payload.length], missing: [] };
  }

  private encode(row: number): Uint8Array {
    const { sequence = row + 1, replySequence = 0, headerError = 0, body = {} } = this.messages[row];
    const context = this.context(row);
    const messageType = context.kind === 'reply' ? 1 : 0;
    const header = {
      sequence,
      timeStamp: 1000 + row,
      messageType,
      code: context.code,
      replySequence,
      error: headerError,
    };
    return encodeMessage(header, body, context);
  }

  private bodyError(row: number): number {
    const { code, version, kind, headerError } = this.context(row);
    const at = headerError === 0 ? bodyErrorOffset(code, version, kind) : -1;
    const payload = this.payloads[row];
    return at < 0 ? -1 : new DataView(payload.buffer, payload.byteOffset).getUint32(HEADER_LENGTH + at);
  }

  private fakeIndex(): object {
    const { messages } = this;
    const nanos = (row: number): number => messages[row].nanos ?? row * 1_000_000;
    return {
      count: messages.length,
      connections,
      startSeconds,
      startNanos: nanos(0),
      frame: (row: number) => messages[row].frame ?? row + 4,
      seconds: (row: number) => startSeconds + Math.floor(nanos(row) / 1e9),
      nanos: (row: number) => nanos(row) % 1e9,
      digits: () => 9,
      connection: (row: number) => messages[row].connection ?? 0,
      fromServer: (row: number) => this.context(row).kind !== 'request',
      kind: (row: number) => this.context(row).kind,
      version: (row: number) => this.context(row).version,
      code: (row: number) => this.code(row),
      sequence: (row: number) => messages[row].sequence ?? row + 1,
      replySequence: (row: number) => messages[row].replySequence ?? 0,
      headerError: (row: number) => messages[row].headerError ?? 0,
      bodyError: (row: number) => this.bodyError(row),
      pair: (row: number) => messages[row].pair ?? -1,
      length: (row: number) => this.payloads[row].length,
      fragments: (row: number) => messages[row].fragments?.length ?? 1,
      hasProblem: (row: number) => messages[row].problems !== undefined,
      problems: (row: number) => messages[row].problems ?? [],
      marks: new RowNotes(),
    };
  }
}
