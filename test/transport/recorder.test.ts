import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeMessage, type BodyValue } from '../../src/protocol';
import { TrafficRecorder } from '../../src/transport';
import { bodyOf } from '../../src/analysis/connections';
import { indexed } from '../support/indexed';

const request = (code: number, sequence: number, body: BodyValue): Uint8Array =>
  encodeMessage({ sequence, timeStamp: 1_700_000_000, messageType: 0, code, replySequence: 0, error: 0 }, body, {
    code,
    kind: code === 0x502 ? 'post' : 'request',
    version: 4,
    headerError: 0,
  });

describe('transport: recordings', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(join(tmpdir(), 'ndmp-recorder-'))));
  after(() => rmSync(folder, { recursive: true }));

  it('open as captures with the same messages and times, without passwords', () => {
    const path = join(folder, 'run.pcapng');
    const recorder = new TrafficRecorder(path, 'a test', assert.fail);
    const connection = recorder.connection({ address: '127.0.0.1', port: 5000 }, { address: '127.0.0.9', port: 10000 });
    const greeting = request(0x502, 1, { reason: 0, protocol_version: 4, text_reason: '' });
    connection.message(true, greeting, 1_700_000_000_123);
    const login = request(0x901, 1, { auth_data: { type: 1, auth_id: 'ndmp', auth_password: 'top-secret' } });
    connection.message(false, login, 1_700_000_000_456);
    connection.closed(1_700_000_001_000, true);
    recorder.close();

    const bytes = readFileSync(path);
    assert.equal(bytes.includes('top-secret'), false);
    const session = indexed(bytes);
    assert.equal(session.index.count, 2);
    assert.deepEqual(Buffer.from(session.record(0).payload), Buffer.from(greeting));
    assert.equal(session.index.nanos(1), 456_000_000);
    const { auth_data } = bodyOf(session, 1) as { auth_data: BodyValue };
    assert.deepEqual(auth_data, { type: 1, auth_id: 'ndmp', auth_password: 'xxxxxxxx' });
    assert.equal(session.index.connections[0].server.address, '127.0.0.9');
    assert.equal(session.index.connections[0].ended, 'fin');
  });

  it('never replace a file', () => {
    const path = join(folder, 'twice.pcapng');
    new TrafficRecorder(path, '', assert.fail).close();
    assert.throws(() => new TrafficRecorder(path, '', assert.fail), /EEXIST/);
  });
});
