import { DEFAULT_TOGGLES, TABS, type HostMessage } from '../src/extension/messages';
import { Actions } from './actions';
import type { Bus } from './bus';
import { viewCommands } from './commands';
import { debounce, element, show } from './dom';
import { FindingMarks } from './findingMarks';
import { countText, plural } from './format';
import { mountAnnouncer } from './layout/announcer';
import { TabHost } from './layout/tabHost';
import { mountTooltip } from './layout/tooltip';
import { Banner } from './notice/banner';
import { LiveBar } from './notice/liveBar';
import { ProgressBar } from './notice/progressBar';
import { DEFAULT_LAYOUT, ViewState } from './state';
import { tabs } from './tabs';
import { followTheme } from './theme';
import { TimelineView } from './views/timeline/timelineView';
import type { TabServices } from './views/view';

type Event<T extends HostMessage['type']> = Extract<HostMessage, { type: T }>;
type Commands = ReturnType<typeof viewCommands>;

/** The capture view as a whole: makes the parts and ties them together. */
export class CaptureApp {
  readonly root = element('main', { class: 'app' });
  private readonly state = new ViewState();
  private readonly actions: Actions;
  private readonly timeline: TimelineView;
  private readonly tabs: TabHost;
  private readonly marks: FindingMarks;
  private started = false;

  constructor(private readonly bus: Bus) {
    const { state, root } = this;
    this.actions = new Actions(bus, state);
    const services: TabServices = {
      bus,
      state,
      actions: this.actions,
      theme: followTheme(),
      open: (tab, target) => this.tabs.open(tab, target),
    };
    this.actions.open = (tab, target) => this.tabs.open(tab, target);
    this.timeline = new TimelineView(services, (any) => this.showMessages(any));
    const timeline = { id: 'timeline', title: 'Timeline', icon: 'timeline', make: () => this.timeline } as const;
    this.tabs = new TabHost([timeline, ...tabs], services);
    this.marks = new FindingMarks(bus, state);
    state.findingCounts.onChange((counts) => {
      const total = counts.error + counts.warning;
      const meaning = `${plural(counts.error, 'error')}, ${plural(counts.warning, 'warning')}`;
      this.tabs.strip.setBadge('findings', total === 0 ? '' : countText(total), meaning);
    });
    const progress = new ProgressBar(bus, state);
    const live = new LiveBar(bus, state, this.actions);
    const banner = new Banner(state, this.actions);
    root.append(this.tabs.strip.root, progress.root, live.root, banner.root, this.tabs.panels);
    mountAnnouncer(root);
    mountTooltip(root);
    show(root, false);
    this.listen();
  }

  /** Without messages there are no tabs: what is said of the capture then stands in the timeline. */
  private showMessages(any: boolean): void {
    this.root.classList.toggle('without-messages', !any);
    if (!any && this.started && this.isRead && this.tabs.active !== 'timeline') this.tabs.open('timeline');
  }

  private get isRead(): boolean {
    return ['done', 'cancelled', 'failed'].includes(this.state.capture.value.progress.phase);
  }

  private listen(): void {
    const { bus, state, tabs: host } = this;
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
    bus.on('findingSettings', ({ findings }) => (state.findingSettings.value = findings));
    bus.on('select', ({ n }) => {
      if (host.active !== 'sequence') host.open('timeline');
      this.actions.select(n, 'host');
    });
    bus.on('open', ({ tab, target }) => host.open(tab, target));
    bus.on('applyFilter', ({ text, toggles }) => {
      const before = state.filter.value;
      host.open('timeline');
      this.actions.applyFilter(text ?? before.text, { ...before.toggles, ...toggles });
    });
    const commands = viewCommands(this.actions, state, this.timeline.commands);
    bus.on('command', ({ command }) => {
      host.open('timeline');
      commands[command]();
    });
    this.root.addEventListener('keydown', (event) => this.onKey(event, commands));
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

  private start({ capture, layout, position, savedFilters, findings }: Event<'init'>): void {
    const { state } = this;
    show(this.root, true);
    state.layout.value = { ...DEFAULT_LAYOUT, ...layout };
    state.savedFilters.value = savedFilters;
    if (findings) state.findingSettings.value = findings;
    if (position?.disabledRules) state.disabledHere.value = position.disabledRules;
    if (position?.affinity) state.affinity.value = position.affinity;
    state.capture.value = capture;
    const count = capture.counts.messages;
    const filterId = this.started ? state.matches.value.filterId : 0;
    state.matches.value = { filterId, count, scanned: count, total: count, done: true };
    const filter =
      (position ?? this.started) ? { text: state.filter.value.text, toggles: state.filter.value.toggles } : undefined;
    const wanted = position ? { text: position.filter, toggles: { ...DEFAULT_TOGGLES, ...position.toggles } } : filter;
    state.zoom.value = position?.zoom;
    if (wanted) this.actions.applyFilter(wanted.text, wanted.toggles);
    if (position) this.timeline.restore(position);
    if (position?.job !== undefined) state.job.value = position.job;
    this.started = true;
    this.marks.load();
    this.selectFirst();
    const empty = this.isRead && count === 0;
    this.tabs.open(empty ? 'timeline' : (position?.tab ?? this.tabs.active));
  }

  /** Something is always selected, so that the detail pane is never an empty half of the view. */
  private selectFirst(): void {
    const { selection, capture } = this.state;
    if (!selection.value && capture.value.counts.messages > 0) this.actions.select(1, 'start');
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
    for (const signal of [
      state.filter,
      state.selection,
      state.zoom,
      state.top,
      state.tab,
      state.job,
      state.disabledHere,
      state.affinity,
    ])
      signal.onChange(position);
  }

  /** Keys that work wherever no text is typed. */
  private onKey(event: KeyboardEvent, commands: Commands): void {
    const target = event.target as HTMLElement;
    const digit = event.altKey && !event.ctrlKey && !event.metaKey && /^Digit([1-9])$/.exec(event.code);
    const tab = digit ? TABS.at(Number(digit[1]) - 1) : undefined;
    if (tab && this.tabs.has(tab)) {
      event.preventDefault();
      this.tabs.open(tab);
    } else if (this.timeline.root.contains(target) || target === this.root) this.onTimelineKey(event, target, commands);
  }

  private onTimelineKey(event: KeyboardEvent, target: HTMLElement, commands: Commands): void {
    const { timeline } = this;
    if (event.key === 'Escape' && target.matches('.filter-input')) commands.focusTable();
    if (target.closest('input, vscode-dropdown, [role=menu]')) return;
    const inTable = timeline.isInTable(target);
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
    else if (event.key === 'Escape' && timeline.isInDetail(target)) commands.focusTable();
    else return;
    event.preventDefault();
  }
}
