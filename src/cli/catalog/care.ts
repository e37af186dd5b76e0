import type { Command } from 'commander';
import type { Catalog, CatalogProblem, SetRecord } from '../../dma/catalog/model';
import { expiryOf } from '../../dma/media/expiry';
import { forgetSets } from '../../dma/media/expireTapes';
import { escapeText } from '../../protocol';
import { confirmed } from '../dma/questions';
import { ExitStatus, UsageError } from '../failure';
import type { Io } from '../terminal/io';
import { counted } from '../terminal/text';
import { keptText, minute, sourceText } from './text';
import { addCatalogOptions, setNamed, withCatalog, type CatalogOptions, type Shown } from './withCatalog';

interface CheckOptions extends CatalogOptions {
  repair?: boolean;
}

interface RemoveOptions extends CatalogOptions {
  yes?: boolean;
}

/** `ndmp catalog check`, `expire` and `remove`: what keeps a catalog in order. */
export function registerCare(catalog: Command, io: Io): void {
  addCatalogOptions(
    catalog
      .command('check')
      .summary('whether the catalog is whole and agrees with itself')
      .description('Looks at the file, the records and the file trees for what does not fit together.')
      .option('--repair', 'put right what can be put right without knowing more'),
  ).action(async (options: CheckOptions) => {
    let isWrong = false;
    await withCatalog(io, options, async (opened) => {
      const found = await opened.check({ repair: options.repair });
      const left = options.repair === true ? await opened.check() : found;
      isWrong = left.some(({ severity }) => severity === 'error');
      return checked(found, left, options.repair === true);
    });
    if (isWrong) throw new ExitStatus(1);
  });
  addCatalogOptions(
    catalog
      .command('expire')
      .summary('forget the sets that nobody needs any more')
      .description('Takes sets out that have expired, and that no set builds on which has not. Tapes are not touched.')
      .option('--yes', 'do not ask first'),
  ).action((options: RemoveOptions) =>
    withCatalog(io, options, async (opened) => removed(io, opened, await expired(opened), options)),
  );
  addCatalogOptions(
    catalog
      .command('remove')
      .summary('forget sets, and those that build on them')
      .description(
        'Takes sets out of the catalog, with those that build on them. Tapes are not touched, and protected where sets that had not expired are left on them: a scan finds these again.',
      )
      .argument('<set...>', 'numbers or UUIDs of sets')
      .option('--yes', 'do not ask first'),
  ).action((names: string[], options: RemoveOptions) =>
    withCatalog(io, options, async (opened) => {
      const wanted = await Promise.all(names.map((name) => setNamed(opened, name)));
      return removed(io, opened, withDependents(wanted, await opened.sets()), options);
    }),
  );
}

function checked(found: readonly CatalogProblem[], left: readonly CatalogProblem[], isRepaired: boolean): Shown {
  const texts = (problems: readonly CatalogProblem[]): string[] =>
    problems.map(({ severity, text, remedy }) =>
      escapeText(`${severity}: ${text}${remedy === undefined ? '' : ` ${remedy}`}`),
    );
  const lines = found.length === 0 ? ['Nothing is wrong.'] : texts(found);
  if (isRepaired && found.length > 0)
    lines.push(left.length === 0 ? 'All of it has been put right.' : 'Left after the repair:', ...texts(left));
  return { lines, json: { problems: found, ...(isRepaired ? { left } : {}) } };
}

async function expired(catalog: Catalog): Promise<SetRecord[]> {
  const all = await catalog.sets();
  const now = Date.now();
  return all.filter((set) => {
    if (set.state === 'writing' || set.expires === undefined) return false;
    const expires = expiryOf(set, all);
    return expires !== undefined && expires <= now && set.expires <= now;
  });
}

/** Sets, and all that build on them. */
function withDependents(wanted: readonly SetRecord[], all: readonly SetRecord[]): SetRecord[] {
  const ids = new Set(wanted.map(({ id }) => id));
  for (let before = -1; before !== ids.size;) {
    before = ids.size;
    for (const { id, base } of all) if (base !== undefined && ids.has(base)) ids.add(id);
  }
  return all.filter(({ id }) => ids.has(id));
}

async function removed(io: Io, catalog: Catalog, sets: readonly SetRecord[], { yes }: RemoveOptions): Promise<Shown> {
  const busy = sets.find(({ state }) => state === 'writing');
  if (busy !== undefined) throw new UsageError(`set ${busy.id} is being written; wait until its run has ended`);
  const now = Date.now();
  const lines = sets.map((set) =>
    escapeText(
      `set ${set.id}: ${minute(set.started)} ${sourceText(set)} level ${set.level}, kept ${keptText(set, now)}`,
    ),
  );
  if (sets.length === 0)
    return {
      lines: ['There is no such set: nothing has expired, or is to be removed.'],
      json: { removed: [], protected: [] },
    };
  if (yes !== true) {
    for (const line of lines) io.stderr.write(`${line}\n`);
    if (!(await confirmed(io, `Forget ${counted(sets.length, 'set')}?`)))
      throw new UsageError('nothing was done: say with --yes that these sets are to be forgotten');
  }
  const locked = await forgetSets(catalog, sets, now);
  return {
    lines: [
      ...lines,
      `${counted(sets.length, 'set')} forgotten.`,
      ...(locked.length > 0
        ? [
            `Protected, since the sets are still on them: ${locked.map(escapeText).join(', ')}. "ndmp media unprotect" lets them be written.`,
          ]
        : []),
    ],
    json: { removed: sets.map(({ id }) => id), protected: locked },
  };
}
