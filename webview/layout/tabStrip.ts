import { element } from '../dom';
import { icon, isIconName } from '../icons';

export interface TabLabel<Id extends string> {
  id: Id;
  title: string;
  icon?: string;
  /** As `aria-keyshortcuts` has it. */
  keys?: string;
}

/** The id of a tab's button and of its panel, which name each other for screen readers. */
export const tabElementId = (id: string): string => `tab-${id}`;
export const panelElementId = (id: string): string => `panel-${id}`;

/**
 * A row of tabs by ARIA's pattern: one of them is in the tab order, arrows, Home and End move between them and choose at
 * once; the element has the role `tablist`.
 */
export class TabStrip<Id extends string> {
  readonly root = element('div', { class: 'tabs', role: 'tablist', 'aria-label': 'Views of the capture' });
  private readonly buttons = new Map<Id, HTMLElement>();

  constructor(
    private readonly labels: readonly TabLabel<Id>[],
    private readonly choose: (id: Id) => void,
  ) {
    for (const label of labels) {
      const made = this.button(label);
      this.buttons.set(label.id, made);
      this.root.append(made);
    }
    this.root.addEventListener('keydown', (event) => this.onKey(event));
  }

  private button({ id, title, icon: name, keys }: TabLabel<Id>): HTMLElement {
    const made = element(
      'button',
      {
        class: 'tab',
        type: 'button',
        role: 'tab',
        id: tabElementId(id),
        'aria-controls': panelElementId(id),
        'aria-selected': 'false',
        'aria-keyshortcuts': keys,
        tabindex: -1,
      },
      name !== undefined && isIconName(name) ? icon(name) : undefined,
      element('span', { class: 'tab-title' }, title),
    );
    made.addEventListener('click', () => this.choose(id));
    return made;
  }

  /** Marks a tab as the chosen one. */
  select(id: Id): void {
    for (const [each, made] of this.buttons) {
      made.setAttribute('aria-selected', String(each === id));
      made.tabIndex = each === id ? 0 : -1;
    }
    this.buttons.get(id)?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  /** Puts a figure behind a tab's title, as the count of findings; '' takes it away. */
  setBadge(id: Id, text: string, meaning: string): void {
    const made = this.buttons.get(id);
    if (!made) return;
    made.querySelector('.tab-badge')?.remove();
    if (text === '') return;
    const shown = element('span', { 'aria-hidden': 'true' }, text);
    made.append(element('span', { class: 'tab-badge' }, shown, element('span', { class: 'hidden-text' }, meaning)));
  }

  private onKey(event: KeyboardEvent): void {
    const at = this.labels.findIndex(({ id }) => this.buttons.get(id) === document.activeElement);
    if (at < 0 || event.ctrlKey || event.altKey || event.metaKey) return;
    const last = this.labels.length - 1;
    const next = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at === 0 ? last : at - 1, Home: 0, End: last };
    if (!Object.hasOwn(next, event.key)) return;
    const { id } = this.labels[next[event.key as keyof typeof next]];
    event.preventDefault();
    event.stopPropagation();
    this.choose(id);
    this.buttons.get(id)?.focus();
  }
}
