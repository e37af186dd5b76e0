import { resolve } from 'node:path';
import { CatalogClient } from './client';
import type { Catalog } from './model';

/**
 * Opens a catalog; a file that is not there is made, with the folders it lies in. Runs of programs that are there no more
 * are told to have died. Several processes may have the same catalog open, and take turns.
 * @throws DmaFailure that names the file and says what is wrong with it
 */
export async function openCatalog(file: string): Promise<Catalog> {
  const catalog = await CatalogClient.start(resolve(file));
  try {
    await catalog.open();
  } catch (problem) {
    await catalog.close().catch(() => undefined);
    throw problem;
  }
  return catalog;
}
