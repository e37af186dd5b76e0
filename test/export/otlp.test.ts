import assert from 'node:assert/strict';
import { Analysis } from '../../src/analysis/analysis';
import { spanBatches } from '../../src/export/otlp/captureSpans';
import { batchToJson } from '../../src/export/otlp/encodeJson';
import { batchToProtobuf } from '../../src/export/otlp/encodeProtobuf';
import type { Span, SpanBatch } from '../../src/export/otlp/model';
import { hexText } from '../../src/protocol';
import type { CaptureSession } from '../../src/session/capture';
import { findCapture } from '../support/captures';
import { ExportTraceServiceRequest } from './otlpProto';
import { allCaptures, withSession } from './support';

function batchesOf(session: CaptureSession): SpanBatch[] {
  return [...spanBatches(new Analysis(session), { name: 'a capture' })].filter((batch) => batch !== undefined);
}

function spansOf(session: CaptureSession): Span[] {
  return batchesOf(session).flatMap(({ spans }) => spans);
}

function withCapture(name: string, use: (session: CaptureSession) => void): void {
  const path = findCapture(name);
  assert.ok(path);
  withSession(path, use);
}

/** What OpenTelemetry's own classes read, in the form of the JSON encoding. */
function decodedSpans(bytes: Uint8Array): object[] {
  const request = ExportTraceServiceRequest.decode(bytes);
  const plain = ExportTraceServiceRequest.toObject(request, { longs: String, bytes: Array, defaults: false });
  const hex = (value: number[]) => hexText(Uint8Array.from(value));
  return plain.resourceSpans
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map((span) => ({
      ...span,
      traceId: hex(span.traceId),
      spanId: hex(span.spanId),
      ...(span.parentSpanId === undefined ? {} : { parentSpanId: hex(span.parentSpanId) }),
    }));
}

/** JSON without what protobuf has no bytes for: empty lists, status 0. */
function sparse(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sparse);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .filter(([key, each]) => !(Array.isArray(each) && each.length === 0) && !(key === 'code' && each === 0))
    .map(([key, each]): [string, unknown] => [key, sparse(each)]);
  return Object.fromEntries(entries);
}

describe('export as OpenTelemetry traces', () => {
  for (const [name, path] of allCaptures()) {
    it(`${name}: both encodings are what OpenTelemetry reads, every request has its span`, () => {
      withSession(path, (session) => {
        const { index } = session;
        for (const batch of batchesOf(session)) {
          const json = JSON.parse(batchToJson(batch)) as { resourceSpans: [{ scopeSpans: [{ spans: object[] }] }] };
          const spans = json.resourceSpans[0].scopeSpans[0].spans;
          assert.equal(ExportTraceServiceRequest.verify(ExportTraceServiceRequest.fromObject(json)), null);
          assert.deepEqual(decodedSpans(batchToProtobuf(batch)), sparse(spans));
        }
        const numbers = spansOf(session)
          .map(({ attributes }) => attributes['ndmp.message.number'])
          .filter((number) => number !== undefined);
        const requests = Array.from({ length: index.count }, (_, row) => row).filter(
          (row) => index.kind(row) === 'request',
        );
        assert.deepEqual(
          numbers,
          requests.map((row) => row + 1),
        );
      });
    });

    it(`${name}: spans form trees, their ids are valid, their times in order`, () => {
      withSession(path, (session) => {
        const spans = spansOf(session);
        const ids = new Set(spans.map(({ traceId, spanId }) => `${hexText(traceId)} ${hexText(spanId)}`));
        assert.equal(ids.size, spans.length, 'every id is there once');
        for (const { traceId, spanId, parentSpanId, start, end, name: title } of spans) {
          assert.equal(traceId.length, 16);
          assert.equal(spanId.length, 8);
          assert.ok(spanId.some((byte) => byte !== 0));
          assert.ok(end >= start, title);
          if (parentSpanId !== undefined) assert.ok(ids.has(`${hexText(traceId)} ${hexText(parentSpanId)}`), title);
        }
      });
    });
  }

  it('a job is a root with its phases, its requests and its data transfer', () => {
    withCapture('threeway-v4.pcap', (session) => {
      const [root, transfer, ...rest] = spansOf(session);
      assert.equal(root.parentSpanId, undefined);
      assert.equal(root.name, 'backup');
      assert.equal(root.attributes['ndmp.job.topology'], 'three-way');
      assert.equal(root.status.code, 1);
      assert.deepEqual(transfer.parentSpanId, root.spanId);
      assert.equal(transfer.attributes['ndmp.transfer.bytes'], 235520);
      const ofJob = rest.filter(({ traceId }) => hexText(traceId) === hexText(root.traceId));
      const phases = ofJob.filter(({ attributes }) => attributes['ndmp.phase'] !== undefined);
      assert.ok(phases.some(({ name }) => name === 'transfer'));
      const start = ofJob.find(({ name }) => name === 'DATA_START_BACKUP');
      assert.ok(start && phases.some(({ spanId }) => hexText(spanId) === hexText(start.parentSpanId ?? spanId)));
      assert.equal(start.attributes['server.port'], 10000);
      const events = phases.flatMap((phase) => phase.events.map(({ name }) => name));
      assert.ok(events.includes('NOTIFY_DATA_HALTED'));
    });
  });

  it('a request that failed is a span that failed, with the name of the error', () => {
    withCapture('auth-failures.pcap', (session) => {
      const refused = spansOf(session).find(({ attributes }) => attributes['error.type'] === 'NOT_AUTHORIZED');
      assert.equal(refused?.status.code, 2);
      assert.equal(refused.status.message, 'NOT_AUTHORIZED');
    });
  });

  it('the same capture gives the same ids again, another one others', () => {
    withCapture('threeway-v4.pcap', (session) => {
      const once = spansOf(session);
      assert.deepEqual(spansOf(session), once);
      withCapture('threeway-v2.pcap', (other) => {
        const ids = new Set(once.map(({ traceId }) => hexText(traceId)));
        assert.ok(spansOf(other).every(({ traceId }) => !ids.has(hexText(traceId))));
      });
    });
  });
});
