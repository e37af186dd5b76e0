import { AskError } from '../../bus';
import { notify } from '../../layout/announcer';

/** Rows that are asked for at a time. */
const PAGE = 200;
const MOST_PAGES = 200;

/** Rows of a long list that are asked for page by page when they are drawn. */
export class Pages<T> {
  private readonly pages = new Map<number, readonly T[] | undefined>();

  constructor(
    private readonly ask: (from: number, to: number) => Promise<readonly T[]>,
    private readonly onLoaded: () => void,
  ) {}

  /** The row, undefined while it is on its way. */
  get(index: number): T | undefined {
    const page = Math.floor(index / PAGE);
    if (!this.pages.has(page)) void this.load(page);
    return this.pages.get(page)?.[index - page * PAGE];
  }

  /** The row, when it has come. */
  async fetch(index: number): Promise<T | undefined> {
    const page = Math.floor(index / PAGE);
    if (this.pages.get(page) === undefined) await this.load(page);
    return this.pages.get(page)?.[index - page * PAGE];
  }

  private async load(page: number): Promise<void> {
    if (this.pages.size >= MOST_PAGES) this.pages.delete([...this.pages.keys()][0]);
    this.pages.set(page, undefined);
    try {
      this.pages.set(page, await this.ask(page * PAGE, (page + 1) * PAGE));
      this.onLoaded();
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      notify(error.message);
    }
  }
}
