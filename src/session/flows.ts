import { RATE_BUCKETS } from '../capture/traffic';
import type { TcpConnection, TcpDirection } from '../capture/tcpConnection';
import type { Connection, Endpoint, TcpFlow } from './messageIndex';

/** The traffic of TCP connections as plain data, seen from their clients. */
export function describeFlows(tcp: readonly TcpConnection[], ndmp: ReadonlyMap<TcpConnection, Connection>): TcpFlow[] {
  return tcp.flatMap((each) => {
    const flow = describeFlow(each, ndmp.get(each));
    return flow ? [flow] : [];
  });
}

function describeFlow(tcp: TcpConnection, ndmp: Connection | undefined): TcpFlow | undefined {
  const { traffic } = tcp;
  if (traffic === undefined) return undefined;
  const client = clientSide(tcp, ndmp);
  const server = client === 0 ? 1 : 0;
  return {
    client: endpointOf(tcp.directions[client]),
    server: endpointOf(tcp.directions[server]),
    connection: ndmp?.id,
    from: traffic.from,
    to: traffic.to,
    firstFrame: tcp.firstFrame,
    packets: tcp.packets,
    bytes: [traffic.fresh[client], traffic.fresh[server]],
    repeated: [traffic.repeated[client], traffic.repeated[server]],
    zeroWindows: traffic.closedWindows.map(({ side, from, to, frame }) => ({
      side: side === client ? 'client' : 'server',
      from,
      to,
      frame,
    })),
    stalls: traffic.stalls.map(({ side, from, to }) => ({ side: side === client ? 'client' : 'server', from, to })),
    ended: tcp.ended,
    rate: {
      from: traffic.from,
      width: traffic.width,
      toServer: bucketsOf(traffic.rate, client),
      toClient: bucketsOf(traffic.rate, server),
    },
  };
}

/** The side that connects: as NDMP tells, else by the handshake, else the one with the higher port. */
function clientSide({ directions, opener }: TcpConnection, ndmp: Connection | undefined): 0 | 1 {
  const [a, b] = directions;
  if (ndmp) return a.sourcePort === ndmp.client.port && a.sourceAddress === ndmp.client.address ? 0 : 1;
  if (opener) return opener === a ? 0 : 1;
  return a.sourcePort >= b.sourcePort ? 0 : 1;
}

function endpointOf({ sourceAddress, sourcePort }: TcpDirection): Endpoint {
  return { address: sourceAddress, port: sourcePort };
}

/** The buckets of a side up to the last one that has bytes of any side. */
function bucketsOf(rate: Float64Array, side: 0 | 1): number[] {
  let used = RATE_BUCKETS;
  while (used > 0 && rate[used - 1] === 0 && rate[RATE_BUCKETS + used - 1] === 0) used--;
  return [...rate.subarray(side * RATE_BUCKETS, side * RATE_BUCKETS + used)];
}
