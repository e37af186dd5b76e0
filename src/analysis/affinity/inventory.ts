/**
 * What a set of control connections told about a server or cluster, as plain data: a capture's reader fills it
 * (readInventory.ts), and the answers of a live server fill it just as well. Strings are as they came: bytes from outside,
 * shortened to `MAX_TEXT`, never to be shown without escaping.
 */

export const MAX_TEXT = 4096;

/** Row of the capture, -1 where the inventory comes from elsewhere. */
export type RowNumber = number;

export interface NamedValue {
  name: string;
  value: string;
}

/** A volume, tape device or changer as a server lists it. */
export interface ListedItem {
  name: string;
  /** Model of a device, file system type of a volume. */
  model: string;
  /** `fs_env` of a volume, `capability` of a device. */
  pairs: NamedValue[];
  /** Bytes of a volume, where the server says. */
  totalBytes?: number;
  usedBytes?: number;
  status?: string;
}

export type ListKind = 'volumes' | 'tapes' | 'changers';

/** One answer to CONFIG_GET_FS_INFO, GET_TAPE_INFO or GET_SCSI_INFO. */
export interface Listing {
  kind: ListKind;
  row: RowNumber;
  /** Error of the reply, 0 for none. */
  error: number;
  items: ListedItem[];
  /** Items beyond those kept. */
  dropped: number;
}

export interface ExtensionClass {
  id: number;
  versions: number[];
}

interface Exchange {
  /** Request, and reply (-1 where there is none). */
  row: RowNumber;
  replyRow: RowNumber;
  /** Error of the reply, of its header or body; undefined where there is no reply. */
  error: number | undefined;
}

export interface GetExtensions extends Exchange {
  kind: 'get-extensions';
  classes: ExtensionClass[];
}

/** `A`: as the draft lays it out; `B`: as the reply to GET_EXT_LIST, which some programs send; `unreadable`: neither. */
export type SelectionForm = 'A' | 'B' | 'unreadable';

export interface SetExtensions extends Exchange {
  kind: 'set-extensions';
  form: SelectionForm;
  classes: ExtensionClass[];
}

/** NDMP_CAB_DATA_CONN_PREPARE. */
export interface Prepare extends Exchange {
  kind: 'prepare';
  /** First word of the body: an address type (inferred). */
  addrType: number;
  backupType: string;
  /** FILESYSTEM of its environment. */
  path: string | undefined;
  /** Bytes after the error of the reply, whose meaning is not publicly documented; at most 64 of them. */
  rest: Uint8Array;
  restLength: number;
}

/** Data or mover listens or connects. */
export interface Join extends Exchange {
  kind: 'join';
  what: 'DATA_LISTEN' | 'DATA_CONNECT' | 'MOVER_LISTEN' | 'MOVER_CONNECT';
  addrType: number;
  /** `10.0.0.5:1024`, where there is one. */
  address: string | undefined;
  /** Log messages that the server posted between request and reply. */
  logs: { row: RowNumber; text: string }[];
}

/** DATA_START_BACKUP, START_RECOVER, START_RECOVER_FILEHIST. */
export interface Start extends Exchange {
  kind: 'start';
  operation: 'backup' | 'recover' | 'recover file history';
  path: string | undefined;
}

/** TAPE_OPEN of a drive, SCSI_OPEN of a changer. */
export interface OpenDevice extends Exchange {
  kind: 'open';
  changer: boolean;
  device: string;
}

export type Step = GetExtensions | SetExtensions | Prepare | Join | Start | OpenDevice;
export type StepKind = Step['kind'];

/** One control connection and everything told on it. */
export interface ControlConnection {
  /** Number of the connection in its source, from 0. */
  id: number;
  /** Address that the DMA connected to: the LIF. */
  address: string;
  port: number;
  /** Name of that address in the capture's name resolution. */
  addressName: string | undefined;
  firstRow: RowNumber;
  /** Seconds since 1970 of its first message. */
  seconds: number;
  /** Its beginning was seen and no bytes are missing: what was not seen was not said. */
  whole: boolean;
  host: { name: string; osType: string; osVersion: string; hostId: string; row: RowNumber } | undefined;
  product: { vendor: string; name: string; revision: string; row: RowNumber } | undefined;
  login: { user: string; kind: string; accepted: boolean; row: RowNumber } | undefined;
  connectionTypes: { types: number[]; row: RowNumber } | undefined;
  listings: Listing[];
  /** In the order of time. */
  steps: Step[];
}

export interface Inventory {
  connections: ControlConnection[];
  /** Connections beyond those kept. */
  dropped: number;
  /** Comments of the capture file: who made it. */
  comments: string[];
}
