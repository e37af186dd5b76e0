import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { MemorySource } from '../../src/capture/byteSource';
import { joinSessions } from '../../src/analysis/join';
import { openCaptureSync } from '../../src/indexing';
import { detectSource, openSession, startPass } from '../../src/logs';
import type { CaptureSession } from '../../src/session/capture';
import { soundCaptures } from '../golden/lib/messages';
import { sessionOf } from '../golden/lib/ourRows';
import { leavesOf, rowLine, rowsBySide } from '../support/compareSessions';
import { ontapLog, type OntapLogOptions } from '../support/ontapLog';

/** Reads bytes as a log. */
export function readLog(bytes: Uint8Array): CaptureSession {
  const source = new MemorySource(bytes);
  const detected = detectSource(source);
  assert.ok(detected, 'the bytes are a log');
  const { pass, state } = startPass(source, detected);
  while (pass.step());
  pass.finish();
  return openSession(pass.index, pass.info(bytes.length, false), source, state);
}

/** Their sender garbled messages of these; a body that no layout fits cannot be written as fields. */
const GARBLED = new Set(['ndmpd-swap-connect-v4', 'ndmpd-threeway-v4']);
const captures = soundCaptures().filter(
  ({ name }) => !name.startsWith('edited-') && !GARBLED.has(name) && name !== 'nmap-service-scan' && name !== 'snaplen',
);

describe('logs: captures written down as ONTAP would, and read back', () => {
  for (const { name, path } of captures) {
    it(name, () => {
      const capture = sessionOf(path);
      const log = readLog(ontapLog(capture, { accepts: true }));
      assert.equal(log.info.format, 'ontap-log');
      compare(log, capture, true);
    });
  }

  const [threeWay] = captures.filter(({ name }) => name === 'threeway-v4' || name === 'local-v4');
  const forms: [string, OntapLogOptions][] = [
    ['blanks as one (P2)', { form: 'P2' }],
    ['7-mode (P4)', { form: 'P4' }],
    ['line ends of Windows', { newline: '\r\n' }],
  ];
  for (const [form, options] of forms) {
    it(`${form}: ${threeWay.name}`, () => {
      const capture = sessionOf(threeWay.path);
      compare(readLog(ontapLog(capture, options)), capture, false);
    });
  }

  it('without prefixes the clock is that of the messages’ senders, and all sessions are one', () => {
    const capture = sessionOf(threeWay.path);
    const log = readLog(ontapLog(capture, { form: 'P3', connections: [0] }));
    assert.equal(log.info.clock, 'peer');
    assert.match(log.info.comments[0], /clock of the peer/);
    assert.equal(log.index.connections.length, 1);
    assert.equal(log.index.count, capture.index.connections[0].messages);
    const header = new DataView(log.record(3).payload.buffer, log.record(3).payload.byteOffset);
    assert.equal(log.index.seconds(3), header.getUint32(4));
  });

  it('the clocks of log and capture are compared', () => {
    const capture = sessionOf(threeWay.path);
    const joined = joinSessions(capture, readLog(ontapLog(capture, { ahead: 90, accepts: true })));
    assert.ok(joined?.clock);
    // the log's times are cut to whole seconds
    assert.ok(joined.clock.seconds > 88.9 && joined.clock.seconds <= 90, `${joined.clock.seconds} s`);
    assert.equal(joined.matched, capture.index.count);
    assert.ok(joined.pairs.every(({ how }) => how === 'addresses and ports'));
  });

  it('packed, from a file', () => {
    const folder = mkdtempSync(join(tmpdir(), 'ndmp-log-'));
    try {
      const capture = sessionOf(threeWay.path);
      writeFileSync(join(folder, 'ndmpd.log.1.gz'), gzipSync(ontapLog(capture)));
      const log = openCaptureSync(join(folder, 'ndmpd.log.1.gz'));
      assert.equal(log.info.gzip, true);
      compare(log, capture, false);
      log.close();
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

function compare(log: CaptureSession, capture: CaptureSession, withPorts: boolean): void {
  assert.equal(log.index.count, capture.index.count);
  assert.equal(log.index.connections.length, capture.index.connections.length);
  for (const { id, client, server } of capture.index.connections) {
    if (withPorts)
      assert.deepEqual([log.index.connections[id].client, log.index.connections[id].server], [client, server]);
    const mine = rowsBySide(log, id);
    const theirs = rowsBySide(capture, id);
    for (const side of ['client', 'server'] as const) {
      assert.deepEqual(
        mine[side].map((row) => rowLine(log, row, true)),
        theirs[side].map((row) => rowLine(capture, row, true)),
      );
      mine[side].forEach((row, at) => {
        assert.deepEqual(asWritten(leavesOf(log, row)), asWritten(leavesOf(capture, theirs[side][at])));
        assert.equal(log.index.seconds(row), capture.index.seconds(theirs[side][at]));
      });
    }
  }
  for (let row = 0; row < log.index.count; row++) {
    const { text, unread } = log.rawText?.(row) ?? assert.fail('no text');
    assert.match(text, /sequence=/);
    assert.deepEqual(unread, []);
  }
}

/** Blanks at the end of a line mean nothing in a log. */
function asWritten(leaves: Map<string, string>): Record<string, string> {
  return Object.fromEntries([...leaves].map(([path, value]) => [path, value.replace(/\s+$/, '')]));
}
