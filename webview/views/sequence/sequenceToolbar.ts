import { FOLD_KINDS_SHOWN, type FoldKind } from './foldKinds';
import { button, setPressed, toggle } from '../../controls';
import { element, setText } from '../../dom';
import { icon } from '../../icons';
import { openMenu, type MenuEntry } from '../../layout/menu';
import type { JobPicker } from '../jobPicker';
import type { SequenceExports } from './exports';

export interface ToolbarActions {
  setUnfolded(kind: FoldKind, on: boolean): void;
  foldAll(): void;
  search(text: string, forward: boolean): void;
  mark(forward: boolean): void;
  zoom(factor: number): void;
  zoomReset(): void;
  zoomFit(): void;
}

/** The line above the drawing. */
export class SequenceToolbar {
  readonly root = element('div', { class: 'toolbar sequence-toolbar' });
  readonly search = element('input', {
    class: 'bar-input sequence-search',
    type: 'search',
    placeholder: 'Find, or +seconds',
    'aria-label': 'Find in the diagram; a plus sign and a number goes to that second of the job',
    spellcheck: 'false',
  });
  /** Whether the drawing goes where messages are selected elsewhere. */
  follow = true;
  unfolded: ReadonlySet<FoldKind> = new Set();
  private readonly zoomText = element('span', { class: 'sequence-zoom' }, '100 %');
  /** Stands beside the title, so that the bar keeps to one line. */
  readonly count = element('span', { class: 'sequence-count', role: 'status' });

  constructor(
    picker: JobPicker,
    private readonly actions: ToolbarActions,
    private readonly exports: SequenceExports,
  ) {
    this.search.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter') return;
      event.preventDefault();
      actions.search(this.search.value, !event.shiftKey);
    });
    const folds = this.menuButton('Folds', 'What is folded into one line', () => this.foldEntries());
    const save = this.menuButton('Export', 'Save or copy the diagram', () => this.exportEntries());
    const follow = toggle(
      { class: 'chip', title: 'Go where messages are selected elsewhere' },
      () => this.onFollow(follow),
      'Follow',
    );
    setPressed(follow, true);
    this.root.append(
      picker.root,
      folds,
      element(
        'span',
        { class: 'sequence-group' },
        this.search,
        this.iconButton('previous', 'Previous match', () => actions.search(this.search.value, false)),
        this.iconButton('next', 'Next match', () => actions.search(this.search.value, true)),
      ),
      element(
        'span',
        { class: 'sequence-group' },
        icon('findings'),
        this.iconButton('previous', 'Previous finding', () => actions.mark(false)),
        this.iconButton('next', 'Next finding', () => actions.mark(true)),
      ),
      follow,
      element(
        'span',
        { class: 'sequence-group' },
        this.textButton('−', 'Smaller', () => actions.zoom(1 / 1.2)),
        this.zoomText,
        this.textButton('+', 'Larger', () => actions.zoom(1.2)),
        this.textButton('Fit', 'The whole width', () => actions.zoomFit()),
      ),
      save,
    );
  }

  showZoom(zoom: number): void {
    setText(this.zoomText, `${Math.round(zoom * 100)} %`);
  }

  showCount(text: string): void {
    setText(this.count, text);
  }

  private onFollow(follow: HTMLElement): void {
    this.follow = !this.follow;
    setPressed(follow, this.follow);
  }

  private foldEntries(): (MenuEntry | '-')[] {
    const kinds = FOLD_KINDS_SHOWN.map(([kind, label]): MenuEntry => {
      const folded = !this.unfolded.has(kind);
      return { label: `${folded ? '✓' : '\u2003'} ${label}`, run: () => this.actions.setUnfolded(kind, folded) };
    });
    return [...kinds, '-', { label: 'Fold everything', run: () => this.actions.foldAll() }];
  }

  private exportEntries(): (MenuEntry | '-')[] {
    const { exports } = this;
    return [
      { label: 'Save as SVG…', run: () => void exports.save('svg') },
      { label: 'Save as PNG…', run: () => void exports.savePng() },
      { label: 'Save as Mermaid…', run: () => void exports.save('mermaid') },
      { label: 'Save as PlantUML…', run: () => void exports.save('plantuml') },
      '-',
      { label: 'Copy as SVG', run: () => void exports.copy('svg') },
      { label: 'Copy as Mermaid', run: () => void exports.copy('mermaid') },
      { label: 'Copy as PlantUML', run: () => void exports.copy('plantuml') },
    ];
  }

  private menuButton(label: string, title: string, entries: () => (MenuEntry | '-')[]): HTMLElement {
    const made = button(
      { appearance: 'secondary', class: 'tool', title, 'aria-haspopup': 'menu' },
      () => {
        const { left, bottom } = made.getBoundingClientRect();
        openMenu(left, bottom + 2, label, entries());
      },
      label,
    );
    return made;
  }

  private iconButton(name: 'previous' | 'next', label: string, run: () => void): HTMLElement {
    return button({ appearance: 'icon', 'aria-label': label, title: label }, run, icon(name));
  }

  private textButton(text: string, label: string, run: () => void): HTMLElement {
    return button({ appearance: 'secondary', class: 'tool', 'aria-label': label, title: label }, run, text);
  }
}
