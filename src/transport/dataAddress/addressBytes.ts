import { isIPv4, isIPv6 } from 'node:net';

/** The 4 or 16 bytes of a numeric address; undefined when it is none. A scope (`%eth0`) is left out. */
export function addressBytes(text: string): Uint8Array | undefined {
  const [address] = text.split('%');
  if (isIPv4(address)) return Uint8Array.from(address.split('.'), Number);
  if (!isIPv6(address)) return undefined;
  const [head, tail] = address.split('::');
  const first = words(head);
  if (tail === undefined) return Uint8Array.from(first);
  const last = words(tail);
  return Uint8Array.from([...first, ...new Array<number>(16 - first.length - last.length).fill(0), ...last]);
}

/** Bytes of groups between colons; the last may be an IPv4 address. */
function words(text: string): number[] {
  if (text === '') return [];
  return text.split(':').flatMap((group) => {
    if (group.includes('.')) return group.split('.').map(Number);
    const word = parseInt(group, 16);
    return [word >>> 8, word & 0xff];
  });
}
