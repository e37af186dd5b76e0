import type { Actions } from '../actions';
import type { Bus } from '../bus';
import { button } from '../controls';
import { element, setText, show } from '../dom';
import { countText, plural } from '../format';
import { icon } from '../icons';
import { openMenu, type MenuEntry } from '../layout/menu';
import type { ViewState } from '../state';
import { DEFAULT_TOGGLES } from '../../src/extension/messages';
import { FilterControl } from './filterControl';
import { FilterInput } from './filterInput';
import { Toggles } from './toggles';

/** The toolbar: filter, saved filters, quick switches, and how many messages are listed. */
export class FilterBar {
  readonly root = element('div', { class: 'toolbar' });
  readonly control: FilterControl;
  private readonly field: FilterInput;
  private readonly count = element('div', { class: 'match-count', role: 'status' });
  private readonly clearButton: HTMLElement;

  constructor(
    private readonly bus: Bus,
    private readonly state: ViewState,
    actions: Actions,
  ) {
    this.control = new FilterControl(bus, state);
    this.field = new FilterInput(bus, {
      error: this.control.error,
      apply: (text) => void this.control.apply(text, state.filter.value.toggles),
      check: (text) => void this.control.check(text),
      history: () => state.layout.value.filterHistory,
    });
    actions.applyFilter = (text, toggles) => {
      this.field.text = text;
      void this.control.apply(text, toggles);
    };
    this.clearButton = button(
      { appearance: 'icon', class: 'filter-button', 'aria-label': 'Clear filter', title: 'Clear filter' },
      () => this.clear(),
      icon('close'),
    );
    const saved = button(
      {
        appearance: 'icon',
        class: 'filter-button',
        'aria-label': 'Saved and recent filters',
        'aria-haspopup': 'menu',
        title: 'Saved and recent filters',
      },
      () => this.openSaved(saved),
      icon('bookmark'),
    );
    this.field.root.append(element('div', { class: 'filter-buttons' }, this.clearButton, saved));
    const toggles = new Toggles(state, actions);
    this.root.append(this.field.root, toggles.root, this.count);
    this.listen();
  }

  focus(): void {
    this.field.input.focus();
    this.field.input.select();
  }

  /** Lists all messages again; the toggles go back to what they are at first, too. */
  clear(): void {
    this.field.text = '';
    void this.control.apply('', { ...DEFAULT_TOGGLES, exchanges: this.state.filter.value.toggles.exchanges });
  }

  save(): void {
    const text = this.field.text.trim();
    if (text !== '') this.bus.tell({ type: 'saveFilter', text });
  }

  /** Shows a filter that was applied from elsewhere. */
  showText(text: string): void {
    this.field.text = text;
  }

  private listen(): void {
    const { state } = this;
    const update = (): void => this.update();
    state.matches.follow(update);
    state.capture.onChange(update);
    state.filter.follow(update);
    this.field.input.addEventListener('input', update);
  }

  private update(): void {
    const { count, total, scanned, done } = this.state.matches.value;
    // the two counts come by different messages: while the file is read, either may be ahead
    const all = Math.max(count, this.state.capture.value.counts.messages);
    const { text, toggles } = this.state.filter.value;
    const { errorsOnly, posts, fileHistory, connections } = toggles;
    const cleared = text === '' && !errorsOnly && posts && fileHistory && connections === undefined;
    const narrowed = !cleared || (done && count !== all);
    setText(this.count, narrowed ? `${countText(count)} of ${plural(all, 'message')}` : plural(all, 'message'));
    const percent = total > 0 ? Math.floor((scanned / total) * 100) : 0;
    if (!done && narrowed && scanned > 0) setText(this.count, `${countText(count)} so far, ${percent} % looked at`);
    show(this.clearButton, !cleared || this.field.text !== '');
  }

  private openSaved(anchor: HTMLElement): void {
    const { savedFilters, layout } = this.state;
    const text = this.field.text.trim();
    const apply = (filter: string) => () => {
      this.field.text = filter;
      void this.control.apply(filter, this.state.filter.value.toggles);
    };
    const saved = savedFilters.value.map((filter): MenuEntry => ({
      label: filter.name,
      keys: filter.text,
      run: apply(filter.text),
      remove: {
        label: `Delete the filter ${filter.name}`,
        run: () => this.bus.tell({ type: 'deleteFilter', name: filter.name }),
      },
    }));
    const recent = layout.value.filterHistory
      .slice(0, 8)
      .map((filter): MenuEntry => ({ label: filter, run: apply(filter) }));
    const { left, bottom } = anchor.getBoundingClientRect();
    openMenu(left, bottom + 2, 'Filters', [
      { label: 'Save This Filter…', disabled: text === '', run: () => this.save() },
      ...(saved.length > 0 ? ['-' as const, ...saved] : []),
      ...(recent.length > 0 ? ['-' as const, ...recent] : []),
    ]);
  }
}
