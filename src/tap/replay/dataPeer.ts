import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { once } from 'node:events';
import type { DataAddress } from '../../transport/dataAddress';
import { messageOf } from '../../transport/messageOf';
import type { DataPart } from './model';

const ZEROS = new Uint8Array(64 * 1024);

/** What is to be done with a data connection: take what comes, or send as many zeros as were sent when it was recorded. */
export type DataRole = { do: 'receive' } | { do: 'send'; bytes: number };

/** Stands in for who was at the other end of data connections when they were recorded. */
export class DataPeers {
  readonly parts: DataPart[] = [];
  private readonly servers = new Set<Server>();
  private readonly sockets = new Set<Socket>();
  /** Connections that bytes are still received or sent on. */
  private readonly busy = new Set<Promise<void>>();

  constructor(private readonly tell: (text: string) => void) {}

  /** Listens for one data connection on a local address. @returns where */
  async listen(host: string, role: DataRole): Promise<DataAddress> {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      server.close();
      this.take(socket, role);
    });
    this.servers.add(server);
    server.on('close', () => this.servers.delete(server));
    server.listen(0, host);
    await once(server, 'listening');
    const { address, port, family } = server.address() as AddressInfo;
    return { kind: 'tcp', family: family === 'IPv6' ? 6 : 4, addresses: [{ address, port }] };
  }

  /** Connects to where a server listens. */
  dial(address: DataAddress, role: DataRole): void {
    if (address.kind !== 'tcp') return;
    const [{ address: host, port }] = address.addresses;
    this.take(connect({ host, port, allowHalfOpen: true }), role, `${host}:${port}`);
  }

  /** Waits until what is under way is over, or so many milliseconds. */
  async settle(milliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(() => resolve(), milliseconds)));
    await Promise.race([Promise.all([...this.busy]), late]);
    clearTimeout(timer);
  }

  stop(): void {
    for (const server of this.servers) server.close();
    for (const socket of this.sockets) socket.destroy();
  }

  private take(socket: Socket, role: DataRole, where?: string): void {
    this.sockets.add(socket);
    const part: DataPart = { did: role.do === 'send' ? 'sent zeros' : 'received', address: where ?? '', bytes: 0 };
    this.parts.push(part);
    part.address ||= `${socket.remoteAddress ?? '?'}:${socket.remotePort ?? 0}`;
    socket.on('error', (problem) =>
      this.tell(`The data connection with ${part.address} broke: ${messageOf(problem)}.`),
    );
    const over = new Promise<void>((resolve) => {
      socket.on('close', () => {
        this.sockets.delete(socket);
        resolve();
      });
    });
    this.busy.add(over);
    void over.then(() => this.busy.delete(over));
    socket.on('data', (bytes: Uint8Array) => {
      if (role.do === 'receive') part.bytes += bytes.length;
    });
    socket.on('end', () => socket.end());
    if (role.do === 'send') void sendZeros(socket, role.bytes, part);
  }
}

async function sendZeros(socket: Socket, bytes: number, part: DataPart): Promise<void> {
  for (let left = bytes; left > 0 && socket.writable;) {
    const piece = left < ZEROS.length ? ZEROS.subarray(0, left) : ZEROS;
    left -= piece.length;
    part.bytes += piece.length;
    if (!socket.write(piece)) await drained(socket);
  }
  socket.end();
}

function drained(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      socket.off('drain', done);
      socket.off('close', done);
      resolve();
    };
    socket.on('drain', done);
    socket.on('close', done);
    if (socket.destroyed) done();
  });
}
