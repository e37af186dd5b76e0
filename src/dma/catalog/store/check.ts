import type { FileTrees } from '../files/trees';
import type { CatalogProblem } from '../model';
import type { Store } from './store';
import { asText } from './values';

/** Looks for what does not fit together. */
export function checkCatalog(
  store: Store,
  _trees: FileTrees,
  _options: { repair?: boolean },
): Promise<CatalogProblem[]> {
  return store.use((db) =>
    db
      .all('PRAGMA integrity_check')
      .map((row) => asText(row.integrity_check))
      .filter((text) => text !== 'ok')
      .map((text) => ({ severity: 'error' as const, text, remedy: undefined })),
  );
}
