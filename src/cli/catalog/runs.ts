import { Option, type Command } from 'commander';
import type { Catalog, RunKind } from '../../dma/catalog/model';
import { tableLines } from '../dma/grid';
import { numberFromOne } from '../options';
import type { Io } from '../terminal/io';
import { widthOf } from '../terminal/style';
import { span } from '../terminal/text';
import { minute } from './text';
import { addCatalogOptions, withCatalog, type CatalogOptions, type Shown } from './withCatalog';

interface RunsOptions extends CatalogOptions {
  job?: string;
  kind?: RunKind;
  limit: number;
}

const KINDS: readonly RunKind[] = ['backup', 'restore', 'verify', 'copy', 'scan'];

/** `ndmp catalog runs`: what ran, and how it went. */
export function registerRuns(catalog: Command, io: Io): void {
  addCatalogOptions(
    catalog
      .command('runs')
      .summary('what ran, and how it went')
      .description('Lists runs, the last one first. A run whose program ended before it did has died.')
      .option('--job <job>', 'only those of this job')
      .addOption(new Option('--kind <kind>', 'only those of this kind').choices(KINDS))
      .addOption(new Option('--limit <number>', 'at most so many').argParser(numberFromOne).default(50)),
  ).action((options: RunsOptions) => withCatalog(io, options, (opened) => runs(io, opened, options)));
}

async function runs(io: Io, catalog: Catalog, { job, kind, limit }: RunsOptions): Promise<Shown> {
  const found = await catalog.runs({ job, kind, limit });
  const table = tableLines(
    [
      { title: 'run', of: ({ id }) => String(id), align: 'right' },
      { title: 'began (UTC)', of: ({ started }) => minute(started) },
      { title: 'kind', of: (run) => run.kind },
      { title: 'job', of: (run) => run.job ?? '' },
      { title: 'state', of: ({ state }) => state },
      {
        title: 'took',
        of: ({ started, ended }) => (ended === undefined ? '' : span((ended - started) / 1000)),
        align: 'right',
        spare: 1,
      },
      { title: 'message', of: ({ message }) => message },
    ],
    found,
    widthOf(io),
  );
  return { lines: found.length === 0 ? ['Nothing has run.'] : table, json: { runs: found } };
}
