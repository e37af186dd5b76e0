import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Analysis } from '../../src/analysis/analysis';
import { spanBatches } from '../../src/export/otlp/captureSpans';
import { batchToJson } from '../../src/export/otlp/encodeJson';
import { batchToProtobuf } from '../../src/export/otlp/encodeProtobuf';
import { captureTables } from '../../src/export/parquet/captureTables';
import { messagesToPcapng } from '../../src/export/pcapng/messages';
import { Redactor } from '../../src/export/redact/redactCapture';
import { openCaptureSync } from '../../src/indexing/openCaptureSync';
import { decodeMessage, type Value } from '../../src/protocol';
import { knownPayload } from '../../src/session/recordReader';
import { findCapture } from '../support/captures';
import { indexed, tryIndex } from '../support/indexed';
import { joined } from './support';

const key = Buffer.alloc(32, 3);

/** The captures that are damaged, with the names that stand in them whole. */
const sources = ['local-v4.pcap', 'auth-failures.pcap', 'query-v3.pcap', 'file-names.pcap'].map((name) => {
  const path = findCapture(name);
  assert.ok(path);
  const file = readFileSync(path);
  return { bytes: path.endsWith('.gz') ? gunzipSync(file) : file, names: namesIn(path) };
});

/** Texts of eight bytes or more: a shorter one could come out of broken numbers by chance. */
function namesIn(path: string): string[] {
  const session = openCaptureSync(path);
  const found = new Set<string>();
  const visit = (value: Value): void => {
    if (typeof value === 'string') for (const part of value.split(/[/\s]/)) if (part.length >= 8) found.add(part);
    if (typeof value === 'object' && !(value instanceof Uint8Array))
      for (const each of Object.values(value)) visit(each);
  };
  for (let row = 0; row < session.index.count; row++)
    visit(decodeMessage(knownPayload(session.record(row)), session.context(row)).value);
  session.close();
  return [...found].filter((name) => !/^[A-Z_]+$/.test(name)); // names of variables stay
}

const damaged = fc
  .record({
    source: fc.constantFrom(...sources),
    changes: fc.array(fc.tuple(fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }), fc.nat(255)), {
      maxLength: 40,
    }),
    cut: fc.double({ min: 0.5, max: 1, noNaN: true }),
  })
  .map(({ source, changes, cut }) => {
    const bytes = Uint8Array.from(source.bytes.subarray(0, Math.floor(source.bytes.length * cut)));
    // the file's own header stays, so that there is a capture to look at
    for (const [place, value] of changes) bytes[24 + Math.floor(place * (bytes.length - 24))] = value;
    return { bytes, names: source.names };
  });

describe('exports of damaged captures', function () {
  this.timeout(60_000);

  it('never fail, whatever the bytes', () => {
    fc.assert(
      fc.property(damaged, ({ bytes }) => {
        const session = tryIndex(bytes);
        if (session === undefined) return;
        const analysis = new Analysis(session);
        for (const piece of captureTables(analysis, { name: 'x' })) assert.ok(piece?.bytes.length !== 0);
        for (const batch of spanBatches(analysis, { name: 'x' })) {
          if (batch === undefined) continue;
          JSON.parse(batchToJson(batch));
          assert.ok(batchToProtobuf(batch).length > 0);
        }
        const again = indexed(joined(messagesToPcapng(session)));
        assert.ok(again.index.count >= Math.min(1, session.index.count));
      }),
      { numRuns: 60 },
    );
  });

  it('tell no name when they are redacted, whatever is broken', () => {
    fc.assert(
      fc.property(damaged, ({ bytes, names }) => {
        const session = tryIndex(bytes);
        if (session === undefined) return;
        const text = Buffer.from(joined(new Redactor(key).capture(session))).toString('latin1');
        assert.deepEqual(
          names.filter((name) => text.includes(name)),
          [],
        );
      }),
      { numRuns: 100 },
    );
  });
});
