import {
  clip,
  decodeMessage,
  errorName,
  escapeText,
  fitsVersion,
  messageName,
  type BodyValue,
  type DecodedMessage,
} from '../../protocol';
import { knownPayload } from '../../session/recordReader';
import type { MessageIndex } from '../../session/messageIndex';
import type { Analysis } from '../analysis';
import { endpointText, type MessageSource } from '../messageView';
import type { StateExamination, StateSpan } from '../states';
import type { Finding, Rule, Severity } from './model';

export const MAX_RELATED = 20;
/** Findings of one rule; a capture with more of the same has one cause. */
const MAX_OF_RULE = 1000;
/** Bodies are kept up to so many, since several rules look at the same ones. */
const MAX_BODIES = 20000;
const KEPT_BYTES = 4096;
const LONG_TEXT = 200;

/** What the rules of a group look at and write to. */
export class FindingContext {
  readonly source: MessageSource;
  readonly index: MessageIndex;
  readonly states: StateExamination;
  /** Rows of each connection without file history and log posts, in order. */
  readonly rows: readonly (readonly number[])[];
  /** Requests, replies and posts that a finding has explained: later groups have nothing to add. */
  readonly explained = new Set<number>();
  readonly found: Finding[] = [];
  private readonly shuffled = new Set<number>();
  private readonly counts = new Map<string, number>();
  private readonly bodies = new Map<number, DecodedMessage>();
  private readonly spansOf = new Map<string, StateSpan[]>();

  constructor(readonly analysis: Analysis) {
    this.source = analysis.source;
    this.index = analysis.source.index;
    this.states = analysis.examination;
    const { index } = this;
    const rows: number[][] = index.connections.map(() => []);
    for (let row = 0; row < index.count; row++) {
      if (isFlood(index.code(row))) continue;
      rows[index.connection(row)]?.push(row);
      const pair = index.pair(row);
      if (pair > row && index.kind(row) === 'reply') this.shuffled.add(index.connection(row));
    }
    this.rows = rows;
    for (const span of this.states.trace.spans) {
      const key = `${span.machine} ${span.connection}`;
      const known = this.spansOf.get(key);
      if (known) known.push(span);
      else this.spansOf.set(key, [span]);
    }
  }

  /** Notes a finding; its rule says how severe it is unless the case is milder. */
  add(
    rule: Rule,
    at: { row: number; connection?: number; job?: number },
    text: string,
    related: readonly number[] = [],
    severity?: Severity,
  ): void {
    const count = this.counts.get(rule.id) ?? 0;
    if (count >= MAX_OF_RULE) return;
    this.counts.set(rule.id, count + 1);
    const { row } = at;
    const others = [...new Set(related)].filter((other) => other >= 0 && other !== row);
    this.found.push({
      rule: rule.id,
      severity: severity ?? rule.severity,
      row,
      connection: at.connection ?? (row >= 0 ? this.index.connection(row) : -1),
      job: at.job ?? -1,
      text,
      related: others.slice(0, MAX_RELATED),
    });
  }

  decoded(row: number): DecodedMessage {
    let decoded = this.bodies.get(row);
    if (decoded === undefined) {
      decoded = decodeMessage(knownPayload(this.source.record(row)), this.source.context(row));
      if (this.bodies.size < MAX_BODIES && this.index.length(row) <= KEPT_BYTES) this.bodies.set(row, decoded);
    }
    return decoded;
  }

  /** Whether the body is laid out as its version defines, told without decoding it. */
  isSound(row: number): boolean {
    return fitsVersion(knownPayload(this.source.record(row)), this.source.context(row));
  }

  body(row: number): BodyValue {
    return this.decoded(row).value;
  }

  /** Spans of a machine of a connection in order; empty where it was not used. */
  spans(machine: StateSpan['machine'], connection: number): readonly StateSpan[] {
    return this.spansOf.get(`${machine} ${connection}`) ?? [];
  }

  /** The span of a machine of a connection in which a row lies. */
  spanAt(machine: StateSpan['machine'], connection: number, row: number): StateSpan | undefined {
    const spans = this.spans(machine, connection);
    let low = 0;
    let high = spans.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (spans[middle].fromRow <= row) low = middle + 1;
      else high = middle;
    }
    return low === 0 ? undefined : spans[low - 1];
  }

  /** Header or body error of a reply, 0 when it reports success. */
  error(row: number): number {
    return this.index.headerError(row) || Math.max(0, this.index.bodyError(row));
  }

  /** Error of the reply to a request; undefined where there is no reply. */
  answer(request: number): number | undefined {
    const reply = this.index.pair(request);
    return reply < 0 ? undefined : this.error(reply);
  }

  errorText(row: number): string {
    return errorName(this.error(row));
  }

  /** `MOVER_CLOSE` */
  name(row: number): string {
    return shortName(this.index.code(row), this.index.version(row));
  }

  /** `MOVER_CLOSE (message 22)` */
  message(row: number): string {
    return `${this.name(row)} (message ${row + 1})`;
  }

  /** Seconds since 1970. */
  time(row: number): number {
    return this.index.seconds(row) + this.index.nanos(row) / 1e9;
  }

  server(connection: number): string {
    const known = this.index.connections[connection];
    return known === undefined ? 'the server' : endpointText(known.server);
  }

  client(connection: number): string {
    return this.index.connections[connection]?.client.address ?? '';
  }

  /** Whether the capture holds all that both sides said on the connection up to its end. */
  isWhole(connection: number): boolean {
    const known = this.index.connections[connection];
    if (known === undefined) return false;
    const { lostBytes, skippedBytes, bytes } = known;
    return lostBytes === 0 && skippedBytes === 0 && bytes[0] > 0 && bytes[1] > 0;
  }

  /** Whether the capture tells in which order the two sides of the connection spoke: no reply is before its request. */
  isOrdered(connection: number): boolean {
    return !this.shuffled.has(connection);
  }
}

/** File history and log posts: they come by the million. */
export function isFlood(code: number): boolean {
  return code >>> 8 === 6 || code >>> 8 === 7;
}

/** A message's name without the prefix that all have. */
export function shortName(code: number, version: 1 | 2 | 3 | 4): string {
  return messageName(code, version).replace(/^NDMP_/, '');
}

/** Bytes from a capture as part of a sentence. */
export function quoted(text: string): string {
  return `'${clip(escapeText(text), LONG_TEXT)}'`;
}

/** `1 message`, `3 messages` */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? '' : 's'}`;
}

/** `850 ms`, `12.5 s`, `4 min` */
export function duration(seconds: number): string {
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 120) return `${Number(seconds.toFixed(1))} s`;
  return seconds < 7200 ? `${Math.round(seconds / 60)} min` : `${Number((seconds / 3600).toFixed(1))} h`;
}
