import { createRequire } from 'node:module';

/** OpenTelemetry's own class for what a collector is sent, generated from opentelemetry-proto. */
export interface RequestClass {
  /** Throws when the bytes are no such message. */
  decode(bytes: Uint8Array): object;
  /** @returns what is wrong with a message, null when nothing is */
  verify(message: object): string | null;
  fromObject(plain: object): object;
  toObject(message: object, options: object): { resourceSpans: { scopeSpans: { spans: DecodedSpan[] }[] }[] };
}

/** A span with its ids as lists of numbers. */
export type DecodedSpan = Record<string, unknown> & { traceId: number[]; spanId: number[]; parentSpanId?: number[] };

interface Root {
  opentelemetry: { proto: { collector: { trace: { v1: { ExportTraceServiceRequest: RequestClass } } } } };
}

// the package has no types for this module
const root = createRequire(__filename)('@opentelemetry/otlp-transformer/build/src/generated/root.js') as Root;

export const { ExportTraceServiceRequest } = root.opentelemetry.proto.collector.trace.v1;
