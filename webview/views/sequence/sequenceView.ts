import type { SequenceLine, SequenceOutline, Unfold } from '../../../src/analysis/sequence/model';
import { lineTitle } from '../../../src/drawing/sequence';
import { element, setText, show } from '../../dom';
import { announce, notify } from '../../layout/announcer';
import { JobPicker } from '../jobPicker';
import type { TabServices, TabTarget, TabView } from '../view';
import { SequenceExports } from './exports';
import type { FoldKind } from './foldKinds';
import { LineStore } from './lineStore';
import { SequencePane } from './sequencePane';
import { SequenceToolbar } from './sequenceToolbar';
import { attempt } from '../../attempt';

/** The sequence diagram of one job. */
export class SequenceView implements TabView {
  readonly root = element('section', { class: 'sequence', 'aria-label': 'Sequence diagram' });
  private readonly store: LineStore;
  private readonly pane: SequencePane;
  private readonly picker: JobPicker;
  private readonly toolbar: SequenceToolbar;
  private readonly title = element('div', { class: 'sequence-title' });
  private readonly words = element('div', { class: 'sequence-words' });
  private readonly empty = element('p', { class: 'sequence-empty' }, 'There is no job to draw in this capture.');
  private outline: SequenceOutline | undefined;
  /** Lines with findings. */
  private marked: readonly number[] = [];
  private unfold: Unfold = { kinds: [], ids: [] };
  private shown = false;
  /** What is to be drawn is not what is drawn. */
  private stale = true;
  /** The message that this view selected itself. */
  private ownN = 0;
  /** The message that was selected while another tab was in front. */
  private waitingN: number | undefined;
  /** Where the stretch of time begins that was zoomed to meanwhile. */
  private waitingTime: number | undefined;

  constructor(private readonly services: TabServices) {
    this.store = new LineStore(services.bus, () => this.pane.refresh());
    this.pane = new SequencePane(this.store, {
      pick: (line) => this.pick(line),
      activate: (line) => this.activate(line),
      zoomed: (zoom) => this.toolbar.showZoom(zoom),
    });
    this.picker = new JobPicker(services);
    const exports = new SequenceExports(services.bus, this.store, () => this.outline);
    this.toolbar = new SequenceToolbar(this.picker, this.toolbarActions(), exports);
    const caption = element('div', { class: 'sequence-caption' }, this.title, this.toolbar.count);
    this.root.append(this.toolbar.root, caption, this.pane.root, this.empty, this.words);
    show(this.empty, false);
    this.picker.selected.onChange(() => this.changeJob());
    services.state.selection.onChange((selection) => {
      if (selection?.source !== 'start') void this.follow(selection?.n);
    });
    const selected = services.state.selection.value;
    if (selected?.source !== 'start') this.waitingN = selected?.n;
    services.state.zoom.onChange((zoom) => {
      if (this.shown) void this.goToTime(zoom?.from);
      else [this.waitingTime, this.waitingN] = [zoom?.from, undefined];
    });
    this.waitingTime = services.state.zoom.value?.from;
    this.pane.scroller.addEventListener('keydown', (event) => this.onKey(event));
  }

  show(target?: TabTarget): void {
    this.shown = true;
    this.pane.measure();
    const wanted = target?.n ?? (this.toolbar.follow ? this.waitingN : undefined);
    this.waitingN = undefined;
    const from = target === undefined && this.toolbar.follow ? this.waitingTime : undefined;
    this.waitingTime = undefined;
    void this.load().then(() => (wanted === undefined ? this.goToTime(from) : this.locate(wanted)));
  }

  hide(): void {
    this.shown = false;
  }

  reload(): void {
    this.stale = true;
    if (this.shown) void this.load();
  }

  private toolbarActions(): ConstructorParameters<typeof SequenceToolbar>[1] {
    const { pane } = this;
    return {
      setUnfolded: (kind, on) => void this.setUnfolded(kind, on),
      foldAll: () => void this.setUnfold({ kinds: [], ids: [] }),
      search: (text, forward) => void this.search(text, forward),
      mark: (forward) => this.goToMark(forward),
      zoom: (factor) => pane.setZoom(pane.zoom * factor),
      zoomReset: () => pane.setZoom(1),
      zoomFit: () => pane.zoomToFit(),
    };
  }

