import type { NdmpVersion } from '../protocol';
import type { RequestFailure } from './failure';
import type { ScsiTarget } from './scsi/target';
import type { Endpoint, ServerSession, SessionUser } from './session/session';
import type { TapeDrive } from './tape/drive';

/** 0 NONE, 1 TEXT, 2 MD5. */
export type AuthType = 0 | 1 | 2;

export interface EnvironmentPair {
  name: string;
  value: string;
}

/** CONFIG_GET_HOST_INFO. */
export interface HostInfo {
  hostname: string;
  osType: string;
  osVersion: string;
  hostId: string;
}

/** CONFIG_GET_SERVER_INFO. */
export interface ProductInfo {
  vendor: string;
  product: string;
  revision: string;
}

/** One entry of CONFIG_GET_FS_INFO. Sizes in bytes; undefined: not known. */
export interface FileSystemInfo {
  type: string;
  logicalDevice: string;
  physicalDevice: string;
  totalSize?: bigint;
  usedSize?: bigint;
  availableSize?: bigint;
  totalInodes?: bigint;
  usedInodes?: bigint;
  environment: EnvironmentPair[];
  status: string;
}

/** One entry of CONFIG_GET_TAPE_INFO or CONFIG_GET_SCSI_INFO. */
export interface DeviceInfo {
  model: string;
  capabilities: { device: string; attributes: number; capability: EnvironmentPair[] }[];
}

/** One entry of CONFIG_GET_BUTYPE_INFO; `attributes` by the bits of the version (protocol facts 4.10). */
export interface BackupTypeInfo {
  name: string;
  defaults: EnvironmentPair[];
  attributes: { v2: number; v3: number; v4: number };
}

export interface ExtensionClass {
  classId: number;
  versions: number[];
}

/** A directory tree that may be backed up and recovered into. */
export interface ServedTree {
  /** As clients name it, such as /vs1/vol1. */
  readonly name: string;
  /** Absolute path of the directory; nothing outside it is ever touched. */
  readonly directory: string;
  /** Nothing may be recovered into it. */
  readonly readOnly?: boolean;
}

/** A path of a client, resolved: `inside` is relative to the tree, '' for the tree itself, without '.', '..' and '//'. */
export interface ServedPath {
  tree: ServedTree;
  inside: string;
}

/** What of the server one control connection is shown and may use. */
export interface SystemView {
  /** The control connection is about to greet its client: how the system reaches it from its own side, such as for log messages. */
  attached?(session: ServerSession): void;
  /** Versions that CONNECT_OPEN takes. */
  readonly versions: readonly NdmpVersion[];
  readonly host: HostInfo;
  readonly product: ProductInfo;
  readonly authTypes: readonly AuthType[];
  /** The password of a user who may log in here; undefined for others. NONE: whether it is allowed says {@link authTypes}. */
  passwordOf(user: string): string | undefined;
  loggedIn(user: SessionUser): void;
  /** Data connection types, by AddressType. */
  connectionTypes(): readonly number[];
  fileSystems(): Promise<FileSystemInfo[]>;
  tapes(): DeviceInfo[];
  changers(): DeviceInfo[];
  /** Throws a RequestFailure NO_DEVICE. */
  tape(device: string): TapeDrive;
  /** Throws a RequestFailure NO_DEVICE. */
  scsi(device: string): ScsiTarget;
  /** The tree that a client's path lies in; undefined when it lies in none that this connection may use. */
  resolve(path: string): ServedPath | undefined;
  /** Extensions that can be selected (v4). */
  extensions(): readonly ExtensionClass[];
  /** The client selected extensions with SET_EXT_LIST. */
  select(extensions: readonly { classId: number; version: number }[]): void;
  /** CAB_DATA_CONN_PREPARE: the data connection that comes next is for this; throws a RequestFailure. */
  prepare?(order: { addressType: number; backupType: string; environment: readonly EnvironmentPair[] }): void;
  /** Asked before DATA_LISTEN and DATA_CONNECT, such as for what was prepared; throws a RequestFailure. */
  checkDataConnection?(request: 'listen' | 'connect', addressType: number): void;
  /** Asked before DATA_START_*; throws a RequestFailure. */
  checkStart?(path: ServedPath, environment: readonly EnvironmentPair[]): void;
  /** The numeric address that a data connection listens on and goes out from; 'data' server or 'mover'. */
  dataAddress(service: 'data' | 'mover', family: 4 | 6): string;
  /** Where dump levels of a tree are remembered: a directory of the server's own. */
  dumpRecords(tree: ServedTree): string;
  /** Every message in its order, for debug logs; payloads without record marks. Secrets are still in them. */
  traced?(fromServer: boolean, payload: Uint8Array, milliseconds: number): void;
  /** The connection is gone. */
  closed?(): void;
}

/** A server's world: what it offers, to whom, at which address. */
export interface ServedSystem {
  connect(connection: { client: Endpoint; server: Endpoint; secure: boolean; id: number }): SystemView | RequestFailure;
}
