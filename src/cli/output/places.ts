import { mkdirSync, realpathSync, statSync, type BigIntStats } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { escapeText } from '../../protocol';
import { UsageError } from '../failure';

/**
 * Refuses to write over what is read, and two things to one place, also where links lead there by other names.
 * @param inputs files that are read, or `-`
 * @param outputs files that will be written, or `-`; undefined for what is not asked for
 */
export function refuseSamePlaces(inputs: readonly string[], outputs: readonly (string | undefined)[]): void {
  const read = new Set(inputs.filter((path) => path !== '-').map(placeOf));
  const written = new Set<string>();
  for (const path of outputs) {
    const place = path === undefined ? undefined : placeOf(path);
    if (path === undefined || place === undefined) continue;
    if (read.has(place)) throw new UsageError(`${escapeText(path)} is what is read: name another file to write to.`);
    if (written.has(place))
      throw new UsageError(`Two things would be written to ${escapeText(path)}: name a file for each.`);
    written.add(place);
  }
}

/** What lies at a path, following links. @returns undefined where nothing is that could be looked at */
export function lookAt(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true });
  } catch {
    return undefined;
  }
}

/** What is the same for all names of a file. @returns undefined for devices and pipes, which may be used twice */
function placeOf(path: string): string | undefined {
  if (path === '-') return path;
  const found = lookAt(path);
  if (found === undefined) return `new ${join(realPath(dirname(path)), basename(path))}`;
  return found.isFile() || found.isDirectory() ? `${found.dev} ${found.ino}` : undefined;
}

/**
 * The file that a path leads to over links, so that a link stays when its file is replaced.
 * @returns the absolute path itself where there is nothing yet
 */
export function realPath(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    return resolve(path);
  }
}

/** Makes a folder and those above it. Unlike Node's own way it ends where a file system has no room for folders. */
export function makeFolder(path: string): void {
  try {
    mkdirSync(path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' && dirname(path) !== path && lookAt(dirname(path)) === undefined) {
      makeFolder(dirname(path));
      mkdirSync(path);
    } else if (lookAt(path)?.isDirectory() !== true) throw error;
  }
}
