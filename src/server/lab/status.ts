import type { LifType } from '../../protocol';
import type { Cluster } from './cluster';
import { volumePath, type LabScope } from './model';

/** A place in the library and what lies there. */
export interface StatusElement {
  element: number;
  kind: string;
  device?: string;
  barcode?: string;
}

/** The lab as it is now, for people and for programs. */
export interface LabStatus {
  simulated: true;
  cluster: string;
  scope: LabScope;
  folder: string;
  nodes: { name: string; up: boolean; affinity: string }[];
  lifs: { name: string; type: LifType; svm: string; node: string; up: boolean; addresses: string[] }[];
  volumes: { path: string; node: string | undefined; moving: boolean; directory: string }[];
  drives: { device: string; node: string; up: boolean; barcode: string | undefined }[];
  library: StatusElement[];
  outside: string[];
  sessions: number;
  debugLog: string | undefined;
}

/** The part of the status that the cluster alone tells. */
export function clusterStatus(
  cluster: Cluster,
  addressesOf: (lif: string) => string[],
  directoryOf: (volume: { svm: string; name: string }) => string,
): Pick<LabStatus, 'cluster' | 'scope' | 'nodes' | 'lifs' | 'volumes'> {
  const { state } = cluster;
  return {
    cluster: state.name,
    scope: state.scope,
    nodes: state.nodes.map(({ name, up, affinity }) => ({ name, up, affinity })),
    lifs: state.lifs.map((lif) => ({
      name: lif.name,
      type: lif.type,
      svm: lif.svm,
      node: lif.node,
      up: cluster.hostOf(lif) !== undefined,
      addresses: addressesOf(lif.name),
    })),
    volumes: state.volumes.map((volume) => ({
      path: volumePath(volume),
      node: cluster.ownerOf(volume)?.name,
      moving: cluster.isMoving(volume),
      directory: directoryOf(volume),
    })),
  };
}
