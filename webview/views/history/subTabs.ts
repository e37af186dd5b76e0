import { element } from '../../dom';

/** A strip of tabs within a tab, moved in by arrow keys. */
export class SubTabs<T extends string> {
  readonly root: HTMLElement;
  private readonly buttons = new Map<T, HTMLElement>();
  private chosen: T;

  constructor(
    label: string,
    private readonly panels: readonly { id: T; title: string; root: HTMLElement }[],
    private readonly onChange: (id: T) => void,
  ) {
    this.root = element('div', { class: 'sub-tabs', role: 'tablist', 'aria-label': label });
    for (const { id, title, root } of panels) {
      const made = element('button', { class: 'sub-tab', type: 'button', role: 'tab', id: `sub-tab-${id}` }, title);
      made.addEventListener('click', () => this.choose(id));
      root.setAttribute('role', 'tabpanel');
      root.setAttribute('aria-labelledby', made.id);
      this.buttons.set(id, made);
      this.root.append(made);
    }
    this.root.addEventListener('keydown', (event) => this.onKey(event));
    this.chosen = panels[0].id;
    this.mark();
  }

  get current(): T {
    return this.chosen;
  }

  choose(id: T): void {
    if (id === this.chosen) return;
    this.chosen = id;
    this.mark();
    this.onChange(id);
  }

  /** Says how much there is behind a tab. */
  setNote(id: T, note: string): void {
    const panel = this.panels.find((each) => each.id === id);
    const made = this.buttons.get(id);
    if (panel && made)
      made.replaceChildren(panel.title, ...(note === '' ? [] : [element('span', { class: 'dim' }, ` ${note}`)]));
  }

  private mark(): void {
    for (const { id, root } of this.panels) {
      const isChosen = id === this.chosen;
      root.hidden = !isChosen;
      this.buttons.get(id)?.setAttribute('aria-selected', String(isChosen));
      this.buttons.get(id)?.setAttribute('tabindex', isChosen ? '0' : '-1');
    }
  }

  private onKey(event: KeyboardEvent): void {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    event.preventDefault();
    const at = this.panels.findIndex(({ id }) => id === this.chosen);
    const { id } = this.panels[(at + step + this.panels.length) % this.panels.length];
    this.choose(id);
    this.buttons.get(id)?.focus();
  }
}
