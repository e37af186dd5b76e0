import assert from 'node:assert/strict';
import { createServer, type AddressInfo } from 'node:net';
import { Unreachable } from '../../../src/dma/connection/dial';
import { CLUSTER_EXTENSIONS } from '../../../src/dma/connection/extensions';
import { Aborted, DmaFailure, NdmpFailure } from '../../../src/dma/connection/failures';
import { openConnection, type OpenOrder } from '../../../src/dma/connection/open';
import { plainDefinition } from '../../../src/dma/servers/definitions';
import type { ServerDefinition } from '../../../src/dma/servers/model';
import { FakeServer, refused, type FakeOptions } from '../../support/fakeServer';
import { PASSWORD, TestServer } from '../../support/testServer';

const password = (): Promise<string> => Promise.resolve(PASSWORD);

function order(port: number, definition: Partial<ServerDefinition> = {}, more: Partial<OpenOrder> = {}): OpenOrder {
  return { definition: { ...plainDefinition('filer', '127.0.0.1'), port, ...definition }, password, ...more };
}

async function failureOf(opening: Promise<unknown>): Promise<DmaFailure> {
  const problem: unknown = await opening.then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(problem instanceof DmaFailure, String(problem));
  return problem;
}

describe('dma: opening a connection', () => {
  describe('to a server of its own kind', () => {
    let server: TestServer;
    before(async () => {
      server = await TestServer.start();
    });
    after(() => server.stop());

    for (const version of [2, 3, 4] as const)
      for (const auth of ['auto', 'md5', 'text'] as const)
        it(`speaks v${version} and logs in by ${auth}`, async () => {
          const connection = await openConnection(order(server.port, { version, auth }));
          assert.equal(connection.version, version);
          assert.equal(connection.introduction?.auth, auth === 'auto' ? 'md5' : auth);
          assert.deepEqual(connection.introduction.authTypes, ['text', 'md5']);
          assert.match(connection.introduction.identity, /@/);
          assert.equal(connection.localAddress, '127.0.0.1');
          await connection.close();
          assert.equal(await connection.closed, undefined);
          assert.equal(connection.isOpen, false);
        });

    it('says that a password is wrong, and tries it once', async () => {
      const wrong = order(server.port, {}, { password: () => Promise.resolve('wrong') });
      const failure = await failureOf(openConnection(wrong));
      assert.ok(failure instanceof NdmpFailure);
      assert.equal(failure.error, 'NOT_AUTHORIZED');
      assert.match(failure.message, /^filer does not let ndmp in: the user or the password is wrong/);
      assert.equal(server.lines.filter(({ text }) => text.includes('wrong password')).length, 1);
    });

    it('says where a password comes from when there is none', async () => {
      const none = order(server.port, { name: 'filer-1' }, { password: () => Promise.resolve(undefined) });
      assert.match((await failureOf(openConnection(none))).message, /NDMP_PASSWORD_FILER_1/);
    });

    it('says when a kind of login is not offered', async () => {
      const failure = await failureOf(openConnection(order(server.port, { auth: 'none' })));
      assert.match(failure.message, /offers no login by none: it lists text, md5/);
    });

    it('goes on to the next address when one does not answer', async () => {
      const reached: unknown[] = [];
      const definition = { host: '127.0.0.1:1', addresses: [`127.0.0.1:${server.port}`] };
      const more = { onReached: (address: unknown): unknown => reached.push(address) };
      const connection = await openConnection(order(server.port, definition, more));
      await connection.close();
      assert.deepEqual(reached, [{ host: '127.0.0.1', port: server.port }]);
    });

    it('begins where it was reached before', async () => {
      const notes: string[] = [];
      const trace = {
        connection: () => ({ message() {}, told() {}, note() {}, closed() {} }),
        note: (text: string): unknown => notes.push(text),
      };
      const definition = { host: '127.0.0.1:1', addresses: [`127.0.0.1:${server.port}`] };
      const first = { host: '127.0.0.1', port: server.port };
      const connection = await openConnection(order(server.port, definition, { first, trace }));
      await connection.close();
      assert.deepEqual(notes, []);
    });

    it('selects extensions that are offered and leaves others out', async () => {
      const extensions = [
        { class: 0x2051, version: 1 },
        { class: 0x2052, version: 1 },
        { class: 0x2051, version: 9 },
      ];
      const connection = await openConnection(order(server.port, {}, { extensions }));
      assert.deepEqual([...connection.extensions], [[0x2051, 1]]);
      assert.deepEqual(connection.introduction?.offered, [{ class: 0x2051, versions: [1] }]);
      await connection.close();
    });

    it('hears who the server is, and lets another be refused', async () => {
      const identify = (): Promise<string> => Promise.reject(new DmaFailure('it is another one'));
      assert.match((await failureOf(openConnection(order(server.port, {}, { identify })))).message, /another one/);
      const known = await openConnection(order(server.port, {}, { identify: () => Promise.resolve('old') }));
      assert.equal(known.introduction?.identity, 'old');
      await known.close();
      assert.ok(await server.eventually(() => server.running.connections === 0));
    });
  });

  it('takes a v2 server for what it is', async () => {
    const server = await TestServer.start({ host: { versions: [2] } });
    try {
      const connection = await openConnection(order(server.port));
      assert.equal(connection.version, 2);
      await connection.close();
    } finally {
      await server.stop();
    }
  });

  it('logs in without a password where that is all there is', async () => {
    const server = await TestServer.start({ host: { authTypes: [0], users: new Map() } });
    try {
      const connection = await openConnection(order(server.port, {}, { password: () => Promise.resolve(undefined) }));
      assert.equal(connection.introduction?.auth, 'none');
      await connection.close();
    } finally {
      await server.stop();
    }
  });
});

