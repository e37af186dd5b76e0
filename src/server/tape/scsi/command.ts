import type { ScsiCommand, ScsiResult } from '../../scsi/target';
import type { Deck } from '../virtual/deck';
import type { DriveMechanism } from './mechanism';

/** A command on its way through a drive. */
export interface DriveCommand extends ScsiCommand {
  initiator: number;
  drive: DriveMechanism;
  /** The threaded tape; commands that need one are only called with one. */
  deck: Deck;
}

/** What carries out a command; throws CheckCondition, and RequestFailure where files fail. */
export type CommandHandler = (command: DriveCommand) => ScsiResult | Promise<ScsiResult>;

export interface CommandEntry {
  /** `medium`: a threaded tape; `writable`: one that is not write-protected. */
  needs?: 'medium' | 'writable';
  /** Also for those who do not have the drive while somebody else has. */
  shared?: true;
  handle: CommandHandler;
}
