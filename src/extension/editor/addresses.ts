import type { Endpoint } from '../../session/messageIndex';

/** '10.0.0.5:51234', '[2001:db8::1]:51234'. */
export function endpointText({ address, port }: Endpoint): string {
  return address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`;
}
