/**
 * What NetApp documents about LIFs, CAB and affinity in SVM-scoped mode, as data ("Manage SVM-scoped NDMP mode", the
 * tables "Availability of volumes and tape devices", "NDMP data connection type", "Affinity information", and
 * "User authentication in the SVM-scoped NDMP mode"). Nothing here is read from a capture.
 */

/** The types of LIF that a control connection may end at. */
export type LifType = 'node-management' | 'data' | 'cluster-management' | 'intercluster';

/** `a data LIF`, `an intercluster LIF`. */
export function aLif(lif: LifType): string {
  return `${lif === 'intercluster' ? 'an' : 'a'} ${lif} LIF`;
}

export const LIF_TYPES: readonly LifType[] = ['node-management', 'data', 'cluster-management', 'intercluster'];

/** `node`: on the node hosting the LIF. `svm-node`: of the LIF's SVM and on that node. `svm`: of the LIF's SVM, any node. */
export type VolumeReach = 'node' | 'svm-node' | 'svm' | 'cluster';
export type TapeReach = 'node' | 'none' | 'cluster';
/** As NetApp writes the types of data connections. */
export type DataType = 'LOCAL' | 'TCP' | 'TCP/IPv6';

/** What a control connection at one type of LIF may use. */
export interface LifRow {
  /** Stable, for marking the row: `cluster-management+cab`. */
  id: string;
  lif: LifType;
  cab: boolean;
  volumes: VolumeReach;
  tapes: TapeReach;
  types: readonly DataType[];
}

const NETWORK: readonly DataType[] = ['TCP', 'TCP/IPv6'];
const ANY: readonly DataType[] = ['LOCAL', ...NETWORK];

function row(lif: LifType, cab: boolean, volumes: VolumeReach, tapes: TapeReach, types: readonly DataType[]): LifRow {
  return { id: lifRowId(lif, cab), lif, cab, volumes, tapes, types };
}

export function lifRowId(lif: LifType, cab: boolean): string {
  return `${lif}${cab ? '+cab' : ''}`;
}

/** Eight rows: four types of LIF, each without and with CAB. */
export const LIF_ROWS: readonly LifRow[] = [
  row('node-management', false, 'node', 'node', ANY),
  row('node-management', true, 'node', 'node', ANY),
  row('data', false, 'svm-node', 'none', NETWORK),
  row('data', true, 'svm', 'none', NETWORK),
  row('cluster-management', false, 'node', 'none', NETWORK),
  row('cluster-management', true, 'cluster', 'cluster', ANY),
  row('intercluster', false, 'node', 'node', ANY),
  row('intercluster', true, 'cluster', 'cluster', ANY),
];

/** The row of a LIF type with or without CAB. */
export function lifRow(lif: LifType, cab: boolean): LifRow {
  return LIF_ROWS[LIF_TYPES.indexOf(lif) * 2 + (cab ? 1 : 0)];
}

export const VOLUME_REACH: Readonly<Record<VolumeReach, string>> = {
  node: 'all on the node hosting the LIF',
  'svm-node': "those of the LIF's SVM on the node hosting the LIF",
  svm: "all of the LIF's SVM, on any node",
  cluster: 'all in the cluster',
};

export const TAPE_REACH: Readonly<Record<TapeReach, string>> = {
  node: 'those at the node hosting the LIF',
  none: 'none',
  cluster: 'all in the cluster',
};

/** In whose context a user logs in: a role of the cluster (`admin`, `backup`) or of one SVM (`vsadmin`, `vsadmin-backup`). */
export type UserRole = 'cluster' | 'svm';

export interface RoleRow {
  role: UserRole;
  /** Predefined roles; custom roles with access to `vserver services ndmp` count alike. */
  names: readonly string[];
  lifs: readonly LifType[];
}

/** At which LIFs a user may log in. */
export const ROLE_ROWS: readonly RoleRow[] = [
  { role: 'cluster', names: ['admin', 'backup'], lifs: ['node-management', 'cluster-management', 'intercluster'] },
  { role: 'svm', names: ['vsadmin', 'vsadmin-backup'], lifs: ['data'] },
];

export function mayLogIn(role: UserRole, lif: LifType): boolean {
  return ROLE_ROWS.some((each) => each.role === role && each.lifs.includes(lif));
}

