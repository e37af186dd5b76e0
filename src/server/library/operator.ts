import { rm } from 'node:fs/promises';
import type { ServerLog } from '../log';
import { CheckCondition, type SenseName } from '../scsi/sense';
import type { UnitAttentions } from '../scsi/unitAttention';
import { createCartridge, openCartridge, type CartridgeKind } from '../tape/virtual/cartridge';
import { checkBarcode, folderNameFor } from './barcodes';
import type { Locks } from './changer/locks';
import type { Contents } from './contents';
import { messageOf } from '../../transport/messageOf';
import { forPeople, ROBOT_REFUSALS } from './forPeople';
import { LibraryError, type ElementKind, type KnownCartridge } from './model';
import type { Queue } from './queue';
import type { Robot } from './robot';
import type { LibraryStore } from './store';

export interface OperatorParts {
  contents: Contents;
  robot: Robot;
  store: LibraryStore;
  queue: Queue;
  locks: Locks;
  attentions: UnitAttentions;
  log: ServerLog | undefined;
}

/** Cartridges to make. */
export interface NewCartridges {
  /** One for each; '' for a cartridge without a label. */
  barcodes: readonly string[];
  kind?: CartridgeKind;
  /** Bytes. */
  capacity?: number;
  /** Bytes before the end at which a writer is warned; a fiftieth of the capacity, but at least 256 kB, unless told. */
  earlyWarning?: number;
  writeProtected?: boolean;
  /** Into free slots, the import/export station, or nowhere yet. */
  into?: 'slots' | 'import-export' | 'outside';
}

export const DEFAULT_CAPACITY = 8 * 1024 ** 3;
/** What a backup application writes behind the data of a full tape has to have room: some records, and file marks. */
const LEAST_WARNING = 256 * 1024;

/**
 * The person at the library: opens its door and its import/export station, brings cartridges and takes them away. What a
 * client has to be told meets it as UNIT ATTENTION. Whatever cannot be done is a {@link LibraryError} for people.
 */
export class Operator {
  private open = false;

  constructor(private readonly parts: OperatorParts) {}

  get doorOpen(): boolean {
    return this.open;
  }

  /** Whether clients keep the door and the import/export station locked. */
  get locked(): boolean {
    return this.parts.locks.removalPrevented;
  }

  /** Cartridges that are nowhere in the library. */
  outside(): KnownCartridge[] {
    return this.parts.contents.outside();
  }

  /** Opens the door: slots can be reached, the robot stands still and clients find the library not ready. */
  openDoor(): Promise<void> {
    return this.inTurn(() => {
      this.checkUnlocked('The door');
      this.open = true;
      return Promise.resolve();
    });
  }

  /** Closes the door; the library looks at all its cartridges. */
  closeDoor(): Promise<void> {
    return this.inTurn(async () => {
      if (!this.open) return;
      this.open = false;
      await this.parts.robot.scan();
      this.parts.attentions.raise('MEDIUM_MAY_HAVE_CHANGED');
    });
  }

  /**
   * Puts a cartridge from outside into the import/export station, or into a slot while the door is open.
   * @param name barcode or folder of the cartridge
   * @param element left out: the first free one of the import/export station
   * @returns the element
   */
  putIn(name: string, element?: number): Promise<number> {
    return this.inTurn(async () => {
      const cartridge = this.known(name);
      if (cartridge.element !== undefined)
        throw new LibraryError(`Cartridge ${name} is in the library already, in element ${cartridge.element}.`);
      if (!(await this.parts.store.hasCartridge(cartridge.folder)))
        throw new LibraryError(
          `The folder of cartridge ${name} is gone (${this.parts.store.cartridgeFolder(cartridge.folder)}).`,
        );
      const place = element ?? this.freeOf('import-export', 1)[0];
      const told = this.reach(place);
      if (this.parts.contents.at(place)) throw new LibraryError(`Element ${place} is full.`);
      await this.place([{ cartridge, to: place }], told);
      return place;
    });
  }

