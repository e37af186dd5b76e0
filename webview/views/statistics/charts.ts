import type { Progress, Series, TimeBreakdown } from '../../../src/analysis/statistics/model';
import type { RatesAnswer } from '../../../src/analysis/statistics/queries';
import { element, oncePerFrame, show } from '../../dom';
import { bytesText } from '../../format';
import { Brush } from '../../overview/brush';
import { TimeScale } from '../../overview/timeScale';
import type { Range } from '../../state';
import { TimeChart, type ChartContent, type ChartLayer } from './timeChart';
import { TurnStrip } from './turnStrip';

/** Room for titles and legends, left of the plots. */
const SIDE = 180;
const CONTROL_CLASSES: Readonly<Record<string, string>> = {
  'to-server': 'flow-server',
  'to-dma': 'flow-dma',
  history: 'flow-history',
};
const TOLD_CLASSES: Readonly<Record<Progress['by'], string>> = {
  'data server': 'told-data',
  mover: 'told-mover',
  log: 'told-log',
};
const perSecond = (value: number): string => `${bytesText(value)}/s`;

interface Drawn {
  rates: RatesAnswer;
  whole: RatesAnswer;
  breakdown: TimeBreakdown | undefined;
  range: Range;
}

/** The charts over time under one brush, with one crosshair. */
export class Charts {
  readonly root = element('div', { class: 'charts' });
  private readonly overview: TimeChart;
  private readonly brush: Brush;
  private readonly control: TimeChart;
  private readonly data: TimeChart;
  private readonly told: TimeChart;
  private readonly axis: TimeChart;
  private readonly strip = new TurnStrip();
  private readonly redraw = oncePerFrame(() => this.render());
  private drawn: Drawn | undefined;

  constructor(
    private readonly bounds: () => Range,
    zoomed: () => Range | undefined,
    zoom: (range: Range | undefined) => void,
  ) {
    const chart = (title: string, height: number, axis = false): TimeChart =>
      new TimeChart({ title, height, axis, zoom, point: (seconds) => this.point(seconds) });
    this.overview = chart('All of it', 44);
    this.control = chart('Control connections', 92);
    this.data = chart('Data connection', 92);
    this.told = chart('Stream bytes as told', 92);
    this.brush = new Brush({
      scale: () => new TimeScale(bounds(), 0, this.width),
      bounds,
      zoom: zoomed,
      change: zoom,
      pick: () => undefined,
    });
    this.overview.root.classList.add('chart-overview');
    this.overview.root.append(this.brush.root);
    this.axis = chart('', 18, true);
    this.root.append(
      this.overview.root,
      this.control.root,
      this.data.root,
      this.told.root,
      this.strip.root,
      this.axis.root,
    );
  }

  /** How many buckets are worth asking for. */
  get buckets(): number {
    return Math.max(50, Math.min(600, Math.floor(this.width / 2)));
  }

  private get width(): number {
    return Math.max(200, this.root.clientWidth - SIDE - 2);
  }

  /** @param whole the same over the bounds, for the strip with the brush */
  draw(rates: RatesAnswer, whole: RatesAnswer, breakdown: TimeBreakdown | undefined, range: Range): void {
    this.drawn = { rates, whole, breakdown, range };
    this.render();
  }

  resize(): void {
    this.redraw();
  }

  private render(): void {
    if (this.drawn === undefined) return;
    const { rates, whole, breakdown, range } = this.drawn;
    const { width } = this;
    this.overview.draw({ layers: overviewLayers(whole), words: perSecond }, this.bounds(), width);
    this.control.draw({ layers: controlLayers(rates.control), words: perSecond }, range, width);
    this.data.draw({ layers: rates.data.map(dataLayer), words: perSecond }, range, width);
    this.told.draw(toldContent(rates.progress), range, width);
    this.axis.draw({ layers: [], words: () => '' }, range, width);
    if (breakdown !== undefined) this.strip.draw(breakdown, range, width);
    show(this.data.root, rates.data.length > 0);
    show(this.told.root, rates.progress.length > 0);
    show(this.strip.root, breakdown !== undefined);
    this.brush.update();
  }

  private point(seconds: number | undefined): void {
    for (const chart of [this.overview, this.control, this.data, this.told, this.axis]) chart.pointAt(seconds);
  }
}

function controlLayers(series: readonly Series[]): ChartLayer[] {
  return series
    .filter(({ unit, values }) => unit === 'B/s' && values.some((value) => value > 0))
    .map(({ id, name, source, ...area }) => ({ name, source, class: CONTROL_CLASSES[id] ?? 'flow-dma', area }));
}

function overviewLayers({ control }: RatesAnswer): ChartLayer[] {
  return control
    .filter(({ unit }) => unit === 'B/s')
    .map(({ id, name, source, ...area }) => ({ name, source, class: CONTROL_CLASSES[id] ?? 'flow-dma', area }));
}

/** Data connections of several jobs lie side by side, not on each other: lines would cross where areas would hide. */
function dataLayer({ name, source, ...area }: Series, place: number): ChartLayer {
  return { name, source, class: `data-${place % 4}`, line: stepPoints(area) };
}

/** Corners of a step line, and the ground before and after it. */
function stepPoints({ from, width, values }: Omit<Series, 'name' | 'source'>): { seconds: number; bytes: number }[] {
  const points = [{ seconds: from, bytes: 0 }];
  values.forEach((value, i) => {
    if (i > 0 && values[i - 1] === value) points[points.length - 1].seconds = from + (i + 1) * width;
    else points.push({ seconds: from + i * width, bytes: value }, { seconds: from + (i + 1) * width, bytes: value });
  });
  points.push({ seconds: from + values.length * width, bytes: 0 });
  return points;
}

function toldContent(progress: readonly Progress[]): ChartContent {
  const layers = progress.map(({ by, source, points }): ChartLayer => ({
    name: by === 'log' ? 'log texts' : by,
    source,
    class: TOLD_CLASSES[by],
    line: points,
    dots: true,
  }));
  return { layers, words: bytesText };
}
