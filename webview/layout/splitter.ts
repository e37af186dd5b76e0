import { element, setAttributes } from '../dom';

export interface SplitterOptions {
  label: string;
  /** 'horizontal' lies between an upper and a lower part. */
  orientation: 'horizontal' | 'vertical';
  value: () => number;
  min: () => number;
  max: () => number;
  /** Value for a pointer, in the same unit as `value`. */
  fromPointer(event: PointerEvent): number;
  /** Value by which an arrow key moves. */
  step: number;
  /** Set by a double click. */
  initial: number;
  /** Whether the value grows towards the bottom or right. */
  growsForward: boolean;
  change(value: number): void;
}

/** A bar between two parts that is dragged, or moved with the arrow keys. */
export function splitter(options: SplitterOptions): { bar: HTMLElement; update: () => void } {
  const bar = element('div', {
    class: `splitter splitter-${options.orientation}`,
    role: 'separator',
    tabindex: 0,
    'aria-orientation': options.orientation,
    'aria-label': options.label,
    title: options.label,
  });
  const update = (): void =>
    setAttributes(bar, {
      'aria-valuenow': Math.round(options.value()),
      'aria-valuemin': Math.round(options.min()),
      'aria-valuemax': Math.round(options.max()),
    });
  const set = (value: number): void => {
    options.change(Math.min(Math.max(value, options.min()), Math.max(options.min(), options.max())));
    update();
  };
  bar.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    event.preventDefault();
    bar.focus();
    bar.setPointerCapture(event.pointerId);
    const move = (moved: PointerEvent): void => set(options.fromPointer(moved));
    bar.addEventListener('pointermove', move);
    bar.addEventListener('lostpointercapture', () => bar.removeEventListener('pointermove', move), { once: true });
  });
  bar.addEventListener('dblclick', () => set(options.initial));
  bar.addEventListener('keydown', (event) => {
    const forward = options.orientation === 'horizontal' ? 'ArrowDown' : 'ArrowRight';
    const backward = options.orientation === 'horizontal' ? 'ArrowUp' : 'ArrowLeft';
    const step = options.growsForward ? options.step : -options.step;
    if (event.key === forward) set(options.value() + step);
    else if (event.key === backward) set(options.value() - step);
    else if (event.key === 'Home') set(options.min());
    else if (event.key === 'End') set(options.max());
    else return;
    event.preventDefault();
  });
  return { bar, update };
}
