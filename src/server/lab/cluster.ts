import { volumePath, type ClusterState, type LabLif, type LabNode, type LabVolume } from './model';

/** Why a command against the cluster cannot be carried out; a sentence for the user. */
export class LabRefusal extends Error {}

/** What the cluster tells whoever keeps connections and the state's file. */
export interface ClusterEvents {
  /** Something that outlives a restart is another. */
  changed(): void;
  /** The LIF has another node or none: its sessions are gone. */
  lifMoved(lif: LabLif): void;
  note(text: string): void;
}

/** The nodes, volumes and LIFs of the lab, and what can be done with them while it runs. */
export class Cluster {
  /** Volumes that change nodes, with the time (milliseconds since 1970) until which nothing may begin on them. */
  private readonly moving = new Map<LabVolume, number>();

  constructor(
    readonly state: ClusterState,
    private readonly events: ClusterEvents,
    private readonly now: () => number = Date.now,
  ) {}

  node(name: string): LabNode {
    return find(this.state.nodes, name, ({ name }) => name, 'node');
  }

  volume(path: string): LabVolume {
    return find(this.state.volumes, path, volumePath, 'volume');
  }

  lif(name: string): LabLif {
    return find(this.state.lifs, name, ({ name }) => name, 'LIF');
  }

  /** The node that serves a volume now: its own, or the partner that has taken over; undefined when none is up. */
  ownerOf({ node }: LabVolume): LabNode | undefined {
    return this.servingNode(node);
  }

  /** The node that hosts a LIF now, if it is up. */
  hostOf({ node }: LabLif): LabNode | undefined {
    const host = this.node(node);
    return host.up ? host : undefined;
  }

  isMoving(volume: LabVolume): boolean {
    const until = this.moving.get(volume);
    if (until === undefined || this.now() < until) return until !== undefined;
    this.moving.delete(volume);
    return false;
  }

  /**
   * Gives a volume to another node. What runs on it goes on; nothing new begins until the cutover is over.
   * @param cutoverSeconds how long that takes
   */
  moveVolume(path: string, to: string, cutoverSeconds: number): void {
    const volume = this.volume(path);
    const node = this.upNode(to);
    if (volume.node === node.name) throw new LabRefusal(`${path} is on ${node.name} already.`);
    const from = volume.node;
    volume.node = node.name;
    if (cutoverSeconds > 0) this.moving.set(volume, this.now() + cutoverSeconds * 1000);
    this.events.note(`volume ${path} moved from ${from} to ${node.name}`);
    this.events.changed();
  }

  /** Gives a LIF another node; its sessions are cut off. Node-management and intercluster LIFs stay at home. */
  migrateLif(name: string, to: string): void {
    const lif = this.lif(name);
    const node = this.upNode(to);
    if (lif.type === 'node-management' || lif.type === 'intercluster')
      throw new LabRefusal(`${name} is a LIF of its node alone (failover policy local-only) and cannot be migrated.`);
    if (lif.node === node.name) throw new LabRefusal(`${name} is on ${node.name} already.`);
    this.place(lif, node);
    this.events.changed();
  }

  /** Takes a node down: the partner takes its volumes over; its LIFs go to other nodes where they may. */
  takeDown(name: string): void {
    const node = this.node(name);
    if (!node.up) throw new LabRefusal(`${name} is down already.`);
    if (this.state.nodes.filter(({ up }) => up).length === 1)
      throw new LabRefusal(`${name} is the last node that is up; stop the lab instead.`);
    node.up = false;
    this.events.note(`node ${name} is down`);
    const refuge = this.servingNode(name);
    for (const lif of this.state.lifs.filter((each) => each.node === name)) {
      const isLocalOnly = lif.type === 'node-management' || lif.type === 'intercluster';
      if (isLocalOnly || refuge === undefined) this.events.lifMoved(lif);
      else this.place(lif, refuge);
    }
    this.events.changed();
  }

  /** Brings a node up again: it takes its volumes and its LIFs back. */
  bringUp(name: string): void {
    const node = this.node(name);
    if (node.up) throw new LabRefusal(`${name} is up already.`);
    node.up = true;
    this.events.note(`node ${name} is up`);
    for (const lif of this.state.lifs.filter((each) => each.home === name)) {
      if (lif.node === name) this.events.lifMoved(lif);
      else this.place(lif, node);
    }
    this.events.changed();
  }

  private place(lif: LabLif, node: LabNode): void {
    const from = lif.node;
    lif.node = node.name;
    this.events.note(`LIF ${lif.name} moved from ${from} to ${node.name}`);
    this.events.lifMoved(lif);
  }

  private upNode(name: string): LabNode {
    const node = this.node(name);
    if (!node.up) throw new LabRefusal(`${name} is down.`);
    return node;
  }

  /** The node itself, else the next that is up: nodes take over for each other in a ring. */
  private servingNode(name: string): LabNode | undefined {
    const { nodes } = this.state;
    const at = nodes.findIndex((each) => each.name === name);
    return [...nodes.slice(at), ...nodes.slice(0, at)].find(({ up }) => up);
  }
}

function find<T>(list: readonly T[], wanted: string, nameOf: (item: T) => string, kind: string): T {
  const found = list.find((item) => nameOf(item) === wanted);
  if (found !== undefined) return found;
  throw new LabRefusal(`There is no ${kind} ${JSON.stringify(wanted)}; there are ${list.map(nameOf).join(', ')}.`);
}
