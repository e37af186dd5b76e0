import { endpointText } from '../../analysis/messageView';
import type { Job } from '../../analysis/jobs/model';
import type { MessageIndex } from '../../session/messageIndex';
import { hexText } from '../../protocol';
import { digestOf } from '../digest';

const TRACE_BYTES = 16;
const SPAN_BYTES = 8;

const utf8 = new TextEncoder();

/** Identifiers that are made of what they stand for: a capture that is exported again gives the same ones. */
export class TraceIds {
  readonly trace: Uint8Array;
  private readonly hex: string;

  /** @param row the first message of what the trace is about: its moment and its connection are like no other's */
  constructor(index: MessageIndex, row: number, what: string) {
    const { client, server } = index.connections[index.connection(row)];
    const facts = [
      endpointText(client),
      endpointText(server),
      index.seconds(row),
      index.nanos(row),
      index.code(row),
      index.sequence(row),
      what,
    ];
    this.trace = digestOf('trace', utf8.encode(facts.join('\n'))).slice(0, TRACE_BYTES);
    this.hex = hexText(this.trace);
  }

  static ofJob(index: MessageIndex, { firstRow, operation }: Job): TraceIds {
    return new TraceIds(index, firstRow, operation);
  }

  /** @param name of the span within its trace */
  span(name: string): Uint8Array {
    return digestOf('span', utf8.encode(`${this.hex} ${name}`)).slice(0, SPAN_BYTES);
  }
}
