/** A directory that is open in the tree. */
export interface OpenFolder {
  /** As the analysis numbers it. */
  id: number;
  /** Names in it. */
  total: number;
  /** Directories above it. */
  depth: number;
  parent: OpenFolder | undefined;
  /** Its place in its parent. */
  index: number;
  /** Open directories in it, by their places. */
  open: OpenFolder[];
  /** Rows that are shown of it and of all that is open in it. */
  rows: number;
}

/** A row of the tree: a place in an open directory. */
export interface TreeSpot {
  folder: OpenFolder;
  index: number;
  /** The directory itself, where it is open. */
  opened: OpenFolder | undefined;
}

/**
 * Which row of a tree stands where, when only directories that are open are known: their contents may be millions of names,
 * of which none is held here.
 */
export class TreeModel {
  readonly top: OpenFolder;

  /** @param total rows of the uppermost level, whose directory has the number `id` */
  constructor(id: number, total: number) {
    this.top = { id, total, depth: 0, parent: undefined, index: 0, open: [], rows: total };
  }

  get count(): number {
    return this.top.rows;
  }

  /** What stands in a row. */
  at(row: number): TreeSpot {
    let folder = this.top;
    let left = row;
    for (;;) {
      let inside: OpenFolder | undefined;
      for (const opened of folder.open) {
        if (left < opened.index) break;
        if (left === opened.index) return { folder, index: opened.index, opened };
        if (left <= opened.index + opened.rows) {
          inside = opened;
          break;
        }
        left -= opened.rows;
      }
      if (inside === undefined) return { folder, index: left, opened: undefined };
      left -= inside.index + 1;
      folder = inside;
    }
  }

  /** The row of a place. */
  rowOf(folder: OpenFolder, index: number): number {
    let row = index;
    for (const opened of folder.open) if (opened.index < index) row += opened.rows;
    return folder.parent === undefined ? row : row + this.rowOf(folder.parent, folder.index) + 1;
  }

  /** Opens the directory at a place. */
  open(folder: OpenFolder, index: number, id: number, total: number): OpenFolder {
    const known = folder.open.find((each) => each.index === index);
    if (known) return known;
    const made: OpenFolder = { id, total, depth: folder.depth + 1, parent: folder, index, open: [], rows: total };
    folder.open.push(made);
    folder.open.sort((a, b) => a.index - b.index);
    this.grow(folder, total);
    return made;
  }

  /** Closes an open directory with all that is open in it. */
  close(opened: OpenFolder): void {
    const { parent } = opened;
    if (!parent) return;
    parent.open = parent.open.filter((each) => each !== opened);
    this.grow(parent, -opened.rows);
  }

  private grow(folder: OpenFolder, rows: number): void {
    for (let each: OpenFolder | undefined = folder; each; each = each.parent) each.rows += rows;
  }
}
