import { element } from '../dom';

/** A canvas that is drawn in CSS pixels and stays sharp on every screen. */
export class SharpCanvas {
  readonly root = element('canvas', { class: 'canvas' });
  readonly context: CanvasRenderingContext2D;
  width = 0;
  height = 0;

  constructor() {
    const context = this.root.getContext('2d');
    if (!context) throw new Error('This browser cannot draw on a canvas.');
    this.context = context;
  }

  /** Makes room for a drawing of the given size and clears it. */
  begin(width: number, height: number): CanvasRenderingContext2D {
    const ratio = window.devicePixelRatio || 1;
    const [w, h] = [Math.max(1, Math.round(width * ratio)), Math.max(1, Math.round(height * ratio))];
    if (this.root.width !== w || this.root.height !== h) {
      this.root.width = w;
      this.root.height = h;
      this.root.style.width = `${width}px`;
      this.root.style.height = `${height}px`;
    }
    this.width = width;
    this.height = height;
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.context.clearRect(0, 0, width, height);
    return this.context;
  }
}

const widths = new Map<string, number>();

/** The width of a text in the context's font, remembered. */
export function textWidth(context: CanvasRenderingContext2D, text: string): number {
  const key = `${context.font}\n${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    if (widths.size > 5000) widths.clear();
    width = context.measureText(text).width;
    widths.set(key, width);
  }
  return width;
}

/** The text, or its beginning with '…', or '' when not even three letters fit. */
export function fitText(context: CanvasRenderingContext2D, text: string, room: number): string {
  if (textWidth(context, text) <= room) return text;
  let [low, high] = [0, text.length];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (textWidth(context, text.slice(0, middle) + '…') <= room) low = middle;
    else high = middle - 1;
  }
  return low < 3 ? '' : text.slice(0, low) + '…';
}
