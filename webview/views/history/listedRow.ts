import type { FileRow } from '../../../src/analysis/history/fileRow';

/** A row of a list of files. */
export interface ListedRow {
  file: FileRow;
  /** Directories above it, 0 in a list that is no tree. */
  depth: number;
  /** Whether it is open; undefined where there is nothing to open. */
  expanded: boolean | undefined;
  /** Instead of the name, in lists that are no trees. */
  path: string | undefined;
  position: number;
  setSize: number;
}

/** What a list of files draws. */
export interface RowSource {
  readonly count: number;
  readonly isTree: boolean;
  /** undefined while it is on its way: then `onChange` is called when it has come. */
  row(index: number): ListedRow | undefined;
  /** Opens or closes a directory. */
  toggle(index: number, open: boolean): Promise<void>;
  /** The row of the directory that holds a row, -1 where there is none. */
  parentOf(index: number): number;
}
