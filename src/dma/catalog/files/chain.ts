import type { FileHit } from '../model';
import type { Connection } from '../store/connection';
import { findEntry, FolderReader } from './listing';
import { wayTo } from './paths';

/** A set of a chain. `byNodes`: a directory that it lists at all it lists in full, so that what is missing was deleted. */
export interface Link {
  set: number;
  byNodes: boolean;
}

/**
 * Entries of a directory as a restore of a chain gives them: of each name the newest that has its data.
 * @param chain the full set first
 * @returns one more than the limit where there are more
 */
export function listChainFolder(
  connection: Connection,
  chain: readonly Link[],
  directory: string,
  after: string | undefined,
  limit: number,
): FileHit[] {
  if (!isThere(connection, chain, directory)) return [];
  let readers = readersOf(connection, chain, directory, after);
  const entries: FileHit[] = [];
  while (entries.length <= limit && readers.length > 0) {
    const least = readers.reduce((a, b) => (b.reader.compare(a.reader) < 0 ? b : a));
    const same = readers.filter(({ reader }) => reader.compare(least.reader) === 0);
    if (same.some(({ decides }) => decides)) entries.push(newest(same));
    const ended = new Set(same.filter(({ reader }) => !reader.next()));
    readers = readers.filter((each) => !ended.has(each));
  }
  return entries;
}

interface Layer {
  set: number;
  reader: FolderReader;
  /** Whether a name that only this one and older ones have is there. */
  decides: boolean;
}

/** Newest first. Below a set that lists the directory in full the older ones only tell more about its names. */
function readersOf(connection: Connection, chain: readonly Link[], directory: string, after?: string): Layer[] {
  const layers: Layer[] = [];
  let decides = true;
  for (const { set, byNodes } of [...chain].reverse()) {
    const isListed = byNodes && new FolderReader(connection, set, directory).next();
    const reader = new FolderReader(connection, set, directory, after);
    if (reader.next()) layers.push({ set, reader, decides });
    if (isListed) decides = false;
  }
  return layers;
}

/** The first, which is the newest, with data; without any in the chain the newest. */
function newest(layers: readonly Layer[]): FileHit {
  const entries = layers.map(({ set, reader }) => ({ ...reader.entry(), set }));
  return entries.find(({ inSet }) => inSet) ?? entries[0];
}

/** Whether a path, and all above it, is there at the end of the chain. */
function isThere(connection: Connection, chain: readonly Link[], path: string): boolean {
  return wayTo(path).every((part) => isEntryThere(connection, chain, part));
}

function isEntryThere(connection: Connection, chain: readonly Link[], path: string): boolean {
  const above = path.slice(0, path.lastIndexOf('/'));
  for (const { set, byNodes } of [...chain].reverse()) {
    if (findEntry(connection, set, path) !== undefined) return true;
    if (byNodes && new FolderReader(connection, set, above).next()) return false;
  }
  return false;
}
