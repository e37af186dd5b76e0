import { escapeText } from '../../protocol';
import type { TapePlace } from '../catalog/model';
import { Aborted, ConnectionLost, DmaFailure } from '../connection/failures';
import type { NdmpConnection } from '../connection/model';
import type { ServerReport } from '../query/model';
import type { Surroundings } from '../run/model';
import { MoveRefused } from './changer/changer';
import type { Patience } from './changer/execute';
import type { DriveTable } from './drives/driveTable';
import { rememberPlaces } from './drives/places';
import type { TapeDesk } from './drives/tapeDesk';
import { mountByHand } from './handMount';
import type { Changer, DriveState, Element, Inventory } from './model';
import { elementAt, firstFree, freeSlot, holds, placeFor, whereIs } from './placement';
import type { Robot } from './robot';

/** What a library is made of. */
export interface LibraryParts {
  /** Tape server by name. */
  server: string;
  pool?: string;
  desk: TapeDesk;
  drives: DriveTable;
  /** Undefined where people move the tapes. */
  robot: Robot | undefined;
  patience: Patience;
}

/** A cartridge that was moved. */
export interface Move {
  barcode: string | undefined;
  from: number;
  to: number;
}

/** A tape that is in its drive is threaded within this time, or was unloaded. */
const SEATED_SECONDS = 15;
/** How often a mount is begun again because others move cartridges at the same time. */
const TRIES = 3;
const NO_CHANGER: Inventory = { elements: [], vendor: '', product: '' };

/** Cartridges and drives of a tape server: `openLibrary` of ./library makes them. */
export class Library {
  private seen: Inventory | undefined;
  private seenAt = 0;
  private id: string | undefined;

  constructor(
    private readonly surroundings: Surroundings,
    private readonly parts: LibraryParts,
  ) {}

  get server(): string {
    return this.parts.server;
  }

  /** Device name of the changer; undefined where people put the tapes in. */
  get changer(): string | undefined {
    return this.parts.robot?.device;
  }

  /** Server that the changer is reached by; the drives' own, or another one. */
  get changerServer(): string | undefined {
    return this.parts.robot?.server;
  }

  /**
   * Reads what is where, and keeps in the catalog where its tapes are. Empty without a changer.
   * @param age seconds; one that was read so short a time ago is taken as it is
   */
  async inventory(age = 0): Promise<Inventory> {
    const { robot } = this.parts;
    if (this.seen && Date.now() - this.seenAt < age * 1000) return this.seen;
    return robot ? this.note(await robot.inventory()) : NO_CHANGER;
  }

  /** Takes an inventory for what is where now. @returns it with the tapes by their names in the catalog */
  async note(inventory: Inventory): Promise<Inventory> {
    const { server } = this;
    this.id = this.parts.robot?.identity(inventory.serial) ?? server;
    this.seenAt = Date.now();
    this.seen = await rememberPlaces(this.surroundings.catalog, { id: this.id, text: this.name, server }, inventory);
    return this.seen;
  }

  /** Where a tape was when the inventory was last read; undefined where it was not, or there is no changer. */
  placeOf(barcode: string): TapePlace | undefined {
    const place = this.seen && whereIs(this.seen, barcode);
    return place && { library: this.name, libraryId: this.id, element: place.address };
  }

  /** The tape of this library that a person calls so: by its name in the catalog, or by what stands on it. */
  named(given: string): string {
    const { server, seen = NO_CHANGER } = this;
    const isThere = (name: string): boolean => whereIs(seen, name) !== undefined;
    return [given, `${given}@${server}`].find(isThere) ?? given;
  }

  /**
   * The drives as they were when the inventory was last read.
   * @param report what the server told lately, for their affinity; by default what it told when the library was opened
   */
  drives(report?: ServerReport): DriveState[] {
    return this.parts.drives.states(this.seen, report);
  }

