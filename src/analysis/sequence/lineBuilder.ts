import { bodyOf } from '../connections';
import type { AnalysisSource } from '../analysis';
import type { Job } from '../jobs/model';
import { DMA, type Lifelines } from './lifelines';
import { Column, LineCode, LineTable } from './lineTable';
import { Code, floodOf, isSeekStep, isStart, repeats } from './messageClass';
import { FOLD_KINDS, type FoldKind, type Unfold } from './model';
import { PhaseTracker } from './phases';

/** Bodies of log messages that are read to find errors and warnings among them, which are never folded. */
const MAX_LOGS_READ = 2000;
const LOG_ERROR = 2;
/** Bars of the data connection that are drawn. */
const MAX_LINKS = 1000;
/** A recovery with more pauses than this goes from file to file; one with fewer goes from tape to tape. */
const MANY_PAUSES = 8;

interface Gathered {
  fold: FoldKind;
  rows: number[];
  from: number;
  to: number;
  phase: number;
}

/** The lines of a job, each message in one of them. */
export interface BuiltLines {
  table: LineTable;
  /** Line of each row from `firstRow` on, -1 for rows of other jobs. */
  lineOf: Int32Array;
  firstRow: number;
  /** Messages in the lines, requests and replies counted once each. */
  messages: number;
}

/** Walks over a job's rows once and makes its lines; bodies are read of log messages alone. */
export class LineBuilder {
  private readonly table = new LineTable();
  private readonly lineOf: Int32Array;
  private readonly floods = new Map<string, Gathered>();
  private repeat: (Gathered & { code: number }) | undefined;
  private readonly kinds: ReadonlySet<FoldKind>;
  private readonly opened: ReadonlySet<number>;
  private readonly phases: PhaseTracker;
  private readonly inJob: (row: number) => boolean;
  /** Whether this recovery seeks so often that its pauses are folded with its reads. */
  private readonly seeks: boolean;
  private messages = 0;
  private logsRead = 0;
  private links = 0;

  constructor(
    private readonly source: AnalysisSource,
    private readonly job: Job,
    private readonly lifelines: Lifelines,
    unfold: Unfold,
  ) {
    this.lineOf = new Int32Array(Math.max(0, job.lastRow - job.firstRow + 1)).fill(-1);
    this.kinds = new Set(unfold.kinds);
    this.opened = new Set(unfold.ids);
    this.phases = new PhaseTracker(job);
    this.inJob = rowTest(source, job);
    this.seeks = this.countPauses() > MANY_PAUSES;
  }

  /** Pauses of movers, as many as matter. */
  private countPauses(): number {
    const { index } = this.source;
    let pauses = 0;
    for (let row = Math.max(this.job.startRow, this.job.firstRow); row <= this.job.lastRow; row++) {
      if (index.code(row) === Code.MOVER_PAUSED && this.inJob(row) && ++pauses > MANY_PAUSES) break;
    }
    return pauses;
  }

  build(): BuiltLines {
    const { index } = this.source;
    const { firstRow } = this.job;
    for (let row = firstRow; row <= this.job.lastRow && row < index.count; row++) {
      if (!this.inJob(row)) continue;
      this.messages++;
      const pair = index.pair(row);
      if (index.kind(row) !== 'reply' || pair < 0 || !this.inJob(pair)) this.take(row);
    }
    this.flush();
    this.placeReplies();
    return { table: this.table, lineOf: this.lineOf, firstRow, messages: this.messages };
  }

  private take(row: number): void {
    const { index } = this.source;
    const code = index.code(row);
    const kind = index.kind(row);
    const connection = index.connection(row);
    const phase = this.phases.next(row, code, kind, connection);
    const server = this.lifelines.serverOf.get(connection) ?? DMA;
    const [from, to] = index.fromServer(row) ? [server, DMA] : [DMA, server];
    const flood = this.seeks && row > this.job.startRow && isSeekStep(code) ? 'reads' : floodOf(code, kind);
    if (flood !== undefined && !this.kinds.has(flood) && !this.standsOut(row, code)) {
      this.gather(row, { fold: flood, from, to, phase, rows: [] });
      return;
    }
    if (this.floods.size > 0) this.flush();
    const { repeat } = this;
    if (repeats(code, kind) && !this.kinds.has('repeats') && !this.isMarked(row)) {
      if (repeat?.code === code && repeat.to === to && repeat.phase === phase) repeat.rows.push(row);
      else {
        this.flush();
        this.repeat = { code, fold: 'repeats', rows: [row], from, to, phase };
      }
      return;
    }
    this.flush();
    this.single(row, from, to, phase, -1);
    if (this.startsTransfer(row, code)) this.link(row, phase);
  }

  /** What a tap did something with. */
  private isMarked(row: number): boolean {
    const { marks } = this.source.index;
    if (marks.all.size === 0) return false;
    const pair = this.source.index.pair(row);
    return marks.of(row).length > 0 || (pair >= 0 && marks.of(pair).length > 0);
  }

