import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { isIP } from 'node:net';
import { once } from 'node:events';
import { messageOf } from '../../transport/messageOf';
import { DataPeers } from './dataPeer';
import { ReplayFailure, type ReplayOptions, type ReplayReport, type Target } from './model';
import type { Recorded } from './recorded';
import { Addresses } from './rewrite';
import { ServerSession } from './serverSession';

const SETTLE_MILLISECONDS = 2000;

/**
 * Plays the server's side of a recording to a live DMA: the first connection that it makes is answered as the first recorded
 * one was, and so on, until all have been made and are over.
 * @param listening told where it listens, when it does
 * @throws ReplayFailure when it cannot listen
 */
export async function playServer(
  recorded: Recorded,
  listen: Target,
  options: ReplayOptions,
  listening: (where: string) => void,
): Promise<ReplayReport> {
  const trouble: string[] = [];
  const say = (text: string): void => {
    trouble.push(text);
    options.tell(text);
  };
  const peers = new DataPeers(say);
  const waiting = inOrder(recorded);
  const played: number[] = [];
  const sessions = new Set<ServerSession>();
  const shared = { recorded, options, peers, addresses: new Addresses(), say };
  const server = createServer({ allowHalfOpen: true });
  await listenAt(server, listen);
  try {
    const over = new Promise<void>((resolve) => {
      const look = (): void => {
        if (waiting.length === 0 && sessions.size === 0) resolve();
      };
      server.on('connection', (socket: Socket) => {
        const connection = waiting.shift();
        if (connection === undefined) {
          say(`A connection from ${socket.remoteAddress ?? '?'} was refused: the recording has no further one.`);
          socket.on('error', () => undefined);
          socket.destroy();
          return;
        }
        played.push(connection);
        const session = new ServerSession(socket, connection, shared);
        sessions.add(session);
        void session.run().then(() => {
          sessions.delete(session);
          look();
        });
      });
      look();
    });
    const { address, port } = server.address() as AddressInfo;
    listening(isIP(address) === 6 ? `[${address}]:${port}` : `${address}:${port}`);
    await Promise.race([over, aborted(options.signal)]);
    options.signal.throwIfAborted();
    await peers.settle(SETTLE_MILLISECONDS);
    return { played, trouble, data: peers.parts };
  } finally {
    for (const session of sessions) session.destroy();
    server.close();
    peers.stop();
  }
}

/** The recorded connections in the order in which they were made. */
function inOrder({ connections, session }: Recorded): number[] {
  const first = (connection: number): number => session.index.connections[connection]?.firstRow ?? 0;
  return [...connections].sort((a, b) => first(a) - first(b));
}

async function listenAt(server: Server, { host, port }: Target): Promise<void> {
  try {
    server.listen(port, host);
    await once(server, 'listening');
  } catch (problem) {
    throw new ReplayFailure(`${host}:${port} cannot be listened on: ${messageOf(problem)}.`);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
