import { clip } from '../../protocol';

/** Spans as OpenTelemetry's data model has them (opentelemetry-proto 1.x, trace.proto), before they are encoded. */

export type AttributeValue = string | number | bigint;
/** Attributes by name; undefined ones are left out. */
export type Attributes = Readonly<Record<string, AttributeValue | undefined>>;

export interface SpanEvent {
  name: string;
  /** Nanoseconds since 1970. */
  time: bigint;
  attributes: Attributes;
}

export const SpanKind = { INTERNAL: 1, CLIENT: 3 } as const;
export const StatusCode = { UNSET: 0, OK: 1, ERROR: 2 } as const;

export interface Span {
  /** 16 bytes. */
  traceId: Uint8Array;
  /** 8 bytes. */
  spanId: Uint8Array;
  parentSpanId?: Uint8Array;
  name: string;
  kind: (typeof SpanKind)[keyof typeof SpanKind];
  /** Nanoseconds since 1970; the end is never before the start. */
  start: bigint;
  end: bigint;
  attributes: Attributes;
  events: readonly SpanEvent[];
  /** Events that were left out. */
  droppedEvents: number;
  status: { code: (typeof StatusCode)[keyof typeof StatusCode]; message?: string };
}

/** What one request to a collector holds. */
export interface SpanBatch {
  /** Attributes of the resource, `service.name` among them. */
  resource: Attributes;
  scope: { name: string; version: string };
  spans: readonly Span[];
}

/** Longer texts are cut: a name in a capture can have a megabyte, and collectors refuse what is too large. */
const LONGEST_TEXT = 4096;

/** Attributes that are there, in their order. */
export function present(attributes: Attributes): [string, AttributeValue][] {
  return Object.entries(attributes).flatMap(([key, value]): [string, AttributeValue][] =>
    value === undefined ? [] : [[key, typeof value === 'string' ? clip(value, LONGEST_TEXT) : value]],
  );
}
