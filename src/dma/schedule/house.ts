import type { TapePlace } from '../catalog/model';
import type { NdmpConnection } from '../connection/model';
import type { Inventory } from '../media/model';
import type { ServerReport } from '../query/model';
import { DriveBoard } from './drives';
import { Reservations } from './reservations';

/** What a run needs of a tape library. Its methods may be called by several runs at a time. */
export interface MountingLibrary {
  /** Undefined where people put the tapes in. */
  readonly changer: string | undefined;
  /** @param age seconds; an inventory that was read so short a time ago will do */
  inventory(age?: number): Promise<Inventory>;
  /** Where a cartridge was when the inventory was last read. */
  placeOf?(barcode: string): TapePlace | undefined;
  /**
   * Puts this cartridge into the drive, whatever was in it, and waits until it is ready.
   * @param over a connection to the tape server with no tape open
   */
  mount(barcode: string, drive: string, over?: NdmpConnection): Promise<void>;
  /** Back to its slot; without a changer it is unloaded for a person to take. */
  dismount(drive: string, over?: NdmpConnection): Promise<void>;
  close(): Promise<void>;
}

/** Which library: a tape server, its changer, the drives that may be used. */
export interface LibraryTarget {
  server: string;
  changer: string | undefined;
  drives: readonly string[];
}

export type LibraryOpener<L extends MountingLibrary> = (target: LibraryTarget, report?: ServerReport) => Promise<L>;

/** What all runs of this program share: drives, cartridges, and one robot for all. */
export class MediaHouse<L extends MountingLibrary = MountingLibrary> {
  readonly drives = new DriveBoard();
  readonly tapes = new Reservations();
  private readonly libraries = new Map<string, Promise<L>>();

  constructor(private readonly open: LibraryOpener<L>) {}

  /**
   * The library, opened when it is wanted for the first time, and again after that failed. Who wants other drives has one of
   * its own: both wait for the changer while the other has it.
   * @param report what the tape server told lately
   */
  library(target: LibraryTarget, report?: ServerReport): Promise<L> {
    const key = JSON.stringify([target.server, target.changer ?? null, target.drives]);
    const known = this.libraries.get(key);
    if (known) return known;
    const opened = this.open(target, report);
    this.libraries.set(key, opened);
    opened.catch(() => this.libraries.delete(key));
    return opened;
  }

  async close(): Promise<void> {
    const open = [...this.libraries.values()];
    this.libraries.clear();
    for (const library of await Promise.allSettled(open))
      if (library.status === 'fulfilled') await library.value.close();
  }
}
