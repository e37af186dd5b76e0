import { setImmediate as breathe } from 'node:timers/promises';
import { messageOf } from '../../../transport/messageOf';
import { EntryCursor } from '../files/entry';
import { comparePaths, compareNames } from '../files/order';
import { readPage } from '../files/pages';
import type { FileTrees } from '../files/trees';
import { removeTree, stateOf } from '../files/treeState';
import type { CatalogProblem } from '../model';
import type { Store } from '../store/store';
import { asNumber } from '../store/values';

const PAGES_AT_ONCE = 32;
const KNOWN = `SELECT set_id FROM trees UNION SELECT set_id FROM spool UNION SELECT set_id FROM pages
  UNION SELECT set_id FROM page_keys UNION SELECT set_id FROM grams`;

/** Looks at every file tree: whether it is made, belongs to a set, can be read, and is in order. */
export async function checkTrees(store: Store, trees: FileTrees, repair: boolean): Promise<CatalogProblem[]> {
  const problems: CatalogProblem[] = [];
  const known = await store.use((db) => db.all(KNOWN).map(({ set_id }) => asNumber(set_id)));
  for (const set of known) {
    const problem = await problemOf(store, trees, set);
    if (problem === undefined) continue;
    problems.push(problem.problem);
    if (repair) await problem.mend?.();
  }
  return problems;
}

interface TreeFinding {
  problem: CatalogProblem;
  mend?: () => Promise<void>;
}

async function problemOf(store: Store, trees: FileTrees, set: number): Promise<TreeFinding | undefined> {
  const { hasSet, state, isLeft } = await store.use((db) => ({
    hasSet: db.first('SELECT 1 FROM sets WHERE id = ?', set) !== undefined,
    state: stateOf(db, set),
    isLeft: db.first('SELECT 1 FROM spool WHERE set_id = ?', set) !== undefined,
  }));
  if (!hasSet || state === undefined)
    return {
      problem: warning(`There is a file tree of set ${set}, which is not in the catalog.`, 'It is taken out.'),
      mend: () => removeTree(store, set),
    };
  if (!state.isMade) {
    if (await trees.isTaking(set)) return undefined;
    return {
      problem: warning(`The file tree of set ${set} was never finished.`, 'It is made of what came of its history.'),
      mend: () => trees.ready(set),
    };
  }
  const damage = await damageOf(store, set);
  if (damage !== undefined)
    return {
      problem: {
        severity: 'error',
        text: `The file tree of set ${set} is damaged: ${damage}.`,
        remedy: 'Scan its tapes.',
      },
    };
  if (!isLeft) return undefined;
  return {
    problem: warning(`History of set ${set} is kept though its tree is made.`, 'It is taken out.'),
    mend: () => trees.tidy(set),
  };
}

function warning(text: string, remedy: string): CatalogProblem {
  return { severity: 'warning', text, remedy };
}

/** Reads all pages. @returns what is wrong, undefined when nothing is */
async function damageOf(store: Store, set: number): Promise<string | undefined> {
  const counts = await store.use((db) => {
    const row = db.first(
      'SELECT pages, (SELECT count(*) FROM pages WHERE set_id = trees.set_id) AS n FROM trees WHERE set_id = ?',
      set,
    );
    return { told: asNumber(row?.pages ?? 0), found: asNumber(row?.n ?? 0) };
  });
  if (counts.told !== counts.found) return `${counts.found} pages of ${counts.told} are there`;
  let last: EntryCursor | undefined;
  for (let first = 0; first < counts.found; first += PAGES_AT_ONCE) {
    const damage = await store.use((db) => {
      for (let page = first; page < Math.min(counts.found, first + PAGES_AT_ONCE); page++) {
        try {
          const bytes = readPage(db, set, page);
          if (bytes === undefined) return `page ${page} is missing`;
          last = lastInOrder(new EntryCursor(bytes), last);
        } catch (problem) {
          return `page ${page} cannot be read (${messageOf(problem)})`;
        }
        if (last === undefined) return `page ${page} is out of order`;
      }
      return undefined;
    });
    if (damage !== undefined) return damage;
    await breathe();
  }
  return undefined;
}

/** @returns the cursor at its last entry; undefined when an entry does not come behind the one before */
function lastInOrder(cursor: EntryCursor, before: EntryCursor | undefined): EntryCursor | undefined {
  const last = new EntryCursor(cursor.bytes);
  let previous = before;
  while (cursor.next()) {
    if (previous !== undefined && compareEntries(previous, cursor) >= 0) return undefined;
    last.next();
    previous = last;
  }
  return last;
}

function compareEntries(a: EntryCursor, b: EntryCursor): number {
  return (
    comparePaths(a.bytes, a.folderFrom, a.folderTo, b.bytes, b.folderFrom, b.folderTo) ||
    compareNames(a.bytes, a.nameFrom, a.nameTo, b.bytes, b.nameFrom, b.nameTo)
  );
}
