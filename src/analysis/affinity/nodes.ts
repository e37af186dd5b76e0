import { fitLif } from './lifFit';
import { quoted, shown } from './say';
import { sightingAt, type System, type Systems, type Thing } from './systems';
import type { Reason } from './verdict';

/** Items of one system that carry equal affinities, or none. */
export interface NodeGroup {
  system: System;
  /** Undefined: no affinity given. */
  key: string | undefined;
  title: string;
  named: Reason | undefined;
  affinity: string | undefined;
  things: Thing[];
}

const MAX_NODES = 256;

/** The nodes of all systems as of a row: nothing but equal affinities makes two items neighbours. */
export function findNodes(systems: Systems, row: number): NodeGroup[] {
  return systems.systems.flatMap((system) => {
    const groups = new Map<string | undefined, Thing[]>();
    // a node from which everything has gone is still shown: it is where things were
    for (const thing of system.things)
      for (const { node } of thing.sightings) if (node !== undefined) groups.set(node, []);
    for (const thing of system.things) {
      const key = sightingAt(thing, row).node;
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [thing]);
      else group.push(thing);
    }
    if (groups.size === 0) groups.set(undefined, []);
    return [...groups].slice(0, MAX_NODES).map(([key, things], i): NodeGroup => ({
      system,
      key,
      things,
      ...titleOf(systems, system, key, i),
      affinity: key === undefined ? undefined : affinityText(key),
    }));
  });
}

/** `KEY=value` with several values apart. */
function affinityText(key: string): string {
  return shown(key.replaceAll('\u0000', ', '), 120);
}

const LETTERS = 26;

function titleOf(
  systems: Systems,
  system: System,
  key: string | undefined,
  i: number,
): Pick<NodeGroup, 'title' | 'named'> {
  if (key !== undefined) {
    const named = nameOf(systems, system, key);
    if (named !== undefined) return named;
    const letter = i < LETTERS ? String.fromCharCode(65 + i) : String(i + 1);
    return {
      title: systems.systems.length > 1 ? `Node ${letter} of system ${system.id + 1}` : `Node ${letter}`,
      named: undefined,
    };
  }
  const first = systems.inventory.connections[system.connections[0]];
  if (system.key !== undefined) return { title: 'No affinity given', named: undefined };
  const hosts = new Map(
    system.connections.flatMap((place) => {
      const { host } = systems.inventory.connections[place];
      return host === undefined || host.name === '' ? [] : [[host.name, host.row]];
    }),
  );
  const only = hosts.size === 1 ? [...hosts][0] : undefined;
  const where = `${first.address}${system.ontap ? '' : `:${first.port}`}`;
  return only === undefined
    ? { title: where, named: undefined }
    : {
        title: quoted(only[0]),
        named: { mark: 'note', text: 'The server calls itself so (CONFIG_GET_HOST_INFO).', rows: [only[1]] },
      };
}

/** A node is named only by a server that answers for this node alone: one behind a node-management LIF. */
function nameOf(systems: Systems, system: System, key: string): Pick<NodeGroup, 'title' | 'named'> | undefined {
  for (const place of system.connections) {
    const { host, address } = systems.inventory.connections[place];
    if (host === undefined || host.name === '' || fitLif(systems, system, place).type !== 'node-management') continue;
    if (nodeOfLif(systems, system, place) !== key) continue;
    const text = `Inferred: CONFIG_GET_HOST_INFO over ${address}, a node-management LIF (set by you), whose lists show this affinity only.`;
    return { title: `${quoted(host.name)} (inferred)`, named: { mark: 'note', text, rows: [host.row] } };
  }
  return undefined;
}

/** Key of the node that hosts a connection's LIF: as the user says, or the only one that a node-management LIF shows. */
export function nodeOfLif(systems: Systems, system: System, place: number): string | undefined {
  const { address } = systems.inventory.connections[place];
  const set = Object.hasOwn(systems.settings.lifs, address) ? systems.settings.lifs[address].node : undefined;
  if (set !== undefined) return set;
  if (fitLif(systems, system, place).type !== 'node-management') return undefined;
  const nodes = new Set<string>();
  for (const { sighting } of systems.shownBy[place]) if (sighting.node !== undefined) nodes.add(sighting.node);
  return nodes.size === 1 ? [...nodes][0] : undefined;
}
