import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeHeader } from '../../src/protocol';
import { encodeRecord } from '../../src/xdr';
import { median } from './measure';

const MEGABYTE = 1_000_000;
const ROUNDS = 5;
const MESSAGES = 3000;
const CONNECTIONS = 200;

/** Where bytes go by: no forwarder, a stock one, the tap. */
interface Way {
  name: string;
  port: number;
  child?: ChildProcess;
}

/**
 * npm run bench -- --tap [MEGABYTES]: the tap with its recording on beside socat, turn by turn on the same loopback: a bulk
 * data connection, the time of a control message, memory, 200 connections at once.
 */
export async function benchTap(root: string, say: (line: string) => void, megabytes = 1000): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'ndmp-bench-tap-'));
  const server = await answering();
  const { port } = server.address() as AddressInfo;
  const ways: Way[] = [{ name: 'no forwarder', port }];
  try {
    const stock = await socat(port);
    if (stock) ways.push(stock);
    else say('socat is not there: apt-get install socat');
    const tap = await tapTo(root, port, join(folder, 'recording.pcapng'));
    ways.push(tap);
    await bulk(ways, megabytes, say);
    await latency(ways, say);
    const before = memoryOf(tap);
    const seconds = await transfer(tap.port, 2 * megabytes);
    say(
      `memory of the tap: ${before} before ${2 * megabytes} MB in ${seconds.toFixed(1)} s, ${memoryOf(tap)} behind them`,
    );
    await many(tap, say);
    say(
      `its recording (headers of the data connections): ${(statSync(join(folder, 'recording.pcapng')).size / MEGABYTE).toFixed(1)} MB`,
    );
  } finally {
    for (const { child } of ways) child?.kill('SIGKILL');
    server.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

async function bulk(ways: readonly Way[], megabytes: number, say: (line: string) => void): Promise<void> {
  const rates = new Map<string, number[]>(ways.map(({ name }) => [name, []]));
  for (let round = 0; round < ROUNDS; round++)
    for (const { name, port } of ways) rates.get(name)?.push(megabytes / (await transfer(port, megabytes)));
  const stock = median(rates.get('socat') ?? []);
  for (const [name, each] of rates)
    say(
      `bulk, ${name}: ${Math.round(median(each))} MB/s, ${(median(each) / stock).toFixed(2)} of socat (median of ${ROUNDS} × ${megabytes} MB)`,
    );
}

async function latency(ways: readonly Way[], say: (line: string) => void): Promise<void> {
  const sockets = await Promise.all(ways.map(({ port }) => dial(port)));
  const times = ways.map((): number[] => []);
  for (let n = 0; n < MESSAGES; n++)
    for (const [i, socket] of sockets.entries()) times[i].push(await roundTrip(socket, n));
  for (const socket of sockets) socket.destroy();
  const direct = median(times[0]);
  for (const [i, { name }] of ways.entries()) {
    const added = ((median(times[i]) - direct) / 2) * 1000;
    say(
      `a control message, ${name}: ${(median(times[i]) * 1000).toFixed(0)} µs there and back, ${added.toFixed(0)} µs more each way (median of ${MESSAGES})`,
    );
  }
}

async function many({ port }: Way, say: (line: string) => void): Promise<void> {
  const begin = performance.now();
  const sockets = await Promise.all(Array.from({ length: CONNECTIONS }, () => dial(port)));
  for (let n = 0; n < 20; n++) await Promise.all(sockets.map((socket) => roundTrip(socket, n)));
  for (const socket of sockets) socket.destroy();
  say(
    `${CONNECTIONS} connections at once, 20 messages and answers on each: ${((performance.now() - begin) / 1000).toFixed(2)} s`,
  );
}

/** Answers messages, and takes everything else. */
async function answering(): Promise<Server> {
  const server = createServer({ noDelay: true, allowHalfOpen: true }, (socket) => {
    socket.on('error', () => undefined);
    let isTalk: boolean | undefined;
    socket.on('data', (bytes: Buffer) => {
      isTalk ??= bytes[0] === 0x80;
      if (isTalk) socket.write(bytes);
    });
    socket.on('end', () => socket.end('taken'));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return server;
}

/** Sends so much and prints how many seconds it took until its end was answered; a process of its own, as a data server is. */
const SENDER = `
const [port, bytes] = process.argv.slice(1).map(Number);
const piece = Buffer.alloc(256 * 1024, 7);
const socket = require('net').connect({ port, host: '127.0.0.1', allowHalfOpen: true });
let left = bytes;
let begin = 0;
const send = () => {
  while (left > 0) {
    left -= piece.length;
    if (!socket.write(piece)) return;
  }
  if (!socket.writableEnded) socket.end();
};
socket.on('connect', () => { begin = performance.now(); send(); });
socket.on('drain', send);
socket.on('end', () => { console.log((performance.now() - begin) / 1000); process.exit(); });
socket.resume();`;

/** Seconds until so much has arrived and its end was answered. */
async function transfer(port: number, megabytes: number): Promise<number> {
  const args = ['-e', SENDER, String(port), String(megabytes * MEGABYTE)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const [said] = (await once(child.stdout, 'data')) as [Buffer];
  return Number(said.toString());
}

/** Milliseconds from a request to its answer. */
async function roundTrip(socket: Socket, sequence: number): Promise<number> {
  const header = { sequence, timeStamp: 0, messageType: 0, code: 0x404, replySequence: 0, error: 0 };
  const begin = performance.now();
  socket.write(encodeRecord(encodeHeader(header)));
  await once(socket, 'data');
  return performance.now() - begin;
}

async function dial(port: number): Promise<Socket> {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true, allowHalfOpen: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

async function socat(target: number): Promise<Way | undefined> {
  const taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  const { port } = taken.address() as AddressInfo;
  taken.close();
  await once(taken, 'close');
  const child = spawn('socat', [
    `TCP-LISTEN:${port},bind=127.0.0.1,fork,reuseaddr,nodelay`,
    `TCP:127.0.0.1:${target},nodelay`,
  ]);
  const isThere = await once(child, 'spawn').then(
    () => true,
    () => false,
  );
  if (!isThere) return undefined;
  for (let isUp = false; !isUp;) isUp = await isListening(port);
  return { name: 'socat', port, child };
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => resolve(true)).on('error', () => resolve(false));
    socket.on('connect', () => socket.destroy());
  });
}

async function tapTo(root: string, target: number, out: string): Promise<Way> {
  const args = ['tap', '--listen', '127.0.0.1:0', '--target', `127.0.0.1:${target}`, '--out', out, '--quiet'];
  const child = spawn(process.execPath, [join(root, 'dist', 'ndmp.js'), ...args], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let said = '';
  child.stdout.on('data', (text: Buffer) => (said += text.toString()));
  while (!said.includes('ready\n')) await once(child.stdout, 'data');
  return { name: 'the tap', port: Number(/127\.0\.0\.1:(\d+),/.exec(said)?.[1]), child };
}

function memoryOf({ child }: Way): string {
  const path = `/proc/${child?.pid}/status`;
  if (!existsSync(path)) return 'unknown';
  return `${Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(path, 'utf8'))?.[1]) / 1000)} MB`;
}
