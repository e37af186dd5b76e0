/** What a server says of its host (CONFIG_GET_HOST_INFO). */
export interface HostFacts {
  hostname: string;
  hostId: string;
  osType: string;
  osVersion: string;
}

const LENGTH = 200;
/** What systems say that have none: nothing, zeros, the loopback addresses. */
const NO_ID = /^(?:0x)?(?:0*|0*7f0[01]0[01]|0*1007f)$/i;

/** What a server is known by, whatever address it is reached at. */
export function identityOf({ hostname, hostId }: HostFacts): string {
  const name = hostname.trim().slice(0, LENGTH);
  const id = hostId.trim().slice(0, LENGTH);
  return isTelling(id) ? `${id}@${name}` : `@${name}`;
}

/** Whether two identities are of one host: the same number, or where there is none, the same name. */
export function isSameHost(a: string, b: string): boolean {
  if (a === b) return true;
  const [id, other] = [a, b].map((identity) => identity.slice(0, identity.indexOf('@')));
  return id !== '' && id === other;
}

function isTelling(hostId: string): boolean {
  return !NO_ID.test(hostId);
}
