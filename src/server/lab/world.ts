import type { AuthType } from '../system';
import type { ScsiTarget } from '../scsi/target';
import type { TapeDrive } from '../tape/drive';
import type { NdmpVersion } from '../../protocol';
import type { Cluster } from './cluster';
import type { DebugLog } from './debugLog/debugLog';
import type { LabUser } from './model';
import type { LabSessions } from './sessions';

/** A drive of the library as the lab's nodes see it. */
export interface LabBay {
  drive: TapeDrive;
  serial: string;
}

/** All that control connections of the lab share. */
export interface LabWorld {
  readonly cluster: Cluster;
  readonly users: readonly LabUser[];
  /** By their numbers. */
  readonly bays: readonly LabBay[];
  readonly changer: { target: ScsiTarget; serial: string };
  readonly sessions: LabSessions;
  readonly log: DebugLog;
  readonly authTypes: readonly AuthType[];
  readonly versions: readonly NdmpVersion[];
  /** Sessions, and backups and restores, at a time. */
  readonly limits: { sessions: number; dumps: number };
  /** Whether this machine has ::1. */
  readonly hasIpv6: boolean;
  /** Numeric IPv4 address of a LIF, by its name. */
  addressOf(lif: string): string;
  /** Absolute path of a volume's directory. */
  directoryOf(volume: { svm: string; name: string }): string;
  /** Absolute path under which dump levels are remembered. */
  readonly dumpRecords: string;
}
