import type { LifType } from '../../protocol';

/**
 * What the simulated cluster says and does where nothing is publicly known about ONTAP. Every value here is a choice of
 * ours and no claim about ONTAP: `confirmed` is false for all of them, and what the cluster answers says "simulated".
 */
export const LAB_PROFILE = {
  confirmed: false,
  vendor: 'NetApp',
  product: 'ONTAP NDMP (simulated)',
  osType: 'NetApp',
  osVersion: 'NetApp Release 9.14.1 (simulated by NDMP Workbench)',
  /** Named so that nobody takes it for ONTAP's own: the real name of the pair is not publicly documented. */
  affinityKey: 'X-SIM-AFFINITY',
  fileSystemType: 'WAFL',
  /** Classes and versions of CONFIG_GET_EXT_LIST. Messages of 0x2050 (snapshot management) are answered NOT_SUPPORTED. */
  extensions: { snapshots: [3], ipv6: [1], cab: [1] },
  /** Roles of LIFs that carry data with CAB, best first (`-preferred-interface-role`). */
  preferredRoles: {
    cluster: ['intercluster', 'cluster-management', 'node-management'],
    svm: ['intercluster', 'data'],
  },
  /** Errors where ONTAP's are not publicly documented. */
  errors: {
    /** Another address type than the prepared one, no preparation at all, another volume than the prepared one. */
    precondition: 'PRECONDITION',
    /** A volume that is not seen over this LIF is prepared. */
    unknownVolume: 'ILLEGAL_ARGS',
    /** An address type that this LIF does not offer. */
    addressType: 'ILLEGAL_ARGS',
    /** No LIF of a permitted role on the node that owns the volume; LOCAL between two nodes. */
    noWay: 'CONNECT',
    /** As many backups and restores run as may. */
    tooMany: 'NO_MEM',
    /** A backup or restore begins while the volume changes nodes. */
    transitional: 'BAD_FILE',
  },
  texts: {
    listenPrecondition: 'DATA LISTEN: CAB data connection prepare precondition error',
    connectPrecondition: 'DATA CONNECT: CAB data connection prepare precondition error',
    tooManyDumps: (most: number) => `Maximum number of allowed dumps or restores (${most}) in progress`,
    tooManySessions: (most: number) => `Maximum number of NDMP sessions (${most}) in use`,
    transitional: 'Volume is temporarily in a transitional state',
  },
  /** NDMP sessions, and backups and restores among them, at a time: ONTAP's for a system with 24 GB of memory and more. */
  limits: { sessions: 36, dumps: 32 },
  /** Seconds of a volume move in which no backup of the volume may begin. */
  cutoverSeconds: 3,
} as const satisfies {
  confirmed: false;
  preferredRoles: Record<'cluster' | 'svm', readonly LifType[]>;
  [name: string]: unknown;
};
