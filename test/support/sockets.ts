import { once } from 'node:events';
import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { DataAddress } from '../../src/transport/dataAddress';

/** A listener on loopback that takes one connection. */
export interface OneListener {
  address: DataAddress;
  accepted: Promise<Socket>;
  server: Server;
}

export async function listenOnce(): Promise<OneListener> {
  const server = createServer({ allowHalfOpen: true, pauseOnConnect: true });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const accepted = once(server, 'connection').then(([socket]) => {
    server.close();
    (socket as Socket).on('error', () => undefined);
    return socket as Socket;
  });
  return { address: { kind: 'tcp', family: 4, addresses: [{ address: '127.0.0.1', port }] }, accepted, server };
}

export async function dialTo(address: DataAddress | undefined, from?: string): Promise<Socket> {
  if (address?.kind !== 'tcp') throw new Error('there is nothing to connect to');
  const [{ address: host, port }] = address.addresses;
  const socket = connect({ host, port, localAddress: from, allowHalfOpen: true });
  socket.on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** Reads to the end. @returns the bytes, and whether the connection broke instead of ending */
export async function readAll(socket: Socket): Promise<{ bytes: Buffer; broke: boolean }> {
  const pieces: Buffer[] = [];
  let ended = false;
  socket.on('data', (piece: Buffer) => pieces.push(piece));
  socket.on('end', () => {
    ended = true;
    socket.end();
  });
  socket.resume();
  if (!socket.closed) await new Promise((resolve) => socket.once('close', resolve));
  return { bytes: Buffer.concat(pieces), broke: !ended };
}
