import { closeSync, openSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { DmaFailure } from '../../connection/failures';
import { isAlive, readMark, thisProcess } from './owner';

/** Milliseconds to wait for another process that works on the catalog. */
const PATIENCE = 30_000;
const POLL = 15;
/** A file without an owner in it is being written, or was left by a process that was killed just then. */
const WRITING = 5000;

/**
 * Which process works on a catalog: a file beside it that names the process. It is held for moments, and given up when
 * somebody else wants it. One that a killed process left behind is taken over.
 */
export class FileLock {
  private readonly path: string;
  private readonly waiting: string;
  private readonly text: string;

  constructor(private readonly file: string) {
    this.path = `${file}-owner`;
    this.waiting = `${file}-waiting`;
    this.text = JSON.stringify(thisProcess());
  }

  /** @throws DmaFailure that names who holds it, when it is held for too long */
  async take(): Promise<void> {
    const deadline = Date.now() + PATIENCE;
    while (!this.tryTake()) {
      if (Date.now() > deadline) throw this.refusal();
      writeFileSync(this.waiting, '');
      await sleep(POLL);
    }
  }

  release(): void {
    rmSync(this.path, { force: true });
  }

  /** Whether somebody waits; asking forgets it, who still waits says so again. */
  isWanted(): boolean {
    if (statSync(this.waiting, { throwIfNoEntry: false }) === undefined) return false;
    rmSync(this.waiting, { force: true });
    return true;
  }

  private tryTake(): boolean {
    let descriptor: number;
    try {
      descriptor = openSync(this.path, 'wx', 0o600);
    } catch (problem) {
      if ((problem as NodeJS.ErrnoException).code !== 'EEXIST') throw problem;
      this.removeStale();
      return false;
    }
    try {
      writeFileSync(descriptor, this.text);
    } finally {
      closeSync(descriptor);
    }
    return true;
  }

  /** Two processes may find the same lock stale: who renames it away looks again at what it was. */
  private removeStale(): void {
    const before = this.look();
    if (before === undefined || !isStale(before)) return;
    const aside = `${this.path}-${process.pid}-${Date.now()}`;
    try {
      renameSync(this.path, aside);
    } catch {
      return; // somebody else was faster
    }
    if (statSync(aside).ino === before.inode) rmSync(aside);
    else renameSync(aside, this.path);
  }

  private look(): Holder | undefined {
    try {
      const { ino: inode, mtimeMs } = statSync(this.path);
      return { inode, text: readFileSync(this.path, 'utf8'), age: Date.now() - mtimeMs };
    } catch {
      return undefined;
    }
  }

  private refusal(): DmaFailure {
    const mark = readMark(this.look()?.text);
    const who = mark === undefined ? 'another process' : `process ${mark.pid} on ${mark.host}`;
    return new DmaFailure(
      `The catalog ${this.file} is held by ${who}. Wait until it is done; if it is no longer there, remove ${this.path}.`,
    );
  }
}

interface Holder {
  inode: number;
  text: string;
  /** Milliseconds. */
  age: number;
}

function isStale({ text, age }: Holder): boolean {
  const mark = readMark(text);
  return mark === undefined ? age > WRITING : isAlive(mark) === false;
}
