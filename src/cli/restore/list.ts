import { matchesOf } from '../../dma/restore/matching';
import { wantedOf } from '../../dma/restore/gather';
import type { RestoreRequest } from '../../dma/restore/model';
import { TreeAt, type EntryAt } from '../../dma/restore/treeAt';
import type { Surroundings } from '../../dma/run/model';
import { tableLines, type TableColumn } from '../dma/grid';
import { resultJson } from '../dma/json';
import { byteSize } from '../terminal/text';

/** A line of the list. */
interface Row {
  source: string;
  path: string;
  at: EntryAt;
}

/**
 * What a restore would find: the top of the tree, or what fits the paths and patterns; directories with what is in them.
 * No server is asked.
 */
export async function listedFiles(request: RestoreRequest, surroundings: Surroundings): Promise<Row[]> {
  const { selections } = await wantedOf({ ...request, wanted: [], renames: [] }, surroundings);
  const rows: Row[] = [];
  for (const { chain } of selections) {
    const tree = new TreeAt(surroundings.catalog, chain, surroundings.signal);
    const source = chain.at(-1)?.path ?? '';
    const add = (path: string, at: EntryAt): void => void rows.push({ source, path, at });
    const addChildren = async (of: TreeAt, directory: string): Promise<void> => {
      for (const [name, at] of await of.children(directory)) add(`${directory}/${name}`, at);
    };
    if (request.wanted.length === 0) await addChildren(tree, '');
    for (const wanted of request.wanted)
      for (const match of await matchesOf(tree, wanted)) {
        add(match.path, match);
        if (match.entry.kind === 'directory') await addChildren(match.tree, match.path);
      }
  }
  return rows;
}

const COLUMNS: readonly TableColumn<Row>[] = [
  { title: 'kind', of: ({ at }) => at.entry.kind },
  { title: 'size', of: ({ at }) => (at.entry.kind === 'file' ? byteSize(Number(at.entry.size)) : ''), align: 'right' },
  { title: 'modified (UTC)', of: ({ at }) => dateText(at.entry.mtime), spare: 1 },
  { title: 'set', of: ({ at }) => (at.set === undefined ? '' : String(at.set)), align: 'right', spare: 2 },
  { title: 'path', of: ({ path }) => path },
];

/** The list for people. */
export function listLines(rows: readonly Row[], width: number | undefined): string[] {
  return rows.length === 0 ? [] : tableLines(COLUMNS, rows, width);
}

export function listJson(rows: readonly Row[]): string[] {
  return rows.map(({ source, path, at: { entry, set } }) =>
    resultJson({ source, path, kind: entry.kind, size: entry.size, mtime: entry.mtime, set, position: entry.position }),
  );
}

function dateText(seconds: number): string {
  const date = new Date(seconds * 1000);
  return Number.isNaN(date.getTime()) ? '' : date.toISOString().slice(0, 16).replace('T', ' ');
}