describe('dma: opening a connection to servers of other kinds', () => {
  let server: FakeServer | undefined;
  const start = async (options: FakeOptions): Promise<FakeServer> => (server = await FakeServer.start(options));
  afterEach(async () => {
    await server?.stop();
    server = undefined;
  });

  const md5 = {
    NDMP_CONFIG_GET_SERVER_INFO: () => ({ auth_type: [1, 2] }),
    NDMP_CONFIG_GET_AUTH_ATTR: () => ({ server_attr: { type: 2, challenge: new Uint8Array(64) } }),
  };

  it('goes down from version to version as long as they are refused', async () => {
    const versions: unknown[] = [];
    const { port } = await start({
      answers: {
        ...md5,
        NDMP_CONNECT_OPEN: ({ protocol_version: version }) => {
          versions.push(version);
          return version === 2 ? {} : refused('ILLEGAL_ARGS');
        },
        NDMP_CONFIG_GET_HOST_INFO: () => ({ auth_type: [1] }),
      },
    });
    const connection = await openConnection(order(port));
    assert.equal(connection.version, 2);
    assert.equal(connection.introduction?.auth, 'text');
    assert.deepEqual(versions, [4, 3, 2]);
    await connection.close();
  });

  it('connects again with the next lower version when the server hangs up', async () => {
    const fake = await start({
      answers: { ...md5, NDMP_CONNECT_OPEN: ({ protocol_version }) => (protocol_version === 4 ? 'hang up' : {}) },
    });
    const connection = await openConnection(order(fake.port));
    assert.equal(connection.version, 3);
    assert.equal(fake.connections.length, 2);
    await connection.close();
  });

  it('gives up when no version is taken', async () => {
    const { port } = await start({ answers: { NDMP_CONNECT_OPEN: () => refused('ILLEGAL_ARGS') } });
    assert.match((await failureOf(openConnection(order(port)))).message, /takes none of the versions 2 to 4/);
  });

  it('says that a server speaks version 1 only', async () => {
    const { port } = await start({ version: 1 });
    assert.match((await failureOf(openConnection(order(port)))).message, /version 1 of NDMP only/);
  });

  it('tells why a server refuses connections, and tries the next address', async () => {
    const { port } = await start({ reason: 2 });
    const failure = await failureOf(openConnection(order(port)));
    assert.ok(failure instanceof Unreachable);
    assert.match(failure.message, /the server refuses connections now: Hello/);
  });

  it('does not wait for the answer to GET_EXT_LIST of a server that passes it over', async () => {
    const { port } = await start({ answers: { ...md5, NDMP_CONFIG_GET_EXT_LIST: () => 'silence' } });
    const began = Date.now();
    const connection = await openConnection(order(port, {}, { extensions: CLUSTER_EXTENSIONS }));
    assert.ok(Date.now() - began < 5000);
    assert.deepEqual(connection.introduction?.refused, [{ request: 'NDMP_CONFIG_GET_EXT_LIST', error: 'no answer' }]);
    await connection.request('NDMP_DATA_GET_STATE');
    await connection.close();
  });

  it('selects fewer extensions when all are too many', async () => {
    const tried: unknown[] = [];
    const { port } = await start({
      answers: {
        ...md5,
        NDMP_CONFIG_GET_EXT_LIST: () => ({
          class_list: [
            { class_id: 0x2051, versions: [1] },
            { class_id: 0x2052, versions: [1] },
          ],
        }),
        NDMP_CONFIG_SET_EXT_LIST: ({ selected }) => {
          tried.push(selected);
          return (selected as unknown[]).length > 1 ? refused('CLASS_NOT_SUPPORTED') : {};
        },
      },
    });
    const extensions = [
      { class: 0x2051, version: 1 },
      { class: 0x2052, version: 1 },
    ];
    const connection = await openConnection(order(port, {}, { extensions }));
    assert.equal(tried.length, 2);
    assert.deepEqual([...connection.extensions], [[0x2051, 1]]);
    await connection.close();
  });

  it('takes the next kind of login when the strongest is listed and not supported', async () => {
    const { port } = await start({
      answers: { ...md5, NDMP_CONFIG_GET_AUTH_ATTR: () => ({ headerError: 'NOT_SUPPORTED' }) },
    });
    const connection = await openConnection(order(port));
    assert.equal(connection.introduction?.auth, 'text');
    await connection.close();
  });

  it('sends no password in clear text to a server that lists no kinds of login', async () => {
    const fake = await start({
      answers: {
        NDMP_CONFIG_GET_SERVER_INFO: () => refused('NOT_SUPPORTED'),
        NDMP_CONFIG_GET_AUTH_ATTR: () => refused('NOT_SUPPORTED'),
        NDMP_CONNECT_CLIENT_AUTH: ({ auth_data }) => {
          assert.deepEqual(auth_data, { type: 0 });
          return {};
        },
      },
    });
    const connection = await openConnection(order(fake.port));
    assert.equal(connection.introduction?.auth, 'none');
    await connection.close();
  });

  it('says that the login may be wrong when the server hangs up on it', async () => {
    const fake = await start({ answers: { ...md5, NDMP_CONNECT_CLIENT_AUTH: () => 'hang up' } });
    const failure = await failureOf(openConnection(order(fake.port)));
    assert.match(failure.message, /during the login.*user or password/);
    assert.equal(fake.connections.length, 1);
  });

  it('names every address when none leads to the server', async () => {
    const failure = await failureOf(openConnection(order(1, { addresses: ['[::1]:2', 'no.such.host.invalid'] })));
    assert.ok(failure instanceof Unreachable);
    assert.match(
      failure.message,
      /^filer cannot be reached\. 127\.0\.0\.1:1: .*; \[::1\]:2: .*; no\.such\.host\.invalid:1: /,
    );
  });

  it('is given up at once when it is aborted', async () => {
    const silent = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    const { port } = silent.address() as AddressInfo;
    const abort = new AbortController();
    setTimeout(() => abort.abort(), 50);
    try {
      assert.ok((await failureOf(openConnection(order(port, {}, { signal: abort.signal })))) instanceof Aborted);
    } finally {
      silent.close();
    }
  });

  it('does not take another protocol for NDMP', async () => {
    const { port } = await start({
      version: undefined,
      accepted: (socket) => socket.write('HTTP/1.1 400 Bad Request\r\n\r\n'),
    });
    const failure = await failureOf(openConnection(order(port)));
    assert.ok(failure instanceof Unreachable);
    assert.match(failure.message, /127\.0\.0\.1:\d+: .*record is longer/);
  });
});
