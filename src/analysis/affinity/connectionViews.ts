import { addressTypeName } from '../../protocol';
import type { ControlConnection, ListKind } from './inventory';
import { fitLif } from './lifFit';
import { nodeOfLif } from './nodes';
import { shown } from './say';
import type { System, Systems } from './systems';
import type { ConnectionView } from './view';

/** The control connections with what each tells of its LIF. */
export function connectionViews(systems: Systems): ConnectionView[] {
  const owners = new Map<number, System>();
  for (const system of systems.systems) for (const place of system.connections) owners.set(place, system);
  return systems.inventory.connections.flatMap((connection, place) => {
    const system = owners.get(place);
    return system === undefined ? [] : [view(systems, system, connection, place)];
  });
}

function view(systems: Systems, system: System, connection: ControlConnection, place: number): ConnectionView {
  const { address, port, addressName, host, product, login, connectionTypes, firstRow } = connection;
  const { type, possible, evidence, contradictions } = fitLif(systems, system, place);
  return {
    place,
    endpoint: address.includes(':') ? `[${address}]:${port}` : `${address}:${port}`,
    address,
    addressName: addressName === undefined ? undefined : shown(addressName, 100),
    system: system.id,
    type,
    possible,
    evidence: [
      ...evidence.map(({ text, rows }) => ({ mark: 'note' as const, text, rows })),
      ...contradictions.map(({ text, rows }) => ({ mark: 'against' as const, text, rows })),
    ],
    host: host && {
      text: shown([host.name, host.osType, host.osVersion].filter(Boolean).join(', '), 160),
      row: host.row,
    },
    product: product && {
      text: shown([product.vendor, product.name, product.revision].filter(Boolean).join(' '), 160),
      row: product.row,
    },
    user: login && {
      text: `${login.kind}${login.user === '' ? '' : ` ${shown(login.user, 60)}`}${login.accepted ? '' : ', not accepted'}`,
      row: login.row,
    },
    cab: systems.cab[place].state,
    types: connectionTypes && {
      text: connectionTypes.types.map(addressTypeName).join(', ') || 'none',
      row: connectionTypes.row,
    },
    firstRow,
    counts: {
      volumes: countOf(connection, 'volumes'),
      tapes: countOf(connection, 'tapes'),
      changers: countOf(connection, 'changers'),
    },
    node: nodeOfLif(systems, system, place),
  };
}

function countOf({ listings }: ControlConnection, kind: ListKind): number | undefined {
  const last = listings.filter((each) => each.kind === kind && each.error === 0).at(-1);
  return last && last.items.length + last.dropped;
}
