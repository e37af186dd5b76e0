import { DEFAULT_LAYOUT, type ViewState } from '../state';
import { splitter } from './splitter';

type PaneHeight = 'waterfallHeight' | 'detailHeight';

const LEAST = 60;
/** Height that stays for the table and the bars around it. */
const KEPT = 330;

/** The bar that sets a pane's height: the waterfall lies above its bar, the detail pane below. */
export function paneSplitter(
  root: HTMLElement,
  state: ViewState,
  key: PaneHeight,
  label: string,
  pane: HTMLElement,
): HTMLElement {
  const above = key === 'waterfallHeight';
  const { bar, update } = splitter({
    label,
    orientation: 'horizontal',
    value: () => state.layout.value[key],
    min: () => LEAST,
    max: () => Math.max(LEAST, root.clientHeight - KEPT),
    fromPointer: (event) => {
      const box = pane.getBoundingClientRect();
      return above ? event.clientY - box.top : box.bottom - event.clientY;
    },
    step: 16,
    initial: DEFAULT_LAYOUT[key],
    growsForward: above,
    change: (value) => state.changeLayout({ [key]: Math.round(value) }),
  });
  state.layout.follow((layout) => {
    root.style.setProperty(above ? '--waterfall-height' : '--detail-height', `${layout[key]}px`);
    update();
  });
  return bar;
}
