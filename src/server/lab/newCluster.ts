import { randomBytes, randomInt } from 'node:crypto';
import type { LifType } from '../../protocol';
import type { ClusterState, LabLif, LabScope, LabVolume } from './model';

export interface NewCluster {
  /** 2 to 4. */
  nodes: number;
  /** At least one; spread over the nodes in turn. */
  drives: number;
  scope: LabScope;
}

const NAME = 'cluster1';
const SVMS = ['vs1', 'vs2'];
/** Volumes and the node each is on, counted from 0; nodes that are not there are counted round. */
const VOLUMES: readonly [svm: string, name: string, node: number][] = [
  ['vs1', 'vol1', 0],
  ['vs1', 'home', 0],
  ['vs1', 'db', 1],
  ['vs2', 'projects', 1],
  ['vs2', 'media', 2],
  ['vs2', 'archive', 3],
];

/** A cluster as it is when a lab is started for the first time. */
export function newCluster({ nodes: count, drives, scope }: NewCluster): ClusterState {
  const nodes = Array.from({ length: count }, (_unused, at) => ({
    name: `${NAME}-0${at + 1}`,
    up: true,
    affinity: randomBytes(8).toString('hex'),
    hostId: String(randomInt(4_000_000_000, 4_200_000_000)),
  }));
  const names = nodes.map(({ name }) => name);
  const nodeAt = (at: number): string => names[at % count];
  return {
    format: 1,
    name: NAME,
    scope,
    nodes,
    svms: SVMS,
    volumes: VOLUMES.map(([svm, name, node]): LabVolume => ({ svm, name, node: nodeAt(node) })),
    lifs: lifsOf(names),
    drives: Array.from({ length: drives }, (_unused, number) => ({ number, node: nodeAt(number) })),
    changerNode: nodeAt(0),
  };
}

/** One cluster-management LIF, for each node one for its management and one intercluster, for each SVM a data LIF a node. */
function lifsOf(nodes: readonly string[]): LabLif[] {
  const lif = (name: string, type: LifType, svm: string, node: string): LabLif => ({
    name,
    type,
    svm,
    home: node,
    node,
  });
  return [
    lif('cluster_mgmt', 'cluster-management', NAME, nodes[0]),
    ...nodes.map((node) => lif(`${node}_mgmt`, 'node-management', NAME, node)),
    ...nodes.map((node) => lif(`${node}_ic`, 'intercluster', NAME, node)),
    ...SVMS.flatMap((svm) => nodes.map((node, at) => lif(`${svm}_data${at + 1}`, 'data', svm, node))),
  ];
}
