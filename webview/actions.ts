import type { AskOf, FilterToggles, Row, TabId, TabTarget, TimeMode } from '../src/extension/messages';
import { type Bus } from './bus';
import { announce, notify } from './layout/announcer';
import type { Range, Selection, ViewState } from './state';
import { attempt } from './attempt';

export type CopyAs = AskOf<'copy'>['as'];

const TIME_MODES: readonly TimeMode[] = ['relative', 'absolute', 'delta'];

/** What the user can do to the view as a whole, from wherever: keys, buttons, menus, the palette. */
export class Actions {
  /** Set by the table: the row that is selected, when it is loaded, and its place. */
  currentRow: () => { row?: Row; index: number } = () => ({ index: -1 });
  /** Set by the filter bar. */
  applyFilter: (text: string, toggles: FilterToggles) => void = () => undefined;

  /** Set by the timeline: shows the last rows, and those that come. */
  jumpToEnd: () => void = () => undefined;

  /** Set by the app: brings a tab to the front, and in it what the target names. */
  open: (tab: TabId, target?: TabTarget) => void = () => undefined;

  constructor(
    private readonly bus: Bus,
    private readonly state: ViewState,
  ) {}

  select(n: number, source: Selection['source']): void {
    if (this.state.selection.value?.n === n && source !== 'jump' && source !== 'host') return;
    this.state.selection.value = { n, source };
  }

  jumpToPair(): void {
    const { row } = this.currentRow();
    if (!row) return;
    if (row.reply) notify('The reply is folded into this row: its fields are in the detail pane.');
    else if (row.pair !== undefined) this.select(row.pair, 'jump');
    else notify(row.kind === 'post' ? 'The server sent this on its own: there is no reply.' : noPair(row));
  }

  /** Goes to the next or previous row with an error or a problem. */
  async find(what: 'error' | 'problem', forward: boolean): Promise<void> {
    const { filterId } = this.state.matches.value;
    const { index } = this.currentRow();
    const answer = await attempt(this.bus.ask('find', { filterId, index, forward, what }));
    if (!answer) return;
    if (answer.index < 0) {
      notify(`No ${what} ${forward ? 'after' : 'before'} this row.`);
      return;
    }
    const rows = await attempt(this.bus.ask('rows', { filterId, from: answer.index, to: answer.index + 1 }));
    if (rows?.rows[0]) this.select(rows.rows[0].n, 'jump');
  }

  async copy(ask: Omit<AskOf<'copy'>, 'n'> & { n?: number }): Promise<void> {
    const n = ask.n ?? this.state.selection.value?.n;
    if (n === undefined) return;
    const answer = await attempt(this.bus.ask('copy', { ...ask, n }));
    if (answer) notify(answer.copied);
  }

  /** Adds a condition to the filter, or makes it the filter. */
  async filterFor(ask: Omit<AskOf<'filterFor'>, 'n'> & { n: number }, how: 'replace' | 'and'): Promise<void> {
    const answer = await attempt(this.bus.ask('filterFor', ask));
    if (!answer) return;
    const { text, toggles } = this.state.filter.value;
    const joined = how === 'and' && text.trim() !== '' ? `(${text}) && ${answer.text}` : answer.text;
    this.applyFilter(joined, toggles);
  }

  setToggles(change: Partial<FilterToggles>): void {
    const { text, toggles } = this.state.filter.value;
    this.applyFilter(text, { ...toggles, ...change });
  }

  zoomTo(range: Range | undefined): void {
    this.state.zoom.value = range;
  }

  /** Zooms to the selected message and its reply, with as much time before and after. */
  zoomToSelection(): void {
    const { row } = this.currentRow();
    if (!row) return;
    const whole = this.state.whole;
    const latency = row.reply?.latency ?? row.latency ?? 0;
    const from = row.kind === 'reply' ? row.seconds - latency : row.seconds;
    const margin = Math.max(latency, (whole.to - whole.from) / 1000);
    this.zoomTo({ from: Math.max(whole.from, from - margin), to: Math.min(whole.to, from + latency + margin) });
  }

  setTimeMode(timeMode: TimeMode): void {
    this.state.changeLayout({ timeMode });
  }

  cycleTimeMode(): void {
    const next = (TIME_MODES.indexOf(this.state.layout.value.timeMode) + 1) % TIME_MODES.length;
    this.setTimeMode(TIME_MODES[next]);
    announce(`Time: ${TIME_MODES[next]}`);
  }
}

function noPair(row: Row): string {
  return row.kind === 'reply' ? 'Its request is not in this capture.' : 'Its reply is not in this capture.';
}
