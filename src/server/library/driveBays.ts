import { messageOf } from '../../transport/messageOf';
import type { ServerLog } from '../log';
import { refuseCommand } from '../scsi/sense';
import { openCartridge, type Cartridge } from '../tape/virtual/cartridge';
import type { DriveBay } from './model';

/** Takes back what a step did. */
export type Undo = () => Promise<unknown>;

/** The drives as the robot meets them: places to which a cartridge goes only by being loaded. */
export class DriveBays {
  constructor(
    private readonly bays: readonly DriveBay[],
    private readonly log: ServerLog | undefined,
  ) {}

  at(element: number): DriveBay | undefined {
    return this.bays.find((bay) => bay.element === element);
  }

  /** Whether a drive holds its cartridge fast: a connection has it open, or was told to prevent the removal. */
  isLocked(element: number): boolean {
    const drive = this.at(element)?.drive;
    return drive !== undefined && (drive.isOpen || drive.removalPrevented);
  }

  /** Has the drive at an element, if it is one, give its cartridge out. */
  async eject(element: number): Promise<Undo> {
    const bay = this.at(element);
    if (!bay) return nothing;
    let cartridge: Cartridge | undefined;
    try {
      cartridge = await bay.drive.eject();
    } catch (problem) {
      this.log?.write('error', `drive ${bay.device} does not give its cartridge out: ${messageOf(problem)}`);
      refuseCommand('LOAD_OR_EJECT_FAILED');
    }
    return cartridge ? () => bay.drive.load(cartridge) : nothing;
  }

  /** Has the drive at an element, if it is one, take a cartridge in; one that it cannot read it reports by itself. */
  async load(element: number, folder: string): Promise<Undo> {
    const bay = this.at(element);
    if (!bay) return nothing;
    try {
      await bay.drive.load(await openCartridge(folder));
    } catch (problem) {
      this.log?.write('error', `drive ${bay.device} does not take the cartridge ${folder}: ${messageOf(problem)}`);
      refuseCommand('MEDIUM_LOAD_FAILED');
    }
    return () => bay.drive.eject();
  }
}

const nothing: Undo = () => Promise.resolve();
