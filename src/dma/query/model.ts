import type { NdmpVersion } from '../../protocol';

export interface Variable {
  name: string;
  value: string;
}

export interface BackupType {
  name: string;
  /** Attributes by their names without prefix, such as BACKUP_DIRECT, RECOVER_INCREMENTAL, BACKUP_FILE_HISTORY. */
  attributes: readonly string[];
  defaults: readonly Variable[];
}

export interface FileSystem {
  type: string;
  /** Logical device: the path to back up. */
  name: string;
  physicalDevice: string;
  status: string;
  totalSize: bigint | undefined;
  usedSize: bigint | undefined;
  /** Affinity and whatever else the server adds, as it came. */
  environment: readonly Variable[];
  /** Value of the affinity variable, where there is one: equal values mean the same node. */
  affinity: string | undefined;
}

export interface DeviceEntry {
  model: string;
  /** Name for TAPE_OPEN or SCSI_OPEN, unchanged. */
  device: string;
  /** Attribute bits of the list (protocol facts 4.7); 0 where nothing is told. */
  attributes: number;
  capabilities: readonly Variable[];
  affinity: string | undefined;
}

/** Everything that a server tells about itself. What it does not tell, or refuses, is empty, and said in `refused`. */
export interface ServerReport {
  server: string;
  address: string;
  port: number;
  /** Through a secure connection. */
  tls: boolean;
  version: NdmpVersion;
  hostname: string;
  hostId: string;
  osType: string;
  osVersion: string;
  vendor: string;
  product: string;
  revision: string;
  /** none, text, md5; as the server lists them. */
  authTypes: readonly string[];
  /** LOCAL, TCP, TCP_IPV6 …: what CONFIG_GET_CONNECTION_TYPE says; v2: LOCAL and TCP. */
  connectionTypes: readonly string[];
  backupTypes: readonly BackupType[];
  fileSystems: readonly FileSystem[];
  tapes: readonly DeviceEntry[];
  changers: readonly DeviceEntry[];
  /** Extension classes on offer with their versions, and those in force now. */
  extensions: readonly { class: number; versions: readonly number[] }[];
  inForce: readonly { class: number; version: number }[];
  /** What went unanswered: the request and the server's error. */
  refused: readonly { request: string; error: string }[];
  /** What the server is, whatever address it is reached at: tells that two addresses are the same. */
  identity: string;
}
