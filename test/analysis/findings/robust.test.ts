import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { Analysis } from '../../../src/analysis/analysis';
import { Play } from '../../support/play';
import { findCapture } from '../../support/captures';
import { tryIndex } from '../../support/indexed';

const bytesOf = (name: string): Buffer => {
  const path = findCapture(name);
  assert.ok(path, name);
  const bytes = readFileSync(path);
  return path.endsWith('.gz') ? gunzipSync(bytes) : bytes;
};

describe('findings: hostile input', () => {
  it('damaged captures are examined like any other', function () {
    this.timeout(60_000);
    const captures = ['test-mover-v4.pcap', 'local-v2.pcap', 'auth-failures.pcap'].map(bytesOf);
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat({ max: 255 })), { minLength: 1, maxLength: 200 });
    fc.assert(
      fc.property(fc.constantFrom(...captures), changes, (capture, spots) => {
        const bytes = Buffer.from(capture);
        for (const [at, value] of spots) bytes[24 + (at % (bytes.length - 24))] = value;
        const session = tryIndex(bytes);
        if (session === undefined) return;
        const { findings, states } = new Analysis(session);
        const { count } = session.index;
        for (const { row, related, text } of findings) {
          assert.ok(row >= -1 && row < count && related.every((other) => other >= 0 && other < count));
          assert.doesNotMatch(text, /[\u0000-\u001f\u007f-\u009f\u202a-\u202e]/);
        }
        for (const { fromRow, toRow } of states.spans) assert.ok(fromRow >= 0 && toRow < count);
      }),
      { numRuns: 60 },
    );
  });

  it('names as long as a megabyte, with markup and control characters, stay short text', () => {
    const play = new Play();
    const a = play.connect('10.0.0.1', '10.0.0.2');
    const evil = '<img src=x onerror=alert(1)>\u001b[2J\u202e'.repeat(25_000);
    a.ask('NDMP_TAPE_OPEN', { device: evil, mode: 0 }, { error: 16 });
    a.post('NDMP_NOTIFY_CONNECTION_STATUS', { reason: 2, protocol_version: 4, text_reason: evil });
    a.post('NDMP_LOG_FILE', { name: evil, recovery_status: 1 });
    const { findings } = new Analysis(play.session());
    assert.ok(findings.length >= 2);
    for (const { text } of findings) {
      assert.ok(text.length < 1500, String(text.length));
      assert.doesNotMatch(text, /[\u001b\u202e]/);
    }
  });

  it('tens of thousands of refused, repeated and unanswered messages take seconds, not minutes', function () {
    this.timeout(30_000);
    const play = new Play();
    const a = play.connect('10.0.0.1', '10.0.0.2');
    for (let i = 0; i < 6000; i++) a.ask('NDMP_MOVER_STOP', {}, { error: 19 });
    for (let i = 0; i < 6000; i++) a.post('NDMP_NOTIFY_MOVER_PAUSED', { reason: 1, seek_position: 0n });
    for (let i = 0; i < 6000; i++) a.request('NDMP_MOVER_READ', { offset: 0n, length: 1n });
    const session = play.session();
    const start = performance.now();
    const { findings } = new Analysis(session);
    assert.ok(performance.now() - start < 8000, `${performance.now() - start} ms`);
    assert.ok(findings.length < 5000);
  });
});
