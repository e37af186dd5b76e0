import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { CaptureError, openCaptureSync } from '../../src/indexing';
import { decodeMessage } from '../../src/protocol';
import { bodyToJson } from '../../src/protocol';
import { knownPayload } from '../../src/session/recordReader';

const FOLDER = join(__dirname, '../fixtures/logs');
const open = (name: string) => openCaptureSync(join(FOLDER, name));

describe('logs: published excerpts', () => {
  for (const name of ['cdot-data-connect-2016.log', 'cdot-data-connect-2016-singlespaced.log']) {
    it(name, () => {
      const { index, info, ...session } = open(name);
      assert.equal(info.format, 'ontap-log');
      assert.equal(index.count, 1);
      assert.equal(index.code(0), 0x40a);
      assert.equal(index.sequence(0), 10);
      assert.equal(index.kind(0), 'request');
      assert.equal(index.fromServer(0), false);
      assert.equal(index.version(0), 4);
      assert.equal(index.seconds(0), Date.UTC(2016, 11, 21, 10, 10, 32) / 1000);
      assert.match(index.problems(0)[0], /does not tell addr/);
      assert.equal(index.connections[0].server.address, 'session 46049');
      assert.ok(session);
    });
  }

  it('time stamps of the messages beside the times of lines', () => {
    const session = open('cdot-data-connect-2016.log');
    const { payload } = session.record(0);
    const stamp = new DataView(payload.buffer, payload.byteOffset).getUint32(4);
    assert.equal(stamp, 0x585a5525);
    assert.equal(stamp - session.index.seconds(0), 13);
  });

  it('without prefix and head: the clock of the peer, and the dotted address counts', () => {
    const session = open('cdot-data-connect-2024-noprefix.log');
    const { index, info } = session;
    assert.equal(info.clock, 'peer');
    assert.equal(index.seconds(0), 0x65c4ae18);
    const context = session.context(0);
    const { value } = decodeMessage(knownPayload(session.record(0)), context);
    assert.deepEqual(bodyToJson(value, context), {
      addr: { type: 'TCP', tcp_addr: [{ ip_addr: '152.27.4.81', port: 9258, addr_env: [] }] },
    });
    const problems = index.problems(0).join(' ');
    assert.match(problems, /sequence number/);
    assert.match(problems, /152\.27\.4\.81 and, in hexadecimal, as 13\.153\.120\.253/);
    assert.match(session.rawText?.(0).text ?? '', /DATA data_connect: op 1 \(DATA_OP_IDLE\)/);
  });

  it('a line of the connection log', () => {
    const { index } = open('7mode-connection-accept.log');
    assert.equal(index.count, 0);
    assert.deepEqual(index.connections[0].client, { address: '192.0.2.68', port: 41855 });
    assert.deepEqual(index.connections[0].server, { address: '192.0.2.100', port: 10000 });
    assert.equal(index.connections[0].version, 4);
  });

  const others = readdirSync(FOLDER).filter((name) => !/^(cdot-data-connect|7mode)/.test(name));
  for (const name of others) {
    it(`${name} is no NDMP log of a server`, () => {
      assert.throws(
        () => open(name),
        (error) => error instanceof CaptureError && /Nor is it an NDMP log/.test(error.message),
      );
    });
  }
});