/** How the affinity of a volume compares with the one of a drive. */
export type Relation = 'equal' | 'different' | 'missing';

/** The kinds of way that a pair of volume and drive can go. */
export type Way = 'local' | 'three-way' | 'impossible' | 'unknown';

export interface WayRow {
  id: string;
  lifs: readonly LifType[];
  /** Undefined: with and without. */
  cab: boolean | undefined;
  /** Undefined: whatever the affinities are. */
  relation: Relation | undefined;
  way: Way;
  text: string;
}

const NOT_DATA: readonly LifType[] = ['node-management', 'cluster-management', 'intercluster'];

/** Local or three-way, given that volume and drive can be used at all; the first row that fits holds. */
export const WAY_ROWS: readonly WayRow[] = [
  {
    id: 'data',
    lifs: ['data'],
    cab: undefined,
    relation: undefined,
    way: 'three-way',
    text: 'Over a data LIF a backup is always three-way.',
  },
  {
    id: 'equal',
    lifs: NOT_DATA,
    cab: true,
    relation: 'equal',
    way: 'local',
    text: 'With CAB and equal affinity a LOCAL data connection can join them.',
  },
  {
    id: 'different',
    lifs: NOT_DATA,
    cab: true,
    relation: 'different',
    way: 'three-way',
    text: 'With CAB and different affinities the data goes over TCP or TCP/IPv6.',
  },
  {
    id: 'missing',
    lifs: NOT_DATA,
    cab: true,
    relation: 'missing',
    way: 'unknown',
    text: 'With CAB but without both affinities nothing tells whether the two are on one node; three-way is the safe choice.',
  },
  {
    id: 'same-node',
    lifs: ['node-management', 'intercluster'],
    cab: false,
    relation: undefined,
    way: 'local',
    text: "By NetApp's table such a LIF shows without CAB only what is on its own node, and both are shown here.",
  },
  {
    id: 'no-tapes',
    lifs: ['cluster-management'],
    cab: false,
    relation: undefined,
    way: 'three-way',
    text: 'Without CAB there are no tape devices at a cluster-management LIF, so the drive belongs to another control connection.',
  },
];

/** The row that says how volume and drive can be joined. */
export function wayRow(lif: LifType, cab: boolean, relation: Relation): WayRow {
  const fits = WAY_ROWS.find(
    (each) =>
      each.lifs.includes(lif) &&
      (each.cab ?? cab) === cab &&
      (each.relation === undefined || each.relation === relation),
  );
  return fits ?? WAY_ROWS[0];
}

/** Which LIF carries the data of a three-way backup. */
export const DATA_CARRIER: Readonly<Record<'cab' | 'none', string>> = {
  cab: 'With CAB the data leaves by a LIF on the node that owns the volume, of a role that the SVM lists in -preferred-interface-role; without such a LIF there is no data connection.',
  none: 'Without CAB the data connection uses the same LIF as the control connection.',
};

/** What becomes of increments when a volume has moved. */
export const AFTER_MOVE: Readonly<Record<'cab' | 'none', string>> = {
  cab: 'With CAB increments go on unchanged after a volume move, a takeover or an aggregate relocation.',
  none: 'Without CAB increments go on only if the LIF of the policy is moved to the node that now hosts the aggregate; otherwise a new full backup is needed.',
};

/** What CAB changes at a type of LIF, in sentences; empty where it changes nothing. */
export function cabChanges(lif: LifType): string[] {
  const [without, withCab] = [lifRow(lif, false), lifRow(lif, true)];
  const changes: string[] = [];
  if (without.volumes !== withCab.volumes)
    changes.push(`volumes: ${VOLUME_REACH[withCab.volumes]}, instead of ${VOLUME_REACH[without.volumes]}`);
  if (without.tapes !== withCab.tapes)
    changes.push(`tape devices: ${TAPE_REACH[withCab.tapes]}, instead of ${TAPE_REACH[without.tapes]}`);
  if (without.types.length !== withCab.types.length) changes.push('LOCAL data connections become possible');
  if (lif !== 'data' && changes.length > 0) changes.push('affinity tells which volume and drive can be joined locally');
  return changes;
}
