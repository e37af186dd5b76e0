import type { ServerLog } from '../log';
import { SENSE } from '../scsi/sense';
import type { ScsiTarget } from '../scsi/target';
import { UnitAttentions } from '../scsi/unitAttention';
import { VirtualDrive } from '../tape/virtual/virtualDrive';
import { Changer } from './changer/changer';
import type { ElementState } from './changer/elementStatus';
import { Locks } from './changer/locks';
import { TapeAlert, type TapeAlertFlag } from './changer/logPages';
import { Contents } from './contents';
import { DriveBays } from './driveBays';
import type { DriveBay, ElementView, LibraryLayout, LibraryRecord, OpenLibraryOptions } from './model';
import { Operator } from './operator';
import { Queue } from './queue';
import { Robot } from './robot';
import type { LibraryStore } from './store';

/** Why an element cannot be used: a drive that cannot read its cartridge. */
const [, ...UNREADABLE] = SENSE.CANNOT_READ_MEDIUM;

/**
 * A virtual tape library: a medium changer, drives, and cartridges in a folder. Whatever it has answered stands in that
 * folder, so that it is the same library after a crash.
 */
export class TapeLibrary {
  readonly drives: readonly DriveBay[];
  /** The medium changer, for any number of initiators. */
  readonly changer: ScsiTarget;
  /** What a person at the library can do. */
  readonly operator: Operator;
  private readonly contents: Contents;
  private readonly bays: DriveBays;
  private readonly robot: Robot;
  private readonly log: ServerLog | undefined;
  private readonly queue = new Queue();
  /** Where commands of this machine's programs come in, which also keeps others from the folder. */
  private door: { close(): Promise<void> } | undefined;

  constructor(
    private readonly store: LibraryStore,
    private readonly record: LibraryRecord,
    { log, moveMilliseconds = 0, behaviour }: OpenLibraryOptions,
  ) {
    this.log = log;
    this.drives = record.drives.map((entry, n) => ({
      ...entry,
      drive: new VirtualDrive({ name: entry.device, serial: entry.serial, behaviour, log }),
      element: record.layout.drive.first + n,
    }));
    const contents = (this.contents = new Contents(record));
    const bays = (this.bays = new DriveBays(this.drives, log));
    const robot = (this.robot = new Robot({ contents, bays, store, log, moveMilliseconds }));
    const shared = { robot, locks: new Locks(), attentions: new UnitAttentions() };
    const { queue } = this;
    const operator = (this.operator = new Operator({ ...shared, contents, store, queue, log }));
    const library = {
      ...shared,
      layout: record.layout,
      serial: record.serial,
      isDoorOpen: () => operator.doorOpen,
      elements: () => this.elementStates(),
      takeAlerts: () => this.takeAlerts(),
    };
    this.changer = new Changer(library, queue, () => this.resetDrives(), log);
  }

  get folder(): string {
    return this.store.folder;
  }

  get serial(): string {
    return this.record.serial;
  }

  get layout(): LibraryLayout {
    return this.record.layout;
  }

  /** Every element and what lies in it, by address. */
  inventory(): ElementView[] {
    return this.contents.elements();
  }

  /**
   * Puts into the drives what they held when the library was last open; called once, before it is used.
   * @param door closed with the library
   */
  async start(door: { close(): Promise<void> }): Promise<void> {
    this.door = door;
    await this.robot.scan();
    for (const { element, device } of this.drives) {
      const cartridge = this.contents.at(element);
      if (!cartridge) continue;
      const loaded = this.bays.load(element, this.store.cartridgeFolder(cartridge.folder));
      await loaded.catch(() => this.log?.write('warning', `cartridge ${cartridge.folder} lies unloaded in ${device}`));
    }
  }

  /** Has the drives let go of their cartridges' files, and others use the folder. */
  async close(): Promise<void> {
    await this.door?.close();
    await this.queue.run(async () => {
      for (const { element } of this.drives) await this.bays.eject(element).catch(() => undefined);
    });
  }

  private elementStates(): ElementState[] {
    return this.inventory().map((view): ElementState => {
      const bay = view.kind === 'drive' ? this.bays.at(view.element) : undefined;
      if (!bay) return { ...view, access: !this.operator.doorOpen };
      const { drive, serial } = bay;
      return {
        ...view,
        access: !this.bays.isLocked(view.element) && !this.operator.doorOpen,
        ...(drive.fault && drive.cartridge?.kind === 'data' && { exception: UNREADABLE }),
        drive: { id: view.element - this.layout.drive.first + 1, lun: 0, serial },
      };
    });
  }

  private takeAlerts(): ReadonlySet<TapeAlertFlag> {
    const alerts = new Set<TapeAlertFlag>();
    if (this.operator.doorOpen) alerts.add(TapeAlert.DOOR);
    if (this.robot.inventoryWrong) alerts.add(TapeAlert.INVENTORY);
    this.robot.inventoryWrong = false;
    return alerts;
  }

  private resetDrives(): void {
    for (const { drive } of this.drives) drive.target.reset();
  }
}
