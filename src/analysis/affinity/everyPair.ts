import type { NodeGroup } from './nodes';
import { shown } from './say';
import { sightingAt, type Thing } from './systems';
import { judgePair, type Standpoint } from './verdict';
import type { Way } from '../../protocol';
import type { PairClassView, PairMatrix } from './view';

/** Things between which no rule makes a difference: one system, equal affinity, and listed or not by the connection. */
interface PairClass {
  node: string;
  listed: boolean;
  things: Thing[];
}

const MAX_NAMES = 3;
const MAX_CLASSES = 64;

/** Every pair of volume and drive, told for classes of them, so that thousands of volumes make a small table. */
export function everyPair(standpoint: Standpoint, nodes: readonly NodeGroup[]): PairMatrix {
  const volumes = classesOf(standpoint, nodes, 'volumes');
  const drives = classesOf(standpoint, nodes, 'tapes');
  const kept = { volumes: volumes.slice(0, MAX_CLASSES), drives: drives.slice(0, MAX_CLASSES) };
  return {
    drives: kept.drives.map(classView),
    rows: kept.volumes.map((volume) => ({
      volumes: classView(volume),
      ways: kept.drives.map((drive) => judgePair(standpoint, volume.things[0], drive.things[0]).way),
    })),
    dropped: volumes.length - kept.volumes.length + drives.length - kept.drives.length,
  };
}

function classesOf(standpoint: Standpoint, nodes: readonly NodeGroup[], kind: Thing['kind']): PairClass[] {
  const classes = new Map<string, PairClass>();
  for (const { title, things } of nodes)
    for (const thing of things) {
      if (thing.kind !== kind) continue;
      const key = classKey(standpoint, thing);
      const listed = isListed(standpoint, thing);
      const found = classes.get(key);
      if (found === undefined) classes.set(key, { node: title, listed, things: [thing] });
      else found.things.push(thing);
    }
  return [...classes.values()];
}

function isListed({ place }: Standpoint, { sightings }: Thing): boolean {
  return sightings.some(({ connection }) => connection === place);
}

function classKey(standpoint: Standpoint, thing: Thing): string {
  const { affinity } = sightingAt(thing, standpoint.row);
  return JSON.stringify([thing.system, isListed(standpoint, thing), affinity.map(({ name, value }) => [name, value])]);
}

function classView({ node, listed, things }: PairClass): PairClassView {
  return { node, listed, count: things.length, names: things.slice(0, MAX_NAMES).map(({ name }) => shown(name, 80)) };
}

/** The way of a pair, looked up where a pair of the same classes was judged before. */
export class WayCache {
  private readonly ways = new Map<string, Way>();
  private readonly keys = new Map<Thing, string>();

  constructor(private readonly standpoint: Standpoint) {}

  way(volume: Thing, drive: Thing): Way {
    const key = `${this.key(volume)} ${this.key(drive)}`;
    const known = this.ways.get(key) ?? judgePair(this.standpoint, volume, drive).way;
    this.ways.set(key, known);
    return known;
  }

  private key(thing: Thing): string {
    const known = this.keys.get(thing) ?? classKey(this.standpoint, thing);
    this.keys.set(thing, known);
    return known;
  }
}
