import { createServer } from 'node:net';
import type { ClusterState, LabLif } from './model';

/** Where a LIF's control connections end. */
export interface LifAddress {
  host: string;
  /** 0: any free one. */
  port: number;
}

/** The first two bytes of all LIFs' addresses. */
const NETWORK = '127.77';

/** Whether a socket can be bound to an address of this machine. */
export function canBind(host: string): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(false));
    probe.listen({ host, port: 0 }, () => probe.close(() => resolve(true)));
  });
}

/**
 * Gives each LIF a loopback address of its own, all with the same port. Systems that have no more than 127.0.0.1 (macOS
 * without further set-up) get that one, with a port for each LIF.
 * @param port of all LIFs, or of the first
 * @param isOurs whether this machine has an address
 */
export async function addressLifs(
  state: ClusterState,
  port: number,
  isOurs: (host: string) => Promise<boolean> = canBind,
): Promise<ReadonlyMap<string, LifAddress>> {
  const own = state.lifs.map((lif): [string, LifAddress] => [lif.name, { host: ownAddress(state, lif), port }]);
  if (await isOurs(own[0][1].host)) return new Map(own);
  return new Map(own.map(([name], at) => [name, { host: '127.0.0.1', port: port === 0 ? 0 : port + at }]));
}

/** 127.77.0.10 cluster-management, .11 … node-management, .21 … intercluster; 127.77.1.1 … data LIFs of the first SVM. */
function ownAddress({ nodes, svms }: ClusterState, { type, svm, home }: LabLif): string {
  const node = nodes.findIndex(({ name }) => name === home) + 1;
  switch (type) {
    case 'cluster-management':
      return `${NETWORK}.0.10`;
    case 'node-management':
      return `${NETWORK}.0.${10 + node}`;
    case 'intercluster':
      return `${NETWORK}.0.${20 + node}`;
    case 'data':
      return `${NETWORK}.${svms.indexOf(svm) + 1}.${node}`;
  }
}
