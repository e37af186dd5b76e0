import type { LifType } from '../../protocol';

/** Names of the data SVMs; the cluster's own (admin) SVM has the name of the cluster. */
export interface LabNode {
  name: string;
  up: boolean;
  /** Opaque: clients compare it and cannot read it. */
  affinity: string;
  hostId: string;
}

export interface LabVolume {
  svm: string;
  name: string;
  /** The node that owns it while all nodes are up. */
  node: string;
}

/** A logical interface: where a control connection ends. */
export interface LabLif {
  name: string;
  type: LifType;
  /** The SVM it belongs to: the cluster's own but for data LIFs. */
  svm: string;
  home: string;
  /** The node that hosts it now. */
  node: string;
}

/** A drive of the shared library, by its place in the library, and the node it is attached to. */
export interface LabDrive {
  number: number;
  node: string;
}

/** SVM-scoped: LIFs, roles and CAB as ONTAP's default has them. Node-scoped: every LIF shows its node, without CAB. */
export type LabScope = 'svm' | 'node';

/** All of the cluster that outlives a restart; `cluster.json` in the lab's folder. */
export interface ClusterState {
  format: 1;
  name: string;
  scope: LabScope;
  nodes: LabNode[];
  svms: string[];
  volumes: LabVolume[];
  lifs: LabLif[];
  drives: LabDrive[];
  /** The node that the media changer is attached to. */
  changerNode: string;
}

/** A cluster's own users and those of one SVM; `svm` is undefined for the cluster's. */
export interface LabUser {
  name: string;
  role: 'cluster' | 'svm';
  svm: string | undefined;
  password: string;
}

/** `/vs1/vol1`. */
export function volumePath({ svm, name }: LabVolume): string {
  return `/${svm}/${name}`;
}
