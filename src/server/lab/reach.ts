import { lifRow, mayLogIn, numberOfType, type LifRow } from '../../protocol';
import type { Cluster } from './cluster';
import type { LabDrive, LabLif, LabUser, LabVolume } from './model';

/** What a LIF shows, by NetApp's table; in node-scoped mode every LIF is as one of its node's management. */
export function rowOf({ state }: Cluster, lif: LabLif, cab: boolean): LifRow {
  return state.scope === 'node' ? lifRow('node-management', false) : lifRow(lif.type, cab);
}

/** The volumes that a control connection at this LIF may use now. */
export function volumesAt(cluster: Cluster, lif: LabLif, cab: boolean): LabVolume[] {
  const { volumes } = rowOf(cluster, lif, cab);
  const onNode = (volume: LabVolume): boolean => cluster.ownerOf(volume)?.name === lif.node;
  const reaches: Record<typeof volumes, (volume: LabVolume) => boolean> = {
    node: onNode,
    'svm-node': (volume) => volume.svm === lif.svm && onNode(volume),
    svm: (volume) => volume.svm === lif.svm && cluster.ownerOf(volume) !== undefined,
    cluster: (volume) => cluster.ownerOf(volume) !== undefined,
  };
  return cluster.state.volumes.filter(reaches[volumes]);
}

export function drivesAt(cluster: Cluster, lif: LabLif, cab: boolean): LabDrive[] {
  return cluster.state.drives.filter(({ node }) => isReached(cluster, lif, cab, node));
}

export function hasChanger(cluster: Cluster, lif: LabLif, cab: boolean): boolean {
  return isReached(cluster, lif, cab, cluster.state.changerNode);
}

/** Whether devices attached to a node may be used over a LIF. */
function isReached(cluster: Cluster, lif: LabLif, cab: boolean, node: string): boolean {
  const { tapes } = rowOf(cluster, lif, cab);
  if (tapes === 'none' || !cluster.node(node).up) return false;
  return tapes === 'cluster' || node === lif.node;
}

/** Data connection types, by their numbers on the wire. */
export function typesAt(cluster: Cluster, lif: LabLif, cab: boolean, ipv6: boolean): number[] {
  return rowOf(cluster, lif, cab)
    .types.filter((type) => type !== 'TCP/IPv6' || ipv6)
    .map(numberOfType);
}

/** Whether a user may log in at a LIF: a cluster's at the cluster's LIFs, an SVM's at the data LIFs of that SVM. */
export function mayUse({ state }: Cluster, lif: LabLif, user: LabUser): boolean {
  if (state.scope === 'node') return user.role === 'cluster';
  return mayLogIn(user.role, lif.type) && (user.svm === undefined || user.svm === lif.svm);
}
