import { element } from '../dom';

const region = element('div', { class: 'hidden-text', role: 'status', 'aria-live': 'polite' });
const toast = element('div', { class: 'toast', 'aria-hidden': 'true' });
toast.hidden = true;
let timer: ReturnType<typeof setTimeout> | undefined;

/** Puts the live region and the toast into the page. */
export function mountAnnouncer(parent: HTMLElement): void {
  parent.append(region, toast);
}

/** Says something to screen readers only. */
export function announce(text: string): void {
  region.textContent = text;
}

/** Says something to everybody for a few seconds. */
export function notify(text: string): void {
  announce(text);
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(timer);
  timer = setTimeout(() => (toast.hidden = true), 3500);
}
