import type { DetailPart } from '../../src/extension/messages';
import { element, setClass, setText, show } from '../dom';
import { countText, hexText, plural } from '../format';
import type { ByteStore } from './byteStore';
import { asciiOf, type HexLine } from './hexModel';

export interface HexContext {
  parts: readonly DetailPart[];
  stores: readonly ByteStore[];
  bytesPerLine: number;
  offsetDigits: number;
  /** Highlighted bytes, half open. */
  mark?: { part: number; from: number; to: number };
  caret?: { part: number; offset: number };
}

const GROUP = 4;

/** One line of the hex view: offset, bytes, the same bytes as text. */
export class HexLineView {
  readonly root = element('div', { class: 'hex-line', role: 'row' });
  private readonly offset = element('span', { class: 'hex-offset', role: 'rowheader' });
  private readonly title = element('span', { class: 'hex-title' });
  private readonly bytes: HTMLElement[] = [];
  private readonly chars: HTMLElement[] = [];
  private readonly text = element('span', { class: 'hex-text', 'aria-hidden': 'true' });

  update(line: HexLine, context: HexContext): void {
    this.arrange(context.bytesPerLine);
    show(this.title, line.kind === 'title');
    if (line.kind === 'title') setText(this.title, titleText(context.parts[line.part]));
    setText(this.offset, line.kind === 'bytes' ? hexText(line.offset, context.offsetDigits) : '');
    for (let index = 0; index < context.bytesPerLine; index++) {
      if (line.kind === 'bytes' && index < line.length) this.fill(index, line.part, line.offset + index, context);
      else this.empty(index);
    }
  }

  private arrange(count: number): void {
    if (this.bytes.length === count) return;
    this.bytes.length = 0;
    this.chars.length = 0;
    for (let index = 0; index < count; index++) {
      this.bytes.push(element('span', { role: 'gridcell' }));
      this.chars.push(element('span', {}));
    }
    this.text.replaceChildren(...this.chars);
    this.root.replaceChildren(this.title, this.offset, ...this.bytes, this.text);
  }

  private empty(index: number): void {
    const [byte, char] = [this.bytes[index], this.chars[index]];
    setText(byte, '');
    setText(char, '');
    setClass(byte, `hex-byte${index % GROUP === 0 ? ' group' : ''}`);
    setClass(char, 'hex-char');
    byte.removeAttribute('id');
  }

  private fill(index: number, part: number, offset: number, context: HexContext): void {
    const [byte, char] = [this.bytes[index], this.chars[index]];
    const store = context.stores[part];
    const value = store.get(offset);
    const missing = store.isMissing(offset);
    const { mark, caret } = context;
    const marked = mark && mark.part === part && offset >= mark.from && offset < mark.to;
    const here = caret && caret.part === part && caret.offset === offset;
    const ends = marked ? `${offset === mark.from ? ' first' : ''}${offset === mark.to - 1 ? ' last' : ''}` : '';
    const state = `${marked ? ' marked' : ''}${ends}${here ? ' caret' : ''}${missing ? ' missing' : ''}`;
    setText(byte, missing ? '??' : value === undefined ? '··' : hexText(value, 2));
    setText(char, missing ? '?' : value === undefined ? ' ' : asciiOf(value));
    setClass(byte, `hex-byte${index % GROUP === 0 ? ' group' : ''}${value === 0 ? ' zero' : ''}${state}`);
    setClass(char, `hex-char${state}`);
    byte.id = `byte-${part}-${offset}`;
    byte.dataset['at'] = char.dataset['at'] = `${part}:${offset}`;
  }
}

function titleText(part: DetailPart): string {
  const missing = part.missing.reduce((sum, hole) => sum + hole.length, 0);
  const lost = missing > 0 ? `, ${plural(missing, 'byte')} not in the capture` : '';
  return `${part.kind}, packet ${countText(part.frame)}, ${plural(part.size, 'byte')}${lost}`;
}
