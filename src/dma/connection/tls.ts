import { readFile } from 'node:fs/promises';
import { isIP, type Socket } from 'node:net';
import { checkServerIdentity, connect as connectTls, type PeerCertificate, type TLSSocket } from 'node:tls';
import { escapeText } from '../../protocol';
import { messageOf } from '../../transport/messageOf';
import type { Answer, Question } from '../run/model';
import { addressText, type ServerAddress } from '../servers/addresses';
import type { PinStore, ServerDefinition, TlsSettings } from '../servers/model';
import { event, networkProblem, Unreachable } from './dial';
import { Aborted, DmaFailure } from './failures';

const HANDSHAKE_SECONDS = 15;

/** The certificate is not to be trusted: nothing is said to this server, and no other address is tried. */
export class Distrusted extends DmaFailure {}

export interface Trust {
  pins: PinStore | undefined;
  ask: ((question: Question) => Promise<Answer>) | undefined;
  signal: AbortSignal | undefined;
}

/**
 * Makes a connection secure, and checks whom it leads to: by the authorities of the CA file, else by the certificate that
 * was accepted at first use.
 * @throws Unreachable when the other side speaks no TLS, Distrusted for a certificate that is not the right one
 */
export async function secure(
  socket: Socket,
  address: ServerAddress,
  { name, tls }: ServerDefinition & { tls: TlsSettings },
  trust: Trust,
): Promise<TLSSocket> {
  const ca = tls.ca === undefined ? undefined : await authorities(tls.ca, name);
  const expected = tls.serverName ?? address.host;
  const secured = connectTls({
    socket,
    ca,
    // judged below, so that what is wrong can be said
    rejectUnauthorized: false,
    checkServerIdentity: () => undefined,
    servername: isIP(expected) === 0 ? expected : undefined,
  });
  try {
    await event(secured, 'secureConnect', HANDSHAKE_SECONDS, trust.signal);
    const certificate = secured.getPeerCertificate();
    if (ca === undefined) await checkPin(certificate, name, address, trust);
    else checkAuthority(secured, certificate, expected, { name, ca: tls.ca ?? '' });
    return secured;
  } catch (error) {
    secured.destroy();
    if (error instanceof DmaFailure) throw error;
    throw new Unreachable(`${addressText(address)}: ${handshakeProblem(error)}`);
  }
}

/** Whether a server that does not greet speaks TLS. */
export async function speaksTls(socket: Socket, seconds: number): Promise<boolean> {
  const secured = connectTls({ socket, rejectUnauthorized: false });
  try {
    await event(secured, 'secureConnect', seconds);
    return true;
  } catch {
    return false;
  } finally {
    secured.destroy();
  }
}

async function authorities(file: string, server: string): Promise<string> {
  try {
    const text = await readFile(file, 'utf8');
    if (text.includes('-----BEGIN CERTIFICATE-----')) return text;
  } catch (error) {
    throw new DmaFailure(`The CA file of ${server} cannot be read: ${messageOf(error)}`);
  }
  throw new DmaFailure(`The CA file of ${server}, ${escapeText(file)}, has no certificate in PEM format.`);
}

function handshakeProblem(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'EPROTO' || code === 'ERR_SSL_PACKET_LENGTH_TOO_LONG')
    return 'it does not speak TLS at this port; leave "tls" out for it, or name its port for TLS (ndmps is 30000)';
  return `no secure connection came about: ${networkProblem(error)}`;
}

function checkAuthority(
  secured: TLSSocket,
  certificate: PeerCertificate,
  expected: string,
  { name, ca }: { name: string; ca: string },
): void {
  if (!secured.authorized)
    throw new Distrusted(
      `The certificate of ${name} is not vouched for by ${escapeText(ca)}: ${messageOf(secured.authorizationError)}.`,
    );
  const problem = checkServerIdentity(expected, certificate);
  if (problem)
    throw new Distrusted(
      `The certificate of ${name} is not for ${escapeText(expected)}: ${escapeText(problem.message)} Name it in "tls.serverName" as the certificate does.`,
    );
}

async function checkPin(
  { fingerprint256 }: PeerCertificate,
  name: string,
  address: ServerAddress,
  { pins, ask }: Trust,
): Promise<void> {
  const fingerprint = (fingerprint256 ?? '').replaceAll(':', '').toLowerCase();
  if (fingerprint === '') throw new Distrusted(`${name} showed no certificate.`);
  const place = addressText(address);
  const who = name === place ? name : `${name} at ${place}`;
  const pinned = await pins?.find(name, place);
  if (pinned === fingerprint) return;
  if (pinned !== undefined)
    throw new Distrusted(
      `${who} shows another certificate than the one that was accepted: now SHA-256 ${fingerprint}, before ${pinned}. If it was replaced on purpose, forget the old one with ndmp query ${name} --forget; if not, somebody may be in between.`,
    );
  // the same server at another address, as after a failover
  if ((await pins?.known(name))?.includes(fingerprint)) return pins?.keep(name, place, fingerprint);
  const text = `${who} shows a certificate that nobody has accepted yet: SHA-256 ${fingerprint}. Compare it with the server's own.`;
  const answer = await ask?.({ kind: 'trust-certificate', server: name, fingerprint, text });
  if (answer === 'go-on') return pins?.keep(name, place, fingerprint);
  if (answer === 'give-up') throw new Aborted(`The certificate of ${name} was not accepted.`);
  throw new Distrusted(`${text} Accept it with ndmp query ${name} --trust ${fingerprint}, or name a CA file.`);
}
