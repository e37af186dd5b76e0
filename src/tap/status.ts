import type { ConnectionKind } from './model';

/** Bytes or messages by direction. */
export interface EachWay {
  toTarget: number;
  toClient: number;
}

/** How TLS is dealt with on a connection: opened on a hop, passed through unopened, or not there. */
export interface TlsStatus {
  /** Version and cipher suite of the hop to the client, such as 'TLSv1.3 TLS_AES_256_GCM_SHA384'. */
  client?: string;
  target?: string;
  passedThrough?: true;
}

export interface ConnectionStatus {
  id: number;
  kind: ConnectionKind;
  /** address:port */
  client: string;
  target: string;
  /** Milliseconds since 1970. */
  opened: number;
  closed?: number;
  /** How it ended: 'closed', 'broken off by the client', 'cut by a fault'. */
  end?: string;
  bytes: EachWay;
  messages: EachWay;
  version?: number;
  tls: TlsStatus;
  /** Such as 'NDMP_DATA_GET_STATE reply'. */
  lastMessage?: { name: string; at: number };
}

export interface RecordingStatus {
  /** The file that is written at the moment. */
  path: string;
  bytes: number;
  /** All files of it that are there, the present one last. */
  files: string[];
  /** Whether it goes on. */
  isOpen: boolean;
  /** Whether it is over because it could be written no more. */
  hasFailed: boolean;
}

/** What `status` of the control socket answers. */
export interface TapStatus {
  /** Addresses that are listened on, really bound. */
  listen: string[];
  target: string;
  /** Milliseconds since 1970. */
  since: number;
  recording?: RecordingStatus;
  /** Clients that were not let in, or could not be led on. */
  refused: number;
  /** Bytes a second of the last seconds. */
  rate: EachWay;
  /** Open ones, and the last that closed. */
  connections: ConnectionStatus[];
  /** Connections of the past that are not listed any more. */
  forgotten: number;
  rewriting: boolean;
  faults: { id: number; text: string; hits: number }[];
  warnings: string[];
}
