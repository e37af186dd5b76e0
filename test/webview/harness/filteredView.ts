import type { FilterToggles, Row } from '../../../src/extension/messages';
import type { SyntheticCapture } from './syntheticCapture';

/** The rows of a synthetic capture that a filter lists: all of them without a list, or the ones found. */
export class FilteredView {
  private readonly numbers: number[] | undefined;

  constructor(
    readonly capture: SyntheticCapture,
    readonly text: string,
    readonly toggles: FilterToggles,
  ) {
    const all = text === '' && !toggles.errorsOnly && toggles.posts && toggles.fileHistory && !toggles.exchanges;
    if (all && !toggles.connections) return;
    this.numbers = [];
    const most = Math.min(capture.options.rows, 200_000);
    for (let n = 1; n <= most; n++) if (this.lists(capture.row(n))) this.numbers.push(n);
  }

  get count(): number {
    return this.numbers?.length ?? this.capture.options.rows;
  }

  lists(row: Row): boolean {
    const { errorsOnly, posts, fileHistory, connections, exchanges } = this.toggles;
    if (errorsOnly && !row.result?.failed) return false;
    if (!posts && row.kind === 'post') return false;
    if (!fileHistory && row.interface === 'fh') return false;
    if (exchanges && row.kind === 'reply') return false;
    if (connections && !connections.includes(row.connection)) return false;
    return this.text === '' || row.message.includes(this.text.replace(/^.*"(.*)".*$/, '$1'));
  }

  row(index: number): Row {
    const row = this.capture.row(this.number(index));
    const before = index > 0 ? this.capture.row(this.number(index - 1)) : undefined;
    if (before) row.delta = row.seconds - before.seconds;
    if (this.toggles.exchanges && row.pair !== undefined) {
      const reply = this.capture.row(row.pair);
      row.reply = { n: reply.n, result: reply.result, latency: reply.latency!, summary: reply.summary };
    }
    return row;
  }

  number(index: number): number {
    return this.numbers ? this.numbers[index] : index + 1;
  }

  locate(n: number): { index: number; exact: boolean } {
    if (this.count === 0) return { index: -1, exact: false };
    if (!this.numbers) return { index: n - 1, exact: true };
    const at = this.numbers.findIndex((number) => number >= n);
    const index = at < 0 ? this.count - 1 : at;
    return { index, exact: this.numbers[index] === n };
  }
}
