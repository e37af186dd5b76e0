import { TABS, type CaptureState, type TabId, type TabTarget } from '../../src/extension/messages';
import { element, setText, show } from '../dom';
import type { TabDescription, TabServices, TabView } from '../views/view';
import { panelElementId, tabElementId, TabStrip } from './tabStrip';

/** The strip of tabs and their panels: makes a view when its tab is first opened, and keeps it. */
export class TabHost {
  readonly strip: TabStrip<TabId>;
  readonly panels = element('div', { class: 'tab-panels' });
  /** Says that an analysis waits for the end of the reading. */
  private readonly note = element('div', { class: 'tab-note', role: 'status' });
  private readonly panelOf = new Map<TabId, HTMLElement>();
  private readonly views = new Map<TabId, TabView>();

  private readonly descriptions: readonly TabDescription[];

  constructor(
    descriptions: readonly TabDescription[],
    private readonly services: TabServices,
  ) {
    this.descriptions = [...descriptions].sort((a, b) => TABS.indexOf(a.id) - TABS.indexOf(b.id));
    const labels = this.descriptions.map(({ id, title, icon }) => ({
      id,
      title,
      icon,
      keys: `Alt+${TABS.indexOf(id) + 1}`,
    }));
    this.strip = new TabStrip(labels, (id) => this.open(id));
    for (const { id } of this.descriptions) {
      const panel = element('div', {
        class: `tab-panel tab-panel-${id}`,
        role: 'tabpanel',
        id: panelElementId(id),
        'aria-labelledby': tabElementId(id),
        tabindex: -1,
      });
      this.panelOf.set(id, panel);
      this.panels.append(panel);
    }
    this.panels.append(this.note);
    services.state.capture.follow((capture) => this.updateNote(capture));
    services.bus.on('analysisChanged', () => this.reload());
    this.front(services.state.tab.value);
  }

  get active(): TabId {
    return this.services.state.tab.value;
  }

  has(id: TabId): boolean {
    return this.panelOf.has(id);
  }

  /** Brings a tab to the front; a tab that there is not is the timeline. */
  open(wanted: TabId, target?: TabTarget): void {
    const id = this.has(wanted) ? wanted : this.descriptions[0].id;
    const { state } = this.services;
    const before = state.tab.value;
    const hadFocus = this.panelOf.get(before)?.contains(document.activeElement) ?? false;
    if (before !== id) this.views.get(before)?.hide();
    state.tab.value = id;
    if (target?.job !== undefined) state.job.value = target.job;
    this.front(id);
    this.updateNote(state.capture.value);
    this.view(id)?.show(target);
    const panel = this.panelOf.get(id);
    // what had the focus is hidden now: keys go on working from the panel
    if (hadFocus && !panel?.contains(document.activeElement)) panel?.focus();
  }

  private front(id: TabId): void {
    this.strip.select(id);
    for (const [each, panel] of this.panelOf) panel.classList.toggle('front', each === id);
  }

  private view(id: TabId): TabView | undefined {
    const known = this.views.get(id);
    if (known) return known;
    const description = this.descriptions.find((each) => each.id === id);
    if (!description) return undefined;
    const made = description.make(this.services);
    this.views.set(id, made);
    this.panelOf.get(id)?.append(made.root);
    return made;
  }

  private reload(): void {
    for (const view of this.views.values()) view.reload();
  }

  private updateNote({ progress }: CaptureState): void {
    const reading = progress.phase === 'opening' || progress.phase === 'unpacking' || progress.phase === 'indexing';
    const visible = reading && this.active !== 'timeline';
    show(this.note, visible);
    setText(
      this.note,
      visible ? 'The capture is still being read. What its messages mean is shown when that is done.' : '',
    );
  }
}
