import type { Detail } from '../../src/extension/messages';
import type { Actions } from '../actions';
import { AskError, type Bus } from '../bus';
import { debounce, element, oncePerFrame, show } from '../dom';
import { openMenu } from '../layout/menu';
import { splitter } from '../layout/splitter';
import { Signal } from '../signal';
import type { ViewState } from '../state';
import { fieldNote, FieldTree, type FieldPlace } from './fieldTree';
import { heading } from './heading';
import { HexView } from './hexView';
import { LogLines } from './logLines';
import { MeaningLine } from './meaningLine';

/** The selected message: a sentence, its fields as a tree, its bytes, each linked to the other. */
export class DetailPane {
  readonly root = element('section', { class: 'detail', 'aria-label': 'Selected message' });
  /** What is shown; also tells the waterfall which message and which reply to mark. */
  readonly shown = new Signal<Detail | undefined>(undefined);
  private readonly head = element('div', { class: 'detail-top' });
  private readonly body = element('div', { class: 'detail-body' });
  private readonly hint = element('div', { class: 'hint' }, 'Select a message to see its fields and bytes.');
  private readonly note = element('div', { class: 'note' });
  private readonly meaning: MeaningLine;
  private readonly lines: LogLines;
  private readonly tree: FieldTree;
  private readonly hex: HexView;
  private readonly findField = debounce(30, (part: number, offset: number) => void this.showByte(part, offset));
  private selectedNode: FieldPlace | undefined;

  constructor(
    private readonly bus: Bus,
    private readonly state: ViewState,
    private readonly actions: Actions,
  ) {
    this.meaning = new MeaningLine(bus, state, actions);
    this.lines = new LogLines(bus);
    this.tree = new FieldTree(bus, {
      selected: (place) => this.onField(place),
      hovered: (node) => this.setNote(node ?? this.selectedNode?.node),
      menu: (place, x, y) => this.openMenu(place, x, y),
    });
    this.hex = new HexView(bus, { selected: (part, offset) => this.findField(part, offset) });
    const bar = splitter({
      label: 'Width of the bytes',
      orientation: 'vertical',
      value: () => Math.round(state.layout.value.hexShare * 100),
      min: () => 15,
      max: () => 75,
      fromPointer: (event) => {
        const box = this.body.getBoundingClientRect();
        return ((box.right - event.clientX) / box.width) * 100;
      },
      step: 3,
      initial: 44,
      growsForward: false,
      change: (value) => state.changeLayout({ hexShare: value / 100 }),
    });
    this.body.append(element('div', { class: 'tree-side' }, this.tree.root, this.note), bar.bar, this.hex.root);
    this.root.append(this.head, this.meaning.root, this.lines.root, this.hint, this.body);
    state.layout.follow(({ hexShare }) => {
      this.body.style.setProperty('--hex-share', String(hexShare));
      bar.update();
    });
    const load = oncePerFrame(() => void this.load());
    state.selection.follow(load);
    state.capture.onChange((capture, before) => {
      const id = this.shown.value?.connection ?? -1;
      if (capture.connections[id]?.serverName !== before.connections[id]?.serverName) this.drawHead();
    });
    this.clear();
  }

  focus(): void {
    if (this.shown.value) this.tree.focus();
  }

  /** Copies the selected field's value, or the message's name when no field is selected. */
  copyValue(): void {
    const detail = this.shown.value;
    const place = this.selectedNode;
    if (!detail) return;
    if (place) void this.actions.copy({ as: 'value', n: detail.parts[place.part].n, path: [...place.path] });
    else void this.actions.copy({ as: 'value', column: 'message' });
  }

  /** The message must be decoded again. */
  reload(): void {
    void this.load(true);
  }

  private async load(again = false): Promise<void> {
    const n = this.state.selection.value?.n;
    if (n === undefined) {
      this.clear();
      return;
    }
    const { shown } = this;
    const other = shown.value?.parts.some((part) => part.n === n);
    if (shown.value && other && !again) {
      this.present({ ...shown.value, n });
      return;
    }
    try {
      const detail = await this.bus.askNewest('detail', { n });
      if (detail) this.present(detail);
    } catch (error) {
      if (!(error instanceof AskError)) throw error;
      this.clear(error.message);
    }
  }

  private clear(text = 'Select a message to see its fields and bytes.'): void {
    this.shown.value = undefined;
    this.hint.textContent = text;
    show(this.hint, true);
    show(this.head, false);
    show(this.body, false);
    this.lines.clear();
  }

  private present(detail: Detail): void {
    const selected = Math.max(
      0,
      detail.parts.findIndex(({ n }) => n === detail.n),
    );
    const same = this.shown.value?.parts === detail.parts;
    this.shown.value = detail;
    show(this.hint, false);
    show(this.head, true);
    show(this.body, true);
    this.lines.present(detail);
    this.drawHead();
    if (same) {
      this.tree.showPart(selected);
      this.hex.showPart(selected);
      return;
    }
    this.selectedNode = undefined;
    this.setNote(undefined);
    this.tree.setParts(detail.parts, selected);
    this.hex.setParts(detail.parts, selected);
  }

  private drawHead(): void {
    const detail = this.shown.value;
    const showBytes = (part: number, offset: number, length: number): void =>
      this.hex.setMark(part, offset, length, true);
    if (detail) this.head.replaceChildren(heading(detail, this.state.capture.value, this.actions, showBytes));
  }

  private onField(place: FieldPlace | undefined): void {
    this.selectedNode = place;
    this.setNote(place?.node);
    if (place) this.hex.setMark(place.part, place.node.offset, place.node.length, true);
    else this.hex.clearMark();
  }

  private async showByte(part: number, offset: number): Promise<void> {
    const place = await this.tree.revealByte(part, offset);
    if (!place) return;
    this.selectedNode = place;
    this.setNote(place.node);
    this.hex.setMark(place.part, place.node.offset, place.node.length, false);
  }

  private setNote(node: FieldPlace['node'] | undefined): void {
    this.note.replaceChildren(
      node ? fieldNote(node) : element('span', { class: 'dim' }, 'Point at a field for what it means.'),
    );
  }

  private openMenu({ part, path, node }: FieldPlace, x: number, y: number): void {
    const n = this.shown.value?.parts[part].n;
    if (n === undefined) return;
    const field = { n, path: [...path] };
    openMenu(x, y, node.name, [
      { label: 'Copy Value', run: () => void this.actions.copy({ as: 'value', ...field }) },
      { label: 'Copy as JSON', run: () => void this.actions.copy({ as: 'json', ...field }) },
      { label: 'Copy as Hex', run: () => void this.actions.copy({ as: 'hex', ...field }) },
      { label: 'Copy as Filter', run: () => void this.actions.copy({ as: 'filter', ...field }) },
      '-',
      { label: 'Filter on This Value', run: () => void this.actions.filterFor(field, 'replace') },
      { label: 'And on This Value', run: () => void this.actions.filterFor(field, 'and') },
    ]);
  }
}