  private changeJob(): void {
    this.unfold = { kinds: this.unfold.kinds, ids: [] };
    this.stale = true;
    this.pane.select(-1);
    if (this.shown) void this.load().then(() => this.pane.reveal(0, 'top'));
  }

  /** Asks for the diagram that is to be drawn, when it is not drawn yet. */
  private async load(): Promise<void> {
    if (!this.stale) return;
    const job = this.picker.selected.value;
    const outline = await attempt(this.store.load({ job, unfold: this.unfold }));
    if (!outline) {
      show(this.empty, this.outline === undefined);
      return;
    }
    this.stale = false;
    this.outline = outline;
    show(this.empty, false);
    const sample = this.store.window(0, Math.min(200, outline.lines));
    this.pane.setOutline(outline, sample);
    this.toolbar.unfolded = new Set(this.unfold.kinds);
    this.toolbar.showCount(`${outline.messages} messages in ${outline.lines} lines`);
    setText(this.title, `${outline.title} · ${outline.subtitle}`);
    void this.loadMarks();
  }

  /** What is wrong is found after the diagram is there: it takes a look at the whole capture. */
  private async loadMarks(): Promise<void> {
    const { outline } = this;
    const marked = await attempt(this.store.loadMarks());
    if (outline === this.outline && marked) this.marked = marked;
  }

  private setUnfolded(kind: FoldKind, on: boolean): Promise<void> {
    const kinds = this.unfold.kinds.filter((each) => each !== kind);
    return this.setUnfold({ kinds: on ? [...kinds, kind] : kinds, ids: this.unfold.ids });
  }

  /** Folds and unfolds; what is at the top stays there. */
  private async setUnfold(unfold: Unfold): Promise<void> {
    const anchor = this.store.get(this.pane.firstLine)?.n;
    const selected = this.store.get(this.pane.selected)?.n;
    this.unfold = unfold;
    this.stale = true;
    await this.load();
    if (selected !== undefined) this.pane.select((await this.find(selected))?.line ?? -1);
    const top = anchor === undefined ? undefined : await this.find(anchor);
    if (top && top.line >= 0) this.pane.reveal(top.line, 'top');
  }

  private pick(line: number): void {
    const found = this.store.get(line);
    this.pane.select(line);
    this.pane.reveal(line);
    if (!found) return;
    this.ownN = found.n;
    this.tell(found);
    this.services.actions.select(found.n, 'jump');
  }

  /** Opens or closes a fold where it stands; anything else is shown in the timeline. */
  private activate(line: number): void {
    const found = this.store.get(line);
    if (!found) return;
    const id = found.kind === 'fold' ? found.id : found.group;
    if (id < 0) {
      this.services.open('timeline', { n: found.n });
      return;
    }
    const ids = this.unfold.ids.filter((each) => each !== id);
    const open = ids.length === this.unfold.ids.length;
    this.unfold = { kinds: this.unfold.kinds, ids: open ? [...ids, id] : ids };
    this.stale = true;
    void this.load().then(async () => {
      const at = await this.find(id + 1);
      if (at && at.line >= 0) this.pane.select(open ? Math.max(0, at.line - 1) : at.line);
      announce(open ? 'Unfolded' : 'Folded');
    });
  }

  /** All that the line says, in words that can be marked and copied. */
  private tell(line: SequenceLine): void {
    const titleOf = (place: number): string => this.outline?.lifelines[place]?.title ?? '';
    setText(this.words, lineTitle(line, titleOf(line.from), titleOf(line.to)));
  }

  /** A message was selected elsewhere. */
  private async follow(n: number | undefined): Promise<void> {
    if (n === undefined || n === this.ownN) return;
    this.ownN = 0;
    if (!this.shown) this.waitingN = n;
    else if (this.toolbar.follow) await this.locate(n);
  }

  private async locate(n: number | undefined): Promise<void> {
    const found = n === undefined ? undefined : await this.find(n);
    if (!found || found.line < 0) return;
    if (found.job !== this.picker.selected.value) {
      this.picker.selected.value = found.job;
      await this.load();
    }
    this.goTo(found.line, 'middle');
  }

