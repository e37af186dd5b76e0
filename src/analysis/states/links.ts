import { ipv4Text, ipv6Text, type BodyValue, type Value } from '../../protocol';
import type { TracedMachine } from './machine';

const LOCAL = 0;

/** Who listens at which address, so that the two ends of a data connection find each other. */
export class Listeners {
  private readonly at = new Map<string, TracedMachine>();

  /** A machine listens at the addresses of a LISTEN reply. */
  add(machine: TracedMachine, address: Value | undefined): void {
    for (const key of addressKeys(address, machine.connection)) this.at.set(key, machine);
  }

  /** The machine that listens at the address of a CONNECT (or v2 start) request of `connection`. */
  find(address: Value | undefined, connection: number): TracedMachine | undefined {
    for (const key of addressKeys(address, connection)) {
      const found = this.at.get(key);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

function addressKeys(address: Value | undefined, connection: number): string[] {
  const body = fieldsOf(address);
  if (body === undefined) return [];
  if (body.type === LOCAL) return [`local ${connection}`];
  const list = body.tcp_addr ?? body.tcp6_addr;
  if (Array.isArray(list)) return list.slice(0, 16).flatMap((each) => tcpKey(fieldsOf(each)) ?? []);
  const single = tcpKey(body);
  return single === undefined ? [] : [single];
}

function tcpKey(body: BodyValue | undefined): string | undefined {
  if (body === undefined || typeof body.port !== 'number') return undefined;
  if (typeof body.ip_addr === 'number') return `${ipv4Text(body.ip_addr)} ${body.port}`;
  return body.ipv6_addr instanceof Uint8Array ? `${ipv6Text(body.ipv6_addr)} ${body.port}` : undefined;
}

/** A decoded value as a struct, undefined when it is none. */
export function fieldsOf(value: Value | undefined): BodyValue | undefined {
  return typeof value === 'object' && !Array.isArray(value) && !(value instanceof Uint8Array) ? value : undefined;
}
