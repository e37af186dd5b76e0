import type { Completion } from '../../src/extension/messages';
import { element, setAttributes } from '../dom';

const MOST = 100;

/** The list below the filter: completions, or filters used before. Focus stays in the input. */
export class CompletionPopup {
  readonly root = element('div', { class: 'popup', role: 'listbox', id: 'completions', 'aria-label': 'Completions' });
  private items: readonly Completion[] = [];
  private active = -1;

  constructor(
    private readonly input: HTMLInputElement,
    private readonly accept: (item: Completion) => void,
  ) {
    this.root.hidden = true;
    this.root.addEventListener('mousedown', (event) => {
      event.preventDefault();
      const option = event.target instanceof Element ? event.target.closest<HTMLElement>('[role=option]') : null;
      if (option) this.choose(Number(option.dataset['at']));
    });
  }

  get isOpen(): boolean {
    return !this.root.hidden;
  }

  open(items: readonly Completion[], left: number): void {
    this.items = items.slice(0, MOST);
    if (this.items.length === 0) {
      this.close();
      return;
    }
    this.root.replaceChildren(...this.items.map((item, index) => optionOf(item, index)));
    this.root.hidden = false;
    this.root.style.left = '0px';
    const room = (this.root.offsetParent?.clientWidth ?? 0) - this.root.offsetWidth;
    this.root.style.left = `${Math.max(0, Math.min(left, room))}px`;
    setAttributes(this.input, { 'aria-expanded': 'true' });
    this.activate(-1);
  }

  close(): void {
    this.root.hidden = true;
    this.active = -1;
    setAttributes(this.input, { 'aria-expanded': 'false', 'aria-activedescendant': undefined });
  }

  /** Takes a key when the list is open; returns whether it was meant for the list. */
  key(event: KeyboardEvent): boolean {
    if (!this.isOpen) return false;
    const count = this.items.length;
    if (event.key === 'ArrowDown') this.activate(this.active + 1 >= count ? 0 : this.active + 1);
    else if (event.key === 'ArrowUp') this.activate(this.active <= 0 ? count - 1 : this.active - 1);
    else if (event.key === 'Escape') this.close();
    else if (event.key === 'Tab' && !event.shiftKey) this.choose(Math.max(0, this.active));
    else if (event.key === 'Enter' && this.active >= 0) this.choose(this.active);
    else return false;
    return true;
  }

  private choose(index: number): void {
    const item = this.items[index];
    this.close();
    if (item) this.accept(item);
  }

  private activate(index: number): void {
    this.root.children[this.active]?.setAttribute('aria-selected', 'false');
    this.active = index;
    const option = this.root.children[index];
    option?.setAttribute('aria-selected', 'true');
    option?.scrollIntoView({ block: 'nearest' });
    setAttributes(this.input, { 'aria-activedescendant': option?.id });
  }
}

function optionOf(item: Completion, index: number): HTMLElement {
  const made = element(
    'div',
    { class: `option option-${item.kind}`, role: 'option', id: `completion-${index}`, 'aria-selected': 'false' },
    element('span', { class: 'option-label' }, item.label),
    item.detail ? element('span', { class: 'option-detail' }, item.detail) : undefined,
  );
  made.dataset['at'] = String(index);
  return made;
}
