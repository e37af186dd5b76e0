import { setImmediate as breathe } from 'node:timers/promises';
import type { Store } from '../store/store';
import { Flag, Kind, type EntryPlace } from './entry';
import { MergeHeap } from './heap';
import { compareNames, comparePaths } from './order';
import { PageWriter } from './pageWriter';
import { compareSources, PathSource } from './pathSource';
import type { TreeProblems } from './problems';
import { openRuns, RunKind } from './spool';

/** Bytes of pages that are put into the file at once. */
const FLUSH = 1 << 20;
/** Entries after which others who wait for the catalog come first. */
const TURN = 4096;

export interface TreeCounts {
  /** Files, links and others whose data are in the set. */
  files: number;
  directories: number;
  pages: number;
}

/** Merges the runs of a set into pages; of entries that came several times one is left. */
export async function makePages(store: Store, set: number, problems: TreeProblems): Promise<TreeCounts> {
  const runs = [...(await openRuns(store, set, RunKind.PATHS)), ...(await openRuns(store, set, RunKind.JOINED))];
  const heap = await MergeHeap.of(
    runs.map((run) => new PathSource(run)),
    compareSources,
  );
  const writer = new PageWriter(set);
  const counts = { files: 0, directories: 0 };
  const put = (entry: EntryPlace): void => {
    if ((entry.flags & Flag.KIND) === Kind.DIRECTORY) counts.directories++;
    else if ((entry.flags & Flag.ATTRIBUTES) !== 0) counts.files++;
    writer.add(entry, entry.flags);
  };
  let held: EntryPlace | undefined;
  let merged = 0;
  for (let top = heap.top; top !== undefined; top = heap.top) {
    const place = placeOf(top.cursor);
    if (held !== undefined && isSamePlace(held, place)) held = oneOf(held, place, problems);
    else {
      if (held !== undefined) put(held);
      held = place;
    }
    const wait = heap.advance();
    if (wait !== undefined) await wait;
    if (writer.waiting >= FLUSH) await store.write((db) => writer.flush(db, false), 'process');
    if (++merged % TURN === 0) await breathe();
  }
  if (held !== undefined) put(held);
  await store.write((db) => writer.flush(db, true), 'process');
  return { ...counts, pages: writer.count };
}

/** Where an entry lies, though its cursor goes on. */
function placeOf({ bytes, flags, from, to, nameFrom, nameTo, folderFrom, folderTo }: EntryPlace): EntryPlace {
  return { bytes, flags, from, to, nameFrom, nameTo, folderFrom, folderTo };
}

function isSamePlace(a: EntryPlace, b: EntryPlace): boolean {
  return (
    compareNames(a.bytes, a.nameFrom, a.nameTo, b.bytes, b.nameFrom, b.nameTo) === 0 &&
    comparePaths(a.bytes, a.folderFrom, a.folderTo, b.bytes, b.folderFrom, b.folderTo) === 0
  );
}

/** What was told counts before what follows from paths, and of that the last; something with files in it is a directory. */
function oneOf(first: EntryPlace, second: EntryPlace, problems: TreeProblems): EntryPlace {
  const isFirstTold = (first.flags & Flag.IMPLIED) === 0;
  const isSecondTold = (second.flags & Flag.IMPLIED) === 0;
  if (isFirstTold && isSecondTold) problems.note('repeated');
  const kept = isSecondTold || !isFirstTold ? second : first;
  const isFolder = !isFirstTold || !isSecondTold;
  return isFolder ? { ...kept, flags: (kept.flags & ~Flag.KIND) | Kind.DIRECTORY } : kept;
}