  /**
   * Takes a cartridge out of the import/export station, or out of a slot while the door is open.
   * @param which element address, barcode or folder
   */
  takeOut(which: number | string): Promise<KnownCartridge> {
    return this.inTurn(async () => {
      const cartridge = this.inside(which);
      await this.place([{ cartridge, to: undefined }], this.reach(cartridge.element));
      return cartridge;
    });
  }

  /**
   * Moves a cartridge by the robot, at the library's own panel.
   * @param which its barcode, folder or element
   * @param to the element
   */
  move(which: number | string, to: number): Promise<KnownCartridge> {
    return this.inTurn(async () => {
      const cartridge = this.inside(which);
      if (this.open) throw new LibraryError('The door is open: close it first.');
      const kind = this.parts.contents.kindOf(to);
      if (kind === undefined || kind === 'transport')
        throw new LibraryError(`Element ${to} is no place for a cartridge.`);
      await this.byRobot(cartridge, to);
      this.parts.attentions.raise('MEDIUM_MAY_HAVE_CHANGED');
      return cartridge;
    });
  }

  /** Makes new cartridges. Putting them into slots counts as opening the door and closing it again. */
  add(wanted: NewCartridges): Promise<KnownCartridge[]> {
    return this.inTurn(async () => {
      const { barcodes, into = 'slots' } = wanted;
      this.checkNew(barcodes);
      if (!(await this.parts.store.exists()))
        throw new LibraryError(`The library's folder is gone (${this.parts.store.folder}).`);
      const kind: ElementKind = into === 'slots' ? 'storage' : 'import-export';
      const places = into === 'outside' ? [] : this.freeOf(kind, barcodes.length);
      if (into !== 'outside') this.checkUnlocked(into === 'slots' ? 'The door' : 'The import/export station');
      const made: KnownCartridge[] = [];
      const told = into === 'slots' ? 'MEDIUM_MAY_HAVE_CHANGED' : 'IMPORT_EXPORT_ACCESSED';
      try {
        for (const barcode of barcodes) made.push(await this.make(barcode, wanted));
        await this.place(
          made.map((cartridge, n) => ({ cartridge, to: places[n] })),
          into === 'outside' ? undefined : told,
        );
        return made;
      } catch (problem) {
        for (const { folder } of made) await this.removeFolder(folder).catch(() => undefined);
        throw problem;
      }
    });
  }

  /** Destroys a cartridge that is outside the library, with all that is written on it. */
  discard(name: string): Promise<void> {
    return this.inTurn(async () => {
      const cartridge = this.known(name);
      if (cartridge.element !== undefined)
        throw new LibraryError(
          `Cartridge ${name} is in element ${cartridge.element}: take it out of the library first.`,
        );
      await this.remember(() => this.parts.contents.forget(cartridge));
      await forPeople(() => this.removeFolder(cartridge.folder));
    });
  }

