import type { Completion, FilterError } from '../../src/extension/messages';
import type { Bus } from '../bus';
import { debounce, element, setAttributes, setText, show } from '../dom';
import type { Signal } from '../signal';
import { CompletionPopup } from './completionPopup';

export interface FilterInputOptions {
  error: Signal<FilterError | undefined>;
  apply(text: string): void;
  check(text: string): void;
  history(): readonly string[];
}

/** Text before the caret after which the list opens by itself: a word, or a place where one is missing. */
const WORTH_COMPLETING = /(\w|\.|\S\s|[(=<>&|!"])$/;

/** The filter's text: completion while typing, a wavy line under what is wrong, Enter applies. */
export class FilterInput {
  readonly root = element('div', { class: 'filter-field' });
  readonly input = element('input', {
    class: 'filter-input',
    type: 'text',
    spellcheck: 'false',
    autocomplete: 'off',
    placeholder: 'Filter, for example  error != 0 && message contains "TAPE"',
    'aria-label': 'Filter',
    role: 'combobox',
    'aria-autocomplete': 'list',
    'aria-expanded': 'false',
    'aria-controls': 'completions',
    'aria-haspopup': 'listbox',
  });
  private readonly squiggle = element('div', { class: 'squiggle', 'aria-hidden': 'true' });
  private readonly message = element('div', { class: 'filter-error', id: 'filter-error', role: 'alert' });
  private readonly popup: CompletionPopup;
  private replaced: [from: number, to: number] = [0, 0];
  private readonly look = debounce(120, () => this.onTyped());

  constructor(
    private readonly bus: Bus,
    private readonly options: FilterInputOptions,
  ) {
    this.popup = new CompletionPopup(this.input, (item) => this.insert(item));
    const clip = element('div', { class: 'squiggle-clip' }, this.squiggle);
    this.root.append(this.input, clip, this.popup.root, this.message);
    this.input.addEventListener('input', () => this.look());
    this.input.addEventListener('keydown', (event) => this.onKey(event));
    this.input.addEventListener('scroll', () => this.placeSquiggle());
    this.input.addEventListener('blur', () => this.popup.close());
    options.error.follow((error) => this.showError(error));
  }

  get text(): string {
    return this.input.value;
  }

  set text(text: string) {
    if (this.input.value !== text) this.input.value = text;
    this.input.classList.toggle('filled', text !== '');
  }

  private onTyped(): void {
    this.input.classList.toggle('filled', this.text !== '');
    this.options.check(this.text);
    if (document.activeElement !== this.input) return;
    const caret = this.input.selectionStart ?? this.text.length;
    if (WORTH_COMPLETING.test(this.text.slice(0, caret))) void this.complete();
    else this.popup.close();
  }

  private async complete(): Promise<void> {
    const caret = this.input.selectionStart ?? this.text.length;
    const answer = await this.bus.askNewest('complete', { text: this.text, caret }).catch(() => undefined);
    if (!answer || document.activeElement !== this.input) return;
    this.replaced = [answer.from, answer.to];
    const typed = this.text.slice(answer.from, answer.to);
    const items = answer.items.filter((item) => item.insert !== typed);
    this.popup.open(items, this.pixels(answer.from));
  }

  private showHistory(): void {
    this.replaced = [0, this.text.length];
    const items = this.options.history().map((text): Completion => ({ label: text, insert: text, kind: 'saved' }));
    this.popup.open(items, 0);
  }

  private insert(item: Completion): void {
    const [from, to] = this.replaced;
    const text = this.text.slice(0, from) + item.insert + this.text.slice(to);
    this.input.value = text;
    const caret = from + item.insert.length;
    this.input.setSelectionRange(caret, caret);
    this.look();
  }

  private onKey(event: KeyboardEvent): void {
    if (this.popup.key(event)) event.preventDefault();
    else if (event.key === 'Enter') {
      this.popup.close();
      this.look.cancel();
      this.bus.drop('complete');
      this.bus.drop('checkFilter');
      this.options.apply(this.text);
    } else if (event.key === 'ArrowDown' && (event.altKey || this.text === '')) this.showHistory();
    else if (event.key === ' ' && event.ctrlKey) void this.complete();
    else if (event.key === 'Escape' && this.text !== '') {
      this.text = '';
      this.options.check('');
    } else return;
    event.preventDefault();
    event.stopPropagation();
  }

  private showError(error: FilterError | undefined): void {
    setAttributes(this.input, {
      'aria-invalid': error ? 'true' : 'false',
      'aria-errormessage': error ? 'filter-error' : undefined,
    });
    setText(this.message, error ? `Column ${error.column + 1}: ${error.message}` : '');
    show(this.message, error !== undefined);
    show(this.squiggle, error !== undefined);
    this.placeSquiggle();
  }

  /** The text is in a fixed-width font, so that a column's place follows from its number. */
  private placeSquiggle(): void {
    const error = this.options.error.value;
    if (!error) return;
    this.squiggle.style.left = `calc(${error.column}ch - ${this.input.scrollLeft}px)`;
    this.squiggle.style.width = `${Math.max(1, error.length)}ch`;
  }

  private pixels(column: number): number {
    const font = getComputedStyle(this.input);
    const width = parseFloat(font.fontSize) * 0.602;
    return column * width - this.input.scrollLeft;
  }
}
