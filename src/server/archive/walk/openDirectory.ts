import fs from 'node:fs';
import type { FileStat } from './fileStat';
import { toSystemPath, type RawName } from './rawName';

const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW, O_NONBLOCK, O_NOATIME } = fs.constants;
/** Access times stay as they are where the system lets us (Linux, for the superuser). */
const QUIETLY = process.getuid?.() === 0 ? (O_NOATIME ?? 0) : 0;
export const READ_FILE = O_RDONLY | (O_NOFOLLOW ?? 0) | (O_NONBLOCK ?? 0) | QUIETLY;
const READ_DIRECTORY = O_RDONLY | (O_DIRECTORY ?? 0) | (O_NOFOLLOW ?? 0) | QUIETLY;
const BIG = { bigint: true } as const;

/** Where this process finds its open files by number; undefined where the system has no such place (only Linux has). */
const OPEN_FILES = findOpenFiles();

/** Whether any thread of this process can open what a directory's paths name. */
export const HAS_OPEN_FILES = OPEN_FILES !== undefined;

function findOpenFiles(): string | undefined {
  try {
    return process.platform === 'linux' ? `/proc/${fs.readlinkSync('/proc/self')}/fd/` : undefined;
  } catch {
    return undefined;
  }
}

/**
 * A directory in the tree, held open so that names are looked up in it and nowhere else: whoever renames directories or
 * puts symbolic links in their place while the tree is walked cannot lead the walk out of it. Where open directories cannot be
 * named (no /proc), the real path is compared at every step instead.
 */
export class OpenDirectory {
  private users = 1;

  private constructor(
    private descriptor: number,
    /** What paths of its entries begin with. */
    private prefix: string,
    readonly stat: FileStat,
  ) {}

  /** Opens the directory `inside` below `treeRoot` (absolute); throws the system's error, or an Error when a link is in the way. */
  static open(treeRoot: RawName, inside: RawName): OpenDirectory {
    // The tree's own root may be named through symbolic links: that is the operator's choice.
    let directory = OpenDirectory.at(fs.realpathSync(toSystemPath(treeRoot), { encoding: 'latin1' }));
    for (const name of inside.split('/').filter(Boolean)) {
      const next = directory.enter(name);
      directory.close();
      directory = next;
    }
    return directory;
  }

  private static at(path: RawName): OpenDirectory {
    if (OPEN_FILES === undefined) {
      if (fs.realpathSync(toSystemPath(path), { encoding: 'latin1' }) !== path)
        throw new Error('a symbolic link is in the way');
      const stat = fs.lstatSync(toSystemPath(path), BIG);
      if (!stat.isDirectory()) throw new Error('it is no directory');
      return new OpenDirectory(-1, path.endsWith('/') ? path : `${path}/`, stat);
    }
    const descriptor = openQuietly(path, READ_DIRECTORY);
    return new OpenDirectory(descriptor, `${OPEN_FILES}${descriptor}/`, fs.fstatSync(descriptor, BIG));
  }

  /** Opens one of its directories. */
  enter(name: RawName): OpenDirectory {
    return OpenDirectory.at(this.rawPathOf(name));
  }

  /** Path of one of its entries, for calls that do not follow a symbolic link at its end. */
  pathOf(name: RawName): string | Buffer {
    return toSystemPath(this.rawPathOf(name));
  }

  rawPathOf(name: RawName): RawName {
    if (this.users === 0 || (OPEN_FILES !== undefined && this.descriptor < 0)) throw new Error('it is not open');
    return this.prefix + name;
  }

  get path(): string | Buffer {
    return this.pathOf(OPEN_FILES === undefined ? '' : '.');
  }

  /** One more closes it in the end. */
  share(): this {
    this.users++;
    return this;
  }

  /** Lets go of the system's handle for a while when nobody else uses it; {@link reopen} gets it back. */
  release(): void {
    if (this.users === 1) this.closeHandle();
  }

  private closeHandle(): void {
    if (this.descriptor < 0) return;
    fs.closeSync(this.descriptor);
    this.descriptor = -1;
  }

  /** Opens it again from one of its directories; throws when that has been moved elsewhere. */
  reopen(child: OpenDirectory): void {
    if (OPEN_FILES === undefined || this.descriptor >= 0) return;
    const descriptor = openQuietly(`${child.prefix}..`, READ_DIRECTORY);
    const stat = fs.fstatSync(descriptor, BIG);
    if (stat.ino !== this.stat.ino || stat.dev !== this.stat.dev) {
      fs.closeSync(descriptor);
      throw new Error('it was moved while it was read');
    }
    this.descriptor = descriptor;
    this.prefix = `${OPEN_FILES}${descriptor}/`;
  }

  close(): void {
    if (--this.users <= 0) this.closeHandle();
  }
}

/** Opens without changing access times where possible: not every file system and user may. */
export function openQuietly(path: RawName | Buffer, flags: number): number {
  const where = typeof path === 'string' ? toSystemPath(path) : path;
  try {
    return fs.openSync(where, flags);
  } catch (error) {
    if (QUIETLY === 0 || !isSystemError(error, 'EPERM')) throw error;
    return fs.openSync(where, flags & ~QUIETLY);
  }
}

export function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && (error as NodeJS.ErrnoException).code === code;
}
