import { setTimeout as delay } from 'node:timers/promises';
import type { ServerLog } from '../log';
import { refuseCommand } from '../scsi/sense';
import type { Contents } from './contents';
import { messageOf } from '../../transport/messageOf';
import type { DriveBays, Undo } from './driveBays';
import type { KnownCartridge } from './model';
import type { LibraryStore } from './store';

/** A cartridge's way from one element to another. */
interface Way {
  cartridge: KnownCartridge;
  from: number;
  to: number;
}

export interface RobotParts {
  contents: Contents;
  bays: DriveBays;
  store: LibraryStore;
  log: ServerLog | undefined;
  /** How long a move takes at least. */
  moveMilliseconds: number;
}

/**
 * Carries cartridges. What it has done stands in the library's record before it says so; what cannot be done whole is not
 * done at all. Its methods throw CheckCondition and are not to run side by side: callers go through the library's queue.
 */
export class Robot {
  /** A cartridge was not where the inventory has it, since this was last asked for (TapeAlert). */
  inventoryWrong = false;

  constructor(private readonly parts: RobotParts) {}

  /** MOVE MEDIUM. A cartridge may be "moved" to where it is, which does nothing. */
  async move(source: number, destination: number): Promise<void> {
    const { contents } = this.parts;
    const cartridge = contents.at(source) ?? refuseCommand('SOURCE_EMPTY');
    if (source === destination) return;
    if (contents.at(destination)) refuseCommand('DESTINATION_FULL');
    await this.carry([{ cartridge, from: source, to: destination }]);
  }

  /**
   * EXCHANGE MEDIUM: the cartridge of `source` goes into `first`, whose own one goes into `second`, which may be the
   * source.
   */
  async exchange(source: number, first: number, second: number): Promise<void> {
    const { contents } = this.parts;
    const coming = contents.at(source) ?? refuseCommand('SOURCE_EMPTY');
    const going = contents.at(first) ?? refuseCommand('SOURCE_EMPTY');
    if (source === first) refuseCommand('DESTINATION_FULL');
    if (second !== source && contents.at(second)) refuseCommand('DESTINATION_FULL');
    await this.carry([
      { cartridge: going, from: first, to: second },
      { cartridge: coming, from: source, to: first },
    ]);
  }

  /**
   * Looks which cartridges are there (INITIALIZE ELEMENT STATUS). One whose folder is gone leaves its element empty until
   * a later look finds it again.
   * @returns whether anything was not as it was believed
   */
  async scan(): Promise<boolean> {
    let changed = false;
    for (const cartridge of this.parts.contents.all()) changed = (await this.look(cartridge)) || changed;
    return changed;
  }

  private async carry(ways: readonly Way[]): Promise<void> {
    const { contents, bays, moveMilliseconds, log } = this.parts;
    for (const { cartridge, from } of ways) {
      checkUnlocked(bays, from);
      if ((await this.look(cartridge)) || contents.isMissing(cartridge)) refuseCommand('SOURCE_EMPTY');
    }
    if (moveMilliseconds > 0) await delay(moveMilliseconds);
    const undo: Undo[] = [];
    try {
      for (const { from } of ways) {
        checkUnlocked(bays, from); // a connection may have opened the drive meanwhile
        undo.push(await bays.eject(from));
      }
      for (const { cartridge, to } of ways)
        undo.push(await bays.load(to, this.parts.store.cartridgeFolder(cartridge.folder)));
      await this.remember(() => contents.place(ways));
    } catch (problem) {
      await this.takeBack(undo);
      throw problem;
    }
    for (const { cartridge, from, to } of ways)
      log?.write('info', `cartridge ${cartridge.folder} moved from element ${from} to ${to}`);
  }

  /** Changes the inventory, and takes the change back when it cannot be written down. */
  async remember(change: () => void): Promise<void> {
    const { contents, store, log } = this.parts;
    const before = contents.snapshot();
    change();
    try {
      await store.save(contents.snapshot());
    } catch (problem) {
      contents.restore(before);
      log?.write('error', `the library's record in ${store.folder} cannot be written: ${messageOf(problem)}`);
      refuseCommand('INTERNAL_TARGET_FAILURE');
    }
  }

  private async takeBack(steps: readonly Undo[]): Promise<void> {
    for (const step of [...steps].reverse()) {
      try {
        await step();
      } catch (problem) {
        this.parts.log?.write('error', `a move that failed could not be taken back: ${messageOf(problem)}`);
      }
    }
  }

  /** Whether a cartridge turned out not to be where it was believed, or to be there again. */
  private async look(cartridge: KnownCartridge): Promise<boolean> {
    const { contents, store, bays, log } = this.parts;
    const there = await store.hasCartridge(cartridge.folder);
    if (there !== contents.isMissing(cartridge)) return false;
    contents.found(cartridge, there);
    const { element } = cartridge;
    const place = element === undefined ? 'outside the library' : `of element ${element}`;
    if (there) log?.write('info', `cartridge ${cartridge.folder} ${place} is there again`);
    else {
      this.inventoryWrong = true;
      log?.write('warning', `cartridge ${cartridge.folder} ${place}: its folder is gone`);
      if (element !== undefined) await bays.eject(element).catch(() => undefined);
    }
    return true;
  }
}

function checkUnlocked(bays: DriveBays, element: number): void {
  if (bays.isLocked(element)) refuseCommand('MEDIUM_REMOVAL_PREVENTED');
}
