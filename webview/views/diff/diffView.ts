import type { DiffSummary } from '../../../src/analysis/diff/comparison';
import { button, dropdown, setOptions, setPressed, toggle } from '../../controls';
import { element, setText, show } from '../../dom';
import { notify } from '../../layout/announcer';
import type { TabServices, TabView } from '../view';
import { diffHead } from './diffHead';
import { diffRow } from './diffRow';
import { attempt } from '../../attempt';

/** Lines that are fetched at a time, and drawn at most. */
const PAGE = 300;
const MAX_DRAWN = 6000;

/** This capture beside another one: what one did that the other did not, other values, other order, timing. */
export class DiffView implements TabView {
  readonly root = element('section', { class: 'diff', 'aria-label': 'Comparison with another capture' });
  private readonly others = dropdown('Compare with', [['', 'Compare with…']]);
  private readonly jobs = dropdown('Jobs', []);
  private readonly allButton: HTMLElement;
  private readonly status = element('span', { class: 'dim', role: 'status' });
  private readonly head = element('div');
  private readonly list = element('div', { class: 'diff-list', role: 'list', 'aria-label': 'Steps' });
  private readonly scroller: HTMLElement;
  private readonly hint = element(
    'p',
    { class: 'diff-hint dim' },
    'Choose a capture or a server’s log that is open in another editor, or pick a file. It stands on the right, as B.',
  );
  private names = new Map<string, string>();
  private key = '';
  private summary: DiffSummary | undefined;
  private job = 0;
  private all = false;
  private opened: number[] = [];
  private drawn = 0;
  private total = 0;
  private loading = false;
  private shown = false;
  private stale = false;

  constructor(private readonly services: TabServices) {
    this.allButton = toggle(
      { class: 'chip', title: 'Show the steps that are equal as well' },
      () => this.toggleAll(),
      'Equal steps',
    );
    const pick = button({ appearance: 'secondary', class: 'tool' }, () => void this.pickFile(), 'Pick File…');
    const bar = element('div', { class: 'diff-bar' }, this.others, pick, this.jobs, this.allButton, this.status);
    this.scroller = element(
      'div',
      { class: 'diff-scroll', tabindex: 0, role: 'region', 'aria-label': 'Comparison' },
      this.head,
      this.list,
    );
    this.root.append(bar, this.hint, this.scroller);
    this.others.addEventListener('change', () => void this.choose(this.others.value));
    this.jobs.addEventListener('change', () => this.chooseJob(Number(this.jobs.value)));
    this.scroller.addEventListener('scroll', () => this.onScroll());
    this.drawNothing();
  }

  show(): void {
    this.shown = true;
    void this.fillOthers();
    if (this.stale && this.key !== '') void this.choose(this.key);
  }

  hide(): void {
    this.shown = false;
  }

  reload(): void {
    this.stale = true;
    if (this.shown && this.key !== '') void this.choose(this.key);
  }

  private async fillOthers(): Promise<void> {
    const answer = await attempt(this.services.bus.ask('compareWith', {}));
    if (!answer) return;
    this.names = new Map(answer.choices.map(({ key, name }) => [key, name]));
    setOptions(this.others, [['', 'Compare with…'], ...this.names]);
    queueMicrotask(() => (this.others.value = this.key));
  }

  private async pickFile(): Promise<void> {
    const answer = await attempt(this.services.bus.ask('pickOther', {}));
    if (!answer?.picked) return;
    await this.fillOthers();
    await this.choose(answer.picked.key);
  }

  private async choose(key: string): Promise<void> {
    this.key = key;
    this.others.value = key;
    this.stale = false;
    this.summary = undefined;
    this.drawNothing();
    if (key === '') return;
    setText(this.status, 'Comparing…');
    const summary = await attempt(this.services.bus.askNewest('diff', { key }));
    setText(this.status, '');
    if (!summary || this.key !== key) return;
    this.summary = summary;
    const titles = summary.jobs.map(({ a, same }, at): [string, string] => [
      String(at),
      `${same ? '=' : '≠'} ${a.job + 1}  ${a.title}`,
    ]);
    setOptions(this.jobs, titles);
    show(this.jobs, titles.length > 1);
    show(this.hint, false);
    show(this.allButton, true);
    show(this.scroller, true);
    const first = summary.jobs.findIndex(({ same }) => !same);
    this.chooseJob(Math.max(0, first));
    queueMicrotask(() => (this.jobs.value = String(this.job)));
  }

