import assert from 'node:assert/strict';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import { encodeRecord } from '../../src/xdr';
import type { MessageGate } from '../../src/tap/model';
import { Tap } from '../../src/tap/tap';
import { readAll } from '../support/sockets';
import { noise, TapBench, until } from '../support/taps';

/** Lets everything pass, message by message. */
const passing: MessageGate = {
  message: () => ({ passage: { do: 'pass' }, marks: [] }),
  closed: () => undefined,
};
const live = { list: () => [], add: () => 0, remove: () => false, clear: () => undefined };

/** An NDMP request that a server could get, of so many bytes. */
function request(sequence: number, bytes: number): Uint8Array {
  const payload = new Uint8Array(Math.max(24, bytes));
  const view = new DataView(payload.buffer);
  view.setUint32(0, sequence);
  view.setUint32(12, 0x900);
  return payload;
}

async function send(socket: Socket, bytes: Uint8Array, pieces: readonly number[]): Promise<void> {
  let at = 0;
  for (let i = 0; at < bytes.length; i++) {
    const piece = bytes.subarray(at, at + pieces[i % pieces.length]);
    at += piece.length;
    if (!socket.write(piece)) await once(socket, 'drain');
    if (i % 7 === 0) await new Promise((resolve) => setImmediate(resolve));
  }
  socket.end();
}

/** What comes until the other side ends in order. */
async function collected(socket: Socket): Promise<Buffer> {
  const pieces: Buffer[] = [];
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  await once(socket, 'end');
  return Buffer.concat(pieces);
}

