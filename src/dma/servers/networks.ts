import { BlockList, isIP } from 'node:net';

const BITS = { 4: 32, 6: 128 } as const;

/** Whether a text is a numeric address or a network such as 10.1.0.0/16. */
export function isNetwork(text: string): boolean {
  return parsed(text) !== undefined;
}

/** Whether a numeric address is one of these addresses or in one of these networks. */
export function isInNetworks(address: string, networks: readonly string[]): boolean {
  const family = isIP(address);
  if (family === 0) return false;
  const list = new BlockList();
  for (const network of networks) {
    const found = parsed(network);
    if (found) list.addSubnet(found.address, found.bits, found.family === 4 ? 'ipv4' : 'ipv6');
  }
  return list.check(address, family === 4 ? 'ipv4' : 'ipv6');
}

function parsed(text: string): { address: string; bits: number; family: 4 | 6 } | undefined {
  const match = /^([0-9a-fA-F.:]+)(?:\/(\d{1,3}))?$/.exec(text);
  const family = isIP(match?.[1] ?? '');
  if (!match || (family !== 4 && family !== 6)) return undefined;
  const bits = match[2] === undefined ? BITS[family] : Number(match[2]);
  return bits <= BITS[family] ? { address: match[1], bits, family } : undefined;
}
