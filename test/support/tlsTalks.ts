import { once } from 'node:events';
import { connect as connectTcp, createServer } from 'node:net';
import type { AddressInfo, Server, Socket as TcpSocket } from 'node:net';
import { connect, createServer as createTlsServer } from 'node:tls';
import type { ConnectionOptions, TLSSocket as Socket, TlsOptions } from 'node:tls';
import { generate } from 'selfsigned';

export type TlsSideName = 'client' | 'server';

/** What went over the wire of a TLS connection, in order. */
export interface WireChunk {
  from: TlsSideName;
  bytes: Buffer;
}

export interface TlsTalk {
  wire: WireChunk[];
  /** The NSS key log of the client. */
  keyLog: string;
  /** For resuming it. */
  session: Buffer | undefined;
  protocol: string;
  suite: string;
}

export interface TlsTalkOptions {
  certificate?: 'ec' | 'rsa';
  /** `TLSv1.3`, `TLSv1.2`, … */
  version?: 'TLSv1' | 'TLSv1.1' | 'TLSv1.2' | 'TLSv1.3';
  /** OpenSSL's name of the suite, both sides. */
  ciphers?: string;
  client?: ConnectionOptions;
  server?: TlsOptions;
}

/** What one side does. `renegotiate`: the client asks for new keys (TLS 1.2). */
export type TlsStep = { from: TlsSideName; bytes: Uint8Array } | 'renegotiate';

const made = new Map<string, Promise<{ key: string; cert: string }>>();

/** A certificate of its own, made once a process. */
export function tlsCertificate(kind: 'ec' | 'rsa'): Promise<{ key: string; cert: string }> {
  const known = made.get(kind);
  if (known !== undefined) return known;
  const fresh = generate([{ name: 'commonName', value: 'localhost' }], { keyType: kind, algorithm: 'sha256' }).then(
    (pem) => ({ key: pem.private, cert: pem.cert }),
  );
  made.set(kind, fresh);
  return fresh;
}

/** A port whose connections go on to `target`; what passes is noted. */
export async function recordingForwarder(target: number, wire: WireChunk[]): Promise<Server> {
  const forwarder = createServer((near) => {
    const far = connectTcp(target, '127.0.0.1');
    const pass = (from: TlsSideName, input: TcpSocket, output: TcpSocket): void => {
      input.on('data', (bytes) => {
        wire.push({ from, bytes: Buffer.from(bytes) });
        output.write(bytes);
      });
      input.on('end', () => output.end());
      input.on('error', () => output.destroy());
    };
    pass('client', near, far);
    pass('server', far, near);
  });
  await listening(forwarder);
  return forwarder;
}

async function listening(server: Server): Promise<void> {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
}

export function portOf(server: Server): number {
  return (server.address() as AddressInfo).port;
}

/** Makes a real TLS connection between two ends of this process and plays `steps` on it, one after the other. */
export async function recordTls(steps: readonly TlsStep[], options: TlsTalkOptions = {}): Promise<TlsTalk> {
  const { version, ciphers } = options;
  const wire: WireChunk[] = [];
  const limits = {
    minVersion: version,
    maxVersion: version,
    ciphers: ciphers === undefined ? undefined : `${ciphers}:${ciphers.startsWith('TLS_') ? 'DEFAULT' : ''}@SECLEVEL=0`,
  };
  const pem = await tlsCertificate(options.certificate ?? 'ec');
  const tlsServer = createTlsServer({ ...pem, ...limits, dhparam: 'auto', ...options.server });
  await listening(tlsServer);
  const forwarder = await recordingForwarder(portOf(tlsServer), wire);
  const accepted = once(tlsServer, 'secureConnection') as Promise<[Socket]>;
  const client = connect({
    host: '127.0.0.1',
    port: portOf(forwarder),
    rejectUnauthorized: false,
    ...limits,
    ...options.client,
  });
  const lines: Buffer[] = [];
  client.on('keylog', (line: Buffer) => lines.push(line));
  let session: Buffer | undefined;
  client.on('session', (given: Buffer) => (session = given));
  const [[server]] = await Promise.all([accepted, once(client, 'secureConnect')]);
  const sockets: Record<TlsSideName, Socket> = { client, server };
  const { protocol, suite } = { protocol: client.getProtocol() ?? '', suite: client.getCipher().standardName };
  for (const step of steps) {
    if (step === 'renegotiate') await renegotiated(client);
    else await sent(sockets[step.from], sockets[step.from === 'client' ? 'server' : 'client'], step.bytes);
  }
  client.end();
  server.end();
  await Promise.all([finished(client), finished(server)]);
  tlsServer.close();
  forwarder.close();
  return { wire, keyLog: Buffer.concat(lines).toString('latin1'), session, protocol, suite };
}

function renegotiated(client: Socket): Promise<void> {
  return new Promise((resolve, reject) => {
    client.renegotiate({ rejectUnauthorized: false }, (error) => (error === null ? resolve() : reject(error)));
  });
}

async function sent(from: Socket, to: Socket, bytes: Uint8Array): Promise<void> {
  let left = bytes.length;
  const arrived = new Promise<void>((resolve) => {
    const onData = (chunk: Buffer): void => {
      left -= chunk.length;
      if (left > 0) return;
      to.off('data', onData);
      resolve();
    };
    to.on('data', onData);
  });
  from.write(bytes);
  if (bytes.length > 0) await arrived;
}

async function finished(socket: Socket): Promise<void> {
  socket.resume();
  if (!socket.destroyed && !socket.readableEnded) await once(socket, 'end');
  socket.destroy();
}
