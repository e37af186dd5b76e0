import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { TapeLibrary } from '../library/library';
import { LibraryError } from '../library/model';
import { createLibrary, openLibrary } from '../library/open';
import type { ServerLog } from '../log';
import { LabRefusal } from './cluster';
import type { ClusterState } from './model';

const SLOTS = 24;
const IMPORT_EXPORT = 2;
const CARTRIDGES = 16;
const MEGABYTE = 1_000_000;
/** Small enough that a backup of several tapes is soon made, large enough not to need one. */
const CAPACITY = 4_000 * MEGABYTE;
const MAX_CAPACITY_MEGABYTES = 20_000_000;

/** Opens the lab's library, or makes it: drives by the cluster's numbers, cartridges LAB001L8 and on, one that cleans. */
export function openLabLibrary(folder: string, { drives }: ClusterState, log: ServerLog): Promise<TapeLibrary> {
  if (existsSync(join(folder, 'library.json'))) return openLibrary(folder, { log });
  const barcodes = Array.from({ length: CARTRIDGES }, (_unused, at) => `LAB${String(at + 1).padStart(3, '0')}L8`);
  return createLibrary(folder, {
    log,
    slots: SLOTS,
    importExport: IMPORT_EXPORT,
    devices: drives.map(({ number }) => `nrst${number}a`),
    cartridges: [
      { barcodes, capacity: CAPACITY },
      { barcodes: ['CLNU01L1'], kind: 'cleaning' },
    ],
  });
}

/** What an operator does with the lab's cartridges. Methods return a sentence of what was done, and throw LabRefusal. */
export class LabMedia {
  constructor(private readonly library: TapeLibrary) {}

  /** Barcodes of the cartridges that were taken out. */
  outside(): string[] {
    return this.library.operator.outside().map(({ barcode, folder }) => barcode || folder);
  }

  add(barcode: string, megabytes: string | undefined): Promise<string> {
    return this.operate(async () => {
      const capacity = megabytes === undefined ? CAPACITY : capacityOf(megabytes);
      const [{ element }] = await this.library.operator.add({ barcodes: [barcode], capacity });
      return `Cartridge ${barcode} of ${capacity / MEGABYTE} MB is in slot ${element ?? ''}.`;
    });
  }

  takeOut(barcode: string): Promise<string> {
    return this.operate(async () => {
      await this.library.operator.takeOut(barcode);
      return `Cartridge ${barcode} is out of the library: ndmp lab import-cartridge ${barcode} lays it in again.`;
    });
  }

  putIn(barcode: string): Promise<string> {
    return this.operate(async () => {
      const element = await this.library.operator.putIn(barcode);
      return `Cartridge ${barcode} lies in the import/export station, element ${element}.`;
    });
  }

  protect(barcode: string, isProtected: boolean): Promise<string> {
    return this.operate(async () => {
      await this.library.operator.protect(barcode, isProtected);
      return `Cartridge ${barcode} is ${isProtected ? 'write-protected' : 'writable'} now.`;
    });
  }

  private async operate(work: () => Promise<string>): Promise<string> {
    try {
      return await work();
    } catch (error) {
      if (error instanceof LibraryError) throw new LabRefusal(error.message);
      throw error;
    }
  }
}

function capacityOf(megabytes: string): number {
  const count = Number(megabytes);
  if (!Number.isInteger(count) || count < 1 || count > MAX_CAPACITY_MEGABYTES)
    throw new LabRefusal(
      `${JSON.stringify(megabytes)} is no number of megabytes between 1 and ${MAX_CAPACITY_MEGABYTES}.`,
    );
  return count * MEGABYTE;
}
