import { existsSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const CHECKOUT = resolve(__dirname, '../..');

/**
 * Folders of captures with their expectations: the committed fixtures always, then the full collection where it lies beside
 * the checkout. Both have the same layout: captures at the top, expectations in `golden/`, server logs in `peer/`.
 */
export const CAPTURE_FOLDERS: readonly string[] = [
  join(CHECKOUT, 'test/fixtures/captures'),
  resolve(CHECKOUT, '../shared/captures'),
].filter((folder) => existsSync(folder));

/** Absolute paths of the captures in the top level of `folder`, sorted by name. */
export function capturesIn(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => /\.(pcap|pcapng|cap)(\.gz)?$/.test(name))
    .sort()
    .map((name) => join(folder, name));
}

/**
 * The path of a capture (or of any other file in the collection) by its name, from the first folder that has it. Larger
 * fixtures are compressed: where only `name` with '.gz' is there, that is the path; captures are read all the same.
 */
export function findCapture(name: string): string | undefined {
  return [name, `${name}.gz`]
    .flatMap((file) => CAPTURE_FOLDERS.map((folder) => join(folder, file)))
    .find((path) => existsSync(path));
}
