import { isAffinityKey } from './affinityValues';
import type { WayCache } from './everyPair';
import type { ListKind } from './inventory';
import type { NodeGroup } from './nodes';
import { shown } from './say';
import type { Supposing } from './supposition';
import { sightingAt, type Sighting, type Systems, type Thing } from './systems';
import type { Standpoint } from './verdict';
import type { GhostView, NodeView, ThingView } from './view';

/** A card with more than these says how many more there are. */
const MAX_SHOWN = 200;
const MAX_GHOSTS = 100;
const MAX_PAIRS = 12;

/** What the cards need to know beside the node. */
export interface Looking {
  standpoint: Standpoint;
  ways: WayCache;
  volume: Thing | undefined;
  drive: Thing | undefined;
  supposing: Supposing | undefined;
  find: string;
  timeText: (row: number) => string;
}

/** The card of a node. */
export function nodeView(group: NodeGroup, lifs: readonly number[], looking: Looking): NodeView {
  const { find, volume, drive } = looking;
  const found = group.things.filter((thing) => matches(thing, find));
  const kept = (kind: ListKind) => {
    const all = found.filter((thing) => thing.kind === kind);
    // the chosen pair is always on its card
    const chosen = all.filter((thing) => thing === volume || thing === drive);
    const first = all.slice(0, MAX_SHOWN);
    return { shown: [...new Set([...first, ...chosen])], more: Math.max(0, all.length - MAX_SHOWN) };
  };
  const [volumes, tapes, changers] = (['volumes', 'tapes', 'changers'] as const).map(kept);
  return {
    key: group.key,
    system: group.system.id,
    title: group.title,
    named: group.named,
    affinity: group.affinity,
    lifs: [...lifs],
    things: [...volumes.shown, ...tapes.shown, ...changers.shown].map((thing) => thingView(thing, looking)),
    ghosts: group.key === undefined ? [] : [...supposedHere(group, looking), ...ghosts(group, looking)],
    more: { volumes: volumes.more, tapes: tapes.more, changers: changers.more },
  };
}

function matches({ name, otherNames }: Thing, find: string): boolean {
  if (find === '') return true;
  const wanted = find.toLowerCase();
  return [name, ...otherNames].some((each) => each.toLowerCase().includes(wanted));
}

function thingView(thing: Thing, looking: Looking): ThingView {
  const { standpoint, volume, drive, supposing } = looking;
  const sighting = sightingAt(thing, standpoint.row);
  const [from, to] = thing.kind === 'volumes' ? [thing, drive] : thing.kind === 'tapes' ? [volume, thing] : [];
  return {
    id: thing.id,
    kind: thing.kind,
    name: shown(thing.name),
    otherNames: thing.otherNames.slice(0, 8).map((name) => shown(name, 60)),
    detail: detailOf(sighting),
    pairs: sighting.item.pairs.slice(0, MAX_PAIRS).map(({ name, value }) => shown(`${name}=${value}`, 160)),
    row: sighting.row,
    listed: listedHere(thing, standpoint),
    way: from && to && looking.ways.way(from, to),
    supposed: from && to && supposing?.way(from, to).way,
    moved: movedText(thing, sighting, looking),
  };
}

function detailOf({ item }: Sighting): string {
  const size = item.totalBytes === undefined ? '' : bytesText(item.totalBytes);
  return [shown(item.model, 60), size, shown(item.status ?? '', 40)].filter((part) => part !== '').join(', ');
}

const UNITS = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB', 'EiB'] as const;

function bytesText(bytes: number): string {
  const unit = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log2(bytes) / 10));
  const value = bytes / 1024 ** unit;
  return `${value < 10 && unit > 0 ? value.toFixed(1) : Math.round(value)} ${UNITS[unit]}`;
}

function listedHere(thing: Thing, { systems, place }: Standpoint): ThingView['listed'] {
  const here = thing.sightings.filter(({ connection }) => connection === place);
  if (here.length > 0) return here.some(({ listed }) => listed) ? 'yes' : 'used';
  const asked = systems.inventory.connections[place].listings.some(
    ({ kind, error }) => kind === thing.kind && error === 0,
  );
  return asked ? 'no' : 'not asked';
}

/** Says that an item is elsewhere in another listing. */
function movedText({ sightings }: Thing, now: Sighting, { timeText }: Looking): string | undefined {
  const other = sightings.filter(({ node }) => node !== undefined && node !== now.node);
  if (now.node === undefined || other.length === 0) return undefined;
  const later = other.find(({ row }) => row > now.row);
  if (later !== undefined) return `moves away by ${timeText(later.row)}`;
  const since = sightings.find(({ row, node }) => node === now.node && row > other[other.length - 1].row);
  return `moved here by ${timeText((since ?? now).row)}`;
}

/** The volume that is supposed to be on this node. */
function supposedHere(group: NodeGroup, { volume, supposing, standpoint }: Looking): GhostView[] {
  if (volume === undefined || supposing?.volumeNode !== group.key) return [];
  const now = sightingAt(volume, standpoint.row);
  if (now.node === group.key) return [];
  return [{ thing: volume.id, kind: volume.kind, name: shown(volume.name), text: 'supposed', row: now.row }];
}

/** Items that were on this node before, or will be after. */
function ghosts(group: NodeGroup, { standpoint, timeText, find, volume, supposing }: Looking): GhostView[] {
  const found: GhostView[] = [];
  for (const thing of group.system.things) {
    if (found.length >= MAX_GHOSTS) break;
    const now = sightingAt(thing, standpoint.row);
    if (now.node === group.key || !matches(thing, find) || (thing === volume && supposing?.volumeNode === group.key))
      continue;
    const here = thing.sightings.filter(({ node }) => node === group.key);
    if (here.length === 0) continue;
    const earlier = here.filter(({ row }) => row < now.row).at(-1);
    const row = (earlier ?? here[0]).row;
    const text = earlier === undefined ? `from ${timeText(row)}` : `until ${timeText(row)}`;
    found.push({ thing: thing.id, kind: thing.kind, name: shown(thing.name), text, row });
  }
  return found;
}

/** Names of the pairs that items carry beside affinity, as far as they can be shown as they are: for the choice of keys. */
export function pairNames({ things, settings }: Systems): string[] {
  const names = new Set<string>();
  for (const { sightings } of things)
    for (const { item } of sightings)
      for (const { name } of item.pairs)
        if (names.size < 100 && shown(name) === name && !isAffinityKey(name, settings.keys)) names.add(name);
  return [...names].sort();
}
