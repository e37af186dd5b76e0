import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { encodeByteString } from '../../../xdr';
import type { TarEntry } from '../read/entry';
import type { RawName } from '../walk/rawName';
import { DeferredLines } from './deferred';
import { codeOf, RecoveryStatus, RestoreFailure } from './failures';
import { FileWriter } from './fileWriter';
import { helperTask, metadataOf, needsMore, settleFile, settleLink, type HelperTask, type Metadata } from './metadata';
import { MetadataQueue, type Complain } from './metadataQueue';
import { makeWorkable, splitPath, TargetTree } from './targetTree';

/** A regular file that takes its data. */
export interface FileTarget {
  write(bytes: Uint8Array, at: number): void;
  /** Throws the system's errors. */
  finish(): void;
  /** Data are missing: nothing is left behind. */
  discard(): void;
}

/** Where an object goes. */
export interface Place {
  tree: TargetTree;
  /** '' for the tree's own directory. */
  path: RawName;
}

/** Errors of systems that take no (more) links here. */
const NO_LINK = ['EXDEV', 'EMLINK', 'EPERM', 'EOPNOTSUPP', 'ENOTSUP'];
const PIECE = 1024 * 1024;

/** How a directory is while things are put into it. */
const WORKING_MODE = 0o700;

/** Makes objects in served trees: safely in place of what is there, with all their metadata. */
export class Restorer {
  private readonly trees = new Map<RawName, TargetTree>();
  private readonly queue: MetadataQueue;
  private readonly directories = new DeferredLines();
  private readonly now = BigInt(Date.now()) * 1_000_000n;
  private readonly run = randomBytes(6).toString('hex');
  private made = 0;

  constructor(complain: Complain, withoutHelper: (why: string) => void) {
    this.queue = new MetadataQueue(complain, withoutHelper);
  }

  tree(root: RawName): TargetTree {
    let tree = this.trees.get(root);
    if (!tree) this.trees.set(root, (tree = new TargetTree(root)));
    return tree;
  }

  /**
   * Makes what the entry describes; hard links are made by {@link link}. Throws the system's errors.
   * @returns a regular file, which is there when it has taken its data; undefined: it is there
   */
  make(entry: TarEntry, place: Place): FileTarget | undefined {
    if (entry.kind === 'directory') return this.makeDirectory(entry, place);
    if (place.path === '')
      throw new RestoreFailure(RecoveryStatus.FILE_PATH_EXISTS, 'a served tree stands at its place');
    if (entry.kind === 'file') return this.makeFile(entry, place);
    if (entry.kind === 'symlink') return this.makeSymbolicLink(entry, place);
    return this.makeSpecial(entry, place);
  }

  private makeFile(entry: TarEntry, { tree, path }: Place): FileTarget {
    const { directory, name } = splitPath(path);
    const writer = new FileWriter(tree, directory, this.temporaryName(), name);
    return {
      write: (bytes, at) => writer.write(bytes, at),
      discard: () => writer.discard(),
      finish: () => {
        const metadata = metadataOf(entry, this.now);
        writer.finish(entry.size, (file) => settleFile(file, metadata));
        this.queueRest({ tree, path }, metadata);
      },
    };
  }

  private makeDirectory(entry: TarEntry, { tree, path }: Place): undefined {
    if (path !== '') {
      const { directory, name } = splitPath(path);
      const full = tree.directory(directory, true).pathOf(name);
      try {
        fs.mkdirSync(full, WORKING_MODE);
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
        const stat = fs.lstatSync(full);
        if (stat.isDirectory()) makeWorkable(full, stat);
        else {
          fs.unlinkSync(full);
          fs.mkdirSync(full, WORKING_MODE);
        }
      }
    }
    const task = helperTask(path, metadataOf(entry, this.now), true);
    this.directories.add(JSON.stringify([tree.root, task]));
  }

