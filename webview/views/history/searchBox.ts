import { button, setPressed, toggle } from '../../controls';
import { debounce, element, setText, show } from '../../dom';
import { countText } from '../../format';
import { icon } from '../../icons';

export interface Wanted {
  pattern: string;
  matchCase: boolean;
}

const HINT =
  'A part of a name, or a pattern: * and ? within a name, ** across directories. With a / in it, whole paths are compared.';

/** The field in which files are searched, and what came of it. */
export class SearchBox {
  readonly root = element('div', { class: 'file-search', role: 'search' });
  private readonly input: HTMLInputElement;
  private readonly matchCase: HTMLElement;
  private readonly clearButton: HTMLElement;
  private readonly result = element('span', { class: 'dim', role: 'status' });
  private isExact = false;
  private readonly changed: (() => void) & { cancel(): void };

  constructor(onChange: (wanted: Wanted) => void) {
    const tell = (): void => onChange({ pattern: this.input.value, matchCase: this.isExact });
    this.changed = debounce(250, tell);
    this.input = element('input', {
      class: 'bar-input file-search-input',
      type: 'text',
      placeholder: 'Search files, e.g. report or *.dat',
      'aria-label': 'Search files',
      title: HINT,
      spellcheck: 'false',
      maxlength: 500,
    });
    this.matchCase = toggle(
      { class: 'chip', title: 'Large and small letters differ', 'aria-label': 'Match case' },
      () => {
        this.isExact = !this.isExact;
        setPressed(this.matchCase, this.isExact);
        tell();
      },
      'Aa',
    );
    this.clearButton = button(
      { appearance: 'icon', 'aria-label': 'Clear search', title: 'Clear search' },
      () => this.clear(),
      icon('close'),
    );
    this.root.append(this.input, this.clearButton, this.matchCase, this.result);
    show(this.clearButton, false);
    this.input.addEventListener('input', () => {
      show(this.clearButton, this.input.value !== '');
      this.changed();
    });
    this.input.addEventListener('keydown', (event) => {
      if (event.key === 'Escape') this.clear();
      else if (event.key === 'Enter') tell();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  get wanted(): Wanted {
    return { pattern: this.input.value, matchCase: this.isExact };
  }

  /** Says how much was found; undefined: nothing is searched. */
  tell(found: { total: number; kept: number; complete: boolean } | undefined): void {
    if (found === undefined) setText(this.result, '');
    else {
      const { total, kept, complete } = found;
      const most = kept < total ? `, the first ${countText(kept)} listed` : '';
      setText(
        this.result,
        `${countText(total)} found${most}${complete ? '' : '; given up after some seconds, there may be more'}`,
      );
    }
  }

  focus(): void {
    this.input.focus();
    this.input.select();
  }

  private clear(): void {
    if (this.input.value === '') return;
    this.input.value = '';
    show(this.clearButton, false);
    this.changed.cancel();
    this.input.dispatchEvent(new Event('input'));
    this.input.focus();
  }
}
