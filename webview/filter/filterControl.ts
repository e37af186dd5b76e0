import type { FilterError, FilterToggles, HostMessage } from '../../src/extension/messages';
import { AskError, type Bus } from '../bus';
import { notify } from '../layout/announcer';
import { Signal } from '../signal';
import type { ViewState } from '../state';

const HISTORY = 30;

/** Applies filters: numbers them, keeps the last good one, follows the host's scan, remembers what was used. */
export class FilterControl {
  readonly error = new Signal<FilterError | undefined>(undefined);
  private lastId = 0;

  constructor(
    private readonly bus: Bus,
    private readonly state: ViewState,
  ) {
    bus.on('matches', (event) => this.onMatches(event));
  }

  /** Makes a filter the list's own. A wrong text is reported in `error` and changes nothing else. */
  async apply(text: string, toggles: FilterToggles): Promise<void> {
    const filterId = ++this.lastId;
    try {
      const answer = await this.bus.askNewest('filter', { filterId, text, toggles });
      if (!answer) return;
      this.error.value = answer.error;
      if (answer.error) return;
      const total = this.state.capture.value.counts.messages;
      this.state.filter.value = { text, toggles };
      this.state.matches.value = { filterId, count: answer.count, scanned: 0, total, done: answer.done };
      this.remember(text.trim());
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      notify(error.message);
    }
  }

  /** Looks at a text that is being typed. */
  async check(text: string): Promise<void> {
    const answer = await this.bus.askNewest('checkFilter', { text }).catch(() => undefined);
    if (answer) this.error.value = answer.error;
  }

  private onMatches(event: Extract<HostMessage, { type: 'matches' }>): void {
    const { filterId, count, scanned, total, done } = event;
    if (filterId === this.state.matches.value.filterId) {
      this.state.matches.value = { filterId, count, scanned, total, done };
    }
  }

  private remember(text: string): void {
    if (text === '') return;
    const { filterHistory } = this.state.layout.value;
    if (filterHistory[0] === text) return;
    const others = filterHistory.filter((old) => old !== text);
    this.state.changeLayout({ filterHistory: [text, ...others].slice(0, HISTORY) });
  }
}
