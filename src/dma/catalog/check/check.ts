import { setImmediate as breathe } from 'node:timers/promises';
import type { FileTrees } from '../files/trees';
import type { CatalogProblem } from '../model';
import type { Connection } from '../store/connection';
import type { Store } from '../store/store';
import { asText } from '../store/values';
import { rules, type Finding } from './rules';
import { checkTrees } from './trees';

/** Damages of the file itself that are told. */
const MOST_DAMAGES = 20;

/**
 * Looks for what does not fit together: in the file, between runs, sets, parts and tapes, and in the file trees. What can be
 * put right without knowing more is, when that is asked for.
 */
export async function checkCatalog(
  store: Store,
  trees: FileTrees,
  { repair = false }: { repair?: boolean },
): Promise<CatalogProblem[]> {
  const damages = await store.use(damagesOf);
  if (damages.length > 0) return damages; // nothing else can be relied on
  const problems: CatalogProblem[] = [];
  for (const rule of rules) {
    const findings = await store.write((db) => {
      const found = rule(db);
      if (repair) for (const { mend } of found) mend?.(db);
      return found;
    });
    problems.push(...findings.map((finding) => problemOf(finding)));
    await breathe();
  }
  problems.push(...(await checkTrees(store, trees, repair)));
  if (repair) await store.use((db) => db.exec('PRAGMA incremental_vacuum'));
  return problems;
}

function damagesOf(connection: Connection): CatalogProblem[] {
  const remedy = 'Put back a copy of the file, or scan the tapes into a new one.';
  return connection
    .all(`PRAGMA integrity_check(${MOST_DAMAGES})`)
    .map((row) => asText(row.integrity_check))
    .filter((text) => text !== 'ok')
    .map((text) => ({ severity: 'error', text: `The file is damaged: ${text}.`, remedy }));
}

function problemOf({ severity, text, remedy }: Finding): CatalogProblem {
  return { severity, text, remedy };
}
