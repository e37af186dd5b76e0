import type { FoundFile } from '../../../src/analysis/history/queries';
import type { Bus } from '../../bus';
import type { ListedRow, RowSource } from './listedRow';
import { Pages } from './pages';

export interface Search {
  job: number;
  pattern: string;
  matchCase: boolean;
}

/** What a search found, as a list of paths. */
export class SearchSource implements RowSource {
  readonly isTree = false;
  private readonly pages: Pages<FoundFile>;

  /** @param count files that can be listed */
  constructor(
    bus: Bus,
    search: Search,
    readonly count: number,
    onChange: () => void,
  ) {
    this.pages = new Pages(
      async (from, to) => (await bus.ask('historySearch', { ...search, from, to })).rows,
      onChange,
    );
  }

  row(index: number): ListedRow | undefined {
    const file = this.pages.get(index);
    return file && { file, depth: 0, expanded: undefined, path: file.path, position: index + 1, setSize: this.count };
  }

  toggle(): Promise<void> {
    return Promise.resolve();
  }

  parentOf(): number {
    return -1;
  }
}