  /** Moves a cartridge's write-protect switch, which cannot be reached in a drive. */
  protect(name: string, writeProtected: boolean): Promise<void> {
    return this.inTurn(async () => {
      const { contents, store } = this.parts;
      const cartridge = this.known(name);
      if (cartridge.element !== undefined && contents.kindOf(cartridge.element) === 'drive')
        throw new LibraryError(`Cartridge ${name} is in a drive (element ${cartridge.element}): unload it first.`);
      await forPeople(async () => {
        const opened = await openCartridge(store.cartridgeFolder(cartridge.folder));
        await opened.setWriteProtected(writeProtected);
      });
    });
  }

  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    return this.parts.queue.run(work);
  }

  private known(name: string): KnownCartridge {
    const cartridge = this.parts.contents.find(name);
    if (!cartridge) throw new LibraryError(`The library knows no cartridge ${name}.`);
    return cartridge;
  }

  private inside(which: number | string): KnownCartridge & { element: number } {
    const cartridge = typeof which === 'number' ? this.parts.contents.at(which) : this.known(which);
    if (cartridge?.element !== undefined) return cartridge as KnownCartridge & { element: number };
    throw new LibraryError(
      typeof which === 'number' ? `Element ${which} is empty.` : `Cartridge ${which} is not in the library.`,
    );
  }

  private async byRobot({ element, folder }: KnownCartridge & { element: number }, to: number): Promise<void> {
    try {
      await this.parts.robot.move(element, to);
    } catch (problem) {
      const why = problem instanceof CheckCondition ? ROBOT_REFUSALS[problem.condition] : undefined;
      if (why !== undefined)
        throw new LibraryError(`Cartridge ${folder} cannot go from element ${element} to ${to}: ${why}.`);
      throw problem;
    }
  }

  private checkUnlocked(what: string): void {
    if (this.locked) throw new LibraryError(`${what} is locked: a client prevents that media are removed.`);
  }

  /** Whether an operator's hand gets to an element, and what clients are told of it. */
  private reach(element: number): SenseName {
    const kind = this.parts.contents.kindOf(element);
    if (kind === 'import-export') {
      this.checkUnlocked('The import/export station');
      return 'IMPORT_EXPORT_ACCESSED';
    }
    if (kind !== 'storage')
      throw new LibraryError(`Element ${element} is neither a slot nor in the import/export station.`);
    if (!this.open)
      throw new LibraryError(
        `Slot ${element} is behind the door: have the cartridge moved to the import/export station, or open the door of a library that a server has open.`,
      );
    return 'MEDIUM_MAY_HAVE_CHANGED';
  }

  private freeOf(kind: ElementKind, count: number): number[] {
    const free = this.parts.contents.free(kind);
    const name = kind === 'storage' ? 'slots' : 'places in the import/export station';
    if (free.length < count)
      throw new LibraryError(
        `${free.length === 0 ? 'None' : `Only ${free.length}`} of the ${name} ${free.length > 1 ? 'are' : 'is'} free, and ${count} ${count > 1 ? 'are' : 'is'} needed.`,
      );
    return free.slice(0, count);
  }

  private checkNew(barcodes: readonly string[]): void {
    const seen = new Set<string>();
    for (const barcode of barcodes) {
      checkBarcode(barcode);
      if (barcode !== '' && (seen.has(barcode) || this.parts.contents.find(barcode)))
        throw new LibraryError(`There is a cartridge ${barcode} already.`);
      seen.add(barcode);
    }
  }

  private async make(barcode: string, wanted: NewCartridges): Promise<KnownCartridge> {
    const { contents, store } = this.parts;
    const { kind = 'data', capacity = DEFAULT_CAPACITY, writeProtected = false } = wanted;
    const earlyWarning = wanted.earlyWarning ?? Math.max(LEAST_WARNING, Math.floor(capacity / 50));
    const folder = await folderNameFor(
      barcode,
      async (name) => contents.find(name) !== undefined || (await store.hasCartridge(name)),
    );
    try {
      await createCartridge(store.cartridgeFolder(folder), { barcode, kind, capacity, earlyWarning, writeProtected });
    } catch (problem) {
      await this.removeFolder(folder).catch(() => undefined);
      throw new LibraryError(`Cartridge ${barcode} cannot be made: ${messageOf(problem)}`);
    }
    return { folder, barcode, kind };
  }

  private removeFolder(name: string): Promise<void> {
    return rm(this.parts.store.cartridgeFolder(name), { recursive: true, force: true });
  }

  private async place(
    ways: { cartridge: KnownCartridge; to: number | undefined }[],
    told: SenseName | undefined,
  ): Promise<void> {
    const { contents, attentions, log } = this.parts;
    await this.remember(() => {
      for (const { cartridge } of ways) if (contents.find(cartridge.folder) !== cartridge) contents.add(cartridge);
      contents.place(ways, true);
    });
    if (told) attentions.raise(told);
    for (const { cartridge, to } of ways)
      log?.write(
        'info',
        `operator: cartridge ${cartridge.folder} ${to === undefined ? 'is outside now' : `put into element ${to}`}`,
      );
  }

  private remember(change: () => void): Promise<void> {
    return forPeople(() => this.parts.robot.remember(change));
  }
}
