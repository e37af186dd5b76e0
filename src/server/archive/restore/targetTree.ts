import fs from 'node:fs';
import { isAbsolute } from 'node:path';
import { OpenDirectory } from '../walk/openDirectory';
import type { RawName } from '../walk/rawName';
import { codeOf, RecoveryStatus, RestoreFailure } from './failures';

/** Open directories kept for the next object in them. */
const MOST_OPEN = 48;
/** Of directories on the way to what was wanted, which the stream says nothing about. */
const ORDINARY_MODE = 0o755;

/** Root may do everything anyway. */
const NEEDS_PERMISSION = process.getuid?.() !== 0;
const OWNER_MAY_ALL = 0o700;

/** Lets its owner work in a directory; its mode is set again, or the directory removed, later. Throws the system's error. */
export function makeWorkable(path: string | Buffer, { mode }: fs.Stats): void {
  if (NEEDS_PERMISSION && (mode & OWNER_MAY_ALL) !== OWNER_MAY_ALL) fs.chmodSync(path, (mode & 0o7777) | OWNER_MAY_ALL);
}

/** Path of the directory that `path` lies in, and its name there. */
export function splitPath(path: RawName): { directory: RawName; name: RawName } {
  const slash = path.lastIndexOf('/');
  return { directory: slash < 0 ? '' : path.slice(0, slash), name: path.slice(slash + 1) };
}

/**
 * A served directory that is restored into. Every path is walked from there, name by name, and no symbolic link is
 * followed, so that nothing outside is ever touched. Paths are relative, '' for the directory itself.
 */
export class TargetTree {
  /** By path; the one used longest ago first. */
  private readonly open = new Map<RawName, OpenDirectory>();

  constructor(readonly root: RawName) {}

  /** The directory at `path`; `make`: with all that is missing on the way. Throws the system's errors. */
  directory(path: RawName, make: boolean): OpenDirectory {
    const known = this.open.get(path);
    if (known) {
      this.open.delete(path);
      this.open.set(path, known);
      return known;
    }
    return this.keep(path, path === '' ? this.openRoot() : this.enter(path, make));
  }

  private openRoot(): OpenDirectory {
    if (!isAbsolute(this.root)) throw new RestoreFailure(RecoveryStatus.PERMISSION, 'no served directory is meant');
    return OpenDirectory.open(this.root, '');
  }

  private enter(path: RawName, make: boolean): OpenDirectory {
    // The nearest open directory above; from there down without recursion, since paths may have thousands of parts.
    let above = path;
    while (above !== '' && !this.open.has(above)) above = splitPath(above).directory;
    let directory = this.directory(above, make);
    const names = path.slice(above === '' ? 0 : above.length + 1).split('/');
    let at = above;
    for (const [index, name] of names.entries()) {
      const next = this.step(directory, name, make);
      at = at === '' ? name : `${at}/${name}`;
      if (index === names.length - 1) return next;
      directory = this.keep(at, next);
    }
    return directory;
  }

  private step(directory: OpenDirectory, name: RawName, make: boolean): OpenDirectory {
    try {
      return directory.enter(name);
    } catch (error) {
      if (!make || codeOf(error) !== 'ENOENT') throw error;
      fs.mkdirSync(directory.pathOf(name), ORDINARY_MODE);
      return directory.enter(name);
    }
  }

  private keep(path: RawName, directory: OpenDirectory): OpenDirectory {
    this.open.set(path, directory);
    if (this.open.size > MOST_OPEN) {
      const oldest = this.open.keys().next();
      if (!oldest.done) this.forget(oldest.value);
    }
    return directory;
  }

  private forget(path: RawName): void {
    this.open.get(path)?.close();
    this.open.delete(path);
  }

  /**
   * Gives what was made under a temporary name its own, instead of what stands there; an empty directory goes too.
   * Throws the system's errors, and leaves nothing behind then.
   */
  putInPlace(parent: RawName, temporary: RawName, name: RawName): void {
    const directory = this.directory(parent, false);
    const from = directory.pathOf(temporary);
    const to = directory.pathOf(name);
    try {
      try {
        fs.renameSync(from, to);
      } catch (error) {
        if (codeOf(error) !== 'EISDIR') throw error;
        this.forgetBelow(parent === '' ? name : `${parent}/${name}`);
        fs.rmdirSync(to);
        fs.renameSync(from, to);
      }
    } finally {
      // Also where renaming did nothing: both were names of the same file.
      fs.rmSync(from, { force: true });
    }
  }

  /** What stands at `path` is gone or another object now. */
  forgetBelow(path: RawName): void {
    for (const known of [...this.open.keys()])
      if (known === path || path === '' || known.startsWith(`${path}/`)) this.forget(known);
  }

  /** Removes whatever stands at `path`, directories with all that is in them; other file systems are left alone. */
  remove(path: RawName): void {
    const { directory, name } = splitPath(path);
    const parent = this.directory(directory, false).pathOf(name);
    const stat = fs.lstatSync(parent, { throwIfNoEntry: false });
    if (!stat) return;
    if (!stat.isDirectory()) return fs.unlinkSync(parent);
    this.forgetBelow(path);
    makeWorkable(parent, stat);
    this.emptyOut(path, stat.dev);
    this.forgetBelow(path);
    fs.rmdirSync(this.directory(directory, false).pathOf(name));
  }

  /** Without recursion: paths may be thousands of directories deep. */
  private emptyOut(top: RawName, device: number): void {
    const waiting: { path: RawName; emptied: boolean }[] = [{ path: top, emptied: false }];
    for (let next = waiting.at(-1); next; next = waiting.at(-1)) {
      const { path, emptied } = next;
      if (emptied) {
        waiting.pop();
        if (path === top) continue;
        this.forgetBelow(path);
        const { directory, name } = splitPath(path);
        fs.rmdirSync(this.directory(directory, false).pathOf(name));
        continue;
      }
      next.emptied = true;
      const directory = this.directory(path, false);
      for (const name of fs.readdirSync(directory.path, { encoding: 'latin1' })) {
        const full = this.directory(path, false).pathOf(name);
        const stat = fs.lstatSync(full, { throwIfNoEntry: false });
        if (stat?.isDirectory() && stat.dev === device) {
          makeWorkable(full, stat);
          waiting.push({ path: `${path}/${name}`, emptied: false });
        } else if (stat && !stat.isDirectory()) fs.unlinkSync(full);
      }
    }
  }

  close(): void {
    for (const directory of this.open.values()) directory.close();
    this.open.clear();
  }
}
