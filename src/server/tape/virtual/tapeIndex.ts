import { bytesOnTape } from './layout';

/** Objects of one kind that stand one behind the other: records of the same length, or file marks. */
export interface Run {
  /** How many. */
  count: number;
  /** Bytes of each record; 0: file marks. */
  length: number;
}

/** What stands at a place of the tape: `count` objects like this follow one another from here, the first at `offset`. */
export interface Stretch extends Run {
  /** Bytes from the beginning of the data file. */
  offset: number;
}

const COLUMNS = 5;
const COUNT = 0;
const LENGTH = 1;
/** Bytes before the run. */
const OFFSET = 2;
/** Records and marks before the run. */
const OBJECT = 3;
/** Marks before the run. */
const MARK = 4;

/**
 * Where everything stands on a tape, by runs, so that a terabyte of records of one size is a few numbers and no movement
 * of the tape has to read. Places are counted in objects (records and file marks together) from the beginning.
 */
export class TapeIndex {
  private columns = new Float64Array(64 * COLUMNS);
  private used = 0;
  /** Records and marks on the tape. */
  objects = 0;
  /** Bytes of all of them. */
  bytes = 0;
  /** File marks among them. */
  marks = 0;

  get runs(): number {
    return this.used;
  }

  runAt(index: number): Run {
    return { count: this.value(index, COUNT), length: this.value(index, LENGTH) };
  }

  /** Adds records of `length` bytes, or file marks when it is 0, behind everything. */
  append(length: number, count: number): void {
    if (count === 0) return;
    const last = this.used - 1;
    if (last >= 0 && this.value(last, LENGTH) === length) {
      this.columns[last * COLUMNS + COUNT] += count;
    } else {
      this.makeRoom();
      this.columns.set([count, length, this.bytes, this.objects, this.marks], this.used * COLUMNS);
      this.used++;
    }
    this.objects += count;
    this.bytes += count * bytesOnTape(length);
    if (length === 0) this.marks += count;
  }

  /** Forgets everything from `object` on. */
  truncate(object: number): void {
    if (object >= this.objects) return;
    const run = this.runOf(object);
    const kept = object - this.value(run, OBJECT);
    const length = this.value(run, LENGTH);
    this.objects = object;
    this.bytes = this.value(run, OFFSET) + kept * bytesOnTape(length);
    this.marks = this.value(run, MARK) + (length === 0 ? kept : 0);
    this.columns[run * COLUMNS + COUNT] = kept;
    this.used = kept === 0 ? run : run + 1;
  }

  /** What stands behind a place; undefined at the end of the data. */
  from(object: number): Stretch | undefined {
    if (object >= this.objects) return undefined;
    const run = this.runOf(object);
    const within = object - this.value(run, OBJECT);
    const length = this.value(run, LENGTH);
    return {
      count: this.value(run, COUNT) - within,
      length,
      offset: this.value(run, OFFSET) + within * bytesOnTape(length),
    };
  }

  /** Bytes before a place. */
  offsetOf(object: number): number {
    return this.from(object)?.offset ?? this.bytes;
  }

  /** File marks before a place. */
  marksBefore(object: number): number {
    if (object >= this.objects) return this.marks;
    const run = this.runOf(object);
    const within = this.value(run, LENGTH) === 0 ? object - this.value(run, OBJECT) : 0;
    return this.value(run, MARK) + within;
  }

  /** The place before a file mark, which are counted from 0; undefined when there are not so many. */
  placeOfMark(mark: number): number | undefined {
    if (mark < 0 || mark >= this.marks) return undefined;
    // the last run with no more than `mark` marks before it whose own marks reach it
    const run = this.lastRun((index) => this.value(index, MARK) <= mark);
    return this.value(run, OBJECT) + (mark - this.value(run, MARK));
  }

  /** The place behind the last file mark before `object`; the beginning of the tape when there is none. */
  startOfFile(object: number): number {
    const mark = this.placeOfMark(this.marksBefore(object) - 1);
    return mark === undefined ? 0 : mark + 1;
  }

  private runOf(object: number): number {
    return this.lastRun((index) => this.value(index, OBJECT) <= object);
  }

  /** The last run for which a condition holds that holds for the first and up to some run only. */
  private lastRun(holds: (index: number) => boolean): number {
    let low = 0;
    let high = this.used - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (holds(middle)) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  private value(run: number, column: number): number {
    return this.columns[run * COLUMNS + column];
  }

  private makeRoom(): void {
    if ((this.used + 1) * COLUMNS <= this.columns.length) return;
    const larger = new Float64Array(this.columns.length * 2);
    larger.set(this.columns);
    this.columns = larger;
  }
}
