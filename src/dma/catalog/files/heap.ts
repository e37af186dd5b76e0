/** What merges: something with a current item, or none at the end. */
export interface Source {
  /** Goes to the next item; a promise where it has to be fetched. @returns false at the end */
  next(): boolean | Promise<boolean>;
}

/** Merges sorted sources: the least item is at the top. Of equal ones that of the earlier source. */
export class MergeHeap<T extends Source> {
  private readonly items: { source: T; rank: number }[] = [];

  constructor(private readonly compare: (a: T, b: T) => number) {}

  static async of<T extends Source>(sources: readonly T[], compare: (a: T, b: T) => number): Promise<MergeHeap<T>> {
    const heap = new MergeHeap(compare);
    for (const [rank, source] of sources.entries()) {
      if (!(await source.next())) continue;
      heap.items.push({ source, rank });
      heap.up(heap.items.length - 1);
    }
    return heap;
  }

  get top(): T | undefined {
    return this.items[0]?.source;
  }

  /** Goes on with the source at the top. */
  advance(): void | Promise<void> {
    const more = this.items[0].source.next();
    return typeof more === 'boolean' ? this.settle(more) : more.then((is) => this.settle(is));
  }

  private settle(more: boolean): void {
    const { items } = this;
    if (!more) {
      const last = items.pop();
      if (last === undefined || items.length === 0) return;
      items[0] = last;
    }
    this.down();
  }

  private up(at: number): void {
    const { items } = this;
    while (at > 0) {
      const above = (at - 1) >> 1;
      if (!this.isBefore(at, above)) return;
      [items[at], items[above]] = [items[above], items[at]];
      at = above;
    }
  }

  private down(): void {
    const { items } = this;
    for (let at = 0; ;) {
      let least = at;
      for (let below = 2 * at + 1; below <= 2 * at + 2; below++)
        if (below < items.length && this.isBefore(below, least)) least = below;
      if (least === at) return;
      [items[at], items[least]] = [items[least], items[at]];
      at = least;
    }
  }

  private isBefore(a: number, b: number): boolean {
    const one = this.items[a];
    const other = this.items[b];
    const order = this.compare(one.source, other.source);
    return order < 0 || (order === 0 && one.rank < other.rank);
  }
}
