import { closeSync, mkdirSync, openSync, rmSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '../../../transport/messageOf';
import { DmaFailure } from '../../connection/failures';
import { Connection, type Endurance } from './connection';
import { FileLock } from './lock';
import { prepareSchema } from './schema';

/** Milliseconds without work after which other processes find the catalog free. */
const IDLE = 300;
/** Milliseconds that somebody who waits is given to take it. */
const TURN = 50;
/** Fewer bytes free than this are said to be a full disk. */
const FULL = 16 << 20;

/**
 * The database file. SQLite's WebAssembly build keeps it whole through a crash only with a write-ahead log, and that only
 * for one process at a time: the file is opened when there is work, and closed when there is none or another process waits.
 */
export class Store {
  private readonly lock: FileLock;
  private connection: Connection | undefined;
  private last: Promise<unknown> = Promise.resolve();
  private idle: NodeJS.Timeout | undefined;
  private isClosed = false;

  constructor(readonly file: string) {
    this.lock = new FileLock(file);
  }

  /** Does something with the database, in one transaction. What it throws undoes it. */
  write<T>(work: (connection: Connection) => T, endurance?: Endurance): Promise<T> {
    return this.use((connection) => connection.transaction(() => work(connection), endurance));
  }

  /** Does something with the database that changes nothing, or has transactions of its own. */
  use<T>(work: (connection: Connection) => T): Promise<T> {
    const turn = this.last.then(() => this.now(work));
    this.last = turn.catch(() => undefined);
    return turn;
  }

  async close(): Promise<void> {
    this.isClosed = true;
    await this.last;
    this.letGo();
  }

  private async now<T>(work: (connection: Connection) => T): Promise<T> {
    if (this.isClosed) throw new DmaFailure(`The catalog ${this.file} has been closed.`);
    clearTimeout(this.idle);
    try {
      if (this.connection !== undefined && this.lock.isWanted()) {
        this.letGo();
        await sleep(TURN);
      }
      return work(this.connection ?? (await this.open()));
    } catch (problem) {
      throw this.explained(problem);
    } finally {
      clearTimeout(this.idle);
      this.idle = setTimeout(() => this.letGo(), IDLE).unref();
    }
  }

  private async open(): Promise<Connection> {
    createFile(this.file);
    await this.lock.take();
    let connection: Connection | undefined;
    try {
      rmSync(`${this.file}.lock`, { recursive: true, force: true }); // SQLite's own, left by a process that was killed
      connection = new Connection(this.file);
      prepareSchema(connection, this.file);
      return (this.connection = connection);
    } catch (problem) {
      connection?.close();
      this.lock.release();
      throw problem;
    }
  }

  private letGo(): void {
    clearTimeout(this.idle);
    if (this.connection === undefined) return;
    const { connection } = this;
    this.connection = undefined;
    try {
      connection.close();
    } finally {
      this.lock.release();
    }
  }

  private explained(problem: unknown): unknown {
    if (problem instanceof DmaFailure || !(problem instanceof Error)) return problem;
    const what = messageOf(problem);
    const { file } = this;
    if (/malformed|not a database/.test(what))
      return new DmaFailure(
        `The catalog ${file} is damaged (${what}). Put back a copy of it, or scan the tapes into a new one.`,
      );
    if (/disk I\/O|full|ENOSPC|EDQUOT/.test(what)) {
      this.forget(); // what SQLite has in memory may not be what is in the file
      const why = isFull(file) ? 'the disk is full. Make room' : `${what}. Look at the disk`;
      return new DmaFailure(`The catalog ${file} cannot be written: ${why}, then try again.`);
    }
    if (isSystemError(problem)) return new DmaFailure(`The catalog ${file} cannot be opened: ${what}.`);
    return new DmaFailure(`The catalog ${file} does not work: ${what}.`);
  }

  private forget(): void {
    try {
      this.letGo();
    } catch {
      this.lock.release();
    }
  }
}

/** Names of files are nobody else's business. */
function createFile(file: string): void {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
}

function isSystemError(problem: Error): boolean {
  return typeof (problem as NodeJS.ErrnoException).code === 'string';
}

function isFull(file: string): boolean {
  try {
    const { bavail, bsize } = statfsSync(dirname(file));
    return bavail * bsize < FULL;
  } catch {
    return false;
  }
}
