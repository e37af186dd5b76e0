import type { ConnectionState } from '../../src/extension/messages';

const NDMP_PORT = '10000';

/** The server's name, else its address; the port only where it is not NDMP's own. */
export function serverText(connection: ConnectionState): string {
  const [, end, port] = /^(.*?)(?::(\d+))?$/.exec(connection.server) as unknown as [string, string, string | undefined];
  const address = end.replace(/^\[(.*)\]$/, '$1');
  const name = connection.serverName ?? address;
  // a log does not always tell the port
  if (port === NDMP_PORT || port === undefined) return name;
  return name.includes(':') ? `[${name}]:${port}` : `${name}:${port}`;
}

/** 'DMA → filer1' or 'filer1 → DMA'. */
export function directionText(connection: ConnectionState, direction: 'dma>server' | 'server>dma'): string {
  const server = serverText(connection);
  return direction === 'dma>server' ? `DMA → ${server}` : `${server} → DMA`;
}

/** Both ends with ports, for tooltips and headings. */
export function endpointsText(connection: ConnectionState): string {
  const end = (address: string, name?: string): string => (name ? `${name} (${address})` : address);
  return `${end(connection.client, connection.clientName)} → ${end(connection.server, connection.serverName)}`;
}
