import type { TcpFlow } from '../../session/messageIndex';
import type { AnalysisSource } from '../analysis';
import type { Job } from '../jobs/model';

/** The data connection of a job as its packets show it, with its ends by what they are. */
export interface DataFlow {
  flow: TcpFlow;
  /** Which end of the TCP connection the data server is. */
  dataSide: 'client' | 'server';
  /** Payload bytes a bucket, in the direction of the backup stream. */
  stream: number[];
  sender: 'data server' | 'mover';
  /** Stream bytes that were sent more than once. */
  repeated: number;
}

/** Undefined where the capture does not hold the packets, or does not tell which end is which. */
export function dataFlow({ info }: AnalysisSource, { link, operation }: Job): DataFlow | undefined {
  const flow = link?.flow === undefined ? undefined : info.flows[link.flow];
  if (link === undefined || flow === undefined) return undefined;
  const sender = operation === 'backup' ? 'data server' : 'mover';
  const [toServer, toClient] = flow.bytes;
  const senderSide = link.listener === 'unknown' ? (toServer >= toClient ? 'client' : 'server') : sideOf(link, sender);
  const other = senderSide === 'client' ? 'server' : 'client';
  return {
    flow,
    sender,
    dataSide: sender === 'data server' ? senderSide : other,
    stream: senderSide === 'client' ? flow.rate.toServer : flow.rate.toClient,
    repeated: flow.repeated[senderSide === 'client' ? 0 : 1],
  };
}

function sideOf({ listener }: NonNullable<Job['link']>, sender: DataFlow['sender']): 'client' | 'server' {
  const listens = sender === 'data server' ? listener === 'data server' : listener !== 'data server';
  return listens ? 'server' : 'client';
}
