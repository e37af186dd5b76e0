import { BlockList, isIP } from 'node:net';
import { networkInterfaces } from 'node:os';

/** Who may connect. */
export class AllowedClients {
  private readonly list = new BlockList();

  /**
   * @param networks addresses and networks ('192.0.2.7', '10.0.0.0/8', '2001:db8::/32'); this machine is always allowed
   * @throws Error when one of them is neither
   */
  constructor(networks: readonly string[] = []) {
    this.list.addSubnet('127.0.0.0', 8, 'ipv4');
    this.list.addAddress('::1', 'ipv6');
    for (const { address, family } of Object.values(networkInterfaces()).flatMap((each) => each ?? []))
      this.list.addAddress(address.split('%')[0], family === 'IPv6' ? 'ipv6' : 'ipv4');
    for (const network of networks) this.add(network);
  }

  has(address: string): boolean {
    const plain = address.replace(/^::ffff:(?=\d+\.)/, '').split('%')[0];
    return this.list.check(plain, isIP(plain) === 6 ? 'ipv6' : 'ipv4');
  }

  private add(network: string): void {
    const [, address, bits] = /^([^/]+)(?:\/(\d{1,3}))?$/.exec(network) ?? [];
    const version = isIP(address ?? '');
    const most = version === 6 ? 128 : 32;
    if (version === 0 || Number(bits ?? 0) > most)
      throw new Error(`${network} is no address and no network such as 192.0.2.0/24 or 2001:db8::/32.`);
    const family = version === 6 ? 'ipv6' : 'ipv4';
    if (bits === undefined) this.list.addAddress(address, family);
    else this.list.addSubnet(address, Number(bits), family);
  }
}
