import { markText } from '../../analysis/markText';
import type { MessageSource, MessageView } from '../../analysis/messageView';
import { escapeText } from '../../protocol';
import { latencySeconds } from '../../session/messageTimes';
import type { Style } from '../terminal/style';
import { span, utcText } from '../terminal/text';
import type { Column } from './columns';
import { Grid, type GridCell, type GridColumn } from './grid';
import type { RowWriter } from './rowWriter';

const defaultColumns: readonly GridColumn[] = [
  { title: '#', align: 'right', width: 5 },
  { title: 'time', align: 'right', width: 10 },
  { title: 'conn', align: 'right', width: 4, spare: 2 },
  { title: '', align: 'left', width: 1, spare: 1 },
  { title: 'kind', align: 'left', width: 7, spare: 3 },
  { title: 'message', align: 'left', width: 24 },
  { title: 'seq', align: 'right', width: 5, spare: 4 },
  { title: 'latency', align: 'right', width: 8, spare: 5 },
  { title: 'info', align: 'left', width: 20 },
];

/** Rows for people: errors by name, a line about the body, cut to the terminal's width. */
export class TableWriter implements RowWriter {
  private grid: Grid;

  constructor(
    private readonly style: Style,
    private readonly width: number | undefined,
    private readonly columns: readonly Column[] | undefined,
  ) {
    this.grid = this.newGrid();
  }

  private newGrid(): Grid {
    const wanted = this.columns?.map(({ name, align }) => ({ title: name, align, width: 4 }));
    return new Grid(wanted ?? defaultColumns, this.width);
  }

  head({ index }: MessageSource, title: string | undefined): string[] {
    this.grid = this.newGrid();
    const name = title === undefined ? [] : [this.style.heading(escapeText(title))];
    const start = utcText(index.startSeconds, index.startNanos);
    const times = this.columns === undefined ? [this.style.quiet(`Times are seconds since ${start} UTC.`)] : [];
    return [...name, ...times, this.style.heading(this.grid.head())];
  }

  row(view: MessageView): string {
    const { columns } = this;
    const cells =
      columns === undefined ? this.cells(view) : columns.map((column) => ({ text: escapeText(column.text(view)) }));
    return this.grid.row(cells);
  }

  private cells(view: MessageView): GridCell[] {
    const { index, row } = view;
    const kind = index.kind(row);
    const latency = latencySeconds(index, row);
    const paint = kind === 'post' ? this.style.quiet : undefined;
    return [
      { text: String(row + 1), paint: this.style.quiet },
      { text: relativeText(view) },
      { text: String(index.connection(row) + 1) },
      { text: index.fromServer(row) ? '←' : '→' },
      { text: kind, paint },
      { text: view.message.replace(/^NDMP_/, ''), paint },
      { text: String(index.sequence(row)), paint: this.style.quiet },
      { text: latency === undefined ? '' : span(latency) },
      this.info(view),
    ];
  }

  /** Errors first, then what is wrong with the message, else what its body says. */
  private info(view: MessageView): GridCell {
    const { errors, problems, marks } = view;
    const notes = [...marks.map(markText).map((mark) => `[${mark}]`), ...problems.map((problem) => `(${problem})`)];
    const text = [errors.join(', '), ...notes, view.summary].filter((part) => part !== '');
    const paint = errors.length > 0 ? this.style.error : notes.length > 0 ? this.style.warning : undefined;
    return { text: text.map(escapeText).join('  '), paint };
  }
}

/** Seconds since the first message with the capture's digits; exact also where the clock goes back. */
function relativeText({ index, row }: MessageView): string {
  let seconds = index.seconds(row) - index.startSeconds;
  let nanos = index.nanos(row) - index.startNanos;
  const negative = seconds < 0 || (seconds === 0 && nanos < 0);
  if (negative) {
    [seconds, nanos] = [-seconds, -nanos];
  }
  if (nanos < 0) {
    seconds -= 1;
    nanos += 1e9;
  }
  const digits = index.digits(row);
  const fraction = digits === 0 ? '' : `.${String(nanos).padStart(9, '0').slice(0, digits)}`;
  return `${negative ? '-' : ''}${seconds}${fraction}`;
}
