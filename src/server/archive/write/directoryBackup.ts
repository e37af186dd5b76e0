import { dumpDirectory, removedNames, type ListedNames } from '../levels/directoryLevel';
import { UNSURE } from '../levels/fingerprint';
import { NameList, type StoredDirectory } from '../levels/listing';
import type { FileStat } from '../walk/fileStat';
import type { Names } from '../walk/listing';
import type { OpenDirectory } from '../walk/openDirectory';
import { joinRaw, type RawName } from '../walk/rawName';
import type { FoundDirectory } from '../walk/scout';
import type { BackupContext } from './context';
import { backUpObject, backUpRead } from './objectBackup';
import { Survey } from './survey';

/** Bytes of removed names that an entry tells at most, so that readers can bound what they take. */
const MAX_REMOVED = 10 * 1024 * 1024;
/** History that names of a directory make before it is taken. */
const MUCH_HISTORY = 128 * 1024;

/** A directory that is being backed up. */
export interface DirectoryInTree {
  found: FoundDirectory;
  /** The same as found. */
  directory: OpenDirectory;
  node: bigint;
  parentNode: bigint;
}

/** What of a directory is backed up. */
interface Chosen {
  files: Survey;
  others: Survey;
  directories: Survey;
}

/**
 * Backs up a directory: its own entry, then what is in it apart from directories. Never throws for what cannot be read. Yields
 * whenever a piece is full or some time has passed.
 */
export function* backUpDirectory(context: BackupContext, at: DirectoryInTree): Generator<void, void> {
  const { path, selected, names } = at.found;
  const base = context.level?.baseOf(path);
  const chosen: Chosen = {
    files: yield* Survey.of(context, at.directory, selected.files, base?.files),
    others: yield* Survey.of(context, at.directory, selected.others, base?.others),
    directories: yield* Survey.of(context, at.directory, selected.directories, undefined),
  };
  if (context.history.style === 'node') yield* tellNames(context, at, chosen);
  writeEntry(context, at, names, chosen, base);
  const files = yield* backUpAll(context, at, chosen.files, true);
  const others = yield* backUpAll(context, at, chosen.others, false);
  const failure = context.level?.remember({ path, files, others, directories: selected.directories });
  if (failure) context.problems.say(`No later level can build upon this backup: ${failure}.`, 'warning');
}

/** File history by node: itself, the directory above, then everything in it (NDMPv4 draft, section 3.9.2). */
function* tellNames({ history, nodes }: BackupContext, at: DirectoryInTree, chosen: Chosen): Generator<void, void> {
  if (chosen.directories.nodes) nodes.tell(at.found, chosen.directories.nodes);
  history.addName('.', at.node, at.node);
  history.addName('..', at.parentNode, at.node);
  for (const list of [chosen.directories, chosen.files, chosen.others]) {
    for (let i = 0; i < list.names.length; i++) {
      const node = list.node(i);
      if (node !== undefined && !list.hasVanished(i)) history.addName(list.names[i], node, at.node);
      if (history.waiting > MUCH_HISTORY) yield;
    }
  }
}

/** In type dump with the listing of its names, so that a reader can tell what is gone. */
function writeEntry(
  context: BackupContext,
  at: DirectoryInTree,
  names: Names,
  chosen: Chosen,
  base: StoredDirectory | undefined,
): void {
  if (!context.level) {
    writePlainDirectory(context, at.found.path, at.directory.stat, at.node);
    return;
  }
  const listing = listingOf(names, chosen);
  const removed = base && removedNames(base, names);
  if (removed && removed.length > MAX_REMOVED)
    context.problems.report(at.found.path, 'so many names are gone since the last backup that a restore may keep them');
  const position = context.entries.write({
    type: 'D',
    path: at.found.path,
    stat: at.directory.stat,
    size: listing.length,
    removed: removed && removed.length <= MAX_REMOVED ? removed : undefined,
    attributes: context.attributes.of(at.found.path),
  });
  context.output.bytes(listing);
  context.output.pad();
  context.counts.directories++;
  context.history.addObject(at.found.path, at.directory.stat, at.node, position);
}

/** Names that are left out stand in the listing too: they are in the directory, though not in the stream. */
function listingOf(names: Names, chosen: Chosen): Buffer {
  return dumpDirectory([
    listed(names.files, chosen.files),
    listed(names.others, chosen.others),
    { names: names.directories, letter: () => 'D' },
  ]);
}

/** Letters are asked for in order. */
function listed(all: readonly RawName[], chosen: Survey): ListedNames {
  let at = 0;
  return {
    names: all,
    letter: (index) => {
      const isChosen = chosen.names[at] === all[index];
      return isChosen && chosen.isToRead(at++) ? 'Y' : 'N';
    },
  };
}

/** Backs up what a list names; returns what is to be remembered. */
function* backUpAll(
  context: BackupContext,
  at: DirectoryInTree,
  list: Survey,
  isFile: boolean,
): Generator<void, NameList> {
  const remembered = new NameList();
  const remembers = context.level?.remembers === true;
  for (let i = 0; i < list.names.length; i++) {
    const name = list.names[i];
    const known = list.known(i);
    if (known && list.isUnchanged(i)) {
      context.counts.unchanged++;
      if (remembers) remembered.add(name, known);
      continue;
    }
    const path = joinRaw(at.found.path, name);
    if (list.hasVanished(i)) {
      context.problems.report(path, 'not in the backup: it has vanished');
    } else {
      const object = { directory: at.directory, name, path, isFile, known, node: list.node(i) };
      const read = isFile ? yield* context.readAhead.take(at.found, i) : undefined;
      const print = read ? backUpRead(context, object, read) : yield* backUpObject(context, object);
      // What an earlier backup has is remembered even when it could not be read now, until it is gone.
      if (remembers && (print || known)) remembered.add(name, print ?? UNSURE);
    }
    yield;
  }
  return remembered;
}

/** The entry of a directory that is in the stream without what is in it. */
export function writePlainDirectory(context: BackupContext, path: RawName, stat: FileStat, node: bigint): void {
  const attributes = context.attributes.of(path);
  const position = context.entries.write({ type: '5', path, stat, size: 0, attributes });
  context.counts.directories++;
  context.history.addObject(path, stat, node, position);
}
