import { element, setAttributes, setText } from '../../dom';
import { relativeText } from '../../format';
import { hideTooltip, showTooltip } from '../../layout/tooltip';
import { TimeScale, ticks, type Tick } from '../../overview/timeScale';
import type { Range } from '../../state';
import { mostWithin, pointLine, roundMost, stepArea, yOf, type Buckets, type ValueScale } from './shapes';
import { svg } from './svg';

/** What a chart draws: areas stacked on each other, or lines through points. */
export interface ChartLayer {
  name: string;
  /** Class with its colour. */
  class: string;
  /** Says where the values come from. */
  source: string;
  area?: Buckets;
  line?: readonly { seconds: number; bytes: number }[];
  /** Marks the points of the line: between them nothing is told. */
  dots?: boolean;
}

export interface ChartContent {
  layers: readonly ChartLayer[];
  /** A value in words: `12.3 kB/s`. */
  words(value: number): string;
}

export interface ChartOptions {
  title: string;
  height: number;
  /** Drawn with the times under it. */
  axis: boolean;
  /** A stretch was drawn with the pointer or by keys; undefined: all. */
  zoom(range: Range | undefined): void;
  /** The pointer or the keys stand at this time; undefined: nowhere. */
  point(seconds: number | undefined): void;
}

const AXIS = 18;
const TOP = 4;

/** Values over time with a crosshair, drawn as SVG; a stretch drawn with the pointer becomes the shown time. */
export class TimeChart {
  readonly root = element('div', { class: 'chart' });
  private readonly legend = element('div', { class: 'chart-legend' });
  private readonly plot = svg('svg', { class: 'chart-plot', tabindex: 0, role: 'img' });
  private readonly cross = svg('line', { class: 'chart-cross' });
  private readonly drawn = svg('rect', { class: 'chart-drawn' });
  private content: ChartContent = { layers: [], words: String };
  private range: Range = { from: 0, to: 1 };
  private width = 600;
  private pointed: number | undefined;

  constructor(private readonly options: ChartOptions) {
    const title = element('div', { class: 'chart-title' }, options.title);
    this.root.append(element('div', { class: 'chart-side' }, title, this.legend), this.plot);
    // an axis holds no values: neither keys nor screen readers stop at it
    if (options.axis) setAttributes(this.plot, { tabindex: -1, 'aria-hidden': 'true' });
    this.listen();
  }

  /** Draws over a stretch of time, so many pixels wide. */
  draw(content: ChartContent, range: Range, width: number): void {
    this.content = content;
    this.range = range;
    this.width = Math.max(120, width);
    this.render();
  }

  /** Moves the crosshair. */
  pointAt(seconds: number | undefined): void {
    this.pointed = seconds;
    const visible = seconds !== undefined && seconds >= this.range.from && seconds <= this.range.to;
    this.cross.style.display = visible ? '' : 'none';
    if (!visible) return;
    const x = this.time.x(seconds);
    setAttributes(this.cross, { x1: x, x2: x, y1: TOP, y2: this.scale.bottom });
  }

  private get time(): TimeScale {
    return new TimeScale(this.range, 0, this.width);
  }

  private get scale(): ValueScale {
    return { most: this.most(), top: TOP, bottom: this.options.height - (this.options.axis ? AXIS : 2) };
  }

  private most(): number {
    const { layers } = this.content;
    const lines = layers.flatMap(({ line }) => line ?? []).map(({ bytes }) => bytes);
    const areas = layers.map(({ area }) => area).filter((area) => area !== undefined);
    const sums = stacked(areas);
    const highest = areas.length === 0 ? 0 : mostWithin({ ...areas[0], values: sums }, this.range);
    return roundMost(lines.reduce((a, b) => Math.max(a, b), highest));
  }

