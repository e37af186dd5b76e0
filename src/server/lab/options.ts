import type { NdmpVersion } from '../../protocol';
import type { TrafficRecorder } from '../../transport';
import type { ServerLimits } from '../limits';
import type { ServerLog } from '../log';
import type { LabScope } from './model';

export interface LabOptions {
  folder: string;
  /** How the command `ndmp` is typed here, for lines to copy; `ndmp` when left out. */
  program?: string;
  /** Of a new lab: 2 to 4 nodes, 1 to 16 drives, which scope. An old one keeps what it has. */
  nodes?: number;
  drives?: number;
  scope?: LabScope;
  /** Port of the LIFs; 0: free ones. */
  port?: number;
  /** Port of NDMP over TLS; undefined: none. */
  securePort?: number;
  /** For all users, instead of the passwords in the folder. */
  password?: string;
  /** Logins in plain text beside MD5. */
  plaintext?: boolean;
  versions?: readonly NdmpVersion[];
  debugLog?: boolean;
  /** Sessions, and backups and restores, at a time; those of the profile when left out. */
  sessions?: number;
  dumps?: number;
  recorder?: TrafficRecorder;
  limits?: Partial<ServerLimits>;
  log: ServerLog;
}
