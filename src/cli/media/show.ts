import type { Command } from 'commander';
import type { TapeRecord } from '../../dma/catalog/model';
import { CLUSTER_EXTENSIONS } from '../../dma/connection/extensions';
import type { DriveState, Element, Inventory } from '../../dma/media/model';
import { reportOf } from '../../dma/query/report';
import type { ServerReport } from '../../dma/query/model';
import type { Surroundings } from '../../dma/run/model';
import { escapeText, type JsonObject } from '../../protocol';
import { Grid } from '../output/grid';
import type { Io } from '../terminal/io';
import { counted } from '../terminal/text';
import { widthOf } from '../terminal/style';
import { tapeUse } from './tapeText';
import { addLibraryOptions, visitLibrary, type LibraryOptions, type Shown } from './withLibrary';

const TYPES = { transport: 'arm', slot: 'slot', 'import-export': 'import/export', drive: 'drive' } as const;

/** `ndmp media inventory` and `ndmp media drives`: what is where. */
export function registerShow(media: Command, io: Io): void {
  addLibraryOptions(
    media
      .command('inventory')
      .summary('what lies where in a library')
      .description(
        'Reads the inventory of the library behind a tape server, beside what the catalog knows of its tapes.',
      )
      .argument('<server>', 'tape server by name')
      .option('--rescan', 'let the changer look at every element again first; can take minutes'),
  ).action((server: string, options: LibraryOptions & { rescan?: boolean }) =>
    visitLibrary(io, options, { server, name: 'inventory' }, async ({ library, surroundings }) => {
      const inventory = options.rescan === true ? await library.rescan() : await library.inventory();
      const tapes = await surroundings.catalog.tapes();
      const { changer, changerServer = server } = library;
      return inventoryShown(io, { server: changerServer, changer, inventory, drives: library.drives(), tapes });
    }),
  );
  addLibraryOptions(
    media
      .command('drives')
      .summary('drives of a tape server, and what is in them')
      .description('Lists the drives of a tape server, which drive of the changer each one is, and what is in it.')
      .argument('<server>', 'tape server by name'),
  ).action((server: string, options: LibraryOptions) =>
    visitLibrary(
      io,
      options,
      { server, name: 'drives' },
      ({ library }) => Promise.resolve(drivesShown(io, library.drives())),
      (surroundings) => freshReport(surroundings, server),
    ),
  );
}

async function freshReport(surroundings: Surroundings, server: string): Promise<ServerReport> {
  const connection = await surroundings.connect(server, { role: 'query', extensions: CLUSTER_EXTENSIONS });
  try {
    return await reportOf(connection, surroundings.definition(server));
  } finally {
    await connection.close();
  }
}

interface InventoryFacts {
  server: string;
  changer: string | undefined;
  inventory: Inventory;
  drives: readonly DriveState[];
  tapes: readonly TapeRecord[];
}

function inventoryShown(io: Io, { server, changer, inventory, drives, tapes }: InventoryFacts): Shown {
  const known = new Map(tapes.map((tape) => [tape.barcode, tape]));
  const device = new Map(drives.map((drive) => [drive.element, drive.device]));
  const json = {
    server,
    changer: changer ?? null,
    vendor: inventory.vendor,
    product: inventory.product,
    elements: inventory.elements.map((element) => elementJson(element, device.get(element.address))),
  };
  if (changer === undefined) return { json, lines: [`${escapeText(server)} has no media changer.`] };
  const elements = inventory.elements.filter(({ type, isFull }) => type !== 'transport' || isFull);
  const full = elements.filter(({ isFull }) => isFull).length;
  const what = escapeText(`${inventory.vendor} ${inventory.product}`.trim());
  const grid = new Grid(
    [
      { title: 'element', align: 'right', width: 7 },
      { title: 'kind', align: 'left', width: 13 },
      { title: 'barcode', align: 'left', width: 10 },
      { title: 'tape', align: 'left', width: 30 },
    ],
    widthOf(io),
  );
  const rows = elements.map((element) => {
    const tape = element.barcode === undefined ? undefined : known.get(element.barcode);
    const kind = [TYPES[element.type], device.get(element.address)].filter(Boolean).join(' ');
    const cells = [String(element.address), escapeText(kind), contentOf(element), noteOf(element, tape)];
    return grid.row(cells.map((text) => ({ text })));
  });
  const title = `Changer ${escapeText(changer)} of ${escapeText(server)}${what === '' ? '' : ` (${what})`}`;
  return { json, lines: [`${title}: ${counted(full, 'cartridge')}`, grid.head(), ...rows] };
}

function contentOf({ isFull, barcode }: Element): string {
  return isFull ? escapeText(barcode ?? '(no barcode)') : '-';
}

function noteOf({ isCleaning, problem }: Element, tape: TapeRecord | undefined): string {
  const notes = [
    ...(isCleaning ? ['cleaning cartridge'] : []),
    ...(problem === undefined ? [] : [problem]),
    ...(tape ? [tapeUse(tape, Date.now())] : []),
  ];
  return notes.join('; ');
}

function elementJson(element: Element, device: string | undefined): JsonObject {
  const { type, address, isFull, barcode, isCleaning, source, isAccessible, problem, deviceId } = element;
  return {
    element: address,
    type,
    full: isFull,
    barcode: barcode ?? null,
    cleaning: isCleaning,
    source: source ?? null,
    accessible: isAccessible,
    problem: problem ?? null,
    ...(type === 'drive' && { device: device ?? null, deviceId: deviceId ?? null }),
  };
}

function drivesShown(io: Io, drives: readonly DriveState[]): Shown {
  const grid = new Grid(
    [
      { title: 'drive', align: 'left', width: 10 },
      { title: 'element', align: 'right', width: 7 },
      { title: 'loaded', align: 'left', width: 10 },
      { title: 'affinity', align: 'left', width: 8, spare: 1 },
      { title: 'note', align: 'left', width: 20 },
    ],
    widthOf(io),
  );
  const rows = drives.map(({ device, element, loaded, affinity, unusable }) => {
    const cells = [device, String(element ?? '-'), loaded ?? '-', affinity ?? '-', unusable ?? ''];
    return grid.row(cells.map((text) => ({ text: escapeText(text) })));
  });
  const json = {
    drives: drives.map(({ server, device, element, loaded, affinity, unusable }) => ({
      server,
      device,
      element: element ?? null,
      loaded: loaded ?? null,
      affinity: affinity ?? null,
      unusable: unusable ?? null,
    })),
  };
  return { json, lines: drives.length === 0 ? ['No drive.'] : [grid.head(), ...rows] };
}
