import type { InterfaceName } from '../../src/extension/messages';
import { element } from '../dom';

export interface TooltipLine {
  text: string;
  class?: 'strong' | 'dim' | 'bad' | 'marked';
  /** A patch of an interface's colour before the text. */
  interface?: InterfaceName;
}

const box = element('div', { class: 'tooltip', role: 'tooltip', id: 'tooltip' });
box.hidden = true;

export function mountTooltip(parent: HTMLElement): void {
  parent.append(box);
}

/** Shows lines of text beside a point of the window, wherever there is room. */
export function showTooltip(x: number, y: number, lines: TooltipLine[]): void {
  box.replaceChildren(...lines.map(lineElement));
  box.hidden = false;
  const { offsetWidth: width, offsetHeight: height } = box;
  const left = Math.min(x + 12, window.innerWidth - width - 4);
  const below = y + 18 + height < window.innerHeight;
  box.style.left = `${Math.max(4, left)}px`;
  box.style.top = `${below ? y + 18 : Math.max(4, y - height - 8)}px`;
}

function lineElement(line: TooltipLine): HTMLElement {
  const patch = line.interface && element('span', { class: `patch if-${line.interface}` });
  return element('div', { class: line.class }, patch, line.text);
}

export function hideTooltip(): void {
  box.hidden = true;
}
