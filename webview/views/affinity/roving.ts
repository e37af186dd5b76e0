/** Arrow keys move among the items of the cards, of which only one is in the order of the Tab key. */
export class Roving {
  private current: string | undefined;

  constructor(private readonly root: HTMLElement) {
    root.addEventListener('keydown', (event) => this.onKey(event));
    root.addEventListener('focusin', (event) => {
      const item = (event.target as HTMLElement).closest<HTMLElement>('[data-item]');
      if (item) this.make(item);
    });
  }

  /** After the items were drawn anew: the same one is reachable, and has the focus where it had it. */
  restore(hadFocus: boolean): void {
    const items = this.items;
    const same = items.find(({ dataset }) => dataset['item'] === this.current);
    const chosen = same ?? items.find((item) => item.classList.contains('chosen')) ?? items.at(0);
    if (chosen === undefined) return;
    this.make(chosen);
    if (hadFocus) chosen.focus({ preventScroll: true });
  }

  private get items(): HTMLElement[] {
    return [...this.root.querySelectorAll<HTMLElement>('[data-item]')];
  }

  private make(item: HTMLElement): void {
    for (const each of this.items) each.tabIndex = each === item ? 0 : -1;
    this.current = item.dataset['item'];
  }

  private onKey(event: KeyboardEvent): void {
    const items = this.items;
    const at = items.indexOf(document.activeElement as HTMLElement);
    if (at < 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const next = this.next(items, at, event.key);
    if (next === undefined) return;
    event.preventDefault();
    next.focus();
    next.scrollIntoView({ block: 'nearest' });
  }

  private next(items: readonly HTMLElement[], at: number, key: string): HTMLElement | undefined {
    switch (key) {
      case 'ArrowDown':
        return items.at(Math.min(at + 1, items.length - 1));
      case 'ArrowUp':
        return items.at(Math.max(at - 1, 0));
      case 'Home':
        return items.at(0);
      case 'End':
        return items.at(-1);
      case 'ArrowRight':
      case 'ArrowLeft':
        return firstOfCard(items, at, key === 'ArrowRight' ? 1 : -1);
    }
    return undefined;
  }
}

/** The first item of the card after, or before, the one with the focus. */
function firstOfCard(items: readonly HTMLElement[], at: number, step: number): HTMLElement | undefined {
  const cards = [...new Set(items.map((item) => item.closest('.aff-card')))];
  const card = cards.at(Math.min(Math.max(cards.indexOf(items[at].closest('.aff-card')) + step, 0), cards.length - 1));
  return items.find((item) => item.closest('.aff-card') === card);
}