  /**
   * Puts a tape into a drive and waits until it can be opened. What is in the drive goes back to its slot; a tape that lies
   * in another drive, which nobody uses, is taken from there. Without a changer, or where the tape is not in the library,
   * a person is asked.
   * @param drive device name
   * @param over a connection to the tape server with no tape open; without it the library uses one of its own
   * @throws DmaFailure which says where the cartridges are, Aborted
   */
  async mount(barcode: string, drive: string, over?: NdmpConnection): Promise<void> {
    const { robot, drives, desk, patience } = this.parts;
    const { device } = drives.named(drive).drive;
    const shown = escapeText(barcode);
    if (!robot) await this.mountByHand(barcode, device, over);
    // While a person looks for the tape, the changer is free for others.
    else
      while (!(await this.bringFor(robot, barcode, device, over)))
        await this.askFor(
          barcode,
          `Tape ${shown} is not in the library of ${this.server}. Put it in, by the import/export station.`,
        );
    await desk.waitReady(device, patience, over);
    await this.countMount(barcode);
  }

  /** Empties a drive: the tape goes back to its slot, or is unloaded for a person to take it. Nothing for an empty one. */
  async dismount(drive: string, over?: NdmpConnection): Promise<void> {
    const { robot, drives, desk, patience } = this.parts;
    if (!robot) return desk.unload(drives.named(drive).drive.device, patience, over);
    await robot.do(async (changer) => this.empty(changer, await this.look(changer), drives.elementOf(drive), over));
  }

  /** Moves whatever is in an element to another one; a drive gives its cartridge free first. */
  async move(from: number, to: number): Promise<Move> {
    return this.needRobot().do(async (changer) => {
      const inventory = await this.look(changer);
      const { barcode } = elementAt(inventory, from) ?? {};
      await this.carry(changer, from, to);
      return { barcode, from, to };
    });
  }

  /** Takes cartridges from the import/export station into free slots; all of them, or this one. */
  async import(barcode?: string): Promise<Move[]> {
    return this.needRobot().do(async (changer) => {
      const moves: Move[] = [];
      let inventory = await this.look(changer);
      const station = inventory.elements.filter(({ type, isFull }) => type === 'import-export' && isFull);
      const coming = station.filter((element) => barcode === undefined || holds(element, barcode));
      if (barcode !== undefined && coming.length === 0)
        throw new DmaFailure(`${escapeText(barcode)} is not in the import/export station of ${this.server}.`);
      for (const element of coming) {
        const to = freeSlot(inventory, element);
        inventory = await this.carry(changer, element.address, to);
        moves.push({ barcode: element.barcode, from: element.address, to });
      }
      return moves;
    });
  }

  /** Puts a cartridge into the import/export station, for a person to take out. */
  async export(barcode: string): Promise<Move> {
    return this.needRobot().do(async (changer) => {
      const inventory = await this.look(changer);
      const place = whereIs(inventory, barcode);
      if (!place) throw new DmaFailure(`${escapeText(barcode)} is not in the library of ${this.server}.`);
      if (place.type === 'import-export') return { barcode, from: place.address, to: place.address };
      const free = firstFree(inventory, 'import-export');
      if (!free)
        throw new DmaFailure(
          `The import/export station of ${this.server} has no free place for ${escapeText(barcode)}. Empty it, and try again.`,
        );
      await this.carry(changer, place.address, free.address);
      return { barcode, from: place.address, to: free.address };
    });
  }

  /** Lets the changer look at every element again; can take minutes. */
  async rescan(): Promise<Inventory> {
    const robot = this.needRobot();
    await robot.do((changer) => changer.rescan());
    return this.inventory();
  }

  async close(): Promise<void> {
    const { robot, desk } = this.parts;
    await robot?.close();
    await desk.close();
  }

  /** Tries anew where another application has moved something meanwhile, or the changer's connection broke. */
  private async bringFor(robot: Robot, barcode: string, drive: string, over?: NdmpConnection): Promise<boolean> {
    for (let left = TRIES; ; left--)
      try {
        return await robot.do((changer) => this.bring(changer, barcode, drive, over));
      } catch (problem) {
        const isStale = problem instanceof MoveRefused && problem.isStale;
        const isLost = problem instanceof ConnectionLost && (over?.isOpen ?? true);
        if (left === 0 || !(isStale || isLost)) throw problem;
      }
  }

