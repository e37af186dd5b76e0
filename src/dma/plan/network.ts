import type { NdmpVersion } from '../../protocol';
import { familyOf, isLoopback, type Family } from './addresses';
import type { AddressTypeName, PlanInputs, SourcePlan } from './model';
import { isNdmjob, isOntap, offers, offersType, Extension } from './servers';

/** An end of a data connection: what is known of the machine it is on. */
export interface End {
  /** For sentences. */
  name: string;
  version: NdmpVersion;
  /** Types of data connections it offers. */
  offers: (type: AddressTypeName) => boolean;
  /** Addresses and networks that a data connection may go to. */
  addresses: readonly string[];
  /** Why it cannot listen, or cannot connect; undefined when it can. */
  cannotListen: string | undefined;
  cannotConnect: string | undefined;
  /** The only family it takes, where there is only one. */
  only: { family: Family; why: string } | undefined;
}

/** A data connection that can be made. */
export interface Link {
  listener: 'mover' | 'data';
  family: Family;
  why: string;
}

/** Address types of the families. */
export const TYPE_OF: Readonly<Record<Family, AddressTypeName>> = { 4: 'TCP', 6: 'TCP_IPV6' };

export function dataEnd({ data }: PlanInputs, addresses: readonly string[]): End {
  const family = familyOf(data.address);
  return {
    name: data.server,
    version: data.version,
    offers: (type) => offersType(data, type) && (type !== 'TCP_IPV6' || data.version === 4),
    addresses,
    cannotListen: whyDataCannotListen(data),
    cannotConnect: undefined,
    only:
      family !== undefined && isOntap(data) && !offers(data, Extension.CAB)
        ? { family, why: `without CAB ${data.server} uses the address of the control connection for the data too` }
        : undefined,
  };
}

function whyDataCannotListen(data: PlanInputs['data']): string | undefined {
  if (data.version === 2) return `${data.server} speaks v2, where only the mover can listen`;
  return isNdmjob(data) ? `${data.server} is ndmjob, which has no DATA_LISTEN` : undefined;
}

export function moverEnd({ tape }: PlanInputs, addresses: readonly string[]): End {
  return {
    name: tape.server,
    version: tape.version,
    offers: (type) => offersType(tape, type) && (type !== 'TCP_IPV6' || tape.version === 4),
    addresses,
    cannotListen: undefined,
    cannotConnect: tape.version === 2 ? `${tape.server} speaks v2, where the mover cannot connect` : undefined,
    only: undefined,
  };
}

/** This machine as an end; it can do whatever the other side needs. */
export function ownEnd({ ownAddresses }: PlanInputs): End {
  return {
    name: 'this machine',
    version: 4,
    offers: () => true,
    addresses: ['127.0.0.1', '::1', ...ownAddresses],
    cannotListen: undefined,
    cannotConnect: undefined,
    only: undefined,
  };
}

/** The first link that works of those that the wishes allow, or why none does. */
export function linkBetween(
  data: End,
  mover: End,
  wishes: { listeners: readonly Link['listener'][]; families: readonly Family[] },
): Link | { refusals: string[] } {
  const refusals: string[] = [];
  for (const listener of wishes.listeners) {
    const [server, client] = listener === 'mover' ? [mover, data] : [data, mover];
    const cannot = server.cannotListen ?? client.cannotConnect;
    if (cannot !== undefined) {
      refusals.push(`${cannot}.`);
      continue;
    }
    for (const family of wishes.families) {
      const why = whyNot(server, client, family);
      if (why === undefined)
        return { listener, family, why: `Over IPv${family} ${client.name} reaches ${server.name}, which listens.` };
      refusals.push(`${capital(why)}.`);
    }
  }
  return { refusals: [...new Set(refusals)] };
}

/** Server names keep their letters; words of ours begin a sentence. */
function capital(text: string): string {
  return /^(this machine|no|without) /.test(text) ? text[0].toUpperCase() + text.slice(1) : text;
}

function whyNot(listening: End, connecting: End, family: Family): string | undefined {
  const type = TYPE_OF[family];
  for (const end of [listening, connecting]) {
    if (!end.offers(type)) return `${end.name} offers no data connections over IPv${family}`;
    if (end.only !== undefined && end.only.family !== family) return end.only.why;
  }
  const targets = listening.addresses.filter((each) => familyOf(each) === family);
  if (targets.length === 0)
    return `no IPv${family} address of ${listening.name} is known: name its dataNetworks in the list of servers`;
  if (!canReach(connecting, targets))
    return `${listening.name} is known at ${targets[0]} only, which ${connecting.name} cannot reach from another machine`;
  return undefined;
}

/** A loopback address is reached from its own machine alone. */
function canReach(from: End, targets: readonly string[]): boolean {
  return targets.some((each) => !isLoopback(each)) || from.addresses.some(isLoopback);
}

/** Families in the order in which they are tried: the one of the control connections first. */
export function familiesOf({ job, data }: PlanInputs): Family[] {
  if (job.family !== 'auto') return [job.family];
  return familyOf(data.address) === 6 ? [6, 4] : [4, 6];
}

export function listenersOf({ job }: PlanInputs): Link['listener'][] {
  return job.listen === 'auto' ? ['mover', 'data'] : [job.listen];
}

/** What the plan of a source says of its data connection. */
export type Route = Pick<SourcePlan, 'path' | 'through' | 'listener' | 'addressType' | 'relay'>;
