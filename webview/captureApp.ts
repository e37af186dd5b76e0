import { DEFAULT_TOGGLES, type HostMessage } from '../src/extension/messages';
import { Actions } from './actions';
import { viewCommands } from './commands';
import { DetailPane } from './detail/detailPane';
import { debounce, element, show } from './dom';
import { FilterBar } from './filter/filterBar';
import { mountAnnouncer } from './layout/announcer';
import { paneSplitter } from './layout/panes';
import { mountTooltip } from './layout/tooltip';
import { Banner } from './notice/banner';
import { EmptyState } from './notice/emptyState';
import { ProgressBar } from './notice/progressBar';
import { OverviewStrip } from './overview/overviewStrip';
import { holding } from './overview/range';
import { DEFAULT_LAYOUT, ViewState } from './state';
import type { Bus } from './bus';
import { MessageTable } from './table/messageTable';
import { followTheme } from './theme';
import { Waterfall } from './waterfall/waterfall';

type Event<T extends HostMessage['type']> = Extract<HostMessage, { type: T }>;

/** The capture view as a whole: makes the parts and ties them together. */
export class CaptureApp {
  readonly root = element('main', { class: 'app' });
  private readonly state = new ViewState();
  private readonly actions: Actions;
  private readonly filterBar: FilterBar;
  private readonly overview: OverviewStrip;
  private readonly waterfall: Waterfall;
  private readonly table: MessageTable;
  private readonly detail: DetailPane;
  private started = false;
  private readonly scrollToZoom = debounce(120, () => {
    const { zoom } = this.state;
    void this.table.scrollToTime(zoom.value?.from ?? 0);
  });

  constructor(private readonly bus: Bus) {
    const { state } = this;
    const theme = followTheme();
    this.actions = new Actions(bus, state);
    this.filterBar = new FilterBar(bus, state, this.actions);
    this.overview = new OverviewStrip(
      bus,
      state,
      theme,
      () => this.scrollToZoom(),
      (seconds) => void this.table.scrollToTime(seconds),
    );
    this.waterfall = new Waterfall(bus, state, theme, this.actions, () => this.scrollToZoom());
    this.table = new MessageTable(bus, state, this.actions);
    this.detail = new DetailPane(bus, state, this.actions);
    this.actions.currentRow = () => this.table.current();
    this.build();
    this.listen();
  }

  private build(): void {
    const { state, root } = this;
    const time = element('div', { class: 'time-area' });
    const rows = element('div', { class: 'table-area' });
    const empty = new EmptyState(
      this.bus,
      state,
      () => this.filterBar.clear(),
      (hasMessages) => root.classList.toggle('without-messages', !hasMessages),
    );
    const upper = paneSplitter(root, state, 'waterfallHeight', 'Height of the waterfall', this.waterfall.root);
    const lower = paneSplitter(root, state, 'detailHeight', 'Height of the details', this.detail.root);
    time.append(this.overview.root, this.waterfall.root);
    rows.append(this.table.root, empty.root);
    const progress = new ProgressBar(this.bus, state);
    const banner = new Banner(state, this.actions);
    root.append(this.filterBar.root, progress.root, banner.root, time, upper, rows, lower, this.detail.root);
    mountAnnouncer(root);
    mountTooltip(root);
    show(root, false);
  }

  private listen(): void {
    const { bus, state } = this;
    bus.on('init', (event) => this.start(event));
    bus.on('capture', ({ capture }) => {
      state.capture.value = capture;
      this.growUnfiltered(capture.counts.messages);
      this.selectFirst();
    });
    bus.on('progress', ({ progress, duration }) => {
      state.capture.value = { ...state.capture.value, progress, duration };
      this.growUnfiltered(progress.rows);
    });
    bus.on('savedFilters', (event) => (state.savedFilters.value = event.savedFilters));
    bus.on('rowsChanged', () => {
      this.table.reload();
      this.detail.reload();
      this.waterfall.reload();
    });
    bus.on('select', ({ n }) => this.actions.select(n, 'host'));
    bus.on('applyFilter', ({ text, toggles }) => {
      const before = state.filter.value;
      this.actions.applyFilter(text ?? before.text, { ...before.toggles, ...toggles });
    });
    const commands = viewCommands(this.actions, state, {
      focusFilter: () => this.filterBar.focus(),
      clearFilter: () => this.filterBar.clear(),
      saveFilter: () => this.filterBar.save(),
      focusTable: () => this.table.focus(),
      focusDetail: () => this.detail.focus(),
      focusOverview: () => this.overview.focus(),
      copyValue: () => this.detail.copyValue(),
    });
    bus.on('command', ({ command }) => commands[command]());
    this.root.addEventListener('keydown', (event) => this.onKey(event, commands));
    this.detail.shown.onChange(() => this.mark());
    state.selection.onChange((selection) => bus.tell({ type: 'selected', n: selection?.n }));
    this.keep();
  }

