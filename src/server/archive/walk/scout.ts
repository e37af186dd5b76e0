import fs from 'node:fs';
import type { FileStat } from './fileStat';
import { readNames, type Names } from './listing';
import type { OpenDirectory } from './openDirectory';
import { joinRaw, type RawName } from './rawName';
import type { Selection } from './selection';

/** Directories above the one that was found last that keep a handle of the system. */
const KEPT_OPEN = 64;
/** Longest path from the root that is walked. */
const MAX_PATH = 64 * 1024;

/** A directory that the walk came to. */
export interface FoundDirectory {
  /** Counts the directories of a walk. */
  order: number;
  /** From the root, '' for the root. */
  path: RawName;
  name: RawName;
  parent: FoundDirectory | undefined;
  /** Its place among the parent's selected directories. */
  index: number;
  selection: Selection;
  /** Open for whoever takes it, who closes it; undefined when it cannot be entered. */
  directory: OpenDirectory | undefined;
  /** Everything in it. */
  names: Names;
  /** Of that, what is selected. */
  selected: Names;
  /** What it is, when it cannot be entered but is there. */
  closedStat: FileStat | undefined;
  /** Why nothing in it is known; for a directory that is deliberately not entered a text. */
  obstacle: unknown;
}

/** A directory whose sub-directories were not all visited yet. */
interface Level {
  found: FoundDirectory;
  directory: OpenDirectory;
  next: number;
}

const NOTHING: Names = { files: [], others: [], directories: [] };
const EMPTY = { directory: undefined, names: NOTHING, selected: NOTHING, closedStat: undefined };

/** Walks down a tree: a directory before those in it, neighbours by the bytes of their names. */
export class TreeScout {
  private readonly levels: Level[] = [];
  private hasBegun = false;
  private count = 0;

  /**
   * @param root taken over
   * @param report is told of directories that are lost on the way
   */
  constructor(
    private readonly root: OpenDirectory,
    private readonly selection: Selection,
    private readonly report: (path: RawName, obstacle: unknown) => void,
  ) {}

  /** The next directory; undefined at the end. */
  next(): FoundDirectory | undefined {
    if (!this.hasBegun) {
      this.hasBegun = true;
      const place = { order: this.count++, path: '', name: '', parent: undefined, index: 0, selection: this.selection };
      return this.open(place, this.root);
    }
    for (let level = this.levels.at(-1); level; level = this.levels.at(-1)) {
      if (level.next >= level.found.selected.directories.length) this.goUp();
      else {
        const found = this.goDown(level, level.next++);
        if (found) return found;
      }
    }
    return undefined;
  }

  /** Closes what is open. Idempotent. */
  close(): void {
    if (!this.hasBegun) this.root.close();
    this.hasBegun = true;
    for (const { directory } of this.levels.splice(0)) directory.close();
  }

  private goDown(level: Level, index: number): FoundDirectory | undefined {
    const name = level.found.selected.directories[index];
    const path = joinRaw(level.found.path, name);
    const selection = level.found.selection.enter(name);
    if (!selection) return undefined;
    if (path.length > MAX_PATH) {
      this.report(path, `its path is longer than ${MAX_PATH} bytes`);
      return undefined;
    }
    const place = { order: this.count++, path, name, parent: level.found, index, selection };
    try {
      const directory = level.directory.enter(name);
      if (directory.stat.dev === level.directory.stat.dev || !isMadeUp(directory)) return this.open(place, directory);
      return { ...place, ...EMPTY, directory, obstacle: 'the operating system makes it up' };
    } catch (obstacle) {
      return { ...place, ...EMPTY, closedStat: statOf(level.directory, name), obstacle };
    }
  }

  private open(
    place: Pick<FoundDirectory, 'order' | 'path' | 'name' | 'parent' | 'index' | 'selection'>,
    directory: OpenDirectory,
  ): FoundDirectory {
    let names = NOTHING;
    let obstacle: unknown;
    try {
      names = readNames(directory);
    } catch (error) {
      obstacle = error;
    }
    const found = {
      ...place,
      directory,
      names,
      closedStat: undefined,
      selected: selectedOf(names, place.selection),
      obstacle,
    };
    this.levels.at(-KEPT_OPEN)?.directory.release();
    this.levels.push({ found, directory: directory.share(), next: 0 });
    return found;
  }

  private goUp(): void {
    const done = this.levels.pop();
    const above = this.levels.at(-1);
    try {
      if (done) above?.directory.reopen(done.directory);
    } catch (error) {
      // The way back is lost: it was moved while those below it were read.
      if (above && above.next < above.found.selected.directories.length) {
        for (const name of above.found.selected.directories.slice(above.next))
          this.report(joinRaw(above.found.path, name), error);
        above.next = above.found.selected.directories.length;
      }
    } finally {
      done?.directory.close();
    }
  }
}

function statOf(directory: OpenDirectory, name: RawName): FileStat | undefined {
  try {
    const stat = fs.lstatSync(directory.pathOf(name), { bigint: true });
    return stat.isDirectory() ? stat : undefined;
  } catch {
    return undefined; // it is gone altogether
  }
}

function selectedOf(names: Names, selection: Selection): Names {
  if (selection.everything) return names;
  const isSelected = (name: RawName) => selection.enter(name) !== undefined;
  return {
    files: names.files.filter(isSelected),
    others: names.others.filter(isSelected),
    directories: names.directories.filter(isSelected),
  };
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
