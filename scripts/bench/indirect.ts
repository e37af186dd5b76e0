// npm run bench -- --indirect: how fast a stream goes through the relay of an indirect backup, beside a plain copy from socket
// to socket (no digest, no count) by the same kind of process, in turn. Prints; judges nothing.
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { connect, createServer, type AddressInfo, type Socket } from 'node:net';
import { startRelay } from '../../src/dma/ownMover/relay';
import type { DataAddress } from '../../src/transport/dataAddress';
import { median } from './measure';

/** First argument of a process that plays one part. */
export const INDIRECT_PART = '--indirect-part';

const HOST = '127.0.0.1';
const RUNS = 5;
const BYTES = 2 * 2 ** 30;
const PIECE = 256 * 1024;

type Copier = 'plain' | 'relay';

export async function benchIndirect(say: (line: string) => void): Promise<void> {
  const times: Record<Copier, number[]> = { plain: [], relay: [] };
  const work: Record<Copier, number[]> = { plain: [], relay: [] };
  let memory = 0;
  for (let run = 0; run <= RUNS; run++) {
    for (const copier of ['plain', 'relay'] as const) {
      const { seconds, cpuSeconds, megabytes } = await through(copier);
      if (run === 0) continue; // warm-up
      times[copier].push(seconds);
      work[copier].push(cpuSeconds);
      if (copier === 'relay') memory = Math.max(memory, megabytes);
    }
  }
  const rate = (copier: Copier): string => `${(BYTES / 1e6 / median(times[copier])).toFixed(0)} MB/s`;
  const ratioOf = (values: Record<Copier, number[]>): string =>
    median(values.relay.map((value, i) => values.plain[i] / value)).toFixed(2);
  say(
    `relay of an indirect backup: ${rate('relay')}, plain socket copy ${rate('plain')}: ${ratioOf(times)} of its speed`,
  );
  say(`  by processor time, which other work on this machine disturbs less: ${ratioOf(work)}`);
  say(`  peak memory of the process with the relay: ${memory.toFixed(0)} MB`);
}

/** Sender, copier and receiver are processes of their own, as the servers and the DMA are. */
async function through(copier: Copier): Promise<{ seconds: number; cpuSeconds: number; megabytes: number }> {
  const middle = await Part.start(['copy', copier]);
  const [from, to] = middle.ports;
  const receiver = await Part.start(['receive', String(to)]);
  const began = performance.now();
  const sender = await Part.start(['send', String(from)]);
  await receiver.ended;
  const seconds = (performance.now() - began) / 1000;
  const [cpuSeconds, megabytes] = [middle.cpuSeconds(), middle.peakMegabytes()];
  await middle.stop();
  await sender.stop();
  return { seconds, cpuSeconds, megabytes };
}

class Part {
  readonly ended: Promise<unknown>;

  private constructor(
    private readonly child: ChildProcess,
    readonly ports: readonly number[],
  ) {
    this.ended = once(child, 'exit');
  }

  /** Starts it and waits until it is ready. */
  static async start(args: readonly string[]): Promise<Part> {
    const child = spawn(process.execPath, [process.argv[1], INDIRECT_PART, ...args], {
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    let said = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (said += text));
    while (!said.includes('\n')) await once(child.stdout, 'data');
    return new Part(child, said.trim().split(' ').map(Number));
  }

  /** Clock ticks of user and system time stand behind the name of the program (proc(5)). */
  cpuSeconds(): number {
    const stat = readFileSync(`/proc/${this.child.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return (Number(fields[11]) + Number(fields[12])) / 100;
  }

  peakMegabytes(): number {
    const status = readFileSync(`/proc/${this.child.pid}/status`, 'utf8');
    return Number(/VmHWM:\s+(\d+)/.exec(status)?.[1]) / 1024;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.kill();
    await this.ended;
  }
}

/** What a process started with {@link INDIRECT_PART} does. */
export async function playIndirectPart([role, what]: readonly string[]): Promise<void> {
  if (role === 'send') await send(Number(what));
  else if (role === 'receive') await receive(Number(what));
  else if (what === 'relay') await relay();
  else await plainCopy();
}

function ready(ports: readonly number[]): void {
  process.stdout.write(`${ports.join(' ')}\n`);
}

async function send(port: number): Promise<void> {
  const socket = await dial(port);
  ready([]);
  const piece = Buffer.alloc(PIECE, 'x');
  for (let sent = 0; sent < BYTES; sent += PIECE) if (!socket.write(piece)) await once(socket, 'drain');
  socket.end();
}

/** Reads into one buffer, so that it costs as little as it can. */
async function receive(port: number): Promise<void> {
  let got = 0;
  const onread = {
    buffer: Buffer.alloc(PIECE),
    callback: (length: number): boolean => {
      got += length;
      return true;
    },
  };
  const socket = connect({ host: HOST, port, onread });
  await once(socket, 'connect');
  ready([]);
  await once(socket, 'end');
  socket.destroy();
  if (got !== BYTES) throw new Error(`${got} bytes arrived of ${BYTES}`);
}

async function relay(): Promise<void> {
  const side = { kind: 'listen', address: HOST, allowed: () => true } as const;
  const running = await startRelay({
    source: { ...side, peer: 'sender' },
    sink: { ...side, peer: 'receiver' },
    purpose: 'backup',
  });
  ready([running.sourceAddress, running.sinkAddress].map(portOf));
  await running.done;
  await forEver();
}

async function plainCopy(): Promise<void> {
  const [from, to] = await Promise.all([listenOnce(), listenOnce()]);
  ready([from.port, to.port]);
  const [source, sink] = await Promise.all([from.socket, to.socket]);
  source.pipe(sink);
  await forEver();
}

/** Until the memory has been looked at. */
async function forEver(): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, 600_000));
}

async function listenOnce(): Promise<{ port: number; socket: Promise<Socket> }> {
  const server = createServer({ pauseOnConnect: true });
  server.listen(0, HOST);
  await once(server, 'listening');
  const socket = once(server, 'connection').then(([found]) => found as Socket);
  return { port: (server.address() as AddressInfo).port, socket };
}

async function dial(port: number): Promise<Socket> {
  const socket = connect(port, HOST);
  await once(socket, 'connect');
  return socket;
}

function portOf(address: DataAddress | undefined): number {
  return address?.kind === 'tcp' ? address.addresses[0].port : 0;
}
