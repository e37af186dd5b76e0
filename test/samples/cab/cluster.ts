import type { BodyOf } from '../../../src/protocol';

/** The key under which the made-up cluster tells where something is; named so that nobody takes it for ONTAP's own. */
export const AFFINITY_KEY = 'X-SIM-AFFINITY';

/** Opaque tokens, so that a DMA has to compare them and cannot read them. */
export const NODES = { 'cluster1-01': '7f3a91d2c05e44c1', 'cluster1-02': 'b20e6f77a3181d94' } as const;
export type NodeName = keyof typeof NODES;

/** Addresses of the cluster's LIFs; which type each has, no message tells. */
export const LIFS = {
  clusterManagement: '192.0.2.50',
  nodeManagement1: '192.0.2.51',
  nodeManagement2: '192.0.2.52',
  intercluster1: '192.0.2.61',
  intercluster2: '192.0.2.62',
  dataVs1: '198.51.100.20',
} as const;

export const DMA = '192.0.2.9';

/** What a name service says of the addresses. */
export const NAMES: Readonly<Record<string, string>> = {
  [DMA]: 'backup.example.net',
  [LIFS.clusterManagement]: 'cluster1.example.net',
  [LIFS.nodeManagement1]: 'cluster1-01.example.net',
  [LIFS.intercluster1]: 'cluster1-01-ic.example.net',
  [LIFS.intercluster2]: 'cluster1-02-ic.example.net',
  [LIFS.dataVs1]: 'vs1.example.net',
};

export interface Volume {
  path: string;
  node: NodeName;
  gigabytes: bigint;
}

const GIB = 1n << 30n;

/** The volumes before `/vs1/vol1` moves. */
export const VOLUMES: readonly Volume[] = [
  { path: '/vs1/vol1', node: 'cluster1-01', gigabytes: 40n },
  { path: '/vs1/home', node: 'cluster1-01', gigabytes: 120n },
  { path: '/vs1/db', node: 'cluster1-02', gigabytes: 300n },
  { path: '/vs2/projects', node: 'cluster1-02', gigabytes: 80n },
];

export function moved(path: string, node: NodeName): Volume[] {
  return VOLUMES.map((volume) => (volume.path === path ? { ...volume, node } : volume));
}

type Pair = { name: string; value: string };

/** The pair that tells a node, where the server gives it. */
function affinity(node: NodeName, given: boolean, key = AFFINITY_KEY): Pair[] {
  return given ? [{ name: key, value: NODES[node] }] : [];
}

export function fsInfo(volumes: readonly Volume[], given: boolean): BodyOf<'NDMP_CONFIG_GET_FS_INFO', 4, 'reply'> {
  const list = volumes.map(({ path, node, gigabytes }) => ({
    unsupported: 0,
    fs_type: 'WAFL',
    fs_logical_device: path,
    fs_physical_device: '',
    total_size: gigabytes * GIB,
    used_size: (gigabytes * GIB * 3n) / 5n,
    avail_size: (gigabytes * GIB * 2n) / 5n,
    total_inodes: gigabytes * 30_000n,
    used_inodes: gigabytes * 9_000n,
    fs_env: [{ name: 'TYPE', value: 'dump,smtape' }, ...affinity(node, given)],
    fs_status: 'online',
  }));
  return { error: 0, fs_info: list };
}

/** The one drive, under the names of a device that does not rewind at closing. */
export function tapeInfo(given: boolean, visible = true): BodyOf<'NDMP_CONFIG_GET_TAPE_INFO', 4, 'reply'> {
  const devices = ['nrst0l', 'nrst0a'].map((device) => ({
    device,
    attr: 4,
    capability: [
      { name: 'EXECUTE_CDB', value: 'b' },
      { name: 'SERIAL_NUMBER', value: 'SIM0000231' },
      ...affinity('cluster1-01', given),
    ],
  }));
  return { error: 0, tape_info: visible ? [{ model: 'LTO-8 (simulated)', caplist: devices }] : [] };
}

export function scsiInfo(given: boolean, visible = true): BodyOf<'NDMP_CONFIG_GET_SCSI_INFO', 4, 'reply'> {
  const capability = [{ name: 'SERIAL_NUMBER', value: 'SIMLIB01' }, ...affinity('cluster1-01', given)];
  const caplist = [{ device: 'mc0', attr: 0, capability }];
  return { error: 0, scsi_info: visible ? [{ model: 'Library 24 slots (simulated)', caplist }] : [] };
}

export function hostInfo(node: NodeName): BodyOf<'NDMP_CONFIG_GET_HOST_INFO', 4, 'reply'> {
  const hostid = node === 'cluster1-01' ? '4082367489' : '4082367490';
  return { error: 0, hostname: node, os_type: 'NetApp', os_vers: 'NetApp Release 9.14.1 (simulated)', hostid };
}

export const SERVER_INFO: BodyOf<'NDMP_CONFIG_GET_SERVER_INFO', 4, 'reply'> = {
  error: 0,
  vendor_name: 'NetApp',
  product_name: 'ONTAP NDMP (simulated)',
  revision_number: '0.0',
  auth_type: [2],
};

export const BUTYPE_INFO: BodyOf<'NDMP_CONFIG_GET_BUTYPE_INFO', 4, 'reply'> = {
  error: 0,
  butype_info: [
    {
      butype_name: 'dump',
      default_env: [
        { name: 'TYPE', value: 'dump' },
        { name: 'LEVEL', value: '0' },
        { name: 'UPDATE', value: 'Y' },
        { name: 'HIST', value: 'N' },
        { name: 'DIRECT', value: 'N' },
      ],
      // file lists, direct access, increments, UTF-8 names, history by directory and node
      attrs: 0x5fe,
    },
    { butype_name: 'smtape', default_env: [{ name: 'TYPE', value: 'smtape' }], attrs: 0x020 },
  ],
};

/** Classes and versions that the cluster offers: snapshot management, IPv6 addresses, Cluster Aware Backup. */
export const EXTENSIONS: BodyOf<'NDMP_CONFIG_GET_EXT_LIST', 4, 'reply'> = {
  error: 0,
  class_list: [
    { class_id: 0x2050, versions: [3] },
    { class_id: 0x2051, versions: [1] },
    { class_id: 0x2052, versions: [1] },
  ],
};

export const TCP = 1;
export const LOCAL = 0;
export const TCP_IPV6 = 0x20510004;
