import assert from 'node:assert/strict';
import { connect, type Socket } from 'node:net';
import fc from 'fast-check';
import { allMessages, isPostCode, type NdmpVersion } from '../../../src/protocol';
import { encodeRecord } from '../../../src/xdr';
import { within, type NdmpClient } from '../../support/ndmpClient';
import { TestServer } from '../../support/testServer';

const RDWR = 1;
const CONNECT_CLOSE = 0x902;
/** Bytes of a record that the server of these tests takes. */
const RECORD_BYTES = 256 * 1024;

describe('bad input: records', function () {
  this.timeout(60_000);
  let server: TestServer;
  before(async () => {
    server = await TestServer.start({
      library: { slots: 2, drives: 1 },
      limits: { recordBytes: RECORD_BYTES, recordSeconds: 1, loginSeconds: 2 },
    });
  });
  after(() => server.stop());

  /** A new client is served as ever. */
  const stillServes = async (version: NdmpVersion = 4) => {
    const client = await server.connect(version);
    await client.expect('NDMP_CONFIG_GET_HOST_INFO');
    await client.close();
  };
  const raw = (): Promise<Socket> =>
    new Promise((resolve, reject) => {
      const socket = connect({ port: server.port, host: '127.0.0.1', allowHalfOpen: true });
      socket.on('error', reject);
      socket.once('connect', () => {
        socket.off('error', reject);
        socket.on('error', () => undefined);
        socket.resume();
        resolve(socket);
      });
    });
  const gone = (socket: Socket, seconds: number) =>
    within(
      new Promise((resolve) => socket.on('close', resolve).on('end', () => socket.end())),
      'its end',
      seconds * 1000,
    );
  const requests = (version: NdmpVersion): number[] =>
    allMessages(version)
      .filter(({ code, layouts }) => layouts.request !== undefined && !isPostCode(code) && code !== CONNECT_CLOSE)
      .map(({ code }) => code);

  /** Sends bodies; each of them is answered, with no exception on the other side. */
  const sendAll = async (client: NdmpClient, messages: [code: number, body: Uint8Array][]) => {
    for (const [code, body] of messages) {
      const reply = await client.ask(code, body);
      assert.notEqual(reply.error, 'UNDEFINED', `0x${code.toString(16)} ${Buffer.from(body).toString('hex')}`);
      assert.deepEqual(reply.problems, [], `reply to 0x${code.toString(16)}`);
    }
  };

  for (const version of [2, 3, 4] as const) {
    it(`v${version}: every request with random bodies is answered`, async () => {
      const bodies = fc.array(
        fc.tuple(
          fc.constantFrom(...requests(version)),
          fc.oneof(
            fc.uint8Array({ maxLength: 200 }),
            fc.array(fc.constantFrom(0, 0, 1, 2, 4, 0xff, 0xffffffff, 0x80000000), { maxLength: 20 }).map(words),
          ),
        ),
        { maxLength: 60 },
      );
      await fc.assert(
        fc.asyncProperty(bodies, async (messages) => {
          const client = await server.connect(version);
          await sendAll(client, messages);
          client.destroy();
        }),
        { numRuns: 15, seed: version },
      );
      await stillServes(version);
    });

    it(`v${version}: well-formed requests with one byte changed, or cut, are answered`, async () => {
      const client = await server.connect(version);
      const sound: [number, Uint8Array][] = [
        [0x300, client.encodeBody(0x300, { device: server.tapes[0], mode: RDWR })],
        [0x200, client.encodeBody(0x200, { device: 'mc0' })],
        [
          0x206,
          client.encodeBody(0x206, { timeout: 1000, cdb: Uint8Array.from([0x12, 0, 0, 0, 96, 0]), datain_len: 96 }),
        ],
        [0x401, client.encodeBody(0x401, { bu_type: 'tar', env: [{ name: 'FILESYSTEM', value: server.root }] })],
        [0xa01, client.encodeBody(0xa01, { mode: 0, addr_type: 1 })],
        [0xa08, client.encodeBody(0xa08, { len: 10240 })],
      ];
      client.destroy();
      for (const [code, body] of sound) {
        const other = await server.connect(version);
        const mutants: [number, Uint8Array][] = [];
        for (let at = 0; at < body.length; at++) {
          for (const value of [0, 0x7f, 0xff]) mutants.push([code, body.with(at, value)]);
          mutants.push([code, body.subarray(0, at)]);
        }
        await sendAll(other, mutants);
        other.destroy();
      }
      await stillServes(version);
    });
  }

  it('random bytes in place of records', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 2000 }), async (bytes) => {
        const socket = await raw();
        socket.write(bytes);
        socket.end();
        await gone(socket, 10);
      }),
      { numRuns: 60, seed: 1 },
    );
    await stillServes();
  });

  for (const [name, mark] of [
    ['a record of 2 GB', 0xffffffff],
    ['a fragment of 2 GB', 0x7fffffff],
    ['one byte more than is allowed', (0x80000000 + RECORD_BYTES + 1) >>> 0],
  ] as const) {
    it(`${name} is not waited for: the connection is closed`, async () => {
      const client = await server.connect(4);
      client.sendRaw(words([mark, 0, 0]));
      await within(client.closed, 'the end', 3000);
      await stillServes();
    });
  }

  it('a record in endless small fragments is cut off at the limit', async () => {
    const client = await server.connect(4);
    const piece = Buffer.concat([words([8192]), Buffer.alloc(8192)]);
    for (let sent = 0; sent < 4 * RECORD_BYTES && !client.isClosed; sent += piece.length) client.sendRaw(piece);
    await within(client.closed, 'the end', 5000);
  });

  it('endless empty fragments do not hold it up', async () => {
    const client = await server.connect(4);
    client.sendRaw(Buffer.alloc(4 * 100_000));
    await stillServes();
    client.destroy();
  });

  it('the largest record that is allowed is served', async () => {
    const client = await server.connect(4);
    const { error } = await client.ask(
      0x304,
      Buffer.concat([words([RECORD_BYTES - 28]), Buffer.alloc(RECORD_BYTES - 28)]),
    );
    assert.equal(error, 'DEV_NOT_OPEN');
    client.destroy();
  });

  it('a record that does not go on is given up after its time', async () => {
    const client = await server.connect(4);
    client.sendRaw(encodeRecord(Buffer.alloc(100)).subarray(0, 50));
    await within(client.closed, 'the end', 5000);
  });

  it('one byte now and then does not keep a record open', async () => {
    const client = await server.connect(4);
    client.sendRaw(words([0x80001000]));
    const drip = setInterval(() => client.sendRaw(Uint8Array.of(0)), 100);
    await within(client.closed, 'the end', 5000).finally(() => clearInterval(drip));
  });

  it('who does not log in has to go', async () => {
    const socket = await raw();
    await gone(socket, 6);
  });

  it('who asks all the time without logging in has to go too', async () => {
    const socket = await raw();
    const ask = setInterval(() => socket.write(encodeRecord(words([1, 0, 0, 0x108, 0, 0]))), 100);
    await gone(socket, 6).finally(() => clearInterval(ask));
  });

  it('a client that has closed its half is served to the end and let go', async () => {
    const client = await server.connect(4);
    await client.expect('NDMP_TAPE_OPEN', { device: server.tapes[0], mode: 2 });
    client.socket.end();
    await within(client.closed, 'the end', 5000);
    const next = await server.connect(4);
    assert.ok(
      await server.eventually(
        async () => (await next.request('NDMP_TAPE_OPEN', { device: server.tapes[0], mode: 2 })).error === 'NO_ERR',
      ),
    );
    await next.close();
  });

  it('a client that asks and never reads is not given endless memory', async () => {
    const client = await server.connect(4);
    client.socket.pause();
    const request = encodeRecord(words([1, 0, 0, 0x104, 0, 0]));
    const many = Buffer.concat(Array.from({ length: 1000 }, () => Buffer.from(request)));
    const before = process.memoryUsage().arrayBuffers;
    for (let n = 0; n < 100 && !client.isClosed; n++) {
      client.sendRaw(many);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    assert.ok(process.memoryUsage().arrayBuffers - before < 64 * 2 ** 20, 'replies pile up');
    await stillServes();
    client.destroy();
  });

  it('nothing of all that was an error of the server', () => {
    const faults = server.lines.filter(
      ({ level, text }) => level === 'error' || /TypeError|undefined|at .*\.ts/.test(text),
    );
    assert.deepEqual(faults.slice(0, 3), []);
  });

  it('log lines are short, whatever clients send', () => {
    assert.ok(server.lines.every(({ text }) => text.length < 5000));
  });
});

function words(values: readonly number[]): Uint8Array {
  const bytes = Buffer.alloc(4 * values.length);
  values.forEach((value, n) => bytes.writeUInt32BE(value >>> 0, 4 * n));
  return bytes;
}
