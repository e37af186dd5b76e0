import { isLocalType } from '../../protocol';
import { refuse } from '../failure';
import type { Cluster } from './cluster';
import type { LabLif, LabVolume } from './model';
import { LAB_PROFILE } from './profile';

/** The LIF on a node that carries data with CAB: the first of the preferred roles that is there. */
export function carrierOn({ state }: Cluster, control: LabLif, node: string): LabLif | undefined {
  const isSvm = control.type === 'data';
  const roles = LAB_PROFILE.preferredRoles[isSvm ? 'svm' : 'cluster'];
  const lifs = state.lifs.filter(
    (each) => each.node === node && (each.type !== 'data' || each.svm === control.svm) && isUp(state, each),
  );
  return roles.map((role) => lifs.find(({ type }) => type === role)).find((found) => found !== undefined);
}

function isUp({ nodes }: Cluster['state'], { node }: LabLif): boolean {
  return nodes.some(({ name, up }) => up && name === node);
}

/** What CAB_DATA_CONN_PREPARE announced. */
export interface Prepared {
  addressType: number;
  volume: LabVolume;
}

/**
 * Throws when the data connection is not as it was prepared, or has no way to the node that owns the volume.
 * @param tapeNode the node of the drive that this connection has open
 */
export function checkPrepared(
  cluster: Cluster,
  control: LabLif,
  prepared: Prepared | undefined,
  order: { request: 'listen' | 'connect'; addressType: number; tapeNode: string | undefined },
): void {
  const { errors } = LAB_PROFILE;
  if (prepared === undefined) refuse(errors.precondition, 'CAB was selected, and no data connection was prepared');
  if (prepared.addressType !== order.addressType)
    refuse(
      errors.precondition,
      `the data connection was prepared with address type ${prepared.addressType}, and ${order.request} asks for ${order.addressType}`,
    );
  const owner = cluster.ownerOf(prepared.volume);
  if (owner === undefined) refuse(errors.noWay, 'no node that is up owns the volume');
  if (isLocalType(order.addressType)) {
    if (order.tapeNode !== undefined && order.tapeNode !== owner.name)
      refuse(
        errors.noWay,
        `the volume is on ${owner.name} and the drive on ${order.tapeNode}: that is no LOCAL connection`,
      );
  } else if (carrierOn(cluster, control, owner.name) === undefined) {
    refuse(errors.noWay, `no LIF on ${owner.name} has a role that may carry the data`);
  }
}
