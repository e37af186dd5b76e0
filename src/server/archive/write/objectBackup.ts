import fs from 'node:fs';
import { fingerprintOf, isUnchanged, UNSURE, type Fingerprint } from '../levels/fingerprint';
import { openQuietly, READ_FILE, type OpenDirectory } from '../walk/openDirectory';
import type { FileStat } from '../walk/fileStat';
import type { RawName } from '../walk/rawName';
import type { BackupContext } from './context';
import { copyBytes, copySegments, type CopyProblem } from './fileCopy';
import { linkToEarlier, passOver, rememberLinks } from './linkEntries';
import { reasonOf } from './problems';
import type { ReadFile } from './readAhead';
import { findSegments, mayBeSparse, sparseMapBytes, type Segment } from './sparseMap';
import type { TarType } from './tarFields';

const BIG = { bigint: true } as const;

/** An object in a directory that is being backed up. */
export interface ObjectInDirectory {
  directory: OpenDirectory;
  name: RawName;
  /** From the backup root. */
  path: RawName;
  /** The directory said that it is a plain file. */
  isFile: boolean;
  /** What the base of an incremental backup remembers of it. */
  known: Fingerprint | undefined;
  /** Its node number as file history has told it; undefined: not told. */
  node: bigint | undefined;
}

/**
 * Backs up one object that is no directory: a file, a link, a device. Never throws: what goes wrong is reported, and the stream
 * stays whole. Yields whenever a piece is full.
 *
 * @returns what to remember it by; undefined when it is not in the backup
 */
export function* backUpObject(
  context: BackupContext,
  object: ObjectInDirectory,
): Generator<void, Fingerprint | undefined> {
  const { directory, name, path, known } = object;
  try {
    if (known || !object.isFile) {
      const stat = fs.lstatSync(directory.pathOf(name), BIG);
      if (known && isUnchanged(stat, known)) return passOver(context, path, stat, known);
      if (!stat.isFile()) return backUpSpecial(context, object, stat);
    }
    const file = openQuietly(directory.pathOf(name), READ_FILE);
    try {
      const stat = fs.fstatSync(file, BIG);
      if (stat.isFile()) return yield* backUpFile(context, object, stat, file);
      context.problems.report(path, 'became something else while the directory was read; it is not in the backup');
    } finally {
      fs.closeSync(file);
    }
  } catch (error) {
    context.problems.report(path, `not in the backup: ${reasonOf(error)}`);
  }
  return undefined;
}

/** Symbolic links, devices and fifos: nothing but a header. */
function backUpSpecial(
  context: BackupContext,
  object: ObjectInDirectory,
  stat: fs.BigIntStats,
): Fingerprint | undefined {
  const type = specialType(stat);
  if (type === undefined) {
    const what = stat.isDirectory() ? 'became a directory while its directory was read' : 'is a socket';
    context.problems.report(object.path, `${what}; it is not in the backup`, stat.isSocket() ? 'normal' : 'warning');
    return undefined;
  }
  const print = context.level ? fingerprintOf(stat, Date.now()) : UNSURE;
  if (linkToEarlier(context, object.path, stat)) return print;
  const link = type === '2' ? fs.readlinkSync(object.directory.pathOf(object.name), 'latin1') : undefined;
  rememberLinks(context, object.path, stat, writeObject(context, object, stat, type, 0, { link }));
  return print;
}

function specialType(stat: fs.BigIntStats): TarType | undefined {
  if (stat.isSymbolicLink()) return '2';
  if (stat.isFIFO()) return '6';
  if (stat.isCharacterDevice()) return '3';
  return stat.isBlockDevice() ? '4' : undefined;
}

function* backUpFile(
  context: BackupContext,
  object: ObjectInDirectory,
  stat: fs.BigIntStats,
  file: number,
): Generator<void, Fingerprint> {
  const print = context.level ? fingerprintOf(stat, Date.now()) : UNSURE;
  if (linkToEarlier(context, object.path, stat)) return print;
  const size = Number(stat.size);
  const segments = mayBeSparse(stat) ? yield* findSegments(file, size) : undefined;
  const isSparse = segments !== undefined && (segments.length !== 1 || segments[0].length < size);
  const position = context.output.length;
  const problem = isSparse
    ? yield* writeSparse(context, object, stat, file, segments)
    : yield* writePlain(context, object, stat, file);
  context.output.pad();
  rememberLinks(context, object.path, stat, position);
  if (problem === undefined) return print;
  context.problems.report(object.path, problem);
  return UNSURE;
}

function* writePlain(
  context: BackupContext,
  object: ObjectInDirectory,
  stat: fs.BigIntStats,
  file: number,
): Generator<void, CopyProblem> {
  const size = Number(stat.size);
  writeObject(context, object, stat, '0', size);
  if (size === 0) return undefined;
  if (size < context.output.room().length) return yield* copyBytes(file, 0, size, context.output, true);
  return (yield* copyBytes(file, 0, size, context.output, false)) ?? changeOf(file, stat);
}

function* writeSparse(
  context: BackupContext,
  object: ObjectInDirectory,
  stat: fs.BigIntStats,
  file: number,
  segments: readonly Segment[],
): Generator<void, CopyProblem> {
  const size = Number(stat.size);
  const map = sparseMapBytes(segments, size);
  const stored = segments.reduce((sum, { length }) => sum + length, map.length);
  writeObject(context, object, stat, '0', stored, { sparseSize: size });
  context.output.bytes(map);
  return (yield* copySegments(file, segments, context.output)) ?? changeOf(file, stat);
}

/** Whether a file changed while it was copied, for people. Never throws: its data are in the stream already. */
function changeOf(file: number, before: fs.BigIntStats): CopyProblem {
  try {
    const now = fs.fstatSync(file, BIG);
    if (now.size === before.size && now.mtimeNs === before.mtimeNs) return undefined;
    return 'changed while it was read; the backup may have parts of it from before and after';
  } catch (error) {
    return `may have changed while it was read: ${reasonOf(error)}`;
  }
}

/** The same for a small file that was read ahead; `read` has all of it. */
export function backUpRead(context: BackupContext, object: ObjectInDirectory, read: ReadFile): Fingerprint {
  const { stat, content } = read;
  const print = context.level ? fingerprintOf(stat, read.time) : UNSURE;
  if (linkToEarlier(context, object.path, stat)) return print;
  const position = writeObject(context, object, stat, '0', content.length);
  context.output.bytes(content);
  context.output.pad();
  rememberLinks(context, object.path, stat, position);
  return print;
}

function writeObject(
  context: BackupContext,
  { path, node }: ObjectInDirectory,
  stat: FileStat,
  type: TarType,
  size: number,
  more?: { link?: RawName; sparseSize?: number },
): number {
  const position = context.entries.write({ type, path, stat, size, attributes: context.attributes.of(path), ...more });
  context.counts.files++;
  context.history.addObject(path, stat, node ?? context.nodes.of(stat), position);
  return position;
}
