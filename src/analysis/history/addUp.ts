import { DIRECTORY } from './historyEntry';
import { KindFlag, KindWord, LinkWord, ObjectWord, type TreeTables } from './treeTables';

/** What lies in a directory and below it. */
export interface Totals {
  /** Names of files; a file with hard links counts with each. */
  files: number;
  folders: number;
  /** File sizes; a file with hard links counts once. */
  bytes: number;
}

/** Totals of all directories. */
export interface TreeTotals {
  files: Uint32Array;
  folders: Uint32Array;
  bytes: Float64Array;
  /** Names whose objects have no attributes: they are not in the stream. */
  withoutAttributes: number;
  /** Names of objects that have another one as well. */
  hardLinks: number;
}

/** Whether an object is a directory: by its type, or because something is in it. */
export function isFolder({ objects, kinds }: TreeTables, object: number): boolean {
  if (objects.get(object, ObjectWord.DIRECTORY) !== 0) return true;
  if (objects.get(object, ObjectWord.ROW) === 0) return false;
  const kind = objects.get(object, ObjectWord.KIND);
  return (
    kinds.get(kind, KindWord.TYPE) === DIRECTORY &&
    (kinds.get(kind, KindWord.FLAGS) & KindFlag.WITHOUT_ATTRIBUTES) === 0
  );
}

/** @param order all links, each directory's own before those in it */
export function addUp(tables: TreeTables, order: Uint32Array): TreeTotals {
  const { objects, links, directories } = tables;
  const files = new Uint32Array(directories.count);
  const folders = new Uint32Array(directories.count);
  const bytes = new Float64Array(directories.count);
  let withoutAttributes = 0;
  let hardLinks = 0;
  for (let i = order.length - 1; i >= 0; i--) {
    const link = order[i];
    const object = links.get(link, LinkWord.OBJECT);
    const into = objects.get(links.get(link, LinkWord.PARENT), ObjectWord.DIRECTORY) - 1;
    const isFirst = objects.get(object, ObjectWord.LINK) === link + 1;
    if (objects.get(object, ObjectWord.ROW) === 0) withoutAttributes++;
    if (!isFolder(tables, object)) {
      files[into]++;
      if (isFirst) bytes[into] += objects.number(object, ObjectWord.SIZE);
      else hardLinks++;
    } else if (isFirst) {
      const from = objects.get(object, ObjectWord.DIRECTORY) - 1;
      folders[into]++;
      if (from < 0) continue;
      folders[into] += folders[from];
      files[into] += files[from];
      bytes[into] += bytes[from];
    }
  }
  return { files, folders, bytes, withoutAttributes, hardLinks };
}
