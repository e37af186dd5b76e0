import { randomUUID } from 'node:crypto';
import { open, rm, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { FRAME_HEAD, frameHead, historyLine, type HistoryVersion } from '../media/layout';

const pack = promisify(gzip);
/** There is little time: the data wait for it. */
const QUICK = { level: 1 };
/** Bytes that are compressed at a time. */
const PIECE = 256 * 1024;
/** Pieces that are being compressed or wait for it; who brings more waits. */
const MOST_UNDERWAY = 4;
/** Compressed bytes that are kept in memory; the rest goes to a file. */
const IN_MEMORY = 4 << 20;
/** Bytes that are read from the file at a time. */
const BLOCK = 256 * 1024;

/**
 * The messages of file history of a backup in the order in which they came, compressed while they come: what goes on tape
 * behind the stream. Much of it lies in a file that nobody else sees and that is gone with the program.
 */
export class HistoryRoll {
  private readonly pieces: Uint8Array[] = [];
  private waiting = new Uint8Array(PIECE);
  private used = 0;
  private underway = 0;
  private last: Promise<void> = Promise.resolve();
  private kept = 0;
  private spilt = 0;
  private file: FileHandle | undefined;
  private problem: Error | undefined;

  /** @param folder where the file is made, once one is needed */
  constructor(
    private readonly folder: string,
    version: HistoryVersion,
  ) {
    this.put(Buffer.from(historyLine(version)));
  }

  /** Takes a whole message. @returns what to wait for before the next one, if anything */
  add(payload: Uint8Array): Promise<void> | undefined {
    if (this.problem !== undefined) return undefined;
    if (this.used + FRAME_HEAD + payload.length > this.waiting.length) this.pack(FRAME_HEAD + payload.length);
    this.put(frameHead(payload.length));
    this.put(payload);
    return this.underway > MOST_UNDERWAY ? this.last : undefined;
  }

  /**
   * No more comes.
   * @throws what the file system said when it could not be kept
   */
  async end(): Promise<void> {
    this.pack(0);
    await this.last;
    if (this.problem !== undefined) throw this.problem;
  }

  /** The compressed bytes, from the first; behind {@link end}. */
  async *content(): AsyncGenerator<Uint8Array> {
    for (let at = 0; at < this.spilt;) {
      // a new one each time: whoever reads may keep what is given
      const block = new Uint8Array(BLOCK);
      const { bytesRead = 0 } = (await this.file?.read(block, 0, Math.min(BLOCK, this.spilt - at), at)) ?? {};
      if (bytesRead === 0) throw new Error('the file history that was kept beside the catalog cannot be read again');
      yield block.subarray(0, bytesRead);
      at += bytesRead;
    }
    yield* this.pieces;
  }

  /** Forgets all of it. Never rejects. */
  async close(): Promise<void> {
    await this.last;
    this.pieces.length = 0;
    await this.file?.close().catch(() => undefined);
    this.file = undefined;
  }

  private put(bytes: Uint8Array): void {
    this.waiting.set(bytes, this.used);
    this.used += bytes.length;
  }

  /** Compresses what was put in, and makes room for so many bytes. */
  private pack(wanted: number): void {
    const packed = pack(this.waiting.subarray(0, this.used), QUICK);
    packed.catch(() => undefined);
    this.waiting = new Uint8Array(Math.max(PIECE, wanted));
    this.used = 0;
    this.underway += 1;
    this.last = this.last.then(async () => {
      try {
        if (this.problem === undefined) await this.keep(await packed);
      } catch (problem) {
        this.problem = problem instanceof Error ? problem : new Error(String(problem));
        this.pieces.length = 0;
      }
      this.underway -= 1;
    });
  }

  private async keep(piece: Uint8Array): Promise<void> {
    this.pieces.push(piece);
    this.kept += piece.length;
    if (this.kept > IN_MEMORY) await this.spill();
  }

  private async spill(): Promise<void> {
    this.file ??= await hiddenFile(this.folder);
    for (let bytes = Buffer.concat(this.pieces); bytes.length > 0;) {
      const { bytesWritten } = await this.file.write(bytes, 0, bytes.length, this.spilt);
      this.spilt += bytesWritten;
      bytes = bytes.subarray(bytesWritten);
    }
    this.pieces.length = 0;
    this.kept = 0;
  }
}

/** A file without a name: nobody else reads it, and it is gone when it is closed. */
async function hiddenFile(folder: string): Promise<FileHandle> {
  const path = join(folder, `history-${randomUUID()}.part`);
  const file = await open(path, 'wx+', 0o600);
  await rm(path, { force: true });
  return file;
}
