import { connect, isIP, type Socket } from 'node:net';
import {
  checkServerIdentity,
  connect as connectTls,
  TLSSocket,
  type PeerCertificate,
  type SecureContext,
} from 'node:tls';
import type { End } from './forward/end';
import type { HostAndPort, TargetTls } from './options';

const CONNECT_SECONDS = 30;
const HANDSHAKE_SECONDS = 30;

/** A hop did not come about; the message says why, without the name of the other side. */
export class HopFailure extends Error {}

/** Connects to the target. @throws HopFailure */
export async function connectTarget({ host, port }: HostAndPort, signal: AbortSignal): Promise<Socket> {
  const socket = connect({ host, port, allowHalfOpen: true, noDelay: true });
  try {
    await event(socket, 'connect', CONNECT_SECONDS, signal);
  } catch (error) {
    socket.destroy();
    throw error instanceof HopFailure ? error : new HopFailure(whyUnreachable(error as NodeJS.ErrnoException));
  }
  return socket;
}

/** Makes the hop to a client secure, whose server the tap is. @throws HopFailure */
export async function secureClient(raw: Socket, secureContext: SecureContext, signal: AbortSignal): Promise<TLSSocket> {
  const socket = new TLSSocket(raw, { isServer: true, secureContext });
  await handshake(socket, raw, 'secure', signal);
  // it may break before the target is there; that it is destroyed tells of it then
  socket.on('error', () => undefined);
  return socket;
}

/**
 * Makes the hop to the target secure, and checks whom it leads to: by the accepted fingerprint, else by the authorities.
 * @throws HopFailure
 */
export async function secureTarget(raw: Socket, host: string, tls: TargetTls, signal: AbortSignal): Promise<TLSSocket> {
  const expected = tls.name ?? host;
  const socket = connectTls({
    socket: raw,
    ca: tls.ca,
    // judged below, so that what is wrong can be said
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    servername: isIP(expected) === 0 ? expected : undefined,
  });
  await handshake(socket, raw, 'secureConnect', signal);
  const why = tls.insecure ? undefined : distrust(socket, expected, tls);
  if (why === undefined) return socket;
  socket.destroy();
  throw new HopFailure(why);
}

/** What was agreed on with one side, such as 'TLSv1.3 TLS_AES_256_GCM_SHA384'; undefined where nothing was. */
export function agreedOn({ socket, raw }: End): string | undefined {
  return socket === raw || !(socket instanceof TLSSocket)
    ? undefined
    : `${socket.getProtocol() ?? 'TLS'} ${socket.getCipher().name}`;
}

/** Hexadecimal digits alone, small. */
export function plainFingerprint(text: string): string {
  return text.replaceAll(':', '').toLowerCase();
}

/** Why the certificate is not to be trusted; undefined when it is. */
function distrust(socket: TLSSocket, expected: string, tls: TargetTls): string | undefined {
  const certificate = socket.getPeerCertificate();
  const fingerprint = plainFingerprint(certificate.fingerprint256 ?? '');
  if (fingerprint === '') return 'showed no certificate';
  if (tls.trust !== undefined)
    return tls.trust === fingerprint
      ? undefined
      : `shows another certificate than --target-trust names: its SHA-256 fingerprint is ${fingerprint}`;
  if (!socket.authorized) {
    const advice = `its SHA-256 fingerprint is ${fingerprint}: compare it, then name it with --target-trust, or its authority with --target-ca`;
    return `shows a certificate that ${whyDistrusted(String(socket.authorizationError), certificate)}; ${advice}`;
  }
  const problem = checkServerIdentity(expected, certificate);
  return problem && `shows a certificate that is not for ${expected} (${problem.message}): see --target-name`;
}

function whyDistrusted(code: string, { valid_to, valid_from }: PeerCertificate): string {
  if (code.includes('EXPIRED')) return `expired on ${valid_to}`;
  if (code.includes('NOT_YET_VALID')) return `is not valid before ${valid_from}`;
  if (code.includes('SELF_SIGNED')) return 'vouches for itself';
  if (code.includes('UNABLE_TO')) return 'no authority that is known here vouches for';
  return `cannot be trusted (${code})`;
}

async function handshake(
  socket: TLSSocket,
  raw: Socket,
  done: 'secure' | 'secureConnect',
  signal: AbortSignal,
): Promise<void> {
  try {
    await event(socket, done, HANDSHAKE_SECONDS, signal);
  } catch (error) {
    socket.destroy();
    raw.destroy();
    if (error instanceof HopFailure) throw error;
    throw new HopFailure(whyNoHandshake(error as NodeJS.ErrnoException, done));
  }
}

function event(socket: Socket, name: string, seconds: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', onAbort);
      for (const [each, listener] of listeners) socket.off(each, listener);
      // later errors are for whoever takes the socket over
      if (error === undefined) return resolve();
      socket.on('error', () => undefined);
      reject(error);
    };
    const onAbort = (): void => settle(new HopFailure('was given up: the tap stops'));
    const timer = setTimeout(() => settle(new HopFailure(`did not answer within ${seconds} seconds`)), seconds * 1000);
    const listeners: [string, (error?: Error) => void][] = [
      [name, () => settle()],
      ['error', (error) => settle(error ?? new Error('it broke'))],
      ['close', () => settle(new HopFailure('closed the connection'))],
    ];
    for (const [each, listener] of listeners) socket.on(each, listener);
    signal.addEventListener('abort', onAbort);
    if (signal.aborted) onAbort();
  });
}

function whyUnreachable(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case 'ECONNREFUSED':
      return 'refuses connections: nothing listens there';
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'is no name that is known';
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'cannot be reached';
    default:
      return `cannot be connected to: ${error.message}`;
  }
}

function whyNoHandshake(error: NodeJS.ErrnoException, side: 'secure' | 'secureConnect'): string {
  const isPlain = ['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_HTTP_REQUEST', 'ERR_SSL_PACKET_LENGTH_TOO_LONG', 'EPROTO'];
  if (isPlain.includes(error.code ?? ''))
    return side === 'secure'
      ? 'it does not speak TLS here: lead it to the address of --listen'
      : 'does not speak TLS at this port: leave --target-tls out, or name its port for TLS (ndmps is 30000)';
  return `no secure connection came about: ${error.message}`;
}
