import { present, type Attributes, type AttributeValue, type Span, type SpanBatch, type SpanEvent } from './model';

/** Protocol buffers, as far as traces need them: a message is a list of fields, each a key and its bytes. */
type Part = Uint8Array | readonly Part[];

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;

const utf8 = new TextEncoder();

/** An ExportTraceServiceRequest in protobuf (opentelemetry-proto 1.x, trace_service.proto and trace.proto). */
export function batchToProtobuf({ resource, scope, spans }: SpanBatch): Uint8Array {
  const scopeSpans = [message(1, [text(1, scope.name), text(2, scope.version)]), ...spans.map(spanPart)];
  const resourceSpans = [message(1, attributeParts(1, resource)), message(2, scopeSpans)];
  return flat([message(1, resourceSpans)]);
}

function spanPart(span: Span): Part {
  return message(2, [
    bytes(1, span.traceId),
    bytes(2, span.spanId),
    ...(span.parentSpanId === undefined ? [] : [bytes(4, span.parentSpanId)]),
    text(5, span.name),
    varint(6, span.kind),
    fixed64(7, span.start),
    fixed64(8, span.end),
    ...attributeParts(9, span.attributes),
    ...span.events.map(eventPart),
    ...(span.droppedEvents > 0 ? [varint(12, span.droppedEvents)] : []),
    message(15, [
      ...(span.status.message === undefined ? [] : [text(2, span.status.message)]),
      ...(span.status.code === 0 ? [] : [varint(3, span.status.code)]),
    ]),
  ]);
}

function eventPart({ time, name, attributes }: SpanEvent): Part {
  return message(11, [fixed64(1, time), text(2, name), ...attributeParts(3, attributes)]);
}

function attributeParts(field: number, attributes: Attributes): Part[] {
  return present(attributes).map(([key, value]) => message(field, [text(1, key), message(2, [anyValue(value)])]));
}

function anyValue(value: AttributeValue): Part {
  if (typeof value === 'string') return text(1, value);
  if (typeof value === 'bigint' || Number.isSafeInteger(value)) return varint(3, value);
  const double = new Uint8Array(8);
  new DataView(double.buffer).setFloat64(0, value, true);
  return [key(4, FIXED64), double];
}

function message(field: number, parts: readonly Part[]): Part {
  return [key(field, BYTES), variable(lengthOf(parts)), parts];
}

function bytes(field: number, value: Uint8Array): Part {
  return [key(field, BYTES), variable(value.length), value];
}

function text(field: number, value: string): Part {
  return bytes(field, utf8.encode(value));
}

function varint(field: number, value: number | bigint): Part {
  return [key(field, VARINT), variable(value)];
}

function fixed64(field: number, value: bigint): Part {
  const made = new Uint8Array(8);
  new DataView(made.buffer).setBigUint64(0, value, true);
  return [key(field, FIXED64), made];
}

function key(field: number, wireType: number): Uint8Array {
  return variable((field << 3) | wireType);
}

/** Seven bits a byte, the lowest first; negative numbers as 64-bit two's complement. */
function variable(value: number | bigint): Uint8Array {
  const made: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    made.push(rest > 0n ? low | 0x80 : low);
  } while (rest > 0n);
  return Uint8Array.from(made);
}

function lengthOf(part: Part): number {
  return part instanceof Uint8Array ? part.length : part.reduce((sum, each) => sum + lengthOf(each), 0);
}

function flat(part: Part): Uint8Array {
  const made = new Uint8Array(lengthOf(part));
  let at = 0;
  const put = (each: Part): void => {
    if (each instanceof Uint8Array) {
      made.set(each, at);
      at += each.length;
    } else each.forEach(put);
  };
  put(part);
  return made;
}
