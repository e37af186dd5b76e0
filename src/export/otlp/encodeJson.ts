import { hexText } from '../../protocol';
import { present, type Attributes, type AttributeValue, type Span, type SpanBatch } from './model';

/** An ExportTraceServiceRequest in one line of JSON (OTLP 1.x, JSON encoding: identifiers in hex, 64-bit numbers as text). */
export function batchToJson({ resource, scope, spans }: SpanBatch): string {
  return JSON.stringify({
    resourceSpans: [
      { resource: { attributes: list(resource) }, scopeSpans: [{ scope, spans: spans.map(spanToJson) }] },
    ],
  });
}

function spanToJson(span: Span): object {
  return {
    traceId: hexText(span.traceId),
    spanId: hexText(span.spanId),
    ...(span.parentSpanId === undefined ? {} : { parentSpanId: hexText(span.parentSpanId) }),
    name: span.name,
    kind: span.kind,
    startTimeUnixNano: String(span.start),
    endTimeUnixNano: String(span.end),
    attributes: list(span.attributes),
    events: span.events.map(({ name, time, attributes }) => ({
      timeUnixNano: String(time),
      name,
      attributes: list(attributes),
    })),
    links: [], // none; some receivers want the list all the same
    ...(span.droppedEvents > 0 ? { droppedEventsCount: span.droppedEvents } : {}),
    status: span.status,
  };
}

function list(attributes: Attributes): object[] {
  return present(attributes).map(([key, value]) => ({ key, value: anyValue(value) }));
}

function anyValue(value: AttributeValue): object {
  if (typeof value === 'string') return { stringValue: value };
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return { intValue: String(value) };
  return { doubleValue: value };
}
