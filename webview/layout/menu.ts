import { element } from '../dom';

export interface MenuEntry {
  label: string;
  keys?: string;
  disabled?: boolean;
  run: () => void;
  /** A second, smaller action at the entry's right end. */
  remove?: { label: string; run: () => void };
}

let open: HTMLElement | undefined;

/** Opens a menu at a point of the window; '-' separates groups. Focus goes back to where it was. */
export function openMenu(x: number, y: number, label: string, entries: (MenuEntry | '-')[]): void {
  closeMenu();
  const before = document.activeElement instanceof HTMLElement ? document.activeElement : undefined;
  const menu = element('div', { class: 'menu', role: 'menu', 'aria-label': label, tabindex: -1 });
  const finish = (run?: () => void): void => {
    closeMenu();
    before?.focus();
    run?.();
  };
  menu.append(...entries.map((entry) => (entry === '-' ? separator() : item(entry, finish))));
  menu.addEventListener('keydown', (event) => onKey(event, menu, finish));
  menu.addEventListener('contextmenu', (event) => event.preventDefault());
  document.body.append(menu);
  menu.style.left = `${Math.max(4, Math.min(x, window.innerWidth - menu.offsetWidth - 4))}px`;
  menu.style.top = `${Math.max(4, Math.min(y, window.innerHeight - menu.offsetHeight - 4))}px`;
  open = menu;
  (menu.querySelector<HTMLElement>('[role=menuitem]:not([aria-disabled=true])') ?? menu).focus();
  setTimeout(() => document.addEventListener('pointerdown', onOutside, true));
  window.addEventListener('blur', closeMenu, { once: true });
}

export function closeMenu(): void {
  open?.remove();
  open = undefined;
  document.removeEventListener('pointerdown', onOutside, true);
}

function onOutside(event: PointerEvent): void {
  if (event.target instanceof Node && open?.contains(event.target)) return;
  closeMenu();
}

function separator(): HTMLElement {
  return element('div', { class: 'menu-separator', role: 'separator' });
}

function item(entry: MenuEntry, finish: (run?: () => void) => void): HTMLElement {
  const made = element(
    'div',
    { class: 'menu-item', role: 'menuitem', tabindex: -1, 'aria-disabled': entry.disabled ? 'true' : undefined },
    element('span', { class: 'menu-label' }, entry.label),
    entry.keys ? element('span', { class: 'menu-keys' }, entry.keys) : undefined,
  );
  const { remove } = entry;
  if (remove) {
    const cross = element('button', { class: 'menu-remove', 'aria-label': remove.label, title: remove.label }, '×');
    cross.addEventListener('click', (event) => {
      event.stopPropagation();
      finish(remove.run);
    });
    made.append(cross);
  }
  if (!entry.disabled) made.addEventListener('click', () => finish(entry.run));
  return made;
}

function onKey(event: KeyboardEvent, menu: HTMLElement, finish: (run?: () => void) => void): void {
  const items = [...menu.querySelectorAll<HTMLElement>('[role=menuitem]:not([aria-disabled=true])')];
  const at = items.indexOf(document.activeElement as HTMLElement);
  const move = (to: number): void => items[(to + items.length) % items.length]?.focus();
  if (event.key === 'ArrowDown') move(at + 1);
  else if (event.key === 'ArrowUp') move(at - 1);
  else if (event.key === 'Home') move(0);
  else if (event.key === 'End') move(items.length - 1);
  else if (event.key === 'Escape' || event.key === 'Tab') finish();
  else if (event.key === 'Delete') items[at]?.querySelector('button')?.click();
  else if (event.key === 'Enter' || event.key === ' ') items[at]?.click();
  else return;
  event.preventDefault();
  event.stopPropagation();
}
