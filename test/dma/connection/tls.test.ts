import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Aborted } from '../../../src/dma/connection/failures';
import { openConnection, type OpenOrder } from '../../../src/dma/connection/open';
import type { Question } from '../../../src/dma/run/model';
import { plainDefinition } from '../../../src/dma/servers/definitions';
import type { ServerDefinition } from '../../../src/dma/servers/model';
import { filePins } from '../../../src/dma/servers/pins';
import { startServer } from '../../../src/server/server';
import { ServeSystem } from '../../../src/server/serveSystem';
import { selfSignedCertificate, type Certificate } from '../../../src/transport';
import { FakeServer } from '../../support/fakeServer';
import { PASSWORD, TestServer } from '../../support/testServer';

describe('dma: connections over TLS', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ndmp-tls-'));
  const pins = filePins(join(folder, 'pins.json'));
  let certificate: Certificate;
  let server: Awaited<ReturnType<typeof startServer>>;

  const serving = async (made: Certificate): Promise<typeof server> =>
    startServer({
      system: new ServeSystem({
        trees: [],
        tapes: [],
        changers: [],
        users: new Map([['ndmp', PASSWORD]]),
        authTypes: [2],
        versions: [4],
        stateDirectory: '',
        dataAddresses: [],
      }),
      listen: [{ host: '127.0.0.1', port: 0, secure: true }],
      certificate: made,
      log: { write: () => undefined, child: () => ({ write: () => undefined, child: () => assert.fail() }) },
    });

  before(async () => {
    certificate = await selfSignedCertificate(['filer.example.org']);
    server = await serving(certificate);
    writeFileSync(join(folder, 'ca.pem'), certificate.cert);
    writeFileSync(join(folder, 'other.pem'), (await selfSignedCertificate(['filer.example.org'])).cert);
    writeFileSync(join(folder, 'empty.pem'), 'nothing');
  });
  after(async () => {
    await server.stop(0);
    rmSync(folder, { recursive: true });
  });

  function order(tls: ServerDefinition['tls'], more: Partial<OpenOrder> = {}): OpenOrder {
    const { port } = server.addresses[0];
    const definition = { ...plainDefinition('filer', '127.0.0.1'), port, tls };
    return { definition, password: () => Promise.resolve(PASSWORD), ...more };
  }

  it('trusts what the authorities of the CA file vouch for, under the name it is for', async () => {
    const ca = join(folder, 'ca.pem');
    const connection = await openConnection(order({ ca, serverName: 'filer.example.org' }));
    assert.equal(connection.introduction?.tls, true);
    await connection.close();
    await assert.rejects(openConnection(order({ ca })), /is not for 127\.0\.0\.1/);
    await assert.rejects(openConnection(order({ ca, serverName: 'else.example.org' })), /not for else\.example\.org/);
  });

  it('refuses what they do not vouch for', async () => {
    const ca = join(folder, 'other.pem');
    await assert.rejects(openConnection(order({ ca, serverName: 'filer.example.org' })), /is not vouched for by/);
  });

  it('says what is wrong with the CA file', async () => {
    await assert.rejects(openConnection(order({ ca: join(folder, 'empty.pem') })), /has no certificate in PEM format/);
    await assert.rejects(openConnection(order({ ca: join(folder, 'none.pem') })), /cannot be read/);
  });

  it('refuses a strange certificate when nobody can be asked, and says how to accept it', async () => {
    await assert.rejects(openConnection(order({}, { pins })), /ndmp query filer --trust [0-9a-f]{64}/);
  });

  it('is given up when the person says no', async () => {
    const ask = (): Promise<'give-up'> => Promise.resolve('give-up');
    await assert.rejects(openConnection(order({}, { pins, ask })), Aborted);
  });

  it('asks once, and takes the same certificate from then on, at another address too', async () => {
    const questions: Question[] = [];
    const ask = (question: Question): Promise<'go-on'> => {
      questions.push(question);
      return Promise.resolve('go-on');
    };
    for (let n = 0; n < 2; n++) await (await openConnection(order({}, { pins, ask }))).close();
    assert.equal(questions.length, 1);
    assert.equal(questions[0].kind, 'trust-certificate');
    const same = order({}, { pins });
    const elsewhere = { ...same, definition: { ...same.definition, host: 'localhost' } };
    await (await openConnection(elsewhere)).close();
    assert.equal((await pins.known('filer')).length, 2);
  });

  it('refuses another certificate than the accepted one, and sends that server nothing', async () => {
    const { port } = server.addresses[0];
    await server.stop(0);
    server = await serving(await selfSignedCertificate(['filer.example.org']));
    const old = (await pins.find('filer', `127.0.0.1:${port}`)) ?? '';
    await pins.keep('filer', `127.0.0.1:${server.addresses[0].port}`, old);
    const ask = (): Promise<never> => assert.fail('nobody is asked');
    await assert.rejects(openConnection(order({}, { pins, ask })), /shows another certificate.*--forget/);
    assert.equal(await pins.forget('filer'), 3);
    await assert.rejects(openConnection(order({}, { pins })), /nobody has accepted yet/);
  });

  it('says that a server does not speak TLS at a port', async () => {
    const plain = await FakeServer.start();
    try {
      const { definition, ...rest } = order({});
      const opening = openConnection({ definition: { ...definition, port: plain.port }, ...rest });
      await assert.rejects(opening, /does not speak TLS at this port/);
    } finally {
      await plain.stop();
    }
  });

  it('says that a server speaks TLS where it is spoken to without', async () => {
    const both = await TestServer.start({ tls: true });
    try {
      const { definition, ...rest } = order(undefined, { seconds: 1 });
      const opening = openConnection({ definition: { ...definition, port: both.tlsPort }, ...rest });
      await assert.rejects(opening, /it speaks TLS at this port; set "tls" for filer/);
    } finally {
      await both.stop();
    }
  });
});
