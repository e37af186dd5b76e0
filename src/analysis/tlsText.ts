import { escapeText } from '../protocol';
import { giveUpText } from '../session/tlsList';
import type { TlsConnection } from '../session/tlsList';
import { endpointText } from './messageView';

/** What came of a TLS connection, in a few words. */
export function tlsStateText({ state, connection }: TlsConnection): string {
  if (state === 'read') return connection === undefined ? 'read, no NDMP' : 'read';
  return state === 'waiting' ? 'nothing sent in it' : giveUpText(state);
}

/** A TLS connection by its ends and what came of it: `10.0.0.1:40000 → 10.0.0.2:30000 (TLS 1.3): no key log …`. */
export function tlsText(tls: TlsConnection): string {
  const { client, server, version } = tls;
  const ends = `${endpointText(client)} → ${endpointText(server)}${version === undefined ? '' : ` (${version})`}`;
  return escapeText(`${ends}: ${tlsStateText(tls)}`);
}

/** Those that carry something which could not be read. */
export function unreadTls(tls: readonly TlsConnection[]): TlsConnection[] {
  return tls.filter(({ state }) => state !== 'read' && state !== 'waiting');
}
