import type { RatesAnswer } from '../../../src/analysis/statistics/queries';
import type { MessageStatistics, Stretch, TimeBreakdown } from '../../../src/analysis/statistics/model';
import { AskError } from '../../bus';
import { setPressed, toggle, button } from '../../controls';
import { debounce, element, oneAtATime, setText, show } from '../../dom';
import { durationText, relativeText } from '../../format';
import type { Range } from '../../state';
import { JobList, JobPicker } from '../jobPicker';
import { messageLinks } from '../messageLinks';
import type { TabDescription, TabServices, TabView } from '../view';
import { WHO_TITLES } from '../whoColours';
import { Charts } from './charts';
import { CountTable } from './countTable';
import { shareBar } from './shareBar';
import { shareTable } from './shareTable';

interface Answers {
  counts: MessageStatistics;
  rates: RatesAnswer;
  breakdown: TimeBreakdown | undefined;
}

/** Counts, reply times, throughput and where the time went: of one job or of the whole capture, over the shown time. */
class StatisticsView implements TabView {
  readonly root = element('div', { class: 'page statistics' });
  private readonly picker: JobPicker;
  private readonly whole: HTMLElement;
  private readonly range = element('span', { class: 'dim', role: 'status' });
  private readonly all: HTMLElement;
  private readonly body = element('div', { class: 'page-body', tabindex: 0, 'aria-label': 'Statistics' });
  private readonly charts: Charts;
  private readonly counts: CountTable;
  private readonly time = element('section', { class: 'page-section' });
  private readonly failure = element('p', { class: 'dim' });
  private known: { key: string; rates: RatesAnswer } | undefined;
  private wholeCapture = false;
  private shown = false;
  private stale = true;
  private readonly load = oneAtATime(() => this.ask());
  private readonly later = debounce(120, () => this.refresh());

  constructor(private readonly services: TabServices) {
    const { state } = services;
    this.picker = new JobPicker(services);
    this.whole = toggle(
      { class: 'chip', title: 'All jobs and connections together' },
      () => this.setWhole(!this.wholeCapture),
      'Whole capture',
    );
    this.all = button(
      { appearance: 'secondary', class: 'tool' },
      () => (state.zoom.value = undefined),
      'Show all of it',
    );
    this.charts = new Charts(
      () => this.bounds,
      () => state.zoom.value,
      (zoom) => (state.zoom.value = zoom),
    );
    this.counts = new CountTable(services);
    this.build();
    this.picker.selected.onChange(() => this.refresh());
    JobList.of(services).jobs.onChange(() => this.refresh());
    state.zoom.onChange(() => this.later());
    state.capture.onChange(() => this.later());
  }

  private build(): void {
    const { root, body } = this;
    const tools = element('div', { class: 'page-tools' }, this.range, this.all);
    const counts = element(
      'section',
      { class: 'page-section' },
      element('h2', {}, 'Messages and reply times'),
      this.counts.root,
    );
    root.append(element('div', { class: 'page-bar' }, this.picker.root, this.whole, tools), body);
    body.append(this.failure, element('h2', {}, 'Over time'), this.charts.root, this.time, counts);
    show(this.failure, false);
    new ResizeObserver(() => this.charts.resize()).observe(body);
  }

  show(): void {
    this.shown = true;
    if (this.stale) this.load();
  }

  hide(): void {
    this.shown = false;
    this.later.cancel();
  }

  reload(): void {
    this.known = undefined;
    this.refresh();
  }

  private refresh(): void {
    this.stale = true;
    if (this.shown) this.load();
  }

  private setWhole(whole: boolean): void {
    this.wholeCapture = whole;
    setPressed(this.whole, whole);
    this.picker.root.classList.toggle('unused', whole);
    this.refresh();
  }

  private get job(): number | undefined {
    const jobs = JobList.of(this.services).jobs.value ?? [];
    return this.wholeCapture || jobs.length === 0 ? undefined : this.picker.selected.value;
  }

