import { tlsText, unreadTls } from '../analysis/tlsText';
import { escapeText } from '../protocol';
import type { CaptureInfo } from '../session/messageIndex';
import type { TlsConnection } from '../session/tlsList';
import { counted } from './terminal/text';

/** Ports of NDMP and of NDMP over TLS: an encrypted connection to one of them is worth a word. */
const NDMP_PORTS: readonly number[] = [10000, 30000];
const MAX_NAMED = 3;

const GIVE_KEYS = 'Give the key log of its client or server with --tls-keylog (docs/manual/tls.md).';

/** A line about encrypted connections that carry NDMP by all appearances and could not be read; undefined: there are none. */
export function tlsHint(name: string, { tls }: CaptureInfo): string | undefined {
  const unread = unreadTls(tls).filter(
    ({ server, connection }) => connection === undefined && NDMP_PORTS.includes(server.port),
  );
  return unread.length === 0 ? undefined : `${escapeText(name)}: ${describe(unread, unread.length)}`;
}

/** What is to be said of encrypted connections where no messages were found; it begins with a space, or is empty. */
export function encryptedText({ tls, tlsConnections }: CaptureInfo): string {
  if (tlsConnections === 0) return '';
  const unread = tls.filter(({ state }) => state !== 'read');
  if (unread.length > 0) return ` ${describe(unread, tlsConnections)}`;
  return ` ${counted(tlsConnections, 'connection is', 'connections are')} encrypted with TLS; what they carry is no NDMP.`;
}

function describe(unread: readonly TlsConnection[], count: number): string {
  const more = unread.length - MAX_NAMED;
  const list = unread.slice(0, MAX_NAMED).map(tlsText).join('; ') + (more > 0 ? `; and ${more} more` : '');
  const advice = unread.some(({ state }) => state === 'no keys') ? ` ${GIVE_KEYS}` : '';
  return `${counted(count, 'connection is', 'connections are')} encrypted with TLS. ${list}.${advice}`;
}