  /** Before any filter was set, the list is all there is. */
  private growUnfiltered(count: number): void {
    const { matches } = this.state;
    const { filterId, done } = matches.value;
    if (filterId === 0 && count > matches.value.count)
      matches.value = { filterId, count, scanned: count, total: count, done };
  }

  private start({ capture, layout, position, savedFilters }: Event<'init'>): void {
    const { state } = this;
    show(this.root, true);
    state.layout.value = { ...DEFAULT_LAYOUT, ...layout };
    state.savedFilters.value = savedFilters;
    state.capture.value = capture;
    const count = capture.counts.messages;
    const filterId = this.started ? state.matches.value.filterId : 0;
    state.matches.value = { filterId, count, scanned: count, total: count, done: true };
    const filter =
      (position ?? this.started) ? { text: state.filter.value.text, toggles: state.filter.value.toggles } : undefined;
    const wanted = position ? { text: position.filter, toggles: { ...DEFAULT_TOGGLES, ...position.toggles } } : filter;
    state.zoom.value = position?.zoom;
    if (wanted) this.actions.applyFilter(wanted.text, wanted.toggles);
    if (position?.n !== undefined) this.actions.select(position.n, 'host');
    else if (position) this.table.scrollToRow(position.top);
    this.started = true;
    this.selectFirst();
    this.table.focus();
  }

  /** Something is always selected, so that the detail pane is never an empty half of the view. */
  private selectFirst(): void {
    const { selection, capture } = this.state;
    if (!selection.value && capture.value.counts.messages > 0) this.actions.select(1, 'start');
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

  /** Lets the host keep how and where one looks. */
  private keep(): void {
    const { bus, state } = this;
    const keepLayout = debounce(400, () => bus.tell({ type: 'layout', layout: state.layout.value }));
    const keepPosition = debounce(400, () => bus.tell({ type: 'position', position: state.position }));
    const position = (): void => {
      if (this.started) keepPosition();
    };
    state.layout.onChange(() => {
      if (this.started) keepLayout();
    });
    state.filter.onChange(position);
    state.selection.onChange(position);
    state.zoom.onChange(position);
    state.top.onChange(position);
  }

  /** Keys that work wherever no text is typed. */
  private onKey(event: KeyboardEvent, commands: ReturnType<typeof viewCommands>): void {
    const target = event.target as HTMLElement;
    if (event.key === 'Escape' && target.matches('.filter-input')) commands.focusTable();
    if (target.closest('input, vscode-dropdown, [role=menu]')) return;
    const inTable = target === this.table.root;
    if (event.key === '/' || (event.key === 'f' && (event.ctrlKey || event.metaKey))) commands.focusFilter();
    else if (event.key === 'c' && (event.ctrlKey || event.metaKey) && inTable) commands.copyRow();
    else if (event.key === 'c' && (event.ctrlKey || event.metaKey) && target.matches('.tree')) commands.copyValue();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (event.key === 'r') commands.jumpToPair();
    else if (event.key === 'e') commands.nextError();
    else if (event.key === 'E') commands.previousError();
    else if (event.key === 'z') commands.zoomToSelection();
    else if (event.key === 't') commands.cycleTimeMode();
    else if (event.key === 'Enter' && inTable) commands.focusDetail();
    else if (event.key === 'Escape' && inTable) commands.resetZoom();
    else if (event.key === 'Escape' && this.detail.root.contains(target)) commands.focusTable();
    else return;
    event.preventDefault();
  }
}
