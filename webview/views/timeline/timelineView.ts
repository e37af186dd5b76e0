import type { Position } from '../../../src/extension/messages';
import type { Actions } from '../../actions';
import type { PartCommands } from '../../commands';
import { DetailPane } from '../../detail/detailPane';
import { debounce, element } from '../../dom';
import { FilterBar } from '../../filter/filterBar';
import { paneSplitter } from '../../layout/panes';
import { EmptyState } from '../../notice/emptyState';
import { OverviewStrip } from '../../overview/overviewStrip';
import { holding } from '../../overview/range';
import type { ViewState } from '../../state';
import { MessageTable } from '../../table/messageTable';
import { Waterfall } from '../../waterfall/waterfall';
import type { TabServices, TabView } from '../view';

/** Commands that belong to a part of the timeline. */
export type TimelineCommands = PartCommands;

/** Messages in time: filter, overview, waterfall, table, and the details of one message. */
export class TimelineView implements TabView {
  readonly root = element('div', { class: 'timeline' });
  private readonly state: ViewState;
  private readonly actions: Actions;
  private readonly filterBar: FilterBar;
  private readonly overview: OverviewStrip;
  private readonly waterfall: Waterfall;
  private readonly table: MessageTable;
  private readonly detail: DetailPane;
  private readonly scrollToZoom = debounce(120, () => {
    const { zoom } = this.state;
    void this.table.scrollToTime(zoom.value?.from ?? 0);
  });

  constructor(services: TabServices, onCapture: (hasMessages: boolean) => void) {
    const { bus, state, actions, theme } = services;
    this.state = state;
    this.actions = actions;
    this.filterBar = new FilterBar(bus, state, actions);
    this.overview = new OverviewStrip(
      bus,
      state,
      theme,
      () => this.scrollToZoom(),
      (seconds) => void this.table.scrollToTime(seconds),
    );
    this.waterfall = new Waterfall(bus, state, theme, actions, () => this.scrollToZoom());
    this.table = new MessageTable(bus, state, actions);
    this.detail = new DetailPane(bus, state, actions);
    actions.currentRow = () => this.table.current();
    actions.jumpToEnd = () => {
      services.open('timeline');
      this.table.jumpToEnd();
    };
    this.build(services, onCapture);
    bus.on('rowsChanged', () => this.reloadRows());
    state.capture.onChange(() => this.awaitReply());
    this.detail.shown.onChange(() => this.mark());
  }

  private build({ bus }: TabServices, onCapture: (hasMessages: boolean) => void): void {
    const { state, root } = this;
    const time = element('div', { class: 'time-area' });
    const rows = element('div', { class: 'table-area' });
    const empty = new EmptyState(bus, state, () => this.filterBar.clear(), onCapture);
    const upper = paneSplitter(root, state, 'waterfallHeight', 'Height of the waterfall', this.waterfall.root);
    const lower = paneSplitter(root, state, 'detailHeight', 'Height of the details', this.detail.root);
    time.append(this.overview.root, this.waterfall.root);
    rows.append(this.table.root, empty.root);
    root.append(this.filterBar.root, time, upper, rows, lower, this.detail.root);
  }

  show(target?: { n?: number }): void {
    if (target?.n !== undefined) this.actions.select(target.n, 'jump');
    this.table.focus();
  }

  /** It stays laid out behind other tabs, and goes on following selection and filter. */
  hide(): void {
    this.scrollToZoom.cancel();
  }

  /** It shows messages, not what they mean. */
  reload(): void {
    this.mark();
  }

  private reloadRows(): void {
    this.table.reload();
    this.detail.reload();
    this.waterfall.reload();
  }

  /** The reply to the request that is shown may have been written meanwhile. */
  private awaitReply(): void {
    const parts = this.detail.shown.value?.parts;
    if (this.state.isLive && parts?.length === 1 && parts[0].kind === 'request') this.detail.reload();
  }

  /** Goes to where the user was. */
  restore(position: Position): void {
    if (position.n !== undefined) this.actions.select(position.n, 'host');
    else this.table.scrollToRow(position.top);
  }

  focusTable(): void {
    this.table.focus();
  }

  get commands(): TimelineCommands {
    return {
      focusFilter: () => this.filterBar.focus(),
      clearFilter: () => this.filterBar.clear(),
      saveFilter: () => this.filterBar.save(),
      focusTable: () => this.table.focus(),
      focusDetail: () => this.detail.focus(),
      focusOverview: () => this.overview.focus(),
      copyValue: () => this.detail.copyValue(),
    };
  }

  /** Where a key was pressed. */
  isInTable(target: Node): boolean {
    return target === this.table.root;
  }
  isInDetail(target: Node): boolean {
    return this.detail.root.contains(target);
  }

  /** Marks the selected message and its other half in the overview and the waterfall. */
  private mark(): void {
    const detail = this.detail.shown.value;
    const part = detail?.parts.find(({ n }) => n === detail.n);
    this.waterfall.selected = new Set(detail?.parts.map(({ n }) => n));
    this.waterfall.selectedAt = this.overview.selectedAt = part?.seconds;
    if (detail) this.waterfall.revealLane(detail.connection);
    const { zoom, whole } = this.state;
    if (part && zoom.value) zoom.value = holding(zoom.value, part.seconds, whole);
    this.waterfall.redraw();
    this.overview.redraw();
  }
}
