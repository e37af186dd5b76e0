import { affinityOf, isAffinityKey, valuesOf } from './affinityValues';
import { cabState, CAB_CLASS, stepsOf, type CabState } from './cabState';
import type { ControlConnection, Inventory, ListedItem, ListKind, NamedValue } from './inventory';
import type { AffinitySettings } from './settings';
import { usedItems } from './usedItems';

/** An item as one listing showed it. */
export interface Sighting {
  connection: number;
  row: number;
  item: ListedItem;
  affinity: NamedValue[];
  /** Key of its node; undefined: no affinity given. */
  node: string | undefined;
  /** False where no list has it, but the DMA used it. */
  listed: boolean;
}

/** A volume, drive or changer of a system, with all listings that showed it. */
export interface Thing {
  id: number;
  system: number;
  kind: ListKind;
  name: string;
  /** Other device names of the same drive. */
  otherNames: string[];
  /** Vserver of a volume: first part of `/vserver/volume`. */
  svm: string | undefined;
  /** In the order of time. */
  sightings: Sighting[];
}

/** Control connections that are of one server or one cluster, as far as messages show it. */
export interface System {
  id: number;
  /** Places in the inventory's list. */
  connections: number[];
  /** Whether NetApp's tables hold for it. */
  ontap: boolean;
  things: Thing[];
  /** Name of the pair by which its nodes are told apart, where one is given. */
  key: string | undefined;
}

/** What an inventory says, sorted. */
export interface Systems {
  inventory: Inventory;
  settings: AffinitySettings;
  systems: System[];
  things: Thing[];
  cab: CabState[];
  /** What each connection's lists showed, by place. */
  shownBy: { thing: Thing; sighting: Sighting }[][];
}

const MAX_THINGS = 20_000;
const MAX_SIGHTINGS = 200_000;

/** Sorts connections into systems and lists into volumes, drives and changers. */
export function sortSystems(inventory: Inventory, settings: AffinitySettings): Systems {
  const { connections } = inventory;
  const groups = groupConnections(connections, settings.keys);
  const things: Thing[] = [];
  const shownBy: Systems['shownBy'] = connections.map(() => []);
  let sightings = 0;
  const systems = groups.map((members, id): System => {
    const ontap = members.some((each) => isOntap(connections[each], settings));
    const key = primaryKey(
      members.map((each) => connections[each]),
      settings.keys,
    );
    const found = new Map<string, Thing>();
    for (const { connection, kind, row, item, listed } of itemsInOrder(connections, members)) {
      if (sightings++ > MAX_SIGHTINGS) break;
      const identity = `${kind} ${identityOf(kind, item, ontap)}`;
      let thing = found.get(identity);
      if (thing === undefined) {
        if (things.length >= MAX_THINGS) continue;
        thing = newThing(things.length, id, kind, item);
        found.set(identity, thing);
        things.push(thing);
      }
      if (item.name !== thing.name && !thing.otherNames.includes(item.name)) thing.otherNames.push(item.name);
      const affinity = affinityOf(item, settings.keys);
      const last = thing.sightings.at(-1);
      if (last?.row === row) continue;
      const sighting: Sighting = { connection, row, item, affinity, node: nodeKey(affinity, key), listed };
      thing.sightings.push(sighting);
      shownBy[connection].push({ thing, sighting });
    }
    const own = [...found.values()];
    preferOpened(
      own,
      members.map((each) => connections[each]),
    );
    return { id, connections: members, ontap, things: own, key };
  });
  const cab = connections.map((connection) => cabState(connection, affinityRows(connection, settings.keys)));
  return { inventory, settings, systems, things, cab, shownBy };
}

function newThing(id: number, system: number, kind: ListKind, { name }: ListedItem): Thing {
  const svm = kind === 'volumes' ? /^\/([^/]+)\/[^/]/.exec(name)?.[1] : undefined;
  return { id, system, kind, name, otherNames: [], svm, sightings: [] };
}

/** A drive with several device names is called by the one that was opened. */
function preferOpened(things: readonly Thing[], connections: readonly ControlConnection[]): void {
  const opened = new Set(connections.flatMap(({ steps }) => stepsOf(steps, 'open').map(({ device }) => device)));
  for (const thing of things) {
    const name = opened.has(thing.name) ? undefined : thing.otherNames.find((each) => opened.has(each));
    if (name === undefined) continue;
    thing.otherNames = [thing.name, ...thing.otherNames.filter((each) => each !== name)];
    thing.name = name;
  }
}

/** `nrst0a`, `rst0l`, `urst0m`: rewind behaviour, drive, density (ONTAP's format of names). */
const ONTAP_DEVICE = /^(?:n|u)?rst(\d{1,5})[lmha]$/;

