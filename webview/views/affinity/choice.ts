import { dropdown, setOptions } from '../../controls';
import { element } from '../../dom';

/** A labelled list of choices that is filled anew only when its choices change, so that it keeps its focus. */
export class Choice {
  readonly root: HTMLElement;
  private readonly list: ReturnType<typeof dropdown>;
  private options = '';

  constructor(label: string, change: (value: string) => void) {
    this.list = dropdown(label, []);
    this.root = element('label', { class: 'choice' }, element('span', {}, label), this.list);
    this.list.addEventListener('change', () => change(this.list.value));
  }

  fill(options: [value: string, text: string][], value: string): void {
    const text = JSON.stringify(options);
    if (text !== this.options) {
      this.options = text;
      setOptions(this.list, options);
    }
    // the list takes a value only after it has seen its new options
    queueMicrotask(() => {
      if (this.list.value !== value) this.list.value = value;
    });
  }
}
