import type { FileStat } from '../walk/fileStat';
import type { RawName } from '../walk/rawName';

/**
 * A few small files on their way between the thread that writes a stream and one that reads ahead, in memory that both see.
 * A batch: its state, the paths to read, then for each file what came of it, then the data.
 */
export const State = {
  FREE: 0,
  /** May be taken by the reader, or taken back by the writer. */
  WAITING: 1,
  TAKEN: 2,
  DONE: 3,
} as const;

export const FILES_PER_BATCH = 16;
export const BATCHES = 16;
/** Larger files are read by the writer itself, right into the stream. */
export const MAX_FILE = 48 * 1024;

const PATH_BYTES = 400;
const WORDS = 14;
const PATHS_AT = 64;
const RESULTS_AT = PATHS_AT + FILES_PER_BATCH * PATH_BYTES;
const RESULT_BYTES = WORDS * 8;
const DATA_AT = RESULTS_AT + FILES_PER_BATCH * RESULT_BYTES;
const DATA_BYTES = 384 * 1024;
const BATCH_BYTES = DATA_AT + DATA_BYTES;
/** Before the batches stand words of control: how many batches were handed over, then a state for each. */
const CONTROL_BYTES = 4 * (1 + BATCHES) + (8 - ((4 * (1 + BATCHES)) % 8)) + 64;
const HANDED_OVER = 0;
const FIRST_STATE = 1;

export const SHARED_BYTES = Math.ceil(CONTROL_BYTES / 64) * 64 + BATCHES * BATCH_BYTES;
const FIRST_BATCH = SHARED_BYTES - BATCHES * BATCH_BYTES;

/** Order of the stat's words. */
const KEYS = [
  'dev',
  'ino',
  'mode',
  'nlink',
  'uid',
  'gid',
  'rdev',
  'size',
  'blocks',
  'mtimeNs',
  'atimeNs',
  'ctimeNs',
] as const satisfies readonly (keyof FileStat)[];
const LENGTH_WORD = 12;
const TIME_WORD = 13;
/** Length of a file that was not read. */
const NOT_READ = -1n;

/** A small file as a reader found it. */
export interface ReadFile {
  stat: FileStat;
  /** All of it; a part of shared memory that is used again later. */
  content: Uint8Array;
  /** Milliseconds since 1970 when it was looked at. */
  time: number;
}

/** Views of the memory that a writer and one reader share. */
export class SharedBatches {
  private readonly control: Int32Array;
  private readonly words: BigInt64Array;
  private readonly bytes: Buffer;

  constructor(readonly memory: SharedArrayBuffer) {
    this.control = new Int32Array(memory);
    this.words = new BigInt64Array(memory);
    this.bytes = Buffer.from(memory);
  }

  state(batch: number): number {
    return Atomics.load(this.control, FIRST_STATE + batch);
  }

  /** Changes the state when it is `from`; tells whether it was. */
  change(batch: number, from: number, to: number): boolean {
    if (Atomics.compareExchange(this.control, FIRST_STATE + batch, from, to) !== from) return false;
    Atomics.notify(this.control, FIRST_STATE + batch);
    return true;
  }

  /** Waits until the state is no more `state`, for some time. */
  waitWhile(batch: number, state: number, milliseconds: number): void {
    Atomics.wait(this.control, FIRST_STATE + batch, state, milliseconds);
  }

  /** Writer: files to read. The batch must be free. Returns false when a path is too long for it. */
  hand(batch: number, paths: readonly RawName[]): boolean {
    const start = FIRST_BATCH + batch * BATCH_BYTES;
    if (paths.some((path) => path.length >= PATH_BYTES - 4)) return false;
    this.bytes.writeUInt32LE(paths.length, start);
    paths.forEach((path, i) => {
      const at = start + PATHS_AT + i * PATH_BYTES;
      this.bytes.writeUInt32LE(path.length, at);
      this.bytes.write(path, at + 4, 'latin1');
    });
    Atomics.store(this.control, FIRST_STATE + batch, State.WAITING);
    Atomics.add(this.control, HANDED_OVER, 1);
    Atomics.notify(this.control, HANDED_OVER);
    return true;
  }

  /** Reader: waits for batch number `sequence` (counted from 0, wrapping at 2^32). */
  awaitBatch(sequence: number): void {
    while (Atomics.load(this.control, HANDED_OVER) === sequence) Atomics.wait(this.control, HANDED_OVER, sequence);
  }

  /** Reader: paths of a batch. */
  paths(batch: number): RawName[] {
    const start = FIRST_BATCH + batch * BATCH_BYTES;
    return Array.from({ length: Math.min(this.bytes.readUInt32LE(start), FILES_PER_BATCH) }, (_, i) => {
      const at = start + PATHS_AT + i * PATH_BYTES;
      return this.bytes.toString('latin1', at + 4, at + 4 + this.bytes.readUInt32LE(at));
    });
  }

  /** Reader: where data of a batch go. */
  data(batch: number): Uint8Array {
    const start = FIRST_BATCH + batch * BATCH_BYTES + DATA_AT;
    return this.bytes.subarray(start, start + DATA_BYTES);
  }

  /** Reader: what came of a file; its data begin at `offset` of the batch's. No stat: it was not read. */
  putResult(batch: number, file: number, stat: FileStat | undefined, offset: number, length: number): void {
    const word = this.resultWord(batch, file);
    this.words[word + LENGTH_WORD] = stat ? BigInt(offset) * BigInt(DATA_BYTES) + BigInt(length) : NOT_READ;
    if (!stat) return;
    for (let i = 0; i < KEYS.length; i++) this.words[word + i] = stat[KEYS[i]];
    this.words[word + TIME_WORD] = BigInt(Date.now());
  }

  /** Writer: a file of a batch that is done; undefined when it was not read. */
  result(batch: number, file: number): ReadFile | undefined {
    const { words } = this;
    const word = this.resultWord(batch, file);
    const place = Number(words[word + LENGTH_WORD]);
    if (place < 0) return undefined;
    const from = FIRST_BATCH + batch * BATCH_BYTES + DATA_AT + Math.floor(place / DATA_BYTES);
    const stat: FileStat = {
      dev: words[word],
      ino: words[word + 1],
      mode: words[word + 2],
      nlink: words[word + 3],
      uid: words[word + 4],
      gid: words[word + 5],
      rdev: words[word + 6],
      size: words[word + 7],
      blocks: words[word + 8],
      mtimeNs: words[word + 9],
      atimeNs: words[word + 10],
      ctimeNs: words[word + 11],
    };
    return {
      stat,
      content: this.bytes.subarray(from, from + (place % DATA_BYTES)),
      time: Number(words[word + TIME_WORD]),
    };
  }

  private resultWord(batch: number, file: number): number {
    return (FIRST_BATCH + batch * BATCH_BYTES + RESULTS_AT + file * RESULT_BYTES) / 8;
  }
}
