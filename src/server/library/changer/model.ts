import type { ScsiResult } from '../../scsi/target';
import type { UnitAttentions } from '../../scsi/unitAttention';
import type { LibraryLayout } from '../model';
import type { Robot } from '../robot';
import type { Cdb } from './cdb';
import type { ElementState } from './elementStatus';
import type { Locks } from './locks';
import type { TapeAlertFlag } from './logPages';

/** The library as its changer's commands see it. */
export interface ChangerParts {
  readonly layout: LibraryLayout;
  readonly serial: string;
  readonly robot: Robot;
  readonly locks: Locks;
  readonly attentions: UnitAttentions;
  /** The operator has the door open: nothing can be moved. */
  isDoorOpen(): boolean;
  /** Every element, by address. */
  elements(): ElementState[];
  /** TapeAlert flags since they were last told. */
  takeAlerts(): ReadonlySet<TapeAlertFlag>;
}

/** A command on its way through a changer. */
export interface CommandCall {
  readonly cdb: Cdb;
  readonly dataOut: Uint8Array;
  readonly initiator: number;
  readonly parts: ChangerParts;
}

/** A command that a changer knows. */
export interface ChangerCommand {
  readonly code: number;
  readonly name: string;
  /** For each byte of the block the bits that the command uses; others have to be zero. */
  readonly usage: readonly number[];
  /** Served although the door is open. */
  readonly whileDoorOpen?: true;
  /** Served although another initiator has reserved the unit. */
  readonly despiteReservation?: true;
  /** Nothing: it went well and brings no data. Throws CheckCondition. */
  readonly run: (call: CommandCall) => ScsiResult | void | Promise<ScsiResult | void>;
}
