import type { Row } from '../../src/extension/messages';

/** Fetches rows from (incl.) to (excl.) of a filtered list; undefined when they are out of date. */
export type RowSource = (filterId: number, from: number, to: number) => Promise<Row[] | undefined>;

const PAGE = 100;
const KEPT_PAGES = 60;
const AT_ONCE = 3;

/** Rows of the filtered list, fetched in pages as they come into view and forgotten when long unseen. */
export class RowCache {
  private readonly pages = new Map<number, Row[]>();
  private readonly pending = new Set<number>();
  /** Pages in which a request may have been replied to meanwhile: shown as they are until they have come again. */
  private readonly stale = new Set<number>();
  private filterId = 0;
  private count = 0;
  private generation = 0;
  private wanted: [first: number, end: number] = [0, 0];

  constructor(
    private readonly fetch: RowSource,
    private readonly loaded: () => void,
  ) {}

  /** Forgets everything: another filter, or other rows. */
  reset(filterId: number, count: number): void {
    this.filterId = filterId;
    this.count = count;
    this.generation++;
    this.pages.clear();
    this.pending.clear();
    this.stale.clear();
  }

  /** The list grew; `isLive`: by what was written just now, so that replies to requests known before may be among it. */
  grow(count: number, isLive = false): void {
    this.count = count;
    if (isLive) for (const [page, rows] of this.pages) if (rows.some(mayBeReplied)) this.stale.add(page);
    this.pump();
  }

  get(index: number): Row | undefined {
    return this.pages.get(Math.floor(index / PAGE))?.[index % PAGE];
  }

  /** Says which rows are looked at; what is missing of them is fetched, the newest wish first. */
  want(first: number, end: number): void {
    this.wanted = [first, end];
    this.pump();
  }

  private pump(): void {
    const [first, end] = this.wanted;
    const last = Math.min(end, this.count) - 1;
    for (let page = Math.floor(first / PAGE); page <= Math.floor(last / PAGE); page++) {
      const rows = this.pages.get(page);
      if (rows) this.touch(page, rows);
      const complete = rows && rows.length >= Math.min(PAGE, this.count - page * PAGE);
      if ((complete && !this.stale.has(page)) || this.pending.has(page)) continue;
      if (this.pending.size >= AT_ONCE) return;
      void this.load(page);
    }
  }

  private async load(page: number): Promise<void> {
    const { generation } = this;
    this.pending.add(page);
    const from = page * PAGE;
    const isAgain = this.stale.delete(page);
    const rows = await this.fetch(this.filterId, from, Math.min(from + PAGE, this.count)).catch(() => undefined);
    if (generation !== this.generation) return;
    this.pending.delete(page);
    const before = this.pages.get(page)?.length ?? 0;
    if (!rows || (rows.length <= before && !isAgain) || rows.length < before) return;
    this.touch(page, rows);
    while (this.pages.size > KEPT_PAGES) this.pages.delete(this.pages.keys().next().value!);
    this.loaded();
    this.pump();
  }

  /** Makes a page the newest. */
  private touch(page: number, rows: Row[]): void {
    this.pages.delete(page);
    this.pages.set(page, rows);
  }
}

function mayBeReplied({ kind, pair }: Row): boolean {
  return kind === 'request' && pair === undefined;
}
