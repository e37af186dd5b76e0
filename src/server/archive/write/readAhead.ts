import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { HAS_OPEN_FILES } from '../walk/openDirectory';
import type { FoundDirectory } from '../walk/scout';
import { BATCHES, FILES_PER_BATCH, SHARED_BYTES, SharedBatches, State, type ReadFile } from './readAheadBatch';

export type { ReadFile } from './readAheadBatch';

const FILE = 'readAheadWorker.js';
/** Threads that read; more do not help one thread that writes. */
const MAX_READERS = 3;
/** Readers of all backups of one thread at a time: each costs some 15 MB, and backups that run together share the processors. */
const MOST_AT_ONCE = MAX_READERS;
/** Trees with fewer files are done before a thread has begun. */
const MANY_FILES = 800;
/** A reader that takes longer than this for a batch is not waited for any more (a file server that hangs, say). */
const PATIENCE_MS = 20_000;
const SLICE_MS = 10;

interface Reader {
  worker: Worker;
  batches: SharedBatches;
  /** How many batches were handed over so far. */
  handed: number;
}

/** Some files of a directory that a reader was given. */
interface Batch {
  found: FoundDirectory;
  from: number;
  reader: Reader;
  slot: number;
  /** Taken back: the writer reads these itself. */
  isOwn: boolean;
  isDone: boolean;
}

/**
 * Threads that open and read the small files that come next, since opening and closing is most of what a small file costs. The
 * thread that writes takes back what no reader has begun yet, so that it never waits without need. Without the threads' program, or
 * on one processor, everything is read by the writer.
 */
export class ReadAhead {
  /** Readers of this thread, of whatever backup. */
  private static running = 0;
  private readers: Reader[] = [];
  private turn = 0;
  private offered = 0;
  private isOff = !HAS_OPEN_FILES || availableParallelism() < 2;
  /** Directories whose files were not all handed over yet. */
  private readonly waiting: { found: FoundDirectory; next: number }[] = [];
  /** What was handed over, in order. */
  private readonly batches: Batch[] = [];

  constructor(private readonly wanted = Math.min(MAX_READERS, availableParallelism() - 1)) {}

  /** A directory that will be written later, in the order of these calls. */
  offer(found: FoundDirectory): void {
    const files = found.selected.files.length;
    this.offered += files;
    if (this.isOff || files === 0 || found.directory === undefined) return;
    if (this.readers.length === 0) {
      if (this.offered < MANY_FILES) return;
      this.start();
      if (this.readers.length === 0) return;
    }
    this.waiting.push({ found, next: 0 });
    this.hand();
  }

  /** What a reader found of a directory's file number `index`; undefined: the writer has to read it. Files are asked for in order. */
  *take(found: FoundDirectory, index: number): Generator<void, ReadFile | undefined> {
    if (this.isOff || this.readers.length === 0) return undefined;
    const batch = yield* this.batchOf(found, index);
    if (!batch) return undefined;
    if (!batch.isOwn && !batch.isDone) yield* this.finish(batch);
    return batch.isDone ? batch.reader.batches.result(batch.slot, index - batch.from) : undefined;
  }

  /** Nothing of a directory is asked for any more: it may be closed. */
  *over(found: FoundDirectory): Generator<void, void> {
    if (!this.isOff && this.readers.length > 0) yield* this.batchOf(found, Infinity);
  }

  close(): void {
    this.isOff = true;
    this.waiting.length = 0;
    this.batches.length = 0;
    for (const { worker } of this.readers.splice(0)) {
      ReadAhead.running--;
      void worker.terminate();
    }
  }

  private start(): void {
    const most = Math.min(this.wanted, MOST_AT_ONCE - ReadAhead.running);
    if (most <= 0) return;
    const program = [join(__dirname, FILE), join(__dirname, '..', '..', '..', '..', 'dist', FILE)].find(existsSync);
    if (program === undefined) {
      this.isOff = true;
      return;
    }
    for (let i = 0; i < most; i++) {
      const memory = new SharedArrayBuffer(SHARED_BYTES);
      const worker = new Worker(program, { workerData: memory, execArgv: [], stdout: true, stderr: true });
      worker.on('error', () => (this.isOff = true));
      worker.unref();
      this.readers.push({ worker, batches: new SharedBatches(memory), handed: 0 });
      ReadAhead.running++;
    }
  }

  /** Hands over what fits. */
  private hand(): void {
    for (let [first] = this.waiting; first; [first] = this.waiting) {
      const { found, next } = first;
      const names = found.selected.files.slice(next, next + FILES_PER_BATCH);
      if (names.length > 0) {
        const reader = this.readers[this.turn % this.readers.length];
        const slot = reader.handed % BATCHES;
        if (reader.batches.state(slot) !== State.FREE) return;
        const paths = names.map((name) => found.directory?.rawPathOf(name) ?? name);
        if (reader.batches.hand(slot, paths)) {
          this.batches.push({ found, from: next, reader, slot, isOwn: false, isDone: false });
          reader.handed++;
          this.turn++;
        }
      }
      first.next += FILES_PER_BATCH;
      if (first.next >= found.selected.files.length) this.waiting.shift();
    }
  }

  /** The batch that a file is in, after letting go of those before it. */
  private *batchOf(found: FoundDirectory, index: number): Generator<void, Batch | undefined> {
    for (let [batch] = this.batches; batch; [batch] = this.batches) {
      const isBefore = batch.found === found ? index >= batch.from + FILES_PER_BATCH : batch.found.order < found.order;
      if (!isBefore) return batch.found === found && index >= batch.from ? batch : undefined;
      if (!batch.isOwn && !batch.isDone) yield* this.finish(batch);
      if (this.isOff) return undefined;
      if (batch.isDone) batch.reader.batches.change(batch.slot, State.DONE, State.FREE);
      this.batches.shift();
      this.passOver(found, index);
      this.hand();
    }
    return undefined;
  }

  /** What the writer has come to before it was handed over is its own. */
  private passOver(found: FoundDirectory, index: number): void {
    for (let [first] = this.waiting; first && first.found.order <= found.order; [first] = this.waiting) {
      if (first.found === found && index < found.selected.files.length) {
        if (first.next <= index) first.next = index + 1;
        return;
      }
      this.waiting.shift();
    }
  }

  /** Takes a batch back when no reader has begun with it, else waits until it is done. */
  private *finish(batch: Batch): Generator<void, void> {
    const { batches } = batch.reader;
    if (batches.change(batch.slot, State.WAITING, State.FREE)) {
      batch.isOwn = true;
      return;
    }
    const until = performance.now() + PATIENCE_MS;
    while (batches.state(batch.slot) === State.TAKEN) {
      batches.waitWhile(batch.slot, State.TAKEN, SLICE_MS);
      if (performance.now() > until) {
        this.close();
        return;
      }
      if (batches.state(batch.slot) === State.TAKEN) yield;
    }
    batch.isDone = true;
  }
}
