import type { SparsePiece, TarEntry } from './entry';
import { BLOCK, isHeader, isZero, numberField, toBlocks } from './fields';
import { ExtendedHeaders, isExtended } from './extendedHeaders';
import { mapBeforeData, readEntry, typeOf } from './header';
import { OldSparseMap, SparseMap } from './sparse';

/** Takes what a tar stream holds. */
export interface TarSink {
  /** @returns whether the data are wanted */
  entry(entry: TarEntry): boolean;
  /** Bytes of a wanted file that belong at `at`; holes are left out. The bytes are the caller's. */
  data(bytes: Uint8Array, at: number): void;
  /** The entry is over. Without `complete` bytes are missing. */
  entryEnd(complete: boolean): void;
  /** There is no header at `offset`, where one should be; the reader looks for the next one. */
  lost(offset: number): void;
  /** Something cannot be understood; the reader goes on where it can. */
  problem(text: string): void;
  /** The mark of the end: two blocks of zeros. What follows is ignored. */
  finished(): void;
}

type State = 'header' | 'extended' | 'oldSparse' | 'sparseMap' | 'data' | 'skip' | 'finished';

/** Entries that hold no file: volume label, continuation of a file, Solaris access list. */
const NO_FILES: Record<string, string | undefined> = {
  V: undefined,
  A: 'an access control list of Solaris is left out',
  M: 'the rest of a file that began on another volume is left out',
};

/**
 * Reads tar streams as they come: POSIX (ustar, pax), GNU (long names, sparse files of all formats, incremental
 * directories) and the old format of V7. Never throws, whatever the bytes; keeps at most one extended header.
 */
export class TarReader {
  private state: State = 'header';
  private offset = 0;
  /** Where the skipping of bytes ends. */
  private skipTo = 0;
  private block = new Uint8Array(BLOCK);
  private filled = 0;
  private entryStart = 0;
  private readonly extended = new ExtendedHeaders();
  private entry: TarEntry | undefined;
  private wanted = false;
  private pieces: readonly SparsePiece[] = [];
  private piece = 0;
  private inPiece = 0;
  private dataEnd = 0;
  private oldSparse: OldSparseMap | undefined;
  private sparseMap: SparseMap | undefined;
  private zeros = 0;
  private lostAt: number | undefined;
  private halted = false;

  constructor(private readonly sink: TarSink) {}

  /** Offset in the stream of the next byte that {@link push} takes. */
  get position(): number {
    return this.offset;
  }

  /** Offset up to which the stream has to go on at least: the end of the header, map or data that is being read. */
  get needs(): number {
    if (this.state === 'finished') return this.offset;
    if (this.state === 'data') return this.dataEnd;
    if (this.state === 'skip') return this.skipTo + BLOCK;
    const { bytes } = this.extended;
    if (this.state === 'extended' && bytes) return this.offset - this.filled + toBlocks(bytes.length) + BLOCK;
    return this.offset - this.filled + BLOCK;
  }

  /** Offset of the next byte that is of any use: bytes before it are passed over. */
  get nextUseful(): number {
    return this.state === 'skip' ? this.skipTo : this.offset;
  }

  /** Goes on at another offset, where an entry begins; may pass over bytes that come before it. */
  seek(offset: number, next = this.offset): void {
    this.closeEntry(false);
    this.offset = next;
    this.filled = 0;
    this.zeros = 0;
    this.lostAt = undefined;
    this.halted = false;
    this.extended.forget();
    this.skipTo = offset;
    this.state = offset > next ? 'skip' : 'header';
  }

  get isHalted(): boolean {
    return this.halted;
  }

  /** Leaves {@link push} when called from within the sink; the rest of the bytes is not taken. */
  halt(): void {
    this.halted = true;
  }

  /** @returns how many of the bytes were taken: all, or less after {@link halt} */
  push(bytes: Uint8Array): number {
    let at = 0;
    this.halted = false;
    while (at < bytes.length && !this.isHalted) {
      if (this.state === 'finished') {
        this.offset += bytes.length - at;
        return bytes.length;
      }
      const used = this.step(bytes, at);
      at += used;
      this.offset += used;
      this.settle();
    }
    return at;
  }

  /** No more bytes come. */
  end(): void {
    if (this.state === 'finished') return;
    if (this.entry) this.closeEntry(false);
    else if (this.filled > 0 || this.extended.hasBegun)
      this.sink.problem(`The stream ends within a header at ${this.offset}`);
    this.state = 'finished';
  }

  private step(bytes: Uint8Array, at: number): number {
    const left = bytes.length - at;
    if (this.state === 'skip') return Math.min(left, this.skipTo - this.offset);
    if (this.state === 'data') return this.takeData(bytes, at);
    const into = (this.state === 'extended' ? this.extended.bytes : undefined) ?? this.block;
    const used = Math.min(left, into.length - this.filled);
    into.set(used === bytes.length ? bytes : bytes.subarray(at, at + used), this.filled);
    this.filled += used;
    return used;
  }

  /** What follows when a block, a header or the data are complete. */
  private settle(): void {
    if (this.state === 'skip') {
      if (this.offset >= this.skipTo) this.state = 'header';
    } else if (this.state === 'data') {
      if (this.offset >= this.dataEnd) this.skipRest();
    } else if (this.state === 'extended') {
      const { bytes } = this.extended;
      if (bytes && this.filled === bytes.length) this.takeExtended(bytes);
    } else if (this.filled === BLOCK) {
      this.filled = 0;
      if (this.state === 'header') this.takeHeader(this.block);
      else if (this.state === 'oldSparse') this.takeOldSparse();
      else if (this.state === 'sparseMap') this.takeSparseMap();
    }
  }

