import { ErrorCode } from '../../../protocol';
import { refuse, RequestFailure } from '../../failure';
import type { OpenTape, ReadOutcome, SpaceOver, TapeMode, TapeStatus, WriteOutcome } from '../drive';
import type { Deck } from './deck';

/** Errors that the operator has to know of, whatever a backup application makes of them. */
const MEDIUM_ERRORS: readonly number[] = [ErrorCode.IO, ErrorCode.NO_TAPE_LOADED];

/** What an open tape needs of the drive that it belongs to. */
export interface DriveAccess {
  readonly name: string;
  /** The threaded tape; undefined when there is none. */
  readonly deck: Deck | undefined;
  /** Bytes of a block; 0: variable. */
  readonly blockLength: number;
  /** Lets one after the other work with the tape. */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  unthread(): Promise<void>;
  /** Tells the log. */
  warn(text: string): void;
  release(): Promise<void>;
}

/** A virtual drive while a connection has it open. */
export class VirtualTape implements OpenTape {
  private closed = false;

  constructor(
    private readonly drive: DriveAccess,
    readonly mode: TapeMode,
  ) {}

  status(): TapeStatus {
    const { deck } = this.drive;
    return {
      loaded: deck !== undefined,
      writeProtected: deck?.writeProtected ?? false,
      blockSize: this.drive.blockLength,
      softErrors: 0,
      file: deck?.position.file,
      block: deck?.position.block,
      total: deck && BigInt(deck.cartridge.capacity),
      remaining: deck && BigInt(deck.remaining),
    };
  }

  read(into: Uint8Array): Promise<ReadOutcome> {
    return this.work((deck) => deck.read(into));
  }

  readRecords(into: Uint8Array, recordSize: number): Promise<{ lengths: number[]; stopped?: 'mark' | 'end' }> {
    return this.work((deck) => deck.readRecords(into, recordSize));
  }

  write(bytes: Uint8Array, recordSize: number): Promise<WriteOutcome> {
    return this.work((deck) => {
      this.checkWritable(deck);
      return deck.write(bytes, recordSize);
    });
  }

  writeMarks(count: number): Promise<{ written: number }> {
    return this.work((deck) => {
      this.checkWritable(deck);
      return deck.writeMarks(count);
    });
  }

  space(over: SpaceOver, count: number): Promise<{ remaining: number }> {
    return this.work((deck) => Promise.resolve(deck.space(over, count)));
  }

  async rewind(): Promise<void> {
    await this.work((deck) => Promise.resolve(deck.locate(0)));
  }

  async unload(): Promise<void> {
    await this.work(() => this.drive.unthread());
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    await this.drive.release();
  }

  private work<T>(what: (deck: Deck) => Promise<T>): Promise<T> {
    return this.drive.inTurn(async () => {
      const { deck } = this.drive;
      if (this.closed) refuse('DEV_NOT_OPEN', `the tape in ${this.drive.name} is closed`);
      if (!deck) refuse('NO_TAPE_LOADED', `no tape is loaded in ${this.drive.name}`);
      try {
        return await what(deck);
      } catch (error) {
        if (error instanceof RequestFailure && MEDIUM_ERRORS.includes(error.error)) this.drive.warn(error.message);
        throw error;
      }
    });
  }

  private checkWritable(deck: Deck): void {
    if (this.mode === 'READ') refuse('PERMISSION', `the tape in ${this.drive.name} was opened for reading`);
    if (deck.writeProtected) refuse('WRITE_PROTECT', `cartridge ${deck.cartridge.barcode} is write-protected`);
  }
}