  /** Errors and warnings of the server are lines of their own, and what a tap did something with. */
  private standsOut(row: number, code: number): boolean {
    if (this.isMarked(row)) return true;
    if (code !== Code.LOG_MESSAGE || this.logsRead >= MAX_LOGS_READ) return false;
    this.logsRead++;
    return Number(bodyOf(this.source, row).log_type) >= LOG_ERROR;
  }

  private gather(row: number, into: Gathered): void {
    const key = `${into.fold} ${into.from} ${into.to}`;
    const known = this.floods.get(key);
    if (known) known.rows.push(row);
    else this.floods.set(key, { ...into, rows: [row] });
  }

  /** Writes what was gathered, in the order in which it began. */
  private flush(): void {
    if (this.repeat) this.group(this.repeat);
    this.repeat = undefined;
    for (const each of this.floods.values()) this.group(each);
    this.floods.clear();
  }

  private group({ fold, rows, from, to, phase }: Gathered): void {
    if (rows.length === 1) {
      this.single(rows[0], from, to, phase, -1);
      return;
    }
    const open = this.opened.has(rows[0]);
    const line = this.table.add({
      [Column.KIND]: LineCode.FOLD,
      [Column.FIRST]: rows[0],
      [Column.LAST]: rows[rows.length - 1],
      [Column.COUNT]: rows.length,
      [Column.FROM]: from,
      [Column.TO]: to,
      [Column.FOLD]: FOLD_KINDS.indexOf(fold),
      [Column.MEMBERS]: this.table.members.length,
      [Column.OPEN]: open ? 1 : 0,
      [Column.PHASE]: phase,
    });
    this.table.members.pushAll(rows);
    for (const row of rows) {
      if (open) this.single(row, from, to, phase, rows[0]);
      else this.lineOf[row - this.job.firstRow] = line;
    }
  }

  private single(row: number, from: number, to: number, phase: number, group: number): void {
    const kind = this.source.index.kind(row);
    this.lineOf[row - this.job.firstRow] = this.table.add({
      [Column.KIND]: kind === 'request' ? LineCode.EXCHANGE : kind === 'post' ? LineCode.POST : LineCode.REPLY,
      [Column.FIRST]: row,
      [Column.LAST]: row,
      [Column.COUNT]: 1,
      [Column.FROM]: from,
      [Column.TO]: to,
      [Column.GROUP]: group,
      [Column.PHASE]: phase,
    });
  }

  /** Whether this request was granted and lets bytes run over the data connection. */
  private startsTransfer(row: number, code: number): boolean {
    const { index } = this.source;
    const { job } = this;
    if (this.lifelines.link.data < 0 && this.lifelines.link.mover < 0) return false;
    const begins =
      job.operation === 'copy' ? code === Code.MOVER_READ : isStart(code) && (job.startRow < 0 || row === job.startRow);
    const goesOn = code === Code.MOVER_CONTINUE && job.startRow >= 0 && row > job.startRow;
    if (job.operation === 'session' || (!begins && !goesOn)) return false;
    const reply = index.kind(row) === 'reply' ? row : index.pair(row);
    return reply < 0 || (index.headerError(reply) === 0 && index.bodyError(reply) <= 0);
  }

  private link(row: number, phase: number): void {
    if (++this.links > MAX_LINKS) return;
    const { data, mover } = this.lifelines.link;
    this.table.add({
      [Column.KIND]: LineCode.LINK,
      [Column.FIRST]: row,
      [Column.LAST]: row,
      [Column.FROM]: data < 0 ? mover : data,
      [Column.TO]: mover < 0 ? data : mover,
      [Column.PHASE]: phase,
    });
  }

  /** A reply stands in the line of its request. */
  private placeReplies(): void {
    const { index } = this.source;
    const { firstRow } = this.job;
    for (let at = 0; at < this.lineOf.length; at++) {
      const pair = this.lineOf[at] < 0 ? -1 : index.pair(firstRow + at);
      if (pair >= firstRow && pair - firstRow < this.lineOf.length && this.lineOf[pair - firstRow] < 0) {
        this.lineOf[pair - firstRow] = this.lineOf[at];
      }
    }
  }
}

/** Whether a row belongs to a job. A connection may have several stretches in it. */
function rowTest({ index }: AnalysisSource, job: Job): (row: number) => boolean {
  const spans = new Map<number, [from: number, to: number][]>();
  for (const { connection, fromRow, toRow } of job.spans) {
    spans.set(connection, [...(spans.get(connection) ?? []), [fromRow, toRow]]);
  }
  return (row) => {
    const list = spans.get(index.connection(row));
    return list !== undefined && list.some(([from, to]) => row >= from && row <= to);
  };
}
