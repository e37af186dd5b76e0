import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import { openCaptureSync } from '../../src/indexing/openCaptureSync';
import { startServer } from '../../src/server/server';
import { ServeSystem } from '../../src/server/serveSystem';
import { openWith } from '../capture/tls/support';
import { pcap } from '../support/captureFiles';
import { NdmpClient } from '../support/ndmpClient';
import { CLIENT, Conversation, SERVER } from '../support/packets';
import { describeWithPeer } from '../support/peers';
import { packetsOf } from '../support/tlsCaptures';
import { portOf, recordingForwarder, tlsCertificate } from '../support/tlsTalks';
import type { TlsTalk, WireChunk } from '../support/tlsTalks';

type Version = 'TLSv1.2' | 'TLSv1.3';

/** What OpenSSL offers of its own accord and the server takes with a certificate of this kind. */
const SUITES: readonly { kind: 'ec' | 'rsa'; version: Version; ciphers: readonly string[] }[] = [
  {
    kind: 'ec',
    version: 'TLSv1.3',
    ciphers: ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'],
  },
  {
    kind: 'ec',
    version: 'TLSv1.2',
    ciphers: [
      'ECDHE-ECDSA-AES256-GCM-SHA384',
      'ECDHE-ECDSA-CHACHA20-POLY1305',
      'ECDHE-ECDSA-AES128-GCM-SHA256',
      'ECDHE-ECDSA-AES256-SHA384',
      'ECDHE-ECDSA-AES128-SHA256',
      'ECDHE-ECDSA-AES256-SHA',
      'ECDHE-ECDSA-AES128-SHA',
    ],
  },
  {
    kind: 'rsa',
    version: 'TLSv1.2',
    ciphers: [
      'ECDHE-RSA-AES256-GCM-SHA384',
      'ECDHE-RSA-CHACHA20-POLY1305',
      'ECDHE-RSA-AES128-GCM-SHA256',
      'ECDHE-RSA-AES256-SHA384',
      'ECDHE-RSA-AES128-SHA256',
      'ECDHE-RSA-AES256-SHA',
      'ECDHE-RSA-AES128-SHA',
      'AES256-GCM-SHA384',
      'AES128-GCM-SHA256',
      'AES256-SHA256',
      'AES128-SHA256',
      'AES256-SHA',
      'AES128-SHA',
    ],
  },
];

async function startTlsServer(kind: 'ec' | 'rsa') {
  const log = { write: () => undefined, child: () => log };
  return startServer({
    system: new ServeSystem({
      trees: [],
      tapes: [],
      changers: [],
      users: new Map([['ndmp', 'secret']]),
      authTypes: [2],
      versions: [2, 3, 4],
      stateDirectory: '',
      dataAddresses: [],
    }),
    listen: [{ host: '127.0.0.1', port: 0, secure: true }],
    certificate: await tlsCertificate(kind),
    log,
  });
}

/** A real session with our server over TLS, as it went over the wire. */
async function recordSession(port: number, version: Version, ciphers: string): Promise<TlsTalk> {
  const wire: WireChunk[] = [];
  const keyLog: Buffer[] = [];
  const forwarder = await recordingForwarder(port, wire);
  try {
    const client = await NdmpClient.connect({
      port: portOf(forwarder),
      tls: { rejectUnauthorized: false, minVersion: version, maxVersion: version, ciphers },
      onKeyLog: (line) => keyLog.push(line),
      version: 4,
      login: { user: 'ndmp', password: 'secret', kind: 'md5' },
    });
    for (const name of ['NDMP_CONFIG_GET_HOST_INFO', 'NDMP_CONFIG_GET_SERVER_INFO', 'NDMP_DATA_GET_STATE'] as const)
      await client.request(name);
    client.destroy();
  } finally {
    forwarder.close();
  }
  return {
    wire,
    keyLog: Buffer.concat(keyLog).toString('latin1'),
    session: undefined,
    protocol: version,
    suite: ciphers,
  };
}

