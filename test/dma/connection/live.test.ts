import assert from 'node:assert/strict';
import { ConnectionLost, NdmpFailure, RequestTimedOut } from '../../../src/dma/connection/failures';
import type { NdmpConnection } from '../../../src/dma/connection/model';
import { openConnection } from '../../../src/dma/connection/open';
import { plainDefinition } from '../../../src/dma/servers/definitions';
import { text } from '../../../src/dma/services/fields';
import type { BodyValue, MessageName } from '../../../src/protocol';
import { loginDigest } from '../../../src/transport';
import { FakeServer, refused, type FakeAnswer, type FakeConnection } from '../../support/fakeServer';
import { within } from '../../support/ndmpClient';

type Answers = Partial<Record<MessageName, (body: BodyValue, connection: FakeConnection) => FakeAnswer>>;

const LOGIN: Answers = { NDMP_CONFIG_GET_SERVER_INFO: () => ({ auth_type: [1] }) };
const sleep = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('dma: a control connection', () => {
  let server: FakeServer | undefined;
  let connection: NdmpConnection | undefined;

  async function connect(answers: Answers, seconds?: number): Promise<NdmpConnection> {
    server = await FakeServer.start({ answers: { ...LOGIN, ...answers } });
    const definition = { ...plainDefinition('filer', '127.0.0.1'), port: server.port };
    connection = await openConnection({ definition, password: () => Promise.resolve('secret'), seconds });
    return connection;
  }

  afterEach(async () => {
    connection?.destroy();
    await server?.stop();
    [server, connection] = [undefined, undefined];
  });

  it('tells errors of the body and of the header alike', async () => {
    const open = await connect({
      NDMP_TAPE_OPEN: () => refused('NO_TAPE_LOADED'),
      NDMP_DATA_LISTEN: () => ({ headerError: 'NOT_SUPPORTED' }),
    });
    assert.equal((await open.ask('NDMP_TAPE_OPEN')).error, 'NO_TAPE_LOADED');
    assert.deepEqual(await open.ask('NDMP_DATA_LISTEN'), { error: 'NOT_SUPPORTED', body: {} });
    await assert.rejects(open.request('NDMP_TAPE_OPEN'), (problem: unknown) => {
      assert.ok(problem instanceof NdmpFailure);
      assert.equal(problem.error, 'NO_TAPE_LOADED');
      assert.equal(
        problem.message,
        'filer answered NDMP_TAPE_OPEN with NO_TAPE_LOADED. There is no tape in the drive.',
      );
      return true;
    });
  });

  it('sends one request after the other, and finds the reply to each', async () => {
    let running = 0;
    const open = await connect({
      NDMP_TAPE_WRITE: ({ data_out: data }) => {
        running++;
        assert.equal(running, 1);
        running--;
        return { count: (data as Uint8Array).length };
      },
    });
    const counts = await Promise.all(
      [1, 2, 3, 4, 5].map(async (n) => (await open.request('NDMP_TAPE_WRITE', { data_out: new Uint8Array(n) })).count),
    );
    assert.deepEqual(counts, [1, 2, 3, 4, 5]);
  });

  it('gives up a request that is not answered, and goes on; the late reply is nobody’s', async () => {
    let calls = 0;
    const open = await connect({
      NDMP_DATA_GET_STATE: () => (++calls === 1 ? 'silence' : {}),
    });
    await assert.rejects(open.request('NDMP_DATA_GET_STATE', {}, { seconds: 0.1 }), RequestTimedOut);
    await open.request('NDMP_DATA_GET_STATE');
    assert.ok(open.isOpen);
  });

  it('waits on while the server sends other messages', async () => {
    const open = await connect({
      NDMP_DATA_GET_ENV: (_body, fake) => {
        const timer = setInterval(() => fake.post('NDMP_LOG_MESSAGE', { entry: 'at work' }), 50);
        setTimeout(() => clearInterval(timer), 400);
        return 'silence';
      },
    });
    const began = Date.now();
    await assert.rejects(open.request('NDMP_DATA_GET_ENV', {}, { seconds: 0.2 }), RequestTimedOut);
    assert.ok(Date.now() - began >= 450);
  });

  it('does not wait for ever for a reply because of other messages', async () => {
    const open = await connect({
      NDMP_DATA_GET_ENV: (_body, fake) => {
        const timer = setInterval(() => fake.post('NDMP_LOG_MESSAGE', { entry: 'at work' }), 20);
        fake.socket.on('close', () => clearInterval(timer));
        return 'silence';
      },
    });
    await within(
      assert.rejects(open.request('NDMP_DATA_GET_ENV', {}, { seconds: 0.1 }), RequestTimedOut),
      'the end',
      5000,
    );
  });

  it('hands on posts in their order, and reads no further while a listener is busy', async () => {
    const open = await connect({
      NDMP_DATA_GET_STATE: (_body, fake) => {
        for (let n = 0; n < 100; n++) fake.post('NDMP_LOG_MESSAGE', { entry: String(n) });
        return {};
      },
    });
    const heard: string[] = [];
    let busy = 0;
    const stop = open.listen(async (post) => {
      assert.equal(++busy, 1);
      await sleep(2);
      heard.push(text(post.body().entry));
      busy--;
    });
    // far less than the listener takes: the time that this side is busy does not count
    await open.request('NDMP_DATA_GET_STATE', {}, { seconds: 0.05 });
    assert.deepEqual(
      heard,
      Array.from({ length: 100 }, (_, n) => String(n)),
    );
    stop();
    await open.request('NDMP_DATA_GET_STATE');
    assert.equal(heard.length, 100);
  });

  it('gives file history on as it came', async () => {
    const open = await connect({
      NDMP_DATA_GET_STATE: (_body, fake) => {
        fake.post('NDMP_FH_ADD_NODE', { nodes: [] });
        return {};
      },
    });
    const payloads: Uint8Array[] = [];
    open.listen(({ name, payload }) => void (name === 'NDMP_FH_ADD_NODE' && payloads.push(payload)));
    await open.request('NDMP_DATA_GET_STATE');
    assert.equal(payloads.length, 1);
    assert.equal(payloads[0].length, 28);
  });

  it('ends with the reason when a listener fails', async () => {
    const open = await connect({
      NDMP_DATA_GET_STATE: (_body, fake) => {
        fake.post('NDMP_LOG_MESSAGE', { entry: 'x' });
        return {};
      },
    });
    open.listen(() => Promise.reject(new Error('the disk is full')));
    await assert.rejects(open.request('NDMP_DATA_GET_STATE'), /the disk is full/);
    assert.match(String(await open.closed), /the disk is full/);
  });

  it('says what was not answered when the server ends the connection', async () => {
    const open = await connect({ NDMP_DATA_START_BACKUP: () => 'hang up' });
    const [first, second] = await Promise.allSettled([
      open.request('NDMP_DATA_START_BACKUP', { bu_type: 'tar' }),
      open.request('NDMP_DATA_GET_STATE'),
    ]);
    assert.ok(first.status === 'rejected' && first.reason instanceof ConnectionLost);
    assert.match(first.reason.message, /filer .*NDMP_DATA_START_BACKUP was not answered/);
    assert.ok(second.status === 'rejected' && second.reason instanceof ConnectionLost);
    assert.ok((await open.closed) instanceof ConnectionLost);
    assert.equal(open.isOpen, false);
    await open.close();
  });

  it('passes on what the server said before it shut down', async () => {
    const open = await connect({
      NDMP_DATA_GET_STATE: (_body, fake) => {
        fake.post('NDMP_NOTIFY_CONNECTION_STATUS', { reason: 1, text_reason: 'reboot\u001b[2J' });
        fake.socket.end();
        return 'silence';
      },
    });
    await assert.rejects(open.request('NDMP_DATA_GET_STATE'), /was ended by the server, saying "reboot\\\\x1b\[2J"/);
  });

  it('takes replies with bytes behind the body, and refuses those that are none', async () => {
    const open = await connect({
      NDMP_TAPE_CLOSE: () => ({ raw: new Uint8Array(12) }),
      NDMP_TAPE_OPEN: () => ({ raw: new Uint8Array(2) }),
    });
    await open.request('NDMP_TAPE_CLOSE');
    await assert.rejects(open.request('NDMP_TAPE_OPEN'), /answered NDMP_TAPE_OPEN with bytes that are no such answer/);
    assert.ok(open.isOpen);
  });

  it('does not let a server fill the memory with a record', async () => {
    const open = await connect({
      NDMP_DATA_GET_STATE: (_body, fake) => {
        fake.socket.write(Uint8Array.of(0xff, 0xff, 0xff, 0xff));
        return 'silence';
      },
    });
    await assert.rejects(open.request('NDMP_DATA_GET_STATE'), /a record is longer than/);
  });

  it('makes the digest of 32 bytes of a password as the server does', async () => {
    const password = '0123456789abcdef0123456789abcdef';
    const challenge = Uint8Array.from({ length: 64 }, (_, n) => n);
    const digests: string[] = [];
    server = await FakeServer.start({
      answers: {
        NDMP_CONFIG_GET_SERVER_INFO: () => ({ auth_type: [2] }),
        NDMP_CONFIG_GET_AUTH_ATTR: () => ({ server_attr: { type: 2, challenge } }),
        NDMP_CONNECT_CLIENT_AUTH: ({ auth_data }) => {
          const { auth_digest: digest } = auth_data as { auth_digest: Uint8Array };
          digests.push(Buffer.from(digest).toString('hex'));
          return digests.length === 1 ? refused('NOT_AUTHORIZED') : {};
        },
      },
    });
    const definition = { ...plainDefinition('filer', '127.0.0.1'), port: server.port };
    connection = await openConnection({ definition, password: () => Promise.resolve(password) });
    assert.deepEqual(digests, [
      Buffer.from(loginDigest(password, challenge)).toString('hex'),
      '28183a1f145a62e74e151c982bc27117',
    ]);
  });

  it('closes in order', async () => {
    const open = await connect({});
    await open.close();
    assert.equal(await open.closed, undefined);
    assert.ok(server?.requests.includes('NDMP_CONNECT_CLOSE'));
    await assert.rejects(open.request('NDMP_DATA_GET_STATE'), ConnectionLost);
    await open.close();
  });
});