  private chooseJob(job: number): void {
    this.job = job;
    this.opened = [];
    this.drawHead();
    this.restart();
  }

  private toggleAll(): void {
    this.all = !this.all;
    setPressed(this.allButton, this.all);
    this.restart();
  }

  private drawNothing(): void {
    show(this.hint, true);
    show(this.scroller, false);
    show(this.jobs, false);
    show(this.allButton, false);
    this.list.replaceChildren();
  }

  private drawHead(): void {
    const { summary } = this;
    if (!summary) return;
    const names = { a: this.services.state.capture.value.fileName, b: this.names.get(this.key) ?? '' };
    this.head.replaceChildren(diffHead(summary, summary.jobs[this.job], names, (side, n) => void this.pick(side, n)));
  }

  /** Draws the steps from the first one on. */
  private restart(): void {
    this.list.replaceChildren();
    this.drawn = 0;
    this.total = 0;
    if (this.summary && this.summary.jobs.length > 0) void this.more();
  }

  private onScroll(): void {
    const { scrollTop, clientHeight, scrollHeight } = this.scroller;
    if (scrollTop + clientHeight > scrollHeight - 600 && this.drawn < Math.min(this.total, MAX_DRAWN)) void this.more();
  }

  private async more(): Promise<void> {
    if (this.loading) return;
    this.loading = true;
    const { key, job, all, opened, drawn } = this;
    const ask = { key, job, all, opened, from: drawn, to: drawn + PAGE };
    const answer = await attempt(this.services.bus.ask('diffLines', ask));
    this.loading = false;
    if (key !== this.key || job !== this.job || all !== this.all || opened !== this.opened) return this.restart();
    if (!answer) return;
    this.total = answer.total;
    this.drawn += answer.lines.length;
    const events = {
      pick: (side: 'a' | 'b', n: number) => void this.pick(side, n),
      open: (step: number) => this.open(step),
    };
    this.list.append(...answer.lines.map((line) => diffRow(line, all, events)));
    const { counts } = this.summary?.jobs[job] ?? {};
    if (counts) setText(this.status, countsText(counts));
    if (this.drawn >= MAX_DRAWN && this.drawn < this.total)
      this.list.append(
        element('p', { class: 'dim diff-more' }, `… ${this.total - this.drawn} more: ndmp diff prints them.`),
      );
  }

  /** Opens folded steps; what is at the top stays there. */
  private open(step: number): void {
    const { scrollTop } = this.scroller;
    this.opened = [...this.opened, step];
    this.drawn = 0;
    const height = this.list.offsetHeight;
    this.list.style.minHeight = `${height}px`;
    this.restart();
    requestAnimationFrame(() => (this.scroller.scrollTop = scrollTop));
    setTimeout(() => (this.list.style.minHeight = ''), 400);
  }

  private async pick(side: 'a' | 'b', n: number): Promise<void> {
    if (side === 'a') {
      this.services.actions.select(n, 'jump');
      this.services.open('timeline', { n });
      return;
    }
    const answer = await attempt(this.services.bus.ask('showOther', { key: this.key, n }));
    if (answer && !answer.shown) notify('The other file is open in no editor: open it to see its messages.');
  }
}

function countsText(counts: DiffSummary['jobs'][number]['counts']): string {
  const parts = [
    `${counts.same} equal`,
    `${counts.changed} changed`,
    `${counts.onlyA} only in A`,
    `${counts.onlyB} only in B`,
    counts.moved > 0 ? `${counts.moved} in another order` : '',
    counts.minor > 0 ? `${counts.minor} without meaning` : '',
  ];
  return parts.filter((part) => part !== '').join(' · ');
}