  private render(): void {
    const { width, options, content, time, scale } = this;
    setAttributes(this.plot, { width, height: options.height, viewBox: `0 0 ${width} ${options.height}` });
    const base: number[] = [];
    const shapes = content.layers.map(({ area, line, dots, class: name }) => {
      if (line !== undefined && dots === true) return dotted(line, name, time, scale);
      if (line !== undefined) return svg('path', { class: `chart-line ${name}`, d: pointLine(line, time, scale) });
      const path = svg('path', { class: `chart-area ${name}`, d: area ? stepArea(area, time, scale, base) : '' });
      area?.values.forEach((value, i) => (base[i] = (base[i] ?? 0) + value));
      return path;
    });
    this.plot.replaceChildren(
      ...this.grid(time, scale),
      ...shapes,
      ...this.labels(time, scale),
      this.drawn,
      this.cross,
    );
    this.drawn.style.display = 'none';
    this.pointAt(this.pointed);
    this.fillLegend();
    if (!this.options.axis) setAttributes(this.plot, { 'aria-label': this.summary() });
  }

  private grid(time: TimeScale, scale: ValueScale): SVGElement[] {
    const ground = { x1: 0, x2: this.width, y1: scale.bottom, y2: scale.bottom };
    const lines = this.ticks().map(({ at }) => {
      const x = time.x(at);
      return svg('line', { class: 'chart-tick', x1: x, x2: x, y1: TOP, y2: scale.bottom });
    });
    return [svg('line', { class: 'chart-ground', ...ground }), ...lines];
  }

  /** What the scales mean, over what is drawn. */
  private labels(time: TimeScale, scale: ValueScale): SVGElement[] {
    const { axis, height } = this.options;
    const most = svg('text', { class: 'chart-value', x: 4, y: TOP + 10 }, this.content.words(scale.most));
    if (!axis) return [most];
    return this.ticks().map(({ at, text }) => {
      const x = time.x(at);
      const anchor = x < 20 ? 'start' : x > this.width - 30 ? 'end' : 'middle';
      return svg('text', { class: 'chart-time', x, y: height - 4, 'text-anchor': anchor }, text);
    });
  }

  private ticks(): Tick[] {
    return ticks(this.range, Math.max(2, Math.floor(this.width / 110)));
  }

  private fillLegend(): void {
    const entries = this.content.layers.map(({ name, source, class: colour }) =>
      element(
        'div',
        { class: 'chart-entry', title: source },
        element('span', { class: `chart-patch ${colour}`, 'aria-hidden': 'true' }),
        name,
      ),
    );
    this.legend.replaceChildren(...entries);
  }

  private summary(): string {
    const names = this.content.layers.map(({ name }) => name).join(', ');
    const span = `from ${relativeText(this.range.from, 3)} to ${relativeText(this.range.to, 3)} seconds`;
    return `${this.options.title}, ${span}: ${names}; scale up to ${this.content.words(this.scale.most)}. Arrow keys read values, plus zooms in, Escape shows all.`;
  }

  /** The values at a moment, in words. */
  private valuesAt(seconds: number): string[] {
    return this.content.layers.map(({ name, area, line, dots }) => {
      const value = line !== undefined ? lastBefore(line, seconds) : area && bucketAt(area, seconds);
      const untold = value === undefined && dots === true;
      return `${name}: ${untold ? 'not told' : this.content.words(value ?? 0)}`;
    });
  }

  private listen(): void {
    const { plot, options } = this;
    plot.addEventListener('pointermove', (event) => {
      const seconds = this.secondsOf(event);
      options.point(seconds);
      this.tell(event.clientX, event.clientY, seconds);
    });
    plot.addEventListener('pointerleave', () => {
      options.point(undefined);
      hideTooltip();
    });
    plot.addEventListener('pointerdown', (event) => this.drag(event));
    plot.addEventListener('dblclick', () => options.zoom(undefined));
    plot.addEventListener('keydown', (event) => this.onKey(event));
    plot.addEventListener('blur', () => {
      options.point(undefined);
      hideTooltip();
    });
  }

  private tell(x: number, y: number, seconds: number): void {
    const values = this.valuesAt(seconds).map((text) => ({ text }));
    showTooltip(x, y, [{ text: `${relativeText(seconds, 3)} s`, class: 'strong' }, ...values]);
  }

