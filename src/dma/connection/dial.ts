import { connect as connectTcp, type Socket } from 'node:net';
import { messageOf } from '../../transport/messageOf';
import { addressText, type ServerAddress } from '../servers/addresses';
import { Aborted, DmaFailure } from './failures';

/** An address did not lead to the server; another one may. */
export class Unreachable extends DmaFailure {}

/** Seconds that a connection may take to come about, names looked up. */
export const CONNECT_SECONDS = 15;

const EXPLANATIONS: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'nothing listens there',
  ENOTFOUND: 'there is no host of this name',
  EAI_AGAIN: 'the name cannot be looked up now',
  EHOSTUNREACH: 'there is no way to this host',
  ENETUNREACH: 'there is no way to this network',
  ETIMEDOUT: 'it does not answer',
  ECONNRESET: 'it ended the connection at once',
};

/** What an error of the network means. */
export function networkProblem(error: unknown): string {
  // several addresses of one name are tried; the first says enough
  const first: unknown = error instanceof AggregateError ? error.errors[0] : error;
  const { code } = (first ?? {}) as NodeJS.ErrnoException;
  return (code === undefined ? undefined : EXPLANATIONS[code]) ?? messageOf(first);
}

/**
 * A TCP connection.
 * @throws Unreachable, Aborted
 */
export async function dial(address: ServerAddress, signal: AbortSignal | undefined): Promise<Socket> {
  if (signal?.aborted) throw new Aborted('The connection was given up.');
  const socket = connectTcp({ host: address.host, port: address.port });
  try {
    await event(socket, 'connect', CONNECT_SECONDS, signal);
    return socket;
  } catch (error) {
    socket.destroy();
    if (error instanceof Aborted) throw error;
    throw new Unreachable(`${addressText(address)}: ${networkProblem(error)}`);
  }
}

/** Waits for an event of a socket. @throws what the socket says, or that it took too long; Aborted */
export function event(socket: Socket, name: string, seconds: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const end = (settle: () => void): void => {
      clearTimeout(timer);
      socket.off(name, onEvent).off('error', onError).off('close', onClose);
      // a late error of a socket that nobody waits for any more must not end the process
      socket.on('error', () => undefined);
      signal?.removeEventListener('abort', onAbort);
      settle();
    };
    const onEvent = (): void => end(resolve);
    const onError = (error: Error): void => end(() => reject(error));
    const onClose = (): void => end(() => reject(new Error('it ended the connection at once')));
    const onAbort = (): void => end(() => reject(new Aborted('The connection was given up.')));
    const timer = setTimeout(
      () => end(() => reject(new Error(`it did not answer within ${seconds} seconds`))),
      seconds * 1000,
    );
    socket.on(name, onEvent).on('error', onError).on('close', onClose);
    signal?.addEventListener('abort', onAbort);
  });
}
