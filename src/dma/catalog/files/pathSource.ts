import { EntryCursor } from './entry';
import type { Source } from './heap';
import { compareNames, comparePaths } from './order';
import type { RunReader } from './spool';

/** The entries of a run, one after the other. */
export class PathSource implements Source {
  cursor = new EntryCursor(new Uint8Array(0));

  constructor(private readonly run: RunReader) {}

  next(): boolean | Promise<boolean> {
    return this.cursor.next() || this.nextPiece();
  }

  private async nextPiece(): Promise<boolean> {
    const bytes = await this.run.next();
    if (bytes === undefined) return false;
    this.cursor = new EntryCursor(bytes);
    return this.cursor.next();
  }
}

export function compareSources({ cursor: a }: PathSource, { cursor: b }: PathSource): number {
  return (
    comparePaths(a.bytes, a.folderFrom, a.folderTo, b.bytes, b.folderFrom, b.folderTo) ||
    compareNames(a.bytes, a.nameFrom, a.nameTo, b.bytes, b.nameFrom, b.nameTo)
  );
}
