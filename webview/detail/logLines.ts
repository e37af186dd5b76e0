import type { Detail, Elsewhere, RawLines } from '../../src/extension/messages';
import type { Bus } from '../bus';
import { element, show, type Child } from '../dom';

/** Below the heading of the detail pane: a message's own lines in a log, and the same message in logs and captures beside. */
export class LogLines {
  readonly root = element('div', { class: 'log-lines' });
  private n = 0;

  constructor(private readonly bus: Bus) {
    show(this.root, false);
  }

  /** Shows what belongs to message `n`, which is one of the detail's parts. */
  present(detail: Detail): void {
    const { n } = detail;
    const raw = detail.parts.find((part) => part.n === n)?.raw;
    const again = this.n === n;
    this.n = n;
    if (!again) this.draw(raw, []);
    this.bus.askNewest('elsewhere', { n }, 'log lines').then(
      (answer) => answer && this.n === n && this.draw(raw, answer.places),
      () => undefined, // still being read, or the other one was closed: there is nothing to show
    );
  }

  clear(): void {
    this.n = 0;
    show(this.root, false);
  }

  private draw(raw: RawLines | undefined, places: readonly Elsewhere[]): void {
    const open = this.root.querySelector('details')?.open ?? true;
    const parts = [...(raw ? [this.ownLines(raw, open)] : []), ...places.map((place) => this.place(place, open))];
    this.root.replaceChildren(...parts);
    show(this.root, parts.length > 0);
  }

  private ownLines({ text, line, cut, unread }: RawLines, open: boolean): HTMLElement {
    const fields = unread.map(({ name, value }) => `${name}=${value}`).join('\n');
    return section(
      open,
      `Line ${line} of the log`,
      element('pre', { tabindex: 0 }, cut ? `${text}\n…` : text),
      fields !== '' && element('p', { class: 'dim' }, 'Fields that no table of messages has:'),
      fields !== '' && element('pre', {}, fields),
    );
  }

  private place({ key, name, n, time, clock, raw }: Elsewhere, open: boolean): HTMLElement {
    const link = element('button', { type: 'button', class: 'link' }, `Show message ${n} of ${name}`);
    link.addEventListener('click', () => void this.bus.ask('showOther', { key, n }).catch(() => undefined));
    return section(
      open,
      `The same message in ${name}`,
      element('p', {}, `Message ${n}, at ${time} by the clock there. `, link),
      clock !== '' && element('p', { class: 'dim' }, `Clocks (A is this file, B is ${name}): ${clock}.`),
      raw !== undefined && element('pre', { tabindex: 0 }, raw),
    );
  }
}

function section(open: boolean, title: string, ...children: Child[]): HTMLElement {
  return element('details', { open }, element('summary', {}, title), ...children);
}