describe('the tap leads on', () => {
  let bench: TapBench;
  beforeEach(() => {
    bench = new TapBench();
  });
  afterEach(() => bench.stop());

  const streams: [string, Buffer][] = [
    ['random bytes', noise(300_000)],
    ['records of messages', Buffer.concat([1, 2, 3, 4].map((n) => encodeRecord(request(n, n * 30_000))))],
    ['records in many fragments', Buffer.concat([1, 2].map((n) => encodeRecord(request(n, 5000), 17)))],
    ['a web browser', Buffer.from('GET / HTTP/1.1\r\nHost: filer\r\n\r\n')],
    ['a record that says it has 2 GB', Buffer.concat([Buffer.from('ffffffff', 'hex'), noise(70_000)])],
    ['messages and then garbage', Buffer.concat([encodeRecord(request(1, 100)), noise(200_000, 7)])],
    ['the beginning of a TLS handshake', Buffer.concat([Buffer.from('160301', 'hex'), noise(5000)])],
    ['a beginning of a record', Buffer.from('80000064000000', 'hex')],
    [
      'a longer record than is kept',
      Buffer.concat([encodeRecord(request(1, 9_000_000)), encodeRecord(request(2, 24))]),
    ],
    ['nothing', Buffer.alloc(0)],
  ];
  for (const [gated, gate] of [
    ['as they come', undefined],
    ['message by message', passing],
  ] as const)
    for (const [name, bytes] of streams)
      it(`${name}, both ways, ${gated}`, async () => {
        const answers = Buffer.concat([bytes, noise(50_000, 3)]);
        const got: Promise<Buffer>[] = [];
        const port = await bench.server((socket) => {
          got.push(collected(socket));
          void send(socket, answers, [5, 1448, 40_000, 28]);
        });
        const tap = await bench.tap(port, { recording: bench.recording(), faults: gate && { ...gate, ...live } });
        const client = await bench.dial(tap);
        const back = collected(client);
        await send(client, bytes, [3, 1, 25, 4096, 65_536]);
        assert.ok((await back).equals(answers));
        const [server] = await Promise.all(got);
        assert.ok(server.equals(bytes));
        await until(() => tap.status().connections[0].end === 'closed', 'the connection ends in order');
        assert.deepEqual(tap.status().connections[0].bytes, { toTarget: bytes.length, toClient: answers.length });
      });

  it('an end of one side only, and what the other still says', async () => {
    const port = await bench.server((socket) => {
      const pieces: Buffer[] = [];
      socket.on('data', (piece: Buffer) => pieces.push(piece));
      socket.on('end', () => socket.end(`${Buffer.concat(pieces).length} bytes came`));
    });
    const client = await bench.dial(await bench.tap(port));
    const answer = readAll(client);
    client.write('a question');
    client.end();
    assert.deepEqual(await answer.then(({ bytes, broke }) => [bytes.toString(), broke]), ['10 bytes came', false]);
  });

  it('a break of one side to the other', async () => {
    let broken = false;
    const port = await bench.server((socket) => {
      socket.on('error', ({ code }: NodeJS.ErrnoException) => (broken = code === 'ECONNRESET'));
      socket.resume();
    });
    const tap = await bench.tap(port);
    const client = await bench.dial(tap);
    client.write('x');
    await until(() => tap.status().connections[0]?.bytes.toTarget === 1, 'a byte passes');
    client.resetAndDestroy();
    await until(() => broken, 'the server sees the break');
    await until(() => tap.status().connections[0].end !== undefined, 'the tap says so');
    assert.match(tap.status().connections[0].end ?? '', /broken off by the client/);
  });

  it('no more than the other side takes', async () => {
    let reader: Socket | undefined;
    const port = await bench.server((socket) => {
      socket.pause();
      reader = socket;
    });
    const tap = await bench.tap(port, { recording: bench.recording() });
    const client = await bench.dial(tap);
    const piece = noise(1024 * 1024);
    let sent = 0;
    const fill = (): void => {
      while (sent < 64 && client.write(piece)) sent++;
    };
    client.on('drain', fill);
    fill();
    await until(() => reader !== undefined, 'the server has it');
    // what the buffers of the system take is some megabytes; then everything stands
    let before = -1;
    await until(() => {
      const { toTarget } = tap.status().connections[0].bytes;
      const stands = toTarget === before && toTarget > 0;
      before = toTarget;
      return stands;
    }, 'the sender is held back');
    assert.ok(sent < 64, `${sent} MB went`);
    const rest = readAll(reader as Socket);
    await until(() => sent === 64 || client.write(piece.subarray(0, 0)), 'it goes on');
    client.end();
    assert.ok((await rest).bytes.length >= sent * piece.length);
  });

  it('200 connections at once', async () => {
    const port = await bench.server((socket) => socket.pipe(socket));
    const tap = await bench.tap(port, { recording: bench.recording() });
    const clients = await Promise.all(Array.from({ length: 200 }, () => bench.dial(tap)));
    const answers = clients.map((client) => collected(client));
    await Promise.all(clients.map((client, n) => send(client, noise(20_000, n + 1), [7000])));
    const got = await Promise.all(answers);
    for (const [n, bytes] of got.entries()) assert.ok(bytes.equals(noise(20_000, n + 1)), `connection ${n}`);
    await until(() => tap.status().connections.every(({ closed }) => closed !== undefined), 'all are closed');
    const { connections, forgotten } = tap.status();
    assert.equal(connections.length + forgotten, 200);
  });

  it('nobody when nobody is there, and says so', async () => {
    const port = await bench.server(() => undefined);
    const tap = await bench.tap(port);
    await bench.stop();
    bench = new TapBench();
    const gone = await bench.tap(port);
    await bench.dial(gone).catch(() => undefined);
    await until(() => bench.refused.length > 0, 'the client is refused');
    assert.match(bench.refused[0], /^the target 127\.0\.0\.1:\d+ refuses connections: nothing listens there$/);
    assert.equal(gone.status().refused, 1);
    assert.equal(tap.status().refused, 0);
  });

  it('not more connections than it may', async () => {
    const port = await bench.server((socket) => socket.resume());
    const tap = await bench.tap(port, { connections: 1 });
    const first = await bench.dial(tap);
    await until(() => tap.status().connections.length === 1, 'the first is there');
    await bench.dial(tap).catch(() => undefined);
    await until(() => bench.refused.length > 0, 'the second is refused');
    assert.deepEqual(bench.refused, ['1 connections are open already']);
    assert.equal(first.destroyed, false);
  });

  it('says which port is taken', async () => {
    const port = await bench.server(() => undefined);
    await assert.rejects(Tap.start({ listen: [{ host: '127.0.0.1', port }], target: { host: '127.0.0.1', port: 1 } }), {
      code: 'EADDRINUSE',
    });
  });

  for (const how of ['fin', 'rst'] as const)
    it(`until a connection is cut by hand: ${how}`, async () => {
      const port = await bench.server((socket) => socket.resume());
      const tap = await bench.tap(port);
      const client = await bench.dial(tap);
      const ended = readAll(client);
      await until(() => tap.status().connections.length === 1, 'it is there');
      assert.equal(tap.cut(1, how), true);
      assert.equal((await ended).broke, how === 'rst');
      assert.equal(tap.cut(2, how), false);
      client.end();
      await until(() => tap.status().connections[0].closed !== undefined, 'it is closed');
      assert.equal(tap.status().connections[0].end, 'cut by hand');
    });
});
