import { endpointText } from '../analysis/messageView';
import { escapeText } from '../protocol';
import type { CaptureInfo } from '../session/messageIndex';
import { giveUpText } from '../session/tlsList';
import type { TlsConnection } from '../session/tlsList';
import { counted } from './terminal/text';

/** Ports of NDMP and of NDMP over TLS: an encrypted connection to one of them is worth a word. */
const NDMP_PORTS: readonly number[] = [10000, 30000];
const MAX_NAMED = 3;

const GIVE_KEYS = 'Give the key log of its client or server with --tls-keylog (docs/manual/tls.md).';

/** What came of a TLS connection, in a few words. */
export function tlsStateText({ state, connection }: TlsConnection): string {
  if (state === 'read') return connection === undefined ? 'read, no NDMP' : 'read';
  return state === 'waiting' ? 'nothing sent in it' : giveUpText(state);
}

/** A line about encrypted connections that carry NDMP by all appearances and could not be read; undefined: there are none. */
export function tlsHint(name: string, { tls }: CaptureInfo): string | undefined {
  const unread = tls.filter(
    ({ state, server, connection }) =>
      state !== 'read' && state !== 'waiting' && connection === undefined && NDMP_PORTS.includes(server.port),
  );
  return unread.length === 0 ? undefined : `${escapeText(name)}: ${describe(unread, unread.length)}`;
}

/** What is to be said of encrypted connections where no messages were found; it begins with a space, or is empty. */
export function encryptedText({ tls, tlsConnections }: CaptureInfo): string {
  if (tlsConnections === 0) return '';
  const unread = tls.filter(({ state }) => state !== 'read');
  if (unread.length === 0)
    return ` ${counted(tlsConnections, 'connection is', 'connections are')} encrypted with TLS; what they carry is no NDMP.`;
  return ` ${describe(unread, tlsConnections)}`;
}

function describe(unread: readonly TlsConnection[], count: number): string {
  const named = unread.slice(0, MAX_NAMED).map((each) => {
    const { client, server, version } = each;
    return `${endpointText(client)} → ${endpointText(server)}${version === undefined ? '' : ` (${version})`}: ${tlsStateText(each)}`;
  });
  const more = unread.length - named.length;
  const list = escapeText(`${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}`);
  const advice = unread.some(({ state }) => state === 'no keys') ? ` ${GIVE_KEYS}` : '';
  return `${counted(count, 'connection is', 'connections are')} encrypted with TLS. ${list}.${advice}`;
}
