import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { connect, createServer } from 'node:tls';
import type { TLSSocket } from 'node:tls';
import { once } from 'node:events';
import { portOf, recordTls, recordingForwarder, tlsCertificate } from '../../support/tlsTalks';
import type { TlsStep, WireChunk } from '../../support/tlsTalks';
import { keyLogOf, openTalk, openWith, readingWith } from './support';

const bytes = randomBytes(3000);

/** Two connections one after the other, the second of which resumes the first. */
async function resumed(
  version: 'TLSv1.2' | 'TLSv1.3',
  tickets: boolean,
): Promise<{ wire: WireChunk[]; keyLog: string }[]> {
  const server = createServer(
    {
      ...(await tlsCertificate('ec')),
      minVersion: version,
      maxVersion: version,
      secureOptions: tickets ? 0 : 0x4000,
    },
    (socket) => {
      socket.on('error', () => undefined);
      socket.end(bytes);
    },
  );
  const sessions = new Map<string, Buffer>();
  server.on('newSession', (id: Buffer, data: Buffer, done: () => void) => {
    sessions.set(id.toString('hex'), data);
    done();
  });
  server.on('resumeSession', (id: Buffer, done: (error: Error | null, data: Buffer | null) => void) =>
    done(null, sessions.get(id.toString('hex')) ?? null),
  );
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const talks: { wire: WireChunk[]; keyLog: string }[] = [];
  let session: Buffer | undefined;
  for (let round = 0; round < 2; round++) {
    const talk = { wire: [] as WireChunk[], keyLog: '' };
    const forwarder = await recordingForwarder(portOf(server), talk.wire);
    const client: TLSSocket = connect({
      host: '127.0.0.1',
      port: portOf(forwarder),
      rejectUnauthorized: false,
      session,
    });
    client.on('keylog', (line: Buffer) => (talk.keyLog += line.toString('latin1')));
    client.on('session', (given: Buffer) => (session = given));
    client.resume();
    await once(client, 'end');
    assert.equal(client.isSessionReused(), round === 1);
    client.destroy();
    forwarder.close();
    talks.push(talk);
  }
  server.close();
  return talks;
}

describe('TLS sessions that are resumed', () => {
  for (const tickets of [true, false])
    it(`are read by the keys of the first one: TLS 1.2 by ${tickets ? 'ticket' : 'session id'}`, async () => {
      const [first, second] = await resumed('TLSv1.2', tickets);
      const reading = readingWith(keyLogOf(first.keyLog));
      assert.ok(openTalk(first.wire, reading).server.equals(bytes));
      assert.ok(openTalk(second.wire, reading).server.equals(bytes));
    });

  it('are read by their own keys: TLS 1.3', async () => {
    const talks = await resumed('TLSv1.3', true);
    for (const { wire, keyLog } of talks) assert.ok(openTalk(wire, readingWith(keyLogOf(keyLog))).server.equals(bytes));
  });
});

describe('TLS with other kinds of secrets', () => {
  const steps: TlsStep[] = [
    { from: 'client', bytes: Buffer.from('hello') },
    { from: 'server', bytes },
  ];
  it('the master secret by session id', async () => {
    const talk = await recordTls(steps, {
      version: 'TLSv1.2',
      ciphers: 'AES128-GCM-SHA256',
      certificate: 'rsa',
      server: { secureOptions: 0x4000 },
    });
    const { facts } = openWith(talk);
    assert.equal(facts.version, 'TLS 1.2');
    const [, , master] = /^(CLIENT_RANDOM \S+) (\S+)$/m.exec(talk.keyLog) ?? [];
    const hello = Buffer.concat(talk.wire.filter(({ from }) => from === 'server').map((chunk) => chunk.bytes));
    // record, handshake head, version, random, then the session id with its length
    const id = hello.subarray(44, 44 + hello[43]).toString('hex');
    assert.equal(id.length, 64);
    const opened = openWith(talk, `RSA Session-ID:${id} Master-Key:${master}\n`);
    assert.ok(opened.server.equals(bytes));
    assert.equal(opened.client.toString(), 'hello');
  });

  it('where the server asks for another hello', async () => {
    const talk = await recordTls(steps, {
      version: 'TLSv1.3',
      client: { ecdhCurve: 'X25519:P-256' },
      server: { ecdhCurve: 'P-256' },
    });
    const hellos = talk.wire.filter(({ from }) => from === 'client').slice(0, 2);
    assert.equal(hellos.length, 2, 'the server asked for another hello');
    assert.ok(openWith(talk).server.equals(bytes));
  });
});
