import type { DetailPart } from '../../src/extension/messages';
import type { Bus } from '../bus';
import { setAttributes } from '../dom';
import { VirtualList } from '../layout/virtualList';
import { ByteStore } from './byteStore';
import { HexLineView } from './hexLine';
import { HexModel } from './hexModel';

export interface HexViewEvents {
  /** The user chose a byte. */
  selected(part: number, offset: number): void;
}

/** Width from which sixteen bytes fit a line. */
const WIDE = 560;

/** The bytes of the selected message and its other half; only visible lines exist, pages are fetched when seen. */
export class HexView {
  readonly root: HTMLElement;
  private readonly list: VirtualList;
  private readonly lines = new WeakMap<HTMLElement, HexLineView>();
  private parts: readonly DetailPart[] = [];
  private stores: ByteStore[] = [];
  private model = new HexModel([], 16);
  private mark: { part: number; from: number; to: number } | undefined;
  private caret: { part: number; offset: number } | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly events: HexViewEvents,
  ) {
    this.list = new VirtualList({
      rowHeight: 19,
      create: () => {
        const line = new HexLineView();
        this.lines.set(line.root, line);
        return line.root;
      },
      update: (row, index) => this.updateLine(row, index),
    });
    this.root = this.list.scroller;
    this.root.classList.add('hex');
    setAttributes(this.root, { role: 'grid', tabindex: 0, 'aria-label': 'Bytes', 'aria-readonly': 'true' });
    this.root.addEventListener('keydown', (event) => this.onKey(event));
    this.root.addEventListener('mousedown', (event) => this.onPointer(event.target));
    new ResizeObserver(() => this.fit()).observe(this.root);
  }

  setParts(parts: readonly DetailPart[], selected: number): void {
    this.parts = parts;
    this.stores = parts.map((part) => new ByteStore(this.bus, part, () => this.list.refresh()));
    this.mark = this.caret = undefined;
    this.rebuild();
    this.showPart(selected);
  }

  /** Puts a message's title at the top. */
  showPart(part: number): void {
    this.list.reveal(part <= 0 ? 0 : this.model.lineOf(part, 0) - 1, 'top');
  }

  /** Highlights a field's bytes and brings the first of them into view. */
  setMark(part: number, from: number, length: number, reveal: boolean): void {
    this.mark = { part, from, to: from + length };
    if (reveal) {
      this.caret = undefined;
      if (length > 0) this.list.reveal(this.model.lineOf(part, from), 'middle');
    }
    this.list.refresh();
  }

  clearMark(): void {
    this.mark = undefined;
    this.list.refresh();
  }

  private fit(): void {
    const bytesPerLine = this.root.clientWidth >= WIDE ? 16 : 8;
    if (bytesPerLine !== this.model.bytesPerLine) this.rebuild();
  }

  private rebuild(): void {
    const bytesPerLine = this.root.clientWidth >= WIDE ? 16 : 8;
    const sizes = this.parts.map(({ size }) => size);
    this.model = new HexModel(sizes, bytesPerLine);
    this.root.style.setProperty('--offset-digits', String(this.model.offsetDigits));
    this.list.setCount(this.model.lineCount);
    if (this.mark && this.mark.to > this.mark.from) this.list.reveal(this.model.lineOf(this.mark.part, this.mark.from));
  }

  private updateLine(row: HTMLElement, index: number): void {
    this.lines.get(row)!.update(this.model.line(index), {
      parts: this.parts,
      stores: this.stores,
      bytesPerLine: this.model.bytesPerLine,
      offsetDigits: this.model.offsetDigits,
      mark: this.mark,
      caret: this.caret,
    });
    row.setAttribute('aria-rowindex', String(index + 1));
  }

  private onPointer(target: EventTarget | null): void {
    const at = target instanceof HTMLElement ? target.dataset['at'] : undefined;
    if (!at) return;
    const [part, offset] = at.split(':').map(Number);
    this.select(part, offset);
  }

  private select(part: number, offset: number): void {
    this.caret = { part, offset };
    this.list.reveal(this.model.lineOf(part, offset));
    this.list.refresh();
    this.root.setAttribute('aria-activedescendant', `byte-${part}-${offset}`);
    this.events.selected(part, offset);
  }

  private onKey(event: KeyboardEvent): void {
    if (this.parts.length === 0 || event.altKey || event.ctrlKey || event.metaKey) return;
    const line = this.model.bytesPerLine;
    const page = line * Math.max(1, this.list.scroll.pageRows - 1);
    const steps: Record<string, number> = {
      ArrowRight: 1,
      ArrowLeft: -1,
      ArrowDown: line,
      ArrowUp: -line,
      PageDown: page,
      PageUp: -page,
      Home: -Infinity,
      End: Infinity,
    };
    const by = steps[event.key];
    if (by === undefined) return;
    event.preventDefault();
    event.stopPropagation();
    const from = this.caret ?? (this.mark ? { part: this.mark.part, offset: this.mark.from } : undefined);
    if (!from) this.select(0, 0);
    else if (Number.isFinite(by)) this.selectAt(this.model.move(from.part, from.offset, by));
    else this.select(from.part, by < 0 ? 0 : Math.max(0, this.parts[from.part].size - 1));
  }

  private selectAt(place: { part: number; offset: number }): void {
    this.select(place.part, place.offset);
  }
}
