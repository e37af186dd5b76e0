import type { FilterToggles, HostMessage } from '../messages';
import { isCancelled } from '../scheduler';
import type { Scheduler } from '../scheduler';
import type { CaptureModel } from './captureModel';
import type { CaptureStore } from './captureStore';
import { rowFilter } from './filtering';
import type { TextFilter } from './filtering';
import { Throttle } from './throttle';
import { VisibleRows } from './visibleRows';

/** A filter text as a test of the rows of a capture. */
export type BindFilter = (model: CaptureModel) => TextFilter;

/** What a list is made by. */
export interface AppliedFilter {
  filterId: number;
  toggles: FilterToggles;
  text: string;
  /** The text as a test of a capture's rows; absent when it is empty. */
  bind?: BindFilter;
}

/** The list of one view: follows the capture as it grows and tells how far its scan is. */
export class FilteredList {
  visible: VisibleRows | undefined;
  private scan: AbortController | undefined;
  private running: Promise<void> | undefined;
  private readonly report: Throttle;

  constructor(
    private readonly store: CaptureStore,
    private readonly scheduler: Scheduler,
    post: (message: HostMessage) => void,
    public applied: AppliedFilter,
  ) {
    this.report = new Throttle(100, () => post(this.matches()));
  }

  /** Every message was looked at, and no more will come or they come while they are written. */
  get done(): boolean {
    const { visible, store } = this;
    const isRead = store.finished || store.progress.phase === 'following';
    return isRead && (!visible || visible.scanned === (store.model?.index.count ?? 0));
  }

  get count(): number {
    return this.visible?.length ?? 0;
  }

  private matches(): Extract<HostMessage, { type: 'matches' }> {
    return {
      type: 'matches',
      filterId: this.applied.filterId,
      count: this.count,
      scanned: this.visible?.scanned ?? 0,
      total: this.store.model?.index.count ?? 0,
      done: this.done,
    };
  }

  /** Begins a new list. The scan goes on after the promise of `settle` has settled. */
  apply(applied: AppliedFilter): void {
    this.applied = applied;
    this.rebuild();
  }

  /** Looks at all messages again. */
  rebuild(): void {
    this.scan?.abort();
    this.scan = undefined;
    this.running = undefined;
    const { model } = this.store;
    const { toggles, bind } = this.applied;
    this.visible = model && new VisibleRows(model.index, rowFilter(model.index, toggles, bind?.(model)));
    this.extend();
  }

  /** Looks at the messages that came since. */
  extend(): void {
    if (!this.visible) {
      if (this.store.model) this.rebuild();
      return;
    }
    this.running ??= this.run(this.visible);
    this.report.request();
  }

  private async run(visible: VisibleRows): Promise<void> {
    const scan = (this.scan = new AbortController());
    try {
      while (visible.scanned < (this.store.model?.index.count ?? 0)) {
        await this.scheduler.run(this.reporting(visible), scan.signal);
      }
    } catch (error) {
      if (!isCancelled(error)) throw error;
      return;
    }
    if (this.visible !== visible) return;
    this.running = undefined;
    this.report.request();
  }

  private *reporting(visible: VisibleRows): Generator<void, void, void> {
    for (const step of visible.extend()) {
      this.report.request();
      yield step;
    }
  }

  /** Waits until the scan is through, or for `patience` milliseconds. */
  async settle(patience: number): Promise<void> {
    const { running } = this;
    if (!running) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    const late = new Promise<void>((resolve) => (timer = setTimeout(resolve, patience)));
    await Promise.race([running, late]);
    clearTimeout(timer);
  }

  dispose(): void {
    this.scan?.abort();
    this.report.dispose();
  }
}
