import type { MessageMeaning, Row } from '../../src/extension/messages';
import type { Bus } from '../bus';
import { debounce } from '../dom';
import { shortName } from '../format';
import { hideTooltip, showTooltip, type TooltipLine } from '../layout/tooltip';

const DELAY = 450;
/** Columns whose cells are explained; the others have a title or say all there is. */
const EXPLAINED = '.cell-message, .cell-result';

/** Explains message, error and states beside the pointer when it rests on a row's message or result. */
export class RowHover {
  private pointed: Element | undefined;
  private readonly ask = debounce(DELAY, (row: Row, x: number, y: number) => void this.show(row, x, y));

  /** @param rowAt the message of the row that holds an element, when it is loaded */
  constructor(
    private readonly bus: Bus,
    table: HTMLElement,
    rowAt: (target: Element) => Row | undefined,
  ) {
    table.addEventListener('pointermove', (event) => {
      const cell = event.target instanceof Element ? event.target.closest(EXPLAINED) : null;
      if (cell === this.pointed) return;
      this.end();
      const row = cell && rowAt(cell);
      if (!cell || !row || event.buttons !== 0) return;
      this.pointed = cell;
      this.ask(row, event.clientX, event.clientY);
    });
    for (const event of ['pointerleave', 'pointerdown', 'scroll', 'keydown'] as const)
      table.addEventListener(event, () => this.end(), { passive: true });
  }

  private end(): void {
    if (!this.pointed) return;
    this.pointed = undefined;
    this.ask.cancel();
    this.bus.drop('hover');
    hideTooltip();
  }

  private async show(row: Row, x: number, y: number): Promise<void> {
    const cell = this.pointed;
    const meaning = await this.bus.askNewest('meaning', { row: row.n - 1 }, 'hover').catch(() => undefined);
    if (meaning && cell && this.pointed === cell) showTooltip(x, y, hoverLines(row, meaning));
  }
}

/** What a hover says of a message. */
export function hoverLines(row: Row, meaning: MessageMeaning): TooltipLine[] {
  const lines: TooltipLine[] = [
    { text: shortName(row.message), class: 'strong', interface: row.interface },
    { text: meaning.doc },
  ];
  if (meaning.errorDoc !== undefined && row.result)
    lines.push({ text: `${row.result.text}: ${meaning.errorDoc}`, class: 'bad' });
  for (const { name, text, severity } of meaning.findings.slice(0, 3))
    lines.push({ text: `${name}: ${text}`, class: severity === 'error' ? 'bad' : undefined });
  for (const { machine, state, reason, doc, changed } of meaning.states) {
    if (state === 'UNKNOWN') continue;
    const why = reason ? ` (${reason})` : '';
    const verb = changed ? 'becomes' : 'is';
    lines.push({
      text: `${machine === 'data' ? 'Data server' : 'Mover'} ${verb} ${state}${why}. ${doc}`,
      class: 'dim',
    });
  }
  for (const { id, title } of meaning.jobs.slice(0, 2)) lines.push({ text: `Job ${id + 1}: ${title}`, class: 'dim' });
  return lines;
}