  /** The stretch of the job, or the whole capture. */
  private bounds: Range = { from: 0, to: 1 };

  private async ask(): Promise<void> {
    this.stale = false;
    const { bus, state } = this.services;
    const of = this.job === undefined ? {} : { job: this.job };
    try {
      const { breakdown } =
        of.job === undefined ? { breakdown: undefined } : await bus.ask('timeBreakdown', { job: of.job });
      this.bounds =
        breakdown && breakdown.to > breakdown.from ? { from: breakdown.from, to: breakdown.to } : state.whole;
      const range = within(state.zoom.value, this.bounds);
      const zoomed = range !== this.bounds;
      const [counts, whole, shown] = await Promise.all([
        bus.ask('messageStatistics', { ...of, ...(zoomed ? { range } : {}) }),
        this.wholeRates(of),
        zoomed ? bus.ask('rates', { ...of, range, buckets: this.charts.buckets }) : undefined,
      ]);
      this.draw({ counts, rates: shown ?? whole, breakdown }, range, whole);
      show(this.failure, false);
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      setText(this.failure, error.message);
      show(this.failure, true);
    }
  }

  /** Rates over the bounds; they stay the same while one zooms. */
  private async wholeRates(of: { job?: number }): Promise<RatesAnswer> {
    const { bounds } = this;
    const ask = { ...of, range: bounds, buckets: this.charts.buckets };
    const key = JSON.stringify(ask);
    if (this.known?.key !== key) this.known = { key, rates: await this.services.bus.ask('rates', ask) };
    return this.known.rates;
  }

  private draw({ counts, rates, breakdown }: Answers, range: Range, whole: RatesAnswer): void {
    const zoomed = range !== this.bounds;
    setText(
      this.range,
      zoomed
        ? `${relativeText(range.from, 3)} to ${relativeText(range.to, 3)} s shown`
        : `${durationText(range.to - range.from)} in all`,
    );
    show(this.all, zoomed);
    this.charts.draw(rates, whole, breakdown, range);
    this.counts.draw(counts);
    this.time.replaceChildren(...(breakdown ? this.timeParts(breakdown) : []));
  }

  private timeParts(breakdown: TimeBreakdown): HTMLElement[] {
    const { pauses } = breakdown;
    const parts = [
      element('h2', {}, 'Where the time of the job went'),
      shareBar(breakdown),
      shareTable(this.services, breakdown),
    ];
    if (pauses.length > 0)
      parts.push(
        element('h2', {}, 'Longest waits'),
        element('ul', { class: 'page-list' }, ...pauses.map((pause) => this.pauseItem(pause, breakdown))),
      );
    return parts;
  }

  private pauseItem({ from, to, cause, what, rows }: Stretch, { shares }: TimeBreakdown): HTMLElement {
    const share = shares.find((each) => each.cause === cause);
    const zoom = element(
      'button',
      { class: 'link', type: 'button', title: 'Show this time in the charts' },
      `${durationText(to - from)} at ${relativeText(from, 3)} s`,
    );
    const margin = (to - from) / 4;
    zoom.addEventListener('click', () => {
      this.services.state.zoom.value = { from: Math.max(0, from - margin), to: to + margin };
    });
    const words = share ? `: ${WHO_TITLES[share.who]}, ${share.label}${what === '' ? '' : `, ${what}`} ` : ' ';
    return element('li', {}, zoom, words, messageLinks(this.services, rows));
  }
}

/** The part of a zoomed stretch that lies within bounds; the bounds themselves where nothing does. */
function within(zoom: Range | undefined, bounds: Range): Range {
  if (zoom === undefined) return bounds;
  const from = Math.max(zoom.from, bounds.from);
  const to = Math.min(zoom.to, bounds.to);
  return to > from && (from > bounds.from || to < bounds.to) ? { from, to } : bounds;
}

export const statisticsTab: TabDescription = {
  id: 'statistics',
  title: 'Statistics',
  icon: 'statistics',
  make: (services) => new StatisticsView(services),
};