  private secondsOf(event: PointerEvent): number {
    return this.time.seconds(event.clientX - this.plot.getBoundingClientRect().left);
  }

  private drag(event: PointerEvent): void {
    if (event.button !== 0) return;
    const { plot, options } = this;
    const start = this.secondsOf(event);
    let range: Range | undefined;
    plot.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent): void => {
      const at = this.secondsOf(moved);
      if (Math.abs(moved.clientX - event.clientX) > 3)
        range = {
          from: Math.max(this.range.from, Math.min(start, at)),
          to: Math.min(this.range.to, Math.max(start, at)),
        };
      this.showDrawn(range);
    };
    plot.addEventListener('pointermove', move);
    plot.addEventListener(
      'lostpointercapture',
      () => {
        plot.removeEventListener('pointermove', move);
        this.showDrawn(undefined);
        if (range !== undefined && range.to > range.from) options.zoom(range);
      },
      { once: true },
    );
  }

  private showDrawn(range: Range | undefined): void {
    this.drawn.style.display = range === undefined ? 'none' : '';
    if (range === undefined) return;
    const [x, end] = [this.time.x(range.from), this.time.x(range.to)];
    setAttributes(this.drawn, { x, width: end - x, y: TOP, height: this.scale.bottom - TOP });
  }

  private onKey(event: KeyboardEvent): void {
    const { range, options } = this;
    const span = range.to - range.from;
    const at = this.pointed ?? range.from + span / 2;
    const step = span / (event.shiftKey ? 10 : 100);
    const zoomed = (factor: number): Range => ({
      from: at - (at - range.from) * factor,
      to: at + (range.to - at) * factor,
    });
    if (event.key === 'ArrowRight') this.keyPoint(Math.min(range.to, at + step));
    else if (event.key === 'ArrowLeft') this.keyPoint(Math.max(range.from, at - step));
    else if (event.key === '+' || event.key === '=') options.zoom(zoomed(0.5));
    else if (event.key === '-') options.zoom(zoomed(2));
    else if (event.key === 'Escape') options.zoom(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private keyPoint(seconds: number): void {
    const { left, top } = this.plot.getBoundingClientRect();
    this.options.point(seconds);
    this.tell(left + this.time.x(seconds), top + this.options.height / 2, seconds);
    setText(this.live, [`${relativeText(seconds, 3)} seconds`, ...this.valuesAt(seconds)].join(', '));
  }

  private get live(): HTMLElement {
    const known = this.root.querySelector<HTMLElement>('.hidden-text');
    if (known) return known;
    const made = element('div', { class: 'hidden-text', 'aria-live': 'polite' });
    this.root.append(made);
    return made;
  }
}

const MAX_DOTS = 300;

function dotted(line: NonNullable<ChartLayer['line']>, name: string, time: TimeScale, scale: ValueScale): SVGElement {
  const dots = line.length > MAX_DOTS ? [] : line;
  return svg(
    'g',
    {},
    svg('path', { class: `chart-line ${name}`, d: pointLine(line, time, scale) }),
    ...dots.map(({ seconds, bytes }) =>
      svg('circle', { class: `chart-dot ${name}`, cx: time.x(seconds), cy: yOf(scale, bytes), r: 2.5 }),
    ),
  );
}

/** Sums of areas, bucket by bucket; they share their buckets. */
function stacked(areas: readonly Buckets[]): number[] {
  const sums: number[] = [];
  for (const { values } of areas) values.forEach((value, i) => (sums[i] = (sums[i] ?? 0) + value));
  return sums;
}

function bucketAt({ from, width, values }: Buckets, seconds: number): number | undefined {
  return values[Math.floor((seconds - from) / width)];
}

function lastBefore(points: readonly { seconds: number; bytes: number }[], seconds: number): number | undefined {
  return points.findLast((point) => point.seconds <= seconds)?.bytes;
}