  /** @returns false when the tape is not in the library */
  private async bring(changer: Changer, barcode: string, drive: string, over?: NdmpConnection): Promise<boolean> {
    const to = this.parts.drives.elementOf(drive);
    const inventory = await this.look(changer);
    const place = whereIs(inventory, barcode);
    if (!place) return false;
    if (place.isCleaning) throw new DmaFailure(`${escapeText(barcode)} is a cleaning cartridge: it is left alone.`);
    if (place.address === to) await this.seat(changer, inventory, place, drive, over);
    else {
      await this.empty(changer, inventory, to, over);
      await this.carry(changer, place.address, to, over);
    }
    return true;
  }

  /** A tape that is in the drive already, but was unloaded there, is taken out and put in again. */
  private async seat(
    changer: Changer,
    inventory: Inventory,
    bay: Element,
    drive: string,
    over?: NdmpConnection,
  ): Promise<void> {
    const { desk, patience } = this.parts;
    const briefly = { ...patience, seconds: Math.min(patience.seconds, SEATED_SECONDS) };
    if (await desk.isReady(drive, briefly, over)) return;
    const slot = placeFor(inventory, bay);
    await this.carry(changer, bay.address, slot, over);
    await this.carry(changer, slot, bay.address);
  }

  /** A person puts the tape in. */
  private async mountByHand(barcode: string, device: string, over?: NdmpConnection): Promise<void> {
    const { desk, patience } = this.parts;
    const known = await this.surroundings.catalog.tape(barcode);
    const ask = (text: string): Promise<void> => this.askFor(barcode, text);
    await mountByHand({ desk, patience, server: this.server, device, over }, { barcode, known }, ask);
  }

  /** Takes out what is in a drive. */
  private async empty(changer: Changer, inventory: Inventory, address: number, over?: NdmpConnection): Promise<void> {
    const bay = elementAt(inventory, address);
    if (!bay?.isFull) return;
    await this.carry(changer, address, placeFor(inventory, bay), over);
  }

  /** Moves a cartridge; a drive of ours gives it free first. @returns what is where afterwards */
  private async carry(changer: Changer, from: number, to: number, over?: NdmpConnection): Promise<Inventory> {
    const drive = this.parts.drives.at(from);
    if (drive) await this.parts.desk.unload(drive.device, this.parts.patience, over);
    try {
      await changer.move(from, to);
    } catch (problem) {
      await this.look(changer).catch(() => undefined);
      throw problem;
    }
    return this.look(changer);
  }

  private async look(changer: Changer): Promise<Inventory> {
    return this.note(await changer.inventory());
  }

  private async askFor(barcode: string, text: string): Promise<void> {
    const library = this.parts.robot ? this.name : undefined;
    const pool = this.parts.pool ?? '';
    const question = { kind: 'tape-wanted', library, pool, barcode, text } as const;
    const answer = (await this.surroundings.events.ask?.(question)) ?? 'give-up';
    if (this.surroundings.signal.aborted)
      throw new Aborted(`It was ended while tape ${escapeText(barcode)} was waited for.`);
    if (answer === 'give-up') throw new DmaFailure(`${text} Nobody did.`);
  }

  private async countMount(barcode: string): Promise<void> {
    const { catalog } = this.surroundings;
    const tape = await catalog.tape(barcode);
    if (tape) await catalog.putTape({ ...tape, mounts: tape.mounts + 1 });
  }

  private needRobot(): Robot {
    if (this.parts.robot) return this.parts.robot;
    throw new DmaFailure(`${this.server} has no media changer: its tapes are moved by hand.`);
  }

  /** As tapes remember it. */
  private get name(): string {
    const { robot } = this.parts;
    return robot ? `${this.server} ${robot.device}` : this.server;
  }
}
