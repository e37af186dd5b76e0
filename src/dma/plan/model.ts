import type { SetRecord, TapeRecord } from '../catalog/model';
import type { Job, Source } from '../job/model';
import type { DriveState, TapeChoice } from '../media/model';
import type { ServerReport, Variable } from '../query/model';
import type { ServerDefinition } from '../servers/model';

/** What a plan is made from; nothing else has a say. */
export interface PlanInputs {
  job: Job;
  /** The data server, asked afresh. */
  data: ServerReport;
  /** The tape server; the same report where the job names no other. */
  tape: ServerReport;
  /** As the user described them: addresses, networks, whether the drives are this machine's; the changer's where it is another server's. */
  definitions: { data: ServerDefinition; tape: ServerDefinition; changer?: ServerDefinition };
  drives: readonly DriveState[];
  tapes: readonly TapeChoice[];
  /** Complete sets of the job's sources, oldest first. */
  sets: readonly SetRecord[];
  /** Sets of them that did not come to their end: the server may hold them for made all the same. */
  failed: readonly SetRecord[];
  /** Sets, by their ids, that are not whole on tape any more. */
  lost: ReadonlySet<number>;
  /** Which job a source belongs to, by its path, where it belongs to one. */
  owners: ReadonlyMap<string, string>;
  /** Numeric addresses of this machine. */
  ownAddresses: readonly string[];
  /** Numeric addresses of the host names that the definitions mention. */
  resolved: ReadonlyMap<string, readonly string[]>;
  /** Milliseconds since 1970. */
  now: number;
  /** What the user asked for this once. */
  wish: { full?: boolean; level?: number };
}

export interface Decision {
  /** What was decided, such as 'topology'. */
  about: string;
  choice: string;
  why: string;
}

export interface PlannedConnection {
  purpose: 'control' | 'data';
  /** Who opens it, to whom; names of servers, or 'this machine'. */
  from: string;
  to: string;
  /** Addresses and networks it may go to; of a control connection names too. */
  addresses: readonly string[];
  /** Where it may come from; of this machine as far as they are known. */
  fromAddresses: readonly string[];
  /** Port, or undefined where the listening side chooses one. */
  port: number | undefined;
  why: string;
}

export type Path = 'local' | 'three-way' | 'indirect';

export type AddressTypeName = 'LOCAL' | 'TCP' | 'TCP_IPV6';

export interface SourcePlan {
  source: Source;
  path: Path;
  /** Of an indirect one: through a relay of this machine to the tape server's mover, or to a drive of this machine. */
  through: 'relay' | 'own-drive' | undefined;
  /** Which side of the data connection listens; of a relay see `relay`. */
  listener: 'mover' | 'data' | 'this-machine';
  /** Of the data server's end: LOCAL, TCP, TCP_IPV6. */
  addressType: AddressTypeName;
  /** Of a relay: what either server does with its end, and the type of the mover's end. */
  relay: { data: 'connects' | 'listens'; mover: 'connects' | 'listens'; moverAddressType: AddressTypeName } | undefined;
  level: number;
  base: SetRecord | undefined;
  /** Ids of the sets that a restore of this one needs, the full one first: kept as long as this one. */
  chain: readonly number[];
  /** The environment of DATA_START_BACKUP, in order. */
  environment: readonly Variable[];
  type: string;
  /** Whether CAB_DATA_CONN_PREPARE goes ahead of the data connection. */
  prepare: boolean;
  /** Extension classes to select with SET_EXT_LIST, and their versions, at the data server. */
  extensions: readonly { class: number; version: number }[];
  /** The same at the tape server: without CAB a cluster does not show the drives of all its nodes. */
  tapeExtensions: readonly { class: number; version: number }[];
  /** Drives that will do, the best first; the runner takes the first that is free. */
  drives: readonly DriveState[];
  /** Tapes that will do, in the order in which they are filled. */
  tapes: readonly TapeRecord[];
  recordSize: number;
  history: boolean;
  expires: number | undefined;
  decisions: readonly Decision[];
}

export interface PlanStep {
  id: string;
  /** Index in `sources`, or undefined for a step of the whole run. */
  source: number | undefined;
  what: string;
  why: string;
}

export interface BackupPlan {
  job: Job;
  sources: readonly SourcePlan[];
  decisions: readonly Decision[];
  steps: readonly PlanStep[];
  connections: readonly PlannedConnection[];
  warnings: readonly string[];
  /** Why the job cannot run as it is; empty when it can. Each says what to do. */
  refusals: readonly string[];
}
