import type { SequenceLine, SequenceOutline, Unfold } from '../../../src/analysis/sequence/model';
import type { Bus } from '../../bus';

const PAGE = 100;
/** Pages that are kept, the longest unused ones go first. */
const KEPT = 60;
/** Lines asked for at once when a whole diagram is wanted. */
const WINDOW = 500;

/** What is shown: a job, and what of it is unfolded. */
export interface Shown {
  job: number;
  unfold: Unfold;
}

/** The lines of the diagram that is shown, asked for in pages when they come into sight. */
export class LineStore {
  private readonly pages = new Map<number, readonly SequenceLine[]>();
  private readonly asked = new Set<number>();
  /** Pages that are shown, but are to be asked for again. */
  private readonly old = new Set<number>();
  private shown: Shown = { job: 0, unfold: { kinds: [], ids: [] } };
  private generation = 0;

  constructor(
    private readonly bus: Bus,
    private readonly onLines: () => void,
  ) {}

  /** Goes over to another diagram; resolves to its outline, to undefined when there is none or another one came first. */
  async load(shown: Shown): Promise<SequenceOutline | undefined> {
    const generation = ++this.generation;
    const answer = await this.bus.askNewest('sequenceOutline', shown);
    if (generation !== this.generation || !answer?.outline) return undefined;
    const first = await this.bus.ask('sequenceLines', { ...shown, from: 0, to: 2 * PAGE });
    if (generation !== this.generation) return undefined;
    this.shown = shown;
    this.pages.clear();
    this.asked.clear();
    this.old.clear();
    this.keep(first.from, first.lines);
    return answer.outline;
  }

  /** Asks for findings, then for what is shown again with them; resolves to the lines that have some. */
  async loadMarks(): Promise<readonly number[]> {
    const { generation, shown } = this;
    const answer = await this.bus.askNewest('sequenceMarks', shown);
    if (generation !== this.generation || !answer) return [];
    for (const page of this.pages.keys()) this.old.add(page);
    this.onLines();
    return answer.marked;
  }

  get(line: number): SequenceLine | undefined {
    return this.pages.get(Math.floor(line / PAGE))?.[line % PAGE];
  }

  /** Known lines from (incl.) to (excl.); asks for those that are not. */
  window(from: number, to: number): SequenceLine[] {
    const lines: SequenceLine[] = [];
    for (let page = Math.floor(from / PAGE); page * PAGE < to; page++) {
      const known = this.pages.get(page);
      if (known) {
        this.pages.delete(page);
        this.pages.set(page, known);
        lines.push(...known.filter(({ index }) => index >= from && index < to));
      }
      if (!known || this.old.has(page)) void this.fetch(page);
    }
    return lines;
  }

  /** The first lines of the diagram, whatever they are: for exports. */
  async all(most: number): Promise<SequenceLine[]> {
    const lines: SequenceLine[] = [];
    while (lines.length < most) {
      const to = Math.min(most, lines.length + WINDOW);
      const { lines: more } = await this.bus.ask('sequenceLines', { ...this.shown, from: lines.length, to });
      if (more.length === 0) break;
      lines.push(...more);
    }
    return lines;
  }

  private async fetch(page: number): Promise<void> {
    if (this.asked.has(page)) return;
    this.asked.add(page);
    const { generation } = this;
    try {
      const answer = await this.bus.ask('sequenceLines', { ...this.shown, from: page * PAGE, to: (page + 1) * PAGE });
      if (generation !== this.generation) return;
      this.keep(answer.from, answer.lines);
      this.onLines();
    } finally {
      if (generation === this.generation) this.asked.delete(page);
    }
  }

  private keep(from: number, lines: readonly SequenceLine[]): void {
    for (let at = 0; at < lines.length; at += PAGE) {
      this.pages.set(Math.floor((from + at) / PAGE), lines.slice(at, at + PAGE));
      this.old.delete(Math.floor((from + at) / PAGE));
    }
    for (const old of this.pages.keys()) {
      if (this.pages.size <= KEPT) break;
      this.pages.delete(old);
    }
  }
}
