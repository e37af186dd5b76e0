import { escapeText } from '../../protocol';
import { Grid } from '../output/grid';
import { cellWidth } from '../terminal/text';

/** A column of a table whose rows are all there. */
export interface TableColumn<T> {
  title: string;
  of: (row: T) => string;
  align?: 'left' | 'right';
  /** It may be left out where the terminal is narrow; higher goes first. */
  spare?: number;
}

/**
 * A table, its head first; columns without a value in any row are left out. Texts are made safe to show.
 * @param width columns of the terminal, undefined: nothing is cut
 */
export function tableLines<T>(columns: readonly TableColumn<T>[], rows: readonly T[], width?: number): string[] {
  const cells = columns.map(({ of }) => rows.map((row) => escapeText(of(row))));
  const used = columns.flatMap((column, n) =>
    cells[n].some((text) => text !== '') ? [{ column, texts: cells[n] }] : [],
  );
  const grid = new Grid(
    used.map(({ column: { title, align = 'left', spare }, texts }) => ({
      title,
      align,
      spare,
      width: Math.max(0, ...texts.map(cellWidth)),
    })),
    width,
  );
  return [grid.head(), ...rows.map((_row, n) => grid.row(used.map(({ texts }) => ({ text: texts[n] }))))];
}
