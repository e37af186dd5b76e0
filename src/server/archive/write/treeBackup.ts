import type { OpenDirectory } from '../walk/openDirectory';
import { TreeScout, type FoundDirectory } from '../walk/scout';
import type { Selection } from '../walk/selection';
import type { BackupContext } from './context';
import { backUpDirectory, writePlainDirectory, type DirectoryInTree } from './directoryBackup';
import { reasonOf } from './problems';

/** How far the walk goes ahead of the writing, so that others can read ahead. */
const DIRECTORIES_AHEAD = 48;
const NAMES_AHEAD = 1500;

/** Backs up everything in a tree: a directory before what is in it, files before directories, names by their bytes. */
export class TreeBackup {
  private readonly scout: TreeScout;
  private readonly ahead: FoundDirectory[] = [];
  private namesAhead = 0;
  private isWalked = false;

  /** @param root taken over */
  constructor(
    private readonly context: BackupContext,
    root: OpenDirectory,
    selection: Selection,
  ) {
    this.scout = new TreeScout(root, selection, (path, obstacle) =>
      context.problems.report(path, `not in the backup: ${reasonOf(obstacle)}`),
    );
  }

  /** Yields whenever a piece is full or some time has passed. */
  *run(): Generator<void, void> {
    for (let found = this.next(); found; found = this.next()) {
      try {
        yield* this.backUp(found);
        yield* this.context.readAhead.over(found);
      } finally {
        found.directory?.close();
      }
      yield;
    }
  }

  /** Closes what is open. Idempotent. */
  close(): void {
    this.scout.close();
    for (const { directory } of this.ahead.splice(0)) directory?.close();
  }

  private next(): FoundDirectory | undefined {
    while (!this.isWalked && this.ahead.length < DIRECTORIES_AHEAD && this.namesAhead < NAMES_AHEAD) {
      const found = this.scout.next();
      if (!found) {
        this.isWalked = true;
        break;
      }
      this.ahead.push(found);
      this.namesAhead += found.selected.files.length;
      // Most of what an incremental backup meets is only looked at.
      if (!this.context.level?.base) this.context.readAhead.offer(found);
    }
    const found = this.ahead.shift();
    this.namesAhead -= found?.selected.files.length ?? 0;
    return found;
  }

  private *backUp(found: FoundDirectory): Generator<void, void> {
    const { directory } = found;
    if (directory === undefined) this.reportClosed(found);
    else if (found.obstacle !== undefined) this.reportUnread(found, directory);
    else yield* backUpDirectory(this.context, this.inTree(found, directory));
  }

  private inTree(found: FoundDirectory, directory: OpenDirectory): DirectoryInTree {
    const { nodes } = this.context;
    return { found, directory, node: nodes.ofDirectory(found, directory.stat), parentNode: nodes.above(found) };
  }

  private reportUnread(found: FoundDirectory, directory: OpenDirectory): void {
    const { context } = this;
    context.problems.report(found.path, `what is in this directory is not in the backup: ${reasonOf(found.obstacle)}`);
    writePlainDirectory(context, found.path, directory.stat, context.nodes.ofDirectory(found, directory.stat));
  }

  /** A directory that cannot be entered is in the backup with its attributes alone. */
  private reportClosed(found: FoundDirectory): void {
    const { context } = this;
    const { path, closedStat } = found;
    context.problems.report(path, `what is in this directory is not in the backup: ${reasonOf(found.obstacle)}`);
    if (closedStat) writePlainDirectory(context, path, closedStat, context.nodes.ofDirectory(found, closedStat));
  }
}