  private takeHeader(block: Uint8Array): void {
    const start = this.offset - BLOCK;
    if (isZero(block)) {
      if (++this.zeros < 2) return;
      this.reportLost(start - BLOCK);
      this.state = 'finished';
      this.sink.finished();
      return;
    }
    this.zeros = 0;
    if (!isHeader(block)) {
      this.extended.forget();
      if (this.lostAt !== undefined) return;
      this.lostAt = start;
      this.sink.lost(start);
      return;
    }
    this.reportLost(start);
    if (!this.extended.hasBegun) this.entryStart = start;
    const type = typeOf(block);
    if (isExtended(type)) this.beginExtended(block, type);
    else this.beginEntry(block, type);
  }

  private reportLost(until: number): void {
    if (this.lostAt === undefined) return;
    this.sink.problem(`The stream is damaged at ${this.lostAt}: ${until - this.lostAt} bytes are no tar and left out`);
    this.lostAt = undefined;
  }

  private beginExtended(block: Uint8Array, type: string): void {
    const length = this.extended.begin(block, type);
    if (this.extended.bytes) this.state = 'extended';
    else if (this.extended.isSpoiled) {
      this.sink.problem(`An extended header at ${this.offset - BLOCK} is too long`);
      this.skip(this.offset + toBlocks(length));
    }
  }

  private takeExtended(bytes: Uint8Array): void {
    this.filled = 0;
    if (!this.extended.take(bytes)) this.sink.problem(`An extended header before ${this.offset} is broken`);
    this.skip(this.offset + toBlocks(bytes.length) - bytes.length);
  }

  private beginEntry(block: Uint8Array, type: string): void {
    const { all: extended, isSpoiled } = this.extended;
    this.extended.forget();
    const size = numberField(block, 124, 12) ?? 0;
    const entry = type in NO_FILES ? NO_FILES[type] : readEntry(block, this.entryStart, extended);
    if (typeof entry !== 'object' || isSpoiled) {
      if (entry !== undefined)
        this.sink.problem(
          `The entry at ${this.entryStart} is left out: ${typeof entry === 'string' ? entry : 'its extended header is not usable'}`,
        );
      this.skip(this.offset + toBlocks(typeof entry === 'object' ? entry.stored : Math.max(0, size)));
      return;
    }
    this.dataEnd = this.offset + entry.stored;
    this.entry = entry;
    if (!Number.isSafeInteger(toBlocks(this.dataEnd))) {
      this.sink.problem(`The entry at ${this.entryStart} is left out: its size is impossible`);
      this.entry = undefined;
      return;
    }
    if (type === 'S') {
      this.oldSparse = new OldSparseMap(block);
      this.state = 'oldSparse';
      if (!this.oldSparse.more) this.endOldSparse(this.oldSparse);
    } else if (entry.sparse && mapBeforeData(extended)) {
      this.sparseMap = new SparseMap();
      this.state = 'sparseMap';
    } else this.beginData(entry.sparse);
  }

  private takeOldSparse(): void {
    const map = this.oldSparse;
    if (!map) return;
    map.take(this.block);
    // The blocks of the map are not counted in the size.
    this.dataEnd += BLOCK;
    if (!map.more) this.endOldSparse(map);
  }

  private endOldSparse(map: OldSparseMap): void {
    this.oldSparse = undefined;
    const pieces = map.pieces;
    if (!this.entry || !pieces || map.size === undefined) return this.refuseSparse();
    this.entry = { ...this.entry, size: map.size };
    this.beginData(pieces);
  }

  private takeSparseMap(): void {
    const answer = this.offset > this.dataEnd ? 'broken' : this.sparseMap?.take(this.block);
    if (answer === undefined) return;
    this.sparseMap = undefined;
    if (answer === 'broken') this.refuseSparse();
    else this.beginData(answer);
  }

  private refuseSparse(): void {
    this.sink.problem(`The sparse file at ${this.entryStart} is left out: its map is broken`);
    this.entry = undefined;
    this.skipRest();
  }

  private beginData(pieces: readonly SparsePiece[] | undefined): void {
    const entry = this.entry;
    if (!entry) return;
    this.pieces = pieces ?? (entry.kind === 'file' && entry.stored > 0 ? [{ offset: 0, length: entry.stored }] : []);
    this.piece = this.inPiece = 0;
    this.entry = pieces ? { ...entry, sparse: pieces } : entry;
    this.wanted = this.sink.entry(this.entry) && this.pieces.length > 0;
    if (this.wanted && this.offset < this.dataEnd) this.state = 'data';
    else this.skipRest();
  }

  private takeData(bytes: Uint8Array, at: number): number {
    const piece = this.pieces.at(this.piece);
    const left = Math.min(bytes.length - at, this.dataEnd - this.offset);
    if (!piece) return left;
    const used = Math.min(left, piece.length - this.inPiece);
    this.sink.data(bytes.subarray(at, at + used), piece.offset + this.inPiece);
    this.inPiece += used;
    if (this.inPiece === piece.length) {
      this.piece++;
      this.inPiece = 0;
    }
    return used;
  }

  /** Ends the entry and passes over what is left of its data and over the padding. */
  private skipRest(complete = true): void {
    this.closeEntry(complete);
    this.skip(this.entryStart + toBlocks(this.dataEnd - this.entryStart));
  }

  private skip(to: number): void {
    this.skipTo = to;
    this.state = to > this.offset ? 'skip' : 'header';
  }

  private closeEntry(complete: boolean): void {
    if (!this.entry) return;
    this.entry = undefined;
    this.sink.entryEnd(complete && (!this.wanted || this.piece >= this.pieces.length));
  }
}
