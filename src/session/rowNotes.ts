/** Rows that are noted; of more of them nothing is kept. */
const MAX_ROWS = 100_000;
/** Texts of a row. */
const MAX_TEXTS = 100;
const NONE: readonly string[] = [];

/** Texts at some of the rows of an index. Bounded, since a capture can hold any number of them. */
export class RowNotes {
  private readonly texts = new Map<number, string[]>();
  /** Rows in the order in which something was noted; one may stand there again. */
  readonly order: number[] = [];

  /** Texts of a row, none as a rule. */
  of(row: number): readonly string[] {
    return this.texts.get(row) ?? NONE;
  }

  add(row: number, text: string): void {
    const known = this.texts.get(row);
    if (known === undefined) {
      if (this.texts.size >= MAX_ROWS) return;
      this.texts.set(row, [text]);
    } else if (known.length < MAX_TEXTS) known.push(text);
    else return;
    this.order.push(row);
  }

  /** Texts by row. */
  get all(): ReadonlyMap<number, string[]> {
    return this.texts;
  }

  /** Takes over the texts of a row that another thread noted. */
  take(row: number, texts: string[]): void {
    this.texts.set(row, texts);
  }

  /** Other texts in place of all there are, where rows have moved. */
  replace(texts: ReadonlyMap<number, string[]>): void {
    this.texts.clear();
    for (const [row, each] of texts) this.texts.set(row, each);
  }

  /** Texts of rows that were noted at or behind a place of {@link order}. */
  since(place: number): Map<number, string[]> {
    return new Map(this.order.slice(place).map((row) => [row, [...this.of(row)]]));
  }
}