  private makeSymbolicLink(entry: TarEntry, { tree, path }: Place): undefined {
    const metadata = metadataOf(entry, this.now);
    const { directory, name } = splitPath(path);
    const parent = tree.directory(directory, true);
    const temporary = this.temporaryName();
    fs.symlinkSync(Buffer.from(encodeByteString(entry.linkName)), parent.pathOf(temporary));
    try {
      settleLink(parent.pathOf(temporary), metadata);
    } catch (error) {
      fs.rmSync(parent.pathOf(temporary), { force: true });
      throw error;
    }
    tree.putInPlace(directory, temporary, name);
    this.queueRest({ tree, path }, metadata);
  }

  /** Fifos and devices: a program makes them, since Node cannot. */
  private makeSpecial(entry: TarEntry, { tree, path }: Place): undefined {
    const kind = entry.kind;
    if (kind !== 'fifo' && kind !== 'character' && kind !== 'block') return;
    // The directory is made, or the reason found why it cannot be, before the helper comes.
    tree.directory(splitPath(path).directory, true);
    const task: HelperTask = { ...helperTask(path, metadataOf(entry, this.now), true), make: kind };
    if (kind !== 'fifo') task.device = [entry.major, entry.minor];
    this.queue.add(tree, task);
  }

  private queueRest({ tree, path }: Place, metadata: Metadata): void {
    if (needsMore(metadata)) this.queue.add(tree, helperTask(path, metadata, false));
  }

  /**
   * Makes `place` another name of the file at `source`, or a copy where the system takes no link. Throws its errors.
   * @returns whether it is a copy
   */
  link(entry: TarEntry, source: Place, place: Place): boolean {
    if (place.path === '') throw rootInTheWay();
    if (source.tree === place.tree && source.path === place.path) {
      fs.lstatSync(this.pathOf(source));
      return false;
    }
    const { directory, name } = splitPath(place.path);
    const target = place.tree.directory(directory, true);
    const original = this.pathOf(source);
    const temporary = this.temporaryName();
    try {
      try {
        fs.linkSync(original, target.pathOf(name));
        return false;
      } catch (error) {
        if (codeOf(error) !== 'EEXIST') throw error;
      }
      fs.linkSync(original, target.pathOf(temporary));
    } catch (error) {
      if (!NO_LINK.includes(codeOf(error) ?? '')) throw error;
      this.copy(entry, original, place);
      return true;
    }
    place.tree.putInPlace(directory, temporary, name);
    return false;
  }

  private pathOf({ tree, path }: Place): string | Buffer {
    const { directory, name } = splitPath(path);
    return tree.directory(directory, false).pathOf(name);
  }

  private copy(entry: TarEntry, original: string | Buffer, place: Place): void {
    const from = fs.openSync(original, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW ?? 0));
    try {
      const target = this.makeFile({ ...entry, size: fs.fstatSync(from).size }, place);
      const piece = Buffer.allocUnsafe(PIECE);
      try {
        for (let at = 0, got = 0; (got = fs.readSync(from, piece, 0, PIECE, at)) > 0; at += got)
          target.write(piece.subarray(0, got), at);
      } catch (error) {
        target.discard();
        throw error;
      }
      target.finish();
    } finally {
      fs.closeSync(from);
    }
  }

  /** Removes what an incremental dump says is gone. */
  remove({ tree, path }: Place): void {
    tree.remove(path);
  }

  /** Has done what waits for the helper program. */
  settle(): void {
    this.queue.flush();
  }

  /** Everything is there: what was left for the end is done. */
  finish(): void {
    this.queue.flush();
    for (const line of this.directories.backwards()) {
      const [root, task] = JSON.parse(line) as [RawName, HelperTask];
      this.queue.add(this.tree(root), task);
    }
    this.queue.flush();
  }

  close(): void {
    for (const tree of this.trees.values()) tree.close();
    this.directories.close();
  }

  private temporaryName(): RawName {
    return `.ndmp-${this.run}-${++this.made}`;
  }
}

function rootInTheWay(): RestoreFailure {
  return new RestoreFailure(RecoveryStatus.FILE_PATH_EXISTS, 'a served tree stands at its place');
}