/** What makes two listed items one: its name, for drives also the serial number or ONTAP's way of naming. */
function identityOf(kind: ListKind, { name, model, pairs }: ListedItem, ontap: boolean): string {
  if (kind !== 'tapes') return name;
  const serial = pairs.find((pair) => pair.name === 'SERIAL_NUMBER')?.value;
  if (serial) return `serial ${model} ${serial}`;
  const drive = ontap ? ONTAP_DEVICE.exec(name)?.[1] : undefined;
  return drive === undefined ? name : `st ${drive}`;
}

/** What is listed, and then what is used without being listed, each in the order of time. */
function* itemsInOrder(connections: readonly ControlConnection[], members: readonly number[]) {
  const listings = members.flatMap((connection) =>
    connections[connection].listings.map((listing) => ({ connection, listing })),
  );
  listings.sort((a, b) => a.listing.row - b.listing.row);
  for (const { connection, listing } of listings)
    for (const item of listing.items) yield { connection, kind: listing.kind, row: listing.row, item, listed: true };
  const names = new Map<ListKind, string[]>();
  for (const { listing } of listings) {
    const known = names.get(listing.kind) ?? [];
    for (const { name } of listing.items) if (known.length < MAX_THINGS) known.push(name);
    names.set(listing.kind, known);
  }
  for (const connection of members)
    for (const used of usedItems(connections[connection], names)) yield { connection, ...used, listed: false };
}

/** Rows of the lists that carry affinity. */
export function affinityRows({ listings }: ControlConnection, keys: readonly string[]): number[] {
  return listings.filter(({ items }) => items.some((item) => affinityOf(item, keys).length > 0)).map(({ row }) => row);
}

/** Of several keys the one that most items carry tells the nodes apart. */
function primaryKey(connections: readonly ControlConnection[], keys: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const { listings } of connections)
    for (const { items } of listings)
      for (const { pairs } of items)
        for (const { name, value } of pairs)
          if (value !== '' && isAffinityKey(name, keys)) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}

function nodeKey(affinity: readonly NamedValue[], key: string | undefined): string | undefined {
  const name = affinity.some((pair) => pair.name === key) ? key : affinity.at(0)?.name;
  return name === undefined ? undefined : `${name}=${valuesOf(affinity, name)}`;
}

const ONTAP = /netapp|ontap/i;

/** Vendor or operating system say so, or CAB is spoken, or the user gave a LIF type. */
function isOntap(connection: ControlConnection, settings: AffinitySettings): boolean {
  const { product, host, steps, address } = connection;
  if (product !== undefined && ONTAP.test(`${product.vendor.slice(0, 200)} ${product.name.slice(0, 200)}`)) return true;
  if (host !== undefined && ONTAP.test(`${host.osType.slice(0, 200)} ${host.osVersion.slice(0, 200)}`)) return true;
  if (Object.hasOwn(settings.lifs, address) && settings.lifs[address].type !== undefined) return true;
  return stepsOf(steps, 'get-extensions').some(({ classes }) => classes.some(({ id }) => id === CAB_CLASS));
}

/** Puts connections together that share a server's address, an affinity, or (at ONTAP) the identity of the host. */
function groupConnections(connections: readonly ControlConnection[], keys: readonly string[]): number[][] {
  const parents = connections.map((_, i) => i);
  const rootOf = (i: number): number => {
    while (parents[i] !== i) i = parents[i] = parents[parents[i]];
    return i;
  };
  const owners = new Map<string, number>();
  const join = (mark: string, i: number): void => {
    const owner = owners.get(mark);
    if (owner === undefined) owners.set(mark, i);
    else parents[Math.max(rootOf(owner), rootOf(i))] = Math.min(rootOf(owner), rootOf(i));
  };
  connections.forEach(({ address, port, host, listings }, i) => {
    join(`at ${address} ${port}`, i);
    const isFiler = host !== undefined && ONTAP.test(host.osType.slice(0, 200));
    if (isFiler && host.hostId !== '') join(`host ${host.name} ${host.hostId}`, i);
    for (const { items } of listings)
      for (const item of items)
        for (const { name, value } of affinityOf(item, keys)) join(`affinity ${name} ${value}`, i);
  });
  const groups = new Map<number, number[]>();
  connections.forEach((_, i) => {
    const root = rootOf(i);
    groups.set(root, [...(groups.get(root) ?? []), i]);
  });
  return [...groups.values()];
}

/** The sighting that holds at a row: the last one until then, else the first one after it. */
export function sightingAt({ sightings }: Thing, row: number): Sighting {
  let found = sightings[0];
  for (const each of sightings) if (each.row <= row) found = each;
  return found;
}
