import type { TarEntry } from '../read/entry';
import type { TarReader } from '../read/tarReader';
import type { Extraction } from './extraction';

/** Part of the stream: bytes [offset, offset + length), without a length to its end. */
export interface Piece {
  offset: number;
  length: number | undefined;
}

/** One way through the stream, or through pieces of it. The recovery hands on what the reader finds. */
export interface Pass {
  /** Nothing more of the stream is wanted by this pass. */
  readonly over: boolean;
  /** Parts of the stream were not there or not readable. */
  readonly incomplete: boolean;
  /** What is wanted next; asked at first and when all of the last piece has been read. */
  next(): Piece;
  /** @returns whether the entry's data are wanted */
  entry(entry: TarEntry): boolean;
  entryEnd(): void;
  /** No header where one should be. */
  lost(offset: number): void;
  /** The mark of the end of the stream. */
  finished(): void;
  /** The reader was halted: chooses where it goes on. */
  resume(): void;
  /** The stream ends here, whether it should or not. */
  cut(): void;
}

export interface PassParts {
  reader: TarReader;
  extraction: Extraction;
  recursive: boolean;
  streamBytes: number | undefined;
}