function tshark(...args: string[]): string {
  const run = spawnSync('tshark', args, { encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  assert.equal(run.status, 0, run.stderr);
  return run.stdout;
}

describeWithPeer('tshark', 'TLS as tshark decrypts it with the same key log', function () {
  this.timeout(180_000);
  const folder = mkdtempSync(join(tmpdir(), 'ndmp-tls-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  /** What tshark decrypts of a connection, piece by piece in order; those of the second side are indented. */
  function followed(capture: string, keys: string, streams: number): { isSecond: boolean; bytes: Buffer }[][] {
    const wanted = Array.from({ length: streams }, (_, i) => ['-z', `follow,tls,raw,${i}`]).flat();
    const out = tshark('-r', capture, '-o', `tls.keylog_file:${keys}`, '-d', 'tcp.port==10000,tls', '-q', ...wanted);
    const parts = out.split(/^=+$/m).filter((part) => part.includes('Follow: tls,raw'));
    const number = (part: string): number => Number(/tcp\.stream eq (\d+)/.exec(part)?.[1]);
    return parts
      .sort((a, b) => number(a) - number(b))
      .map((part) =>
        [...part.matchAll(/^(\t?)([0-9a-f]+)$/gm)].map(([, tab, hex]) => ({
          isSecond: tab !== '',
          bytes: Buffer.from(hex, 'hex'),
        })),
      );
  }

  it('the same messages, for each cipher suite of TLS 1.2 and 1.3 that OpenSSL offers', async () => {
    const talks: TlsTalk[] = [];
    for (const { kind, version, ciphers } of SUITES) {
      const server = await startTlsServer(kind);
      try {
        for (const each of ciphers) talks.push(await recordSession(server.addresses[0].port, version, each));
      } finally {
        await server.stop();
      }
    }
    const capture = join(folder, 'tls.pcap');
    const keys = join(folder, 'keys.log');
    const end = (i: number) => ({ ...CLIENT, port: CLIENT.port + i });
    const tcp = talks.map((talk, i) => packetsOf(talk, 1400, new Conversation(end(i), SERVER)));
    writeFileSync(capture, pcap(tcp.flatMap(({ packets }) => packets)));
    writeFileSync(keys, talks.map(({ keyLog }) => keyLog).join(''));

    const streams = followed(capture, keys, talks.length);
    assert.equal(streams.length, talks.length);
    const plain = join(folder, 'plain.pcap');
    const plainTcp = streams.map((pieces, i) => {
      const conversation = new Conversation(end(i), SERVER).open();
      // the server speaks first in NDMP: the first piece is its greeting
      for (const { isSecond, bytes } of pieces)
        conversation.send(isSecond === pieces[0].isSecond ? 'server' : 'client', bytes);
      return conversation;
    });
    writeFileSync(plain, pcap(plainTcp.flatMap(({ packets }) => packets)));
    const fields = ['tcp.stream', 'ndmp.msg', 'ndmp.sequence', 'ndmp.reply_sequence'];
    const theirs = tshark('-r', plain, '-Y', 'ndmp.msg', '-T', 'fields', ...fields.flatMap((name) => ['-e', name]))
      .trim()
      .split('\n')
      .map((line) => line.split('\t').map(Number).join(' '));

    const session = openCaptureSync(capture, { tlsKeyLog: keys });
    const { index } = session;
    const ours = Array.from({ length: index.count }, (_, row) =>
      [index.connection(row), index.code(row), index.sequence(row), index.replySequence(row)].join(' '),
    );
    session.close();
    assert.ok(ours.length > 10 * talks.length, `${ours.length} messages`);
    assert.deepEqual(ours, theirs);
    assert.deepEqual(
      session.info.tls.map(({ state }) => state),
      talks.map(() => 'read'),
    );
  });
});

describeWithPeer('openssl', 'TLS of the OpenSSL program', function () {
  this.timeout(60_000);
  const folder = mkdtempSync(join(tmpdir(), 'ndmp-tls-'));
  after(() => rmSync(folder, { recursive: true, force: true }));

  it('is read through key updates of both sides', async () => {
    const lines: string[] = [];
    const server = createTlsServer({ ...(await tlsCertificate('ec')), minVersion: 'TLSv1.3' }, (socket) => {
      socket.on('error', () => undefined);
      socket.on('data', (bytes: Buffer) => {
        lines.push(bytes.toString());
        socket.write(`got ${bytes.toString()}`);
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    const wire: WireChunk[] = [];
    const forwarder = await recordingForwarder(portOf(server), wire);
    const keys = join(folder, 'keys.log');
    const client = spawn('openssl', ['s_client', '-connect', `127.0.0.1:${portOf(forwarder)}`, '-keylogfile', keys]);
    try {
      let out = '';
      let wake = (): void => undefined;
      for (const stream of [client.stdout, client.stderr])
        stream.on('data', (bytes: Buffer) => {
          out += bytes.toString();
          wake();
        });
      const until = async (text: string, times = 1): Promise<void> => {
        while (out.split(text).length <= times) await new Promise<void>((resolve) => (wake = resolve));
      };
      for (let round = 0; round < 3; round++) {
        client.stdin.write(`line ${round}\n`);
        await until(`got line ${round}`);
        client.stdin.write(round === 1 ? 'k\n' : 'K\n');
        // a command is one only where it is read alone: what is typed next waits until it was carried out
        await until('KEYUPDATE', round + 1);
      }
      client.stdin.write('last\n');
      await until('got last');
    } finally {
      client.kill();
      server.close();
      forwarder.close();
    }
    const opened = openWith(
      { wire, keyLog: '', session: undefined, protocol: '', suite: '' },
      readFileSync(keys, 'latin1'),
    );
    assert.equal(opened.client.toString(), 'line 0\nline 1\nline 2\nlast\n');
    assert.equal(opened.server.toString(), 'got line 0\ngot line 1\ngot line 2\ngot last\n');
    assert.deepEqual(opened.gaps, []);
  });
});
