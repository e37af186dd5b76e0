import type { CaptureState, ColumnId, FindingMark, Row, Severity, TimeMode } from '../../src/extension/messages';
import { element, setAttributes, setClass, setText, show } from '../dom';
import { clockText, countText, dateText, durationText, relativeText, secondsText, shortName } from '../format';
import { icon, setIcon, type IconName } from '../icons';
import { interfaceLabel } from '../interfaces';
import type { Column } from './columns';
import { directionText, endpointsText } from './connectionText';

export interface RowContext {
  capture: CaptureState;
  columns: readonly Column[];
  timeMode: TimeMode;
  exchanges: boolean;
  digits: number;
  /** The finding at the row's message, or at the reply folded into it. */
  mark?: FindingMark;
}

/** Latencies from here on are shown as slow. */
const SLOW = 1;

const GLYPHS: Record<Row['kind'], { icon: IconName; text: string }> = {
  request: { icon: 'toServer', text: 'request' },
  reply: { icon: 'toDma', text: 'reply' },
  post: { icon: 'post', text: 'post' },
};

const FINDINGS: Record<Severity, { icon: IconName; name: string }> = {
  error: { icon: 'error', name: 'Error' },
  warning: { icon: 'warning', name: 'Warning' },
  note: { icon: 'note', name: 'Note' },
};
const SEVERITIES = Object.keys(FINDINGS) as Severity[];

interface Cell {
  root: HTMLElement;
  icon: SVGSVGElement;
  text: HTMLElement;
  note: HTMLElement;
}

/** The DOM of one table row, made once and filled for many messages. */
export class RowView {
  readonly root = element('div', { class: 'row', role: 'row' });
  private readonly cells = new Map<ColumnId, Cell>();
  private shape = '';

  /** Fills the row. Without a message it stands there as a placeholder until the message has come. */
  update(index: number, row: Row | undefined, selected: boolean, context: RowContext): void {
    this.arrange(context.columns);
    const state = row ? `if-${row.interface}${row.result?.failed ? ' failed' : ''}` : 'waiting';
    setClass(this.root, `row ${state} kind-${row?.kind ?? 'none'}${selected ? ' selected' : ''}`);
    setAttributes(this.root, { 'aria-rowindex': index + 2, 'aria-selected': selected ? 'true' : 'false' });
    this.root.id = `row-${index}`;
    for (const column of context.columns) {
      const cell = this.cells.get(column.id)!;
      if (row) fill[column.id](cell, row, context);
      else put(cell, column.id === 'message' ? 'loading…' : '');
    }
  }

  private arrange(columns: readonly Column[]): void {
    const shape = columns.map((column) => column.id).join();
    if (shape === this.shape) return;
    this.shape = shape;
    this.cells.clear();
    for (const [position, { id, align }] of columns.entries()) {
      const cell: Cell = {
        root: element('div', {
          class: `cell cell-${id}${align ? ' end' : ''}`,
          role: 'gridcell',
          'aria-colindex': position + 1,
        }),
        icon: icon('error'),
        text: element('span', { class: 'cell-text' }),
        note: element('span', { class: 'cell-note' }),
      };
      cell.root.append(cell.icon, cell.text, cell.note);
      this.cells.set(id, cell);
    }
    this.root.replaceChildren(...[...this.cells.values()].map((cell) => cell.root));
  }
}

/** Sets a cell's text, with an icon before it and a dimmer note after it. */
function put(cell: Cell, text: string, sign?: IconName, note = '', title = ''): void {
  setText(cell.text, text);
  setText(cell.note, note);
  show(cell.note, note !== '');
  if (sign) setIcon(cell.icon, sign);
  cell.icon.classList.toggle('hidden', !sign);
  setAttributes(cell.root, { title: title || undefined });
}

type Fill = (cell: Cell, row: Row, context: RowContext) => void;

const fill: Record<ColumnId, Fill> = {
  n(cell, row, { mark }) {
    const kind = mark && FINDINGS[mark.severity];
    const more = mark && mark.count > 1 ? `\n${mark.count - 1} more: see the Findings tab` : '';
    for (const severity of SEVERITIES) cell.root.classList.toggle(`found-${severity}`, mark?.severity === severity);
    put(cell, countText(row.n), kind?.icon, '', mark ? `${kind?.name}: ${mark.text}${more}` : '');
  },
  time(cell, row, { capture, timeMode, digits }) {
    const { start } = capture;
    const title = start ? dateText(start, row.seconds) : '';
    if (timeMode === 'absolute' && start) put(cell, clockText(start, row.seconds), undefined, '', title);
    else if (timeMode === 'delta') put(cell, deltaText(row, digits), undefined, '', title);
    else put(cell, relativeText(row.seconds, digits), undefined, '', title);
  },
  delta: (cell, row, { digits }) => put(cell, deltaText(row, digits)),
  connection(cell, row, { capture }) {
    const connection = capture.connections[row.connection];
    const text = connection ? directionText(connection, row.direction) : '';
    const number = capture.connections.length > 1 ? `${row.connection + 1}` : '';
    put(
      cell,
      text,
      undefined,
      number,
      connection ? `Connection ${row.connection + 1}: ${endpointsText(connection)}` : '',
    );
  },
  direction(cell, row) {
    const glyph = GLYPHS[row.kind];
    const way = row.direction === 'dma>server' ? 'to the server' : 'to the DMA';
    put(cell, way, glyph.icon, '', `${glyph.text} ${way}, ${interfaceLabel(row.interface)} interface`);
  },
  message: (cell, row) => put(cell, shortName(row.message)),
  kind: (cell, row) => put(cell, GLYPHS[row.kind].text),
  sequence(cell, row) {
    const re = row.kind === 'reply' ? `re ${row.replySequence}` : '';
    const title = re ? `Message ${row.sequence} of its sender, replies to ${row.replySequence}` : '';
    put(cell, String(row.sequence), undefined, re, title);
  },
  result(cell, row, { exchanges }) {
    const result = exchanges && row.reply ? row.reply.result : row.result;
    const missing = row.unanswered && !row.reply;
    cell.root.classList.toggle('bad', Boolean(result?.failed));
    cell.root.classList.toggle('warn', Boolean(missing));
    if (missing && !result) put(cell, 'no reply', 'warning', '', 'The reply is not in this capture');
    else put(cell, result?.text ?? '', result?.failed ? 'error' : undefined);
  },
  latency(cell, row, { exchanges }) {
    const latency = exchanges && row.reply ? row.reply.latency : row.latency;
    cell.root.classList.toggle('warn', latency !== undefined && latency >= SLOW);
    put(cell, latency === undefined ? '' : durationText(latency));
  },
  summary(cell, row, { exchanges }) {
    const reply = exchanges ? row.reply : undefined;
    const problem = row.problem ?? reply?.problem;
    const summary = [row.summary, reply?.summary].filter(Boolean).join(' ⇒ ');
    cell.root.classList.toggle('warn', problem !== undefined);
    const title = [problem, summary].filter(Boolean).join('\n');
    const mark = [row.mark, reply?.mark].filter(Boolean).join('; ');
    cell.root.classList.toggle('marked', mark !== '');
    if (mark) put(cell, mark, 'mark', [problem, summary].filter(Boolean).join(' · '), [mark, title].join('\n'));
    else if (problem !== undefined) put(cell, problem, 'warning', summary, title);
    else put(cell, summary, undefined, '', title);
  },
};

function deltaText(row: Row, digits: number): string {
  return row.delta === undefined ? '' : secondsText(row.delta, digits);
}