  private async goToTime(seconds: number | undefined): Promise<void> {
    const { outline } = this;
    const { start } = this.services.state.capture.value;
    if (!this.toolbar.follow || seconds === undefined || !outline || !start) return;
    const offset = outline.startSeconds - start.seconds + (outline.startNanos - start.nanos) / 1e9;
    await this.goToSecond(seconds - offset);
  }

  private async goToSecond(seconds: number): Promise<void> {
    const job = this.picker.selected.value;
    const found = await attempt(this.services.bus.ask('sequenceLocate', { job, unfold: this.unfold, seconds }));
    if (found && found.line >= 0) this.goTo(found.line, 'top');
  }

  private find(n: number): Promise<{ job: number; line: number } | undefined> {
    const job = this.picker.selected.value;
    return attempt(this.services.bus.ask('sequenceLocate', { job, unfold: this.unfold, n }));
  }

  private goTo(line: number, place: 'nearest' | 'top' | 'middle'): void {
    this.pane.select(line);
    this.pane.reveal(line, place);
    const found = this.store.get(line);
    if (found) this.tell(found);
  }

  private async search(text: string, forward: boolean): Promise<void> {
    const wanted = text.trim();
    if (/^\+\d+(\.\d+)?$/.test(wanted)) return this.goToSecond(Number(wanted));
    if (wanted === '') return;
    const { bus } = this.services;
    const ask = { job: this.picker.selected.value, unfold: this.unfold, text: wanted, forward };
    let line = this.pane.selected < 0 ? (forward ? -1 : this.pane.lines) : this.pane.selected;
    for (;;) {
      const answer = await attempt(bus.askNewest('sequenceFind', { ...ask, line }));
      if (!answer) return;
      if (answer.line >= 0) {
        this.goTo(answer.line, 'middle');
        this.pick(answer.line);
        return;
      }
      if (answer.done) break;
      line = answer.looked;
    }
    notify(`“${wanted}” is not ${forward ? 'after' : 'before'} this line.`);
  }

  private goToMark(forward: boolean): void {
    const { marked } = this;
    const { selected } = this.pane;
    const line = forward ? marked.find((each) => each > selected) : marked.findLast((each) => each < selected);
    if (line === undefined) {
      notify(
        marked.length === 0
          ? 'There are no findings in this job.'
          : `No finding ${forward ? 'after' : 'before'} this line.`,
      );
      return;
    }
    this.goTo(line, 'middle');
    this.pick(line);
  }

  private onKey(event: KeyboardEvent): void {
    const { pane } = this;
    const steps: Readonly<Record<string, number>> = {
      ArrowDown: 1,
      ArrowUp: -1,
      PageDown: pane.page,
      PageUp: -pane.page,
      Home: -Infinity,
      End: Infinity,
    };
    const step = steps[event.key];
    if ((event.ctrlKey || event.metaKey) && event.key === 'f') this.focusSearch();
    else if (event.ctrlKey || event.metaKey || event.altKey) return;
    else if (step !== undefined) this.step(step);
    else if (event.key === 'ArrowLeft' || event.key === 'ArrowRight') {
      pane.scrollSideways(event.key === 'ArrowLeft' ? -80 : 80);
    } else if (event.key === 'Enter' || event.key === ' ') this.activate(pane.selected);
    else if (event.key === '/') this.focusSearch();
    else if (event.key === 'F3') void this.search(this.toolbar.search.value, !event.shiftKey);
    else if (event.key === 'm' || event.key === 'M') this.goToMark(event.key === 'm');
    else if (event.key === '+' || event.key === '=') pane.setZoom(pane.zoom * 1.2);
    else if (event.key === '-') pane.setZoom(pane.zoom / 1.2);
    else if (event.key === '0') pane.setZoom(1);
    else return;
    event.preventDefault();
  }

  private step(lines: number): void {
    const from = this.pane.selected < 0 ? this.pane.firstLine - Math.sign(lines) : this.pane.selected;
    this.pick(Math.min(this.pane.lines - 1, Math.max(0, from + lines)));
  }

  private focusSearch(): void {
    this.toolbar.search.focus();
    this.toolbar.search.select();
  }
}
