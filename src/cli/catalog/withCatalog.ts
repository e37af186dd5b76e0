import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { Option, type Command } from 'commander';
import type { Catalog, SetRecord } from '../../dma/catalog/model';
import { openCatalog } from '../../dma/catalog/open';
import { escapeText } from '../../protocol';
import { printLines } from '../analysed';
import { resultJson } from '../dma/json';
import { homeOf } from '../dma/options';
import { withPlainFailures } from '../dma/surroundings';
import { Failure } from '../failure';
import type { Io } from '../terminal/io';

/** What every subcommand of `ndmp catalog` takes. */
export interface CatalogOptions {
  home?: string;
  json?: boolean;
}

/** What is printed: for people, or for programs. */
export interface Shown {
  lines: Iterable<string>;
  json: unknown;
}

const FILE = 'catalog.db';

export function addCatalogOptions(command: Command): Command {
  return command
    .addOption(new Option('--home <dir>', 'folder of the catalog (default: as the other commands of the DMA)'))
    .addOption(new Option('--json', 'one JSON object instead of text; numbers of 64 bits are decimal strings'));
}

/** Opens the catalog, does something with it, prints what came of it. A catalog that is not there is not made. */
export async function withCatalog(
  io: Io,
  options: CatalogOptions,
  use: (catalog: Catalog) => Promise<Shown>,
): Promise<void> {
  const file = join(homeOf(options, io), FILE);
  if (!existsSync(file))
    throw new Failure(
      `there is no catalog ${escapeText(file)}: nothing was backed up from there; a lost one comes back from the tapes by ndmp media scan`,
    );
  const { lines, json } = await withPlainFailures(io, async () => {
    const catalog = await openCatalog(file);
    try {
      return await use(catalog);
    } finally {
      await catalog.close();
    }
  });
  await printLines(io, options.json === true ? [resultJson(json)] : lines);
}

/** A set by its number or its UUID. */
export async function setNamed(catalog: Catalog, name: string): Promise<SetRecord> {
  const set = /^[1-9]\d{0,14}$/.test(name)
    ? await catalog.set(Number(name))
    : (await catalog.sets()).find(({ uuid }) => uuid === name.toLowerCase());
  if (set === undefined) throw new Failure(`there is no set ${escapeText(name)} in the catalog; see ndmp catalog list`);
  return set;
}
