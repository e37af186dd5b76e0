import type { Role } from '../connections';

/** What a job does. A `session` moves no data through a data server: it queries, labels a tape, drives a changer, fails to log in. */
export type Operation = 'backup' | 'recover' | 'recover file history' | 'copy' | 'session';

/**
 * The way of the data. `local`: data server and mover in one server, without a network between them. `three-way`: from one
 * server to another (or to itself over TCP). `indirect`: to or from the DMA's own mover, which no control connection drives.
 * `none`: no data connection was asked for. `unknown`: the capture does not tell.
 */
export type Topology = 'local' | 'three-way' | 'indirect' | 'none' | 'unknown';

export type Outcome = 'successful' | 'aborted' | 'failed' | 'refused' | 'not seen';

/** A statement with the messages that show it. */
export interface Evidence {
  /** One sentence; bytes from the capture in it are escaped. */
  text: string;
  /** Rows of the index, in the order in which they matter. */
  rows: number[];
}

/** One server that takes part, or the DMA; servers are told apart by their addresses. */
export interface Party {
  /** Empty for the DMA. A server on whose connections neither data, tape nor changer was used has none either. */
  roles: Role[];
  dma: boolean;
  /** The name it gives itself (CONFIG_GET_HOST_INFO), or by which the capture knows its address. Escaped. */
  name: string | undefined;
  /** `10.0.0.5:10000` of a server, the address alone of the DMA. */
  address: string;
  /** Control connections of the job that end here; for the DMA all of them. */
  connections: number[];
}

/** The rows of one control connection that belong to a job. */
export interface Span {
  connection: number;
  fromRow: number;
  /** The last one. */
  toRow: number;
}

/** The connection over which data and mover exchange the backup stream. */
export interface DataLink {
  kind: 'local' | 'tcp' | 'tcp6' | 'other';
  /** `10.0.0.6:39120` of the side that listens; undefined for a local one. */
  address: string | undefined;
  listener: 'data server' | 'mover' | 'DMA' | 'unknown';
  /** Replies and requests that tell its address. */
  rows: number[];
  /** Place in `CaptureInfo.flows`, where the capture holds its packets. */
  flow: number | undefined;
  /** Stream bytes: counted from its packets, else as the data server or the mover says; undefined when nobody tells. */
  bytes: number | undefined;
  bytesFrom: 'packets' | 'data server' | 'mover' | undefined;
}

/** What one or more control connections did together. Plain data: it crosses to other threads. */
export interface Job {
  /** From 0, in the order of the first rows. */
  id: number;
  operation: Operation;
  /** `Three-way backup of /vol/vol1, level 0`, `Changer session`. Escaped. */
  title: string;
  topology: Topology;
  /** Why the topology is told to be so. */
  topologyWhy: Evidence;
  /** Backup type such as `dump`, '' when there is none. Escaped, like `path` and `level`. */
  type: string;
  /** FILESYSTEM (or PREFIX) of a backup; where a recovery goes. */
  path: string;
  level: string;
  outcome: Outcome;
  /** What decided the outcome. */
  outcomeWhy: Evidence;
  /** The DMA first, then servers in the order of appearance. */
  parties: Party[];
  /** Of every connection that takes part; a connection that runs several jobs one after the other is cut between them. */
  spans: Span[];
  /** First and last row of all spans. */
  firstRow: number;
  lastRow: number;
  /** The request that starts the data operation and the post (or state reply) that ends it; -1 where there is none. */
  startRow: number;
  endRow: number;
  /** Connections by what they are here; -1 where there is none. One that does both is in both. */
  dataConnection: number;
  tapeConnection: number;
  changerConnection: number;
  link: DataLink | undefined;
  /** False where the capture begins after, or ends before, the job does. */
  startSeen: boolean;
  endSeen: boolean;
}
