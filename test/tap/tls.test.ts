import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect, createServer, type TLSSocket } from 'node:tls';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import type { TapOptions } from '../../src/tap/options';
import { selfSignedCertificate, type Certificate } from '../../src/transport';
import { indexed } from '../support/indexed';
import { NdmpClient } from '../support/ndmpClient';
import { noise, TapBench, until } from '../support/taps';
import { PASSWORD, TestServer, USER } from '../support/testServer';

const INSECURE = { rejectUnauthorized: false };
const login = { user: USER, password: PASSWORD };
const long = new Date('2001-01-01T00:00:00Z');

describe('the tap and TLS', () => {
  let bench: TapBench;
  let server: TestServer;
  let certificate: Certificate;
  before(async () => {
    server = await TestServer.start({ tls: true });
    certificate = await selfSignedCertificate(['127.0.0.1']);
  });
  after(() => server.stop());
  beforeEach(() => {
    bench = new TapBench();
  });
  afterEach(() => bench.stop());

  const hops: [string, boolean, TapOptions['targetTls'], boolean][] = [
    ['plain to plain', false, undefined, false],
    ['TLS to TLS', true, { insecure: true }, true],
    ['plain to TLS', false, { insecure: true }, true],
    ['TLS to plain', true, undefined, false],
  ];
  for (const [name, secure, targetTls, toTls] of hops)
    it(`${name}: messages pass and are recorded in the clear`, async () => {
      const tap = await bench.tap(toTls ? server.tlsPort : server.port, {
        listen: [{ host: '127.0.0.1', port: 0, secure }],
        certificate,
        targetTls,
        recording: bench.recording(),
      });
      const [{ port }] = tap.addresses;
      const client = await NdmpClient.connect({ port, version: 4, login, tls: secure ? INSECURE : undefined });
      await client.expect('NDMP_CONFIG_GET_HOST_INFO');
      await client.close();
      await bench.recorded(tap);
      const { tls, messages } = tap.status().connections[0];
      assert.equal(tls.client?.startsWith('TLSv1.3 '), secure ? true : undefined);
      assert.equal(tls.target?.startsWith('TLSv1.3 '), toTls ? true : undefined);
      const { index } = indexed(readFileSync(join(bench.folder, 'recording.pcapng')));
      assert.equal(index.count, messages.toTarget + messages.toClient);
      assert.ok(index.count >= 8);
    });

  it('passes through unopened, and is recorded as it came', async () => {
    const tap = await bench.tap(server.tlsPort, { recording: bench.recording() });
    const client = await NdmpClient.connect({ port: tap.addresses[0].port, version: 4, login, tls: INSECURE });
    await client.expect('NDMP_CONFIG_GET_HOST_INFO');
    await client.close();
    await bench.recorded(tap);
    const { tls, kind, bytes } = tap.status().connections[0];
    assert.deepEqual([tls.passedThrough, kind], [true, 'unknown']);
    const { info } = indexed(readFileSync(join(bench.folder, 'recording.pcapng')));
    assert.deepEqual(info.flows[0].bytes, [bytes.toTarget, bytes.toClient]);
  });

  /** A TLS server that sends a lot and then ends. */
  async function other(given: Certificate, serve: (socket: TLSSocket) => void = (socket) => socket.resume()) {
    const tls = createServer({ ...given, allowHalfOpen: true }, (socket) => {
      socket.on('error', () => undefined);
      serve(socket);
    });
    tls.on('tlsClientError', () => undefined);
    tls.listen(0, '127.0.0.1');
    await once(tls, 'listening');
    return { port: (tls.address() as AddressInfo).port, close: () => tls.close() };
  }

  const judged: [string, TapOptions['targetTls'], (given: Certificate) => Partial<Certificate>, RegExp | undefined][] =
    [
      ['one that vouches for itself', {}, () => ({}), /vouches for itself; its SHA-256 fingerprint is [0-9a-f]{64}/],
      ['one of an authority that is trusted', {}, ({ cert }) => ({ cert }), undefined],
      [
        'one with another fingerprint',
        { trust: '0'.repeat(64) },
        () => ({}),
        /shows another certificate than --target-trust names/,
      ],
      ['any one when all are', { insecure: true }, () => ({}), undefined],
      ['one for another name', { name: 'filer.example' }, ({ cert }) => ({ cert }), /is not for filer\.example/],
    ];
  for (const [name, tls, ca, why] of judged)
    it(`${why ? 'leads nobody to' : 'trusts'} a certificate: ${name}`, async () => {
      const given = await selfSignedCertificate(['127.0.0.1', 'localhost']);
      const target = await other(given, (socket) => socket.end('hello'));
      const tap = await bench.tap(target.port, { targetTls: { ...tls, ca: ca(given).cert } });
      const client = await bench.dial(tap);
      client.resume();
      await Promise.race([once(client, 'end'), once(client, 'close')]).catch(() => undefined);
      target.close();
      if (why) assert.match(bench.refused[0], why);
      else assert.deepEqual(bench.refused, []);
    });

  it('leads nobody to a server whose certificate has expired', async () => {
    const given = await selfSignedCertificate(['127.0.0.1'], long);
    const target = await other(given);
    const tap = await bench.tap(target.port, { targetTls: { ca: given.cert } });
    await bench.dial(tap).catch(() => undefined);
    await until(() => bench.refused.length > 0, 'the client is refused');
    target.close();
    assert.match(bench.refused[0], /shows a certificate that expired on Jan .*2011/);
  });

  it('says when the target speaks none, and when a client speaks none', async () => {
    const plain = await bench.tap(server.port, { targetTls: {} });
    await bench.dial(plain).catch(() => undefined);
    await until(() => bench.refused.length === 1, 'the client is refused');
    assert.match(bench.refused[0], /does not speak TLS at this port/);
    const secure = await bench.tap(server.port, {
      listen: [{ host: '127.0.0.1', port: 0, secure: true }],
      certificate,
    });
    const client = await bench.dial(secure);
    client.write('GET / HTTP/1.1\r\n\r\n');
    await until(() => bench.refused.length === 2, 'the client is refused');
    assert.match(bench.refused[1], /it does not speak TLS here|no secure connection/);
  });

  it('leads on many bytes and the end of each side over both hops', async () => {
    const answer = noise(3_000_000, 5);
    const target = await other(certificate, (socket) => {
      let came = 0;
      socket.on('data', (piece: Buffer) => (came += piece.length));
      socket.on('end', () => socket.end(Buffer.concat([answer, Buffer.from(String(came))])));
    });
    const tap = await bench.tap(target.port, {
      listen: [{ host: '127.0.0.1', port: 0, secure: true }],
      certificate,
      targetTls: { ca: certificate.cert },
    });
    const client = connect({ socket: await bench.dial(tap), ...INSECURE });
    const pieces: Buffer[] = [];
    client.on('data', (piece: Buffer) => pieces.push(piece));
    client.end(noise(2_000_000));
    await once(client, 'end');
    client.destroy();
    target.close();
    assert.ok(Buffer.concat(pieces).equals(Buffer.concat([answer, Buffer.from('2000000')])));
  });
});
