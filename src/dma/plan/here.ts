import { lookup } from 'node:dns/promises';
import { networkInterfaces } from 'node:os';
import { familyOf } from './addresses';

/** A definition names few hosts; whatever it says, no more are looked up. */
const MAX_NAMES = 64;

/** Numeric addresses of this machine that others can reach; link-local ones say nothing without their interface. */
export function machineAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .filter(({ internal, address }) => !internal && !/^fe[89ab]/i.test(address))
    .map(({ address }) => address);
}

/** The addresses that host names stand for; names that stand for none are left out. */
export async function resolvedNames(hosts: readonly string[]): Promise<Map<string, readonly string[]>> {
  const names = [...new Set(hosts)].filter((host) => familyOf(host) === undefined).slice(0, MAX_NAMES);
  const found = await Promise.all(
    names.map(async (name) => {
      const addresses = await lookup(name, { all: true }).catch(() => []);
      return [name, addresses.map(({ address }) => address)] as const;
    }),
  );
  return new Map(found.filter(([, addresses]) => addresses.length > 0));
}
