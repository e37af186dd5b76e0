import type { HistorySort } from '../../../src/analysis/history/order';
import type { FileRow } from '../../../src/analysis/history/fileRow';
import type { FilePlace, HistorySummary } from '../../../src/analysis/history/queries';
import type { Bus } from '../../bus';
import { countText } from '../../format';
import { Pages } from './pages';
import type { ListedRow, RowSource } from './listedRow';
import { TreeModel, type OpenFolder } from './treeModel';

/** Number of the list of what hangs on nothing, as the analysis has it. */
const OUTSIDE = -1;
/** Number of the uppermost level, which holds the root and what hangs on nothing. */
const TOP = -2;

/** Directories are opened one after the other on the way to a file; below so many it is left. */
const DEEPEST = 500;

export interface TreeOrder {
  sort: HistorySort;
  descending: boolean;
}

/** The tree of a job: asks for the contents of directories when they are drawn. */
export class TreeSource implements RowSource {
  readonly isTree = true;
  private readonly model: TreeModel;
  private readonly pages = new Map<number, Pages<FileRow>>();
  private readonly uppermost: FileRow[];

  constructor(
    private readonly bus: Bus,
    private readonly summary: HistorySummary,
    readonly order: TreeOrder,
    private readonly onChange: () => void,
  ) {
    this.uppermost = [summary.root, ...(summary.outside > 0 ? [outsideRow(summary)] : [])];
    this.model = new TreeModel(TOP, this.uppermost.length);
    this.model.open(this.model.top, 0, summary.root.object, summary.root.children);
  }

  get count(): number {
    return this.model.count;
  }

  row(index: number): ListedRow | undefined {
    const { folder, index: place, opened } = this.model.at(index);
    const file = this.fileAt(folder, place);
    if (file === undefined) return undefined;
    return {
      file,
      depth: folder.depth,
      expanded: file.children > 0 ? opened !== undefined : undefined,
      path: undefined,
      position: place + 1,
      setSize: folder.total,
    };
  }

  toggle(index: number, open: boolean): Promise<void> {
    const { folder, index: place, opened } = this.model.at(index);
    const file = this.fileAt(folder, place);
    if (file === undefined || file.children === 0) return Promise.resolve();
    if (open && !opened) this.model.open(folder, place, file.object, file.children);
    else if (!open && opened) this.model.close(opened);
    this.onChange();
    return Promise.resolve();
  }

  parentOf(index: number): number {
    const { folder } = this.model.at(index);
    return folder.parent ? this.model.rowOf(folder.parent, folder.index) : -1;
  }

  /** Opens the way to a file. @returns its row, -1 when it is not there */
  async reveal({ folders, indices }: FilePlace): Promise<number> {
    if (folders.length > DEEPEST || indices.some((index) => index < 0)) return -1;
    const outer = folders[0] === OUTSIDE ? 1 : 0;
    if (outer >= this.uppermost.length) return -1;
    let folder = this.openAt(this.model.top, outer, this.uppermost[outer]);
    for (let level = 0; level < folders.length - 1; level++) {
      const file = await this.pagesOf(folder).fetch(indices[level]);
      if (file === undefined || file.children === 0) return -1;
      folder = this.openAt(folder, indices[level], file);
    }
    this.onChange();
    const last = indices.at(-1);
    return last === undefined ? -1 : this.model.rowOf(folder, last);
  }

  private openAt(folder: OpenFolder, index: number, file: FileRow): OpenFolder {
    return this.model.open(folder, index, file.object, file.children);
  }

  private fileAt(folder: OpenFolder, index: number): FileRow | undefined {
    return folder.id === TOP ? this.uppermost[index] : this.pagesOf(folder).get(index);
  }

  private pagesOf({ id }: OpenFolder): Pages<FileRow> {
    const known = this.pages.get(id);
    if (known) return known;
    const { bus, summary, order } = this;
    const made = new Pages<FileRow>(
      async (from, to) => (await bus.ask('historyChildren', { job: summary.job, folder: id, from, to, ...order })).rows,
      this.onChange,
    );
    this.pages.set(id, made);
    return made;
  }
}

/** The row below which everything stands that hangs on nothing. */
function outsideRow({ outside }: HistorySummary): FileRow {
  return {
    link: -1,
    object: OUTSIDE,
    name: `Without a place in the tree (${countText(outside)})`,
    folder: true,
    children: outside,
    type: '',
    size: undefined,
    files: 0,
    folders: 0,
    mtime: undefined,
    mode: '',
    owner: '',
    node: '',
    position: undefined,
    nameN: undefined,
    attributesN: undefined,
    remarks: [],
  };
}
