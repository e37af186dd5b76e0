import { element, setAttributes, show } from '../dom';
import { durationText, relativeText } from '../format';
import type { Range } from '../state';
import { asZoom, clampRange, pan, zoomAround } from './range';
import type { TimeScale } from './timeScale';

export interface BrushOptions {
  scale(): TimeScale;
  bounds(): Range;
  zoom(): Range | undefined;
  change(zoom: Range | undefined): void;
  /** A click that drew nothing. */
  pick(seconds: number): void;
}

type Edge = 'from' | 'to';

/** The stretch of time one looks at, on top of the overview: drawn with the pointer, moved and resized with the keys. */
export class Brush {
  readonly root = element('div', { class: 'brush-layer' });
  private readonly window = element('div', { class: 'brush' });
  private readonly handles: Record<Edge, HTMLElement>;

  constructor(private readonly options: BrushOptions) {
    this.handles = {
      from: this.handle('from', 'Start of the shown time'),
      to: this.handle('to', 'End of the shown time'),
    };
    this.root.append(this.window, this.handles.from, this.handles.to);
    this.root.addEventListener('pointerdown', (event) => this.onPointer(event));
    this.root.addEventListener('dblclick', () => options.change(undefined));
    this.root.addEventListener('wheel', (event) => this.onWheel(event), { passive: false });
  }

  /** Places the window and its handles. */
  update(): void {
    const scale = this.options.scale();
    const bounds = this.options.bounds();
    const zoom = this.options.zoom();
    const shown = zoom ?? bounds;
    show(this.window, zoom !== undefined);
    const [x, end] = [scale.clampedX(shown.from), scale.clampedX(shown.to)];
    this.window.style.left = `${x}px`;
    this.window.style.width = `${Math.max(1, end - x)}px`;
    const apart = Math.max(0, 10 - (end - x)) / 2;
    this.handles.from.style.left = `${x - apart}px`;
    this.handles.to.style.left = `${end + apart}px`;
    for (const edge of ['from', 'to'] as const) {
      setAttributes(this.handles[edge], {
        'aria-valuemin': bounds.from,
        'aria-valuemax': bounds.to,
        'aria-valuenow': shown[edge],
        'aria-valuetext': `${relativeText(shown[edge], 3)} s, ${durationText(shown.to - shown.from)} shown`,
      });
    }
  }

  focus(): void {
    this.handles.from.focus();
  }

  private handle(edge: Edge, label: string): HTMLElement {
    const made = element('div', {
      class: `brush-handle brush-${edge}`,
      role: 'slider',
      tabindex: 0,
      'aria-label': label,
      title: `${label}: arrow keys move it, + and − zoom, Escape shows all`,
    });
    made.dataset['edge'] = edge;
    made.addEventListener('keydown', (event) => this.onKey(event, edge));
    return made;
  }

  private set(range: Range): void {
    const bounds = this.options.bounds();
    this.options.change(asZoom(clampRange(range, bounds), bounds));
  }

  private moveEdge(shown: Range, edge: Edge, at: number): Range {
    return edge === 'from'
      ? { from: Math.min(at, shown.to), to: shown.to }
      : { from: shown.from, to: Math.max(at, shown.from) };
  }

  private onKey(event: KeyboardEvent, edge: Edge): void {
    const bounds = this.options.bounds();
    const shown = this.options.zoom() ?? bounds;
    const span = shown.to - shown.from;
    const step = event.shiftKey ? span / 10 : Math.max(span / 100, this.options.scale().secondsPerPixel);
    const direction = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (direction && event.altKey) this.set(pan(shown, direction * step, bounds));
    else if (direction) this.set(this.moveEdge(shown, edge, shown[edge] + direction * step));
    else if (event.key === 'PageDown') this.set(pan(shown, span * 0.9, bounds));
    else if (event.key === 'PageUp') this.set(pan(shown, -span * 0.9, bounds));
    else if (event.key === 'Home') this.set(this.moveEdge(shown, edge, edge === 'from' ? bounds.from : shown.from));
    else if (event.key === 'End') this.set(this.moveEdge(shown, edge, edge === 'to' ? bounds.to : shown.to));
    else if (event.key === '+' || event.key === '=') this.set(zoomAround(shown, shown.from + span / 2, 0.5, bounds));
    else if (event.key === '-') this.set(zoomAround(shown, shown.from + span / 2, 2, bounds));
    else if (event.key === 'Escape') this.options.change(undefined);
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private onPointer(event: PointerEvent): void {
    if (event.button !== 0) return;
    const scale = this.options.scale();
    const start = scale.seconds(event.clientX - this.root.getBoundingClientRect().left);
    const before = this.options.zoom();
    const target = event.target as HTMLElement;
    const edge = target.dataset['edge'] as Edge | undefined;
    const range = (at: number): Range => {
      const shown = before ?? this.options.bounds();
      if (edge) return this.moveEdge(shown, edge, at);
      if (before && target === this.window) return pan(before, at - start, this.options.bounds());
      return { from: Math.min(start, at), to: Math.max(start, at) };
    };
    this.follow(event, range);
  }

  /** Drags until the pointer is released; without a drag it was a click. */
  private follow(event: PointerEvent, range: (at: number) => Range): void {
    const scale = this.options.scale();
    const { left } = this.root.getBoundingClientRect();
    const origin = event.clientX;
    let dragged = false;
    this.root.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent): void => {
      dragged ||= Math.abs(moved.clientX - origin) > 3;
      if (dragged) this.set(range(scale.seconds(moved.clientX - left)));
    };
    const end = (): void => {
      this.root.removeEventListener('pointermove', move);
      if (!dragged) this.options.pick(scale.seconds(origin - left));
    };
    this.root.addEventListener('pointermove', move);
    this.root.addEventListener('lostpointercapture', end, { once: true });
  }

  private onWheel(event: WheelEvent): void {
    if (event.deltaY === 0) return;
    event.preventDefault();
    const bounds = this.options.bounds();
    const shown = this.options.zoom() ?? bounds;
    const at = this.options.scale().seconds(event.clientX - this.root.getBoundingClientRect().left);
    this.set(zoomAround(shown, clamp(at, shown), 1.0015 ** event.deltaY, bounds));
  }
}

function clamp(at: number, range: Range): number {
  return Math.min(Math.max(at, range.from), range.to);
}
