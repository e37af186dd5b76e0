import fs from 'node:fs';
import type { OpenDirectory } from '../walk/openDirectory';
import { joinRaw, type RawName } from '../walk/rawName';
import type { Selection } from '../walk/selection';
import type { BackupContext } from './context';
import { backUpDirectory, writePlainDirectory, type Subdirectory } from './directoryBackup';
import { reasonOf } from './problems';

const BIG = { bigint: true } as const;
/** Directories above the one that is being read that keep a handle of the system. */
const KEPT_OPEN = 64;
/** Longest path from the backup root that is backed up. */
const MAX_PATH = 64 * 1024;

/** A directory on the way down, whose sub-directories are not all backed up yet. */
interface Level {
  directory: OpenDirectory;
  path: RawName;
  node: bigint;
  waiting: Subdirectory[];
  next: number;
}

/** Walks a tree and backs up everything in it: a directory before what is in it, files before directories, names by their bytes. */
export class TreeBackup {
  private readonly levels: Level[] = [];

  constructor(private readonly context: BackupContext) {}

  /** Yields whenever a piece is full or some time has passed. Takes the root's handle over. */
  *run(root: OpenDirectory, selection: Selection): Generator<void, void> {
    const node = this.context.nodes.of(root.stat);
    yield* this.enter(root, { path: '', selection, node, parentNode: node });
    for (let level = this.levels.at(-1); level; level = this.levels.at(-1)) {
      const next = level.waiting[level.next++];
      if (next) yield* this.goDown(level, next);
      else this.goUp();
    }
  }

  /** Closes what is open. Idempotent. */
  close(): void {
    for (const { directory } of this.levels.splice(0)) directory.close();
  }

  private *goDown(level: Level, { name, selection, node: told }: Subdirectory): Generator<void, void> {
    const { context } = this;
    const path = joinRaw(level.path, name);
    if (path.length > MAX_PATH) {
      context.problems.report(path, `not in the backup: its path is longer than ${MAX_PATH} bytes`);
      return;
    }
    let directory: OpenDirectory;
    try {
      directory = level.directory.enter(name);
    } catch (error) {
      this.reportClosed(level, name, path, told, error);
      return;
    }
    const node = told ?? context.nodes.of(directory.stat);
    if (directory.stat.dev !== level.directory.stat.dev && isMadeUp(directory)) {
      context.problems.report(
        path,
        'is a file system that the operating system makes up; what is in it is not in the backup',
      );
      writePlainDirectory(context, path, directory.stat, node);
      directory.close();
      return;
    }
    this.levels.at(-KEPT_OPEN)?.directory.release();
    yield* this.enter(directory, { path, selection, node, parentNode: level.node });
  }

  private *enter(
    directory: OpenDirectory,
    at: { path: RawName; selection: Selection; node: bigint; parentNode: bigint },
  ): Generator<void, void> {
    const level: Level = { directory, path: at.path, node: at.node, waiting: [], next: 0 };
    this.levels.push(level);
    level.waiting = yield* backUpDirectory(this.context, { directory, ...at });
  }

  private goUp(): void {
    const done = this.levels.pop();
    const above = this.levels.at(-1);
    try {
      if (done) above?.directory.reopen(done.directory);
    } catch (error) {
      if (above) this.giveUp(above, error);
    } finally {
      done?.directory.close();
    }
  }

  /** The way back is lost: a directory above was moved while those below it were read. */
  private giveUp(above: Level, error: unknown): void {
    const left = above.waiting.length - above.next;
    if (left > 0)
      this.context.problems.report(above.path, `${left} of its directories are not in the backup: ${reasonOf(error)}`);
    above.next = above.waiting.length;
  }

  /** A directory that cannot be entered is in the backup with its attributes alone. */
  private reportClosed(level: Level, name: RawName, path: RawName, told: bigint | undefined, error: unknown): void {
    const { context } = this;
    context.problems.report(path, `what is in this directory is not in the backup: ${reasonOf(error)}`);
    try {
      const stat = fs.lstatSync(level.directory.pathOf(name), BIG);
      if (stat.isDirectory()) writePlainDirectory(context, path, stat, told ?? context.nodes.of(stat));
    } catch {
      // it is gone altogether, as reported
    }
  }
}

/** Types of file systems (statfs) that hold nothing to keep: proc, sysfs, cgroups, devpts, debugfs, tracefs, securityfs, bpf and the like. */
const MADE_UP: ReadonlySet<number> = new Set([
  0x9fa0, 0x62656572, 0x27e0eb, 0x63677270, 0x1cd1, 0x64626720, 0x74726163, 0x73636673, 0xcafe4a11, 0x6165676c,
  0x19800202, 0xf97cff8c, 0x67596969, 0x6e736673, 0x42494e4d, 0x958458f6,
]);

function isMadeUp(directory: OpenDirectory): boolean {
  try {
    return MADE_UP.has(fs.statfsSync(directory.path).type);
  } catch {
    return false;
  }
}
