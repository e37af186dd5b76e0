import { randomBytes } from 'node:crypto';
import { PlaceTaken, serveControl, type ControlRun } from '../../transport/control/controlSocket';
import { barcodesFrom } from './barcodes';
import { libraryPlace, runLibraryCommand } from './commands';
import { messageOf } from '../../transport/messageOf';
import { makeLayout, type ElementCounts } from './layout';
import { TapeLibrary } from './library';
import { LibraryError, type OpenLibraryOptions } from './model';
import type { NewCartridges } from './operator';
import { LibraryStore } from './store';

export interface CreateLibraryOptions extends ElementCounts, OpenLibraryOptions {
  /** Device names of the drives, as clients open them; tape0, tape1, … unless told. */
  devices?: readonly string[];
  /** Of the changer; drives' serial numbers begin with it. Made up unless told. */
  serial?: string;
  /** What to put in at first: as many data cartridges as there are slots but one, and a cleaning cartridge, unless told. */
  cartridges?: readonly NewCartridges[];
}

/**
 * Opens a library's folder, for one process at a time, and takes commands there (see libraryCommands).
 * @throws LibraryError with what to do, when there is no library, its record is damaged or another process has it
 */
export async function openLibrary(folder: string, options: OpenLibraryOptions = {}): Promise<TapeLibrary> {
  const store = new LibraryStore(folder);
  if (!(await store.exists()))
    throw new LibraryError(
      `There is no tape library in ${folder}: make one first (ndmp library create), or check the path.`,
    );
  let library: TapeLibrary | undefined;
  const door = await claimed(folder, (command, args) => runLibraryCommand(library, command, args));
  try {
    const record = await store.load((note) => options.log?.write('warning', `tape library in ${folder}: ${note}`));
    library = new TapeLibrary(store, record, options);
    await library.start(door);
    return library;
  } catch (problem) {
    await door.close();
    throw problem;
  }
}

async function claimed(folder: string, run: ControlRun): Promise<{ close(): Promise<void> }> {
  try {
    return await serveControl(libraryPlace(folder), run);
  } catch (problem) {
    const why =
      problem instanceof PlaceTaken
        ? 'another server has it open. Stop that one, or use another folder'
        : messageOf(problem);
    throw new LibraryError(`The tape library in ${folder} cannot be opened: ${why}.`);
  }
}

/**
 * Makes a library in a folder, which is made too, and opens it.
 * @throws LibraryError when there is one already, or it cannot be as wanted
 */
export async function createLibrary(folder: string, options: CreateLibraryOptions = {}): Promise<TapeLibrary> {
  const store = new LibraryStore(folder);
  if (await store.exists()) throw new LibraryError(`There is a tape library in ${folder} already.`);
  const { devices } = options;
  const layout = makeLayout({ ...options, drives: options.drives ?? devices?.length });
  if (devices && devices.length !== layout.drive.count)
    throw new LibraryError(`${devices.length} device names are given for ${layout.drive.count} drives.`);
  const serial = options.serial ?? `NW${randomBytes(4).toString('hex').toUpperCase()}`;
  const drives = Array.from({ length: layout.drive.count }, (_, n) => ({
    device: devices?.[n] ?? `tape${n}`,
    serial: `${serial}${String(n + 1).padStart(2, '0')}`,
  }));
  await store.prepare();
  await store.save({ serial, layout, drives, cartridges: [] });
  const library = await openLibrary(folder, options);
  for (const each of options.cartridges ?? usualCartridges(layout.storage.count)) await library.operator.add(each);
  return library;
}

function usualCartridges(slots: number): NewCartridges[] {
  if (slots === 0) return [];
  return [{ barcodes: barcodesFrom('NDM001L8', slots - 1) }, { barcodes: ['CLNU01L1'], kind: 'cleaning' }];
}
