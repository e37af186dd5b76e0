import type { FindingMark, Overview } from '../../src/extension/messages';
import type { Bus } from '../bus';
import { element, oncePerFrame, oneAtATime, setAttributes, setText, throttle } from '../dom';
import { bytesText, countText, durationText, plural, relativeText } from '../format';
import { INTERFACES } from '../interfaces';
import { SharpCanvas } from '../layout/canvas';
import { hideTooltip, showTooltip, type TooltipLine } from '../layout/tooltip';
import type { Signal } from '../signal';
import type { ViewState } from '../state';
import type { Theme } from '../theme';
import { Brush } from './brush';
import { drawOverview, OVERVIEW } from './drawOverview';
import { TimeScale } from './timeScale';

/** Room on the left for labels, shared with the waterfall so that times stand above each other. */
export const GUTTER = 180;
export const RIGHT_MARGIN = 18;
const BUCKET = 5;

/** The whole capture in one strip, with the stretch that is shown below it. */
export class OverviewStrip {
  readonly root = element('section', { class: 'overview', 'aria-label': 'Overview of the whole capture' });
  private readonly canvas = new SharpCanvas();
  private readonly size = element('div', { class: 'gutter-note' });
  private readonly span = element('div', { class: 'gutter-note' });
  private readonly brush: Brush;
  private readonly draw = oncePerFrame(() => this.render());
  private readonly refresh = throttle(
    300,
    oneAtATime(() => this.load()),
  );
  private overview: Overview | undefined;
  /** Time of the selected message. */
  selectedAt: number | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly state: ViewState,
    private readonly theme: Signal<Theme>,
    onZoom: () => void,
    onPick: (seconds: number) => void,
  ) {
    const gutter = element(
      'div',
      { class: 'gutter' },
      element('div', { class: 'gutter-title' }, 'Whole capture'),
      this.size,
      this.span,
    );
    this.brush = new Brush({
      scale: () => this.scale(),
      bounds: () => state.whole,
      zoom: () => state.zoom.value,
      change: (zoom) => {
        state.zoom.value = zoom;
        onZoom();
      },
      pick: onPick,
    });
    setAttributes(this.canvas.root, { role: 'img' });
    this.root.append(this.canvas.root, gutter, this.brush.root);
    this.listen();
  }

  focus(): void {
    this.brush.focus();
  }

  redraw(): void {
    this.draw();
  }

  private listen(): void {
    const { state } = this;
    state.capture.follow((capture) => {
      setText(this.size, `${durationText(capture.duration)}, ${bytesText(capture.bytes)}`);
      this.refresh();
    });
    state.matches.onChange(() => this.refresh());
    state.zoom.follow((zoom) => {
      setText(this.span, zoom ? `shown: ${durationText(zoom.to - zoom.from)}` : '');
      this.draw();
    });
    state.visible.onChange(() => this.draw());
    state.marks.onChange(() => this.draw());
    this.theme.onChange(() => this.draw());
    new ResizeObserver(() => {
      this.refresh();
      this.draw();
    }).observe(this.root);
    this.brush.root.addEventListener('pointermove', (event) => this.onHover(event));
    this.brush.root.addEventListener('pointerleave', hideTooltip);
    this.brush.root.addEventListener('pointerdown', hideTooltip);
  }

  private scale(): TimeScale {
    return new TimeScale(this.state.whole, GUTTER, Math.max(GUTTER + 20, this.root.clientWidth - RIGHT_MARGIN));
  }

  private async load(): Promise<void> {
    const { filterId } = this.state.matches.value;
    const { from, to } = this.state.whole;
    const buckets = Math.max(20, Math.floor(this.scale().width / BUCKET));
    if (this.state.capture.value.duration === 0 && this.state.matches.value.count === 0) return;
    const overview = await this.bus.ask('overview', { filterId, from, to, buckets }).catch(() => undefined);
    if (!overview) return;
    this.overview = overview;
    const errors = overview.errors.reduce((sum, count) => sum + count, 0);
    const label = `Messages over time: ${plural(errors, 'error')}, ${plural(overview.pauses.length, 'pause')}`;
    setAttributes(this.canvas.root, { 'aria-label': label });
    this.draw();
  }

  private render(): void {
    const context = this.canvas.begin(this.root.clientWidth, OVERVIEW.height);
    drawOverview(context, {
      overview: this.overview,
      zoom: this.state.zoom.value,
      visible: this.state.visible.value,
      selected: this.selectedAt,
      found: [...this.state.marks.value.values()],
      scale: this.scale(),
      theme: this.theme.value,
    });
    this.brush.update();
  }

  private onHover(event: PointerEvent): void {
    const { overview } = this;
    const scale = this.scale();
    const x = event.clientX - this.root.getBoundingClientRect().left;
    const at = scale.seconds(x);
    if (!overview || event.buttons !== 0 || at < overview.from || at > overview.to) {
      hideTooltip();
      return;
    }
    const near = scale.secondsPerPixel * 4;
    const found = [...this.state.marks.value.values()].filter(({ seconds }) => Math.abs(seconds - at) < near);
    showTooltip(event.clientX, event.clientY, describe(overview, at, scale.secondsPerPixel, found));
  }
}

/** What lies under the pointer, in words. */
function describe(
  overview: Overview,
  at: number,
  secondsPerPixel: number,
  found: readonly FindingMark[],
): TooltipLine[] {
  const buckets = overview.total.length;
  const share = (at - overview.from) / (overview.to - overview.from);
  const bucket = Math.min(buckets - 1, Math.max(0, Math.floor(share * buckets)));
  const lines: TooltipLine[] = [
    { text: `${relativeText(at, 3)} s`, class: 'strong' },
    { text: plural(overview.total[bucket], 'message') },
  ];
  for (const { name, label } of INTERFACES) {
    const count = overview.interfaces[name]?.[bucket] ?? 0;
    if (count > 0) lines.push({ text: `${label} ${countText(count)}`, interface: name });
  }
  if (overview.matching) lines.push({ text: `${plural(overview.matching[bucket], 'message')} listed`, class: 'dim' });
  if (overview.errors[bucket] > 0) lines.push({ text: plural(overview.errors[bucket], 'error'), class: 'bad' });
  for (const pause of overview.pauses) {
    if (at >= pause.from && at <= pause.to)
      lines.push({ text: `${pause.text}, ${durationText(pause.to - pause.from)}` });
  }
  for (const damage of overview.damage) {
    if (Math.abs(damage.at - at) < secondsPerPixel * 5) lines.push({ text: damage.text, class: 'bad' });
  }
  for (const { severity, text } of found.slice(0, 4))
    lines.push({ text, class: severity === 'error' ? 'bad' : undefined });
  return lines.slice(0, 16);
}
