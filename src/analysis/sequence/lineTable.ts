/** Kinds of lines as they stand in {@link LineTable}. */
export const LineCode = { EXCHANGE: 0, POST: 1, REPLY: 2, FOLD: 3, LINK: 4 } as const;

/** Words of a line. */
export const Column = {
  KIND: 0,
  /** Row of its first message. */
  FIRST: 1,
  /** Row of the last message, replies not counted. */
  LAST: 2,
  COUNT: 3,
  FROM: 4,
  TO: 5,
  /** Place in the list of fold kinds, -1. */
  FOLD: 6,
  /** Where its members begin in {@link LineTable.members}. */
  MEMBERS: 7,
  /** Row that names the opened fold around it, -1. */
  GROUP: 8,
  OPEN: 9,
  /** Place in the list of phases. */
  PHASE: 10,
} as const;
export type Column = (typeof Column)[keyof typeof Column];

const WORDS = 11;

/** A list of whole numbers that grows. */
export class IntList {
  private words = new Int32Array(256);
  length = 0;

  push(value: number): void {
    this.reserve(this.length + 1);
    this.words[this.length++] = value;
  }

  pushAll(values: readonly number[]): void {
    this.reserve(this.length + values.length);
    for (const value of values) this.words[this.length++] = value;
  }

  at(place: number): number {
    return this.words[place];
  }

  set(place: number, value: number): void {
    this.words[place] = value;
  }

  slice(from: number, to: number): Int32Array {
    return this.words.slice(from, to);
  }

  private reserve(length: number): void {
    if (length <= this.words.length) return;
    const larger = new Int32Array(Math.max(length, this.words.length * 2));
    larger.set(this.words);
    this.words = larger;
  }
}

/** The lines of a diagram in few words each: a session of a hundred thousand messages takes a few megabytes. */
export class LineTable {
  private readonly words = new IntList();
  /** Rows of the messages of folds, one fold after the other. */
  readonly members = new IntList();

  get length(): number {
    return this.words.length / WORDS;
  }

  get(line: number, column: Column): number {
    return this.words.at(line * WORDS + column);
  }

  set(line: number, column: Column, value: number): void {
    this.words.set(line * WORDS + column, value);
  }

  /** Adds a line; words that are not given are 0, `FOLD` and `GROUP` -1. Returns its place. */
  add(values: Partial<Record<Column, number>>): number {
    const line = this.length;
    for (let column = 0; column < WORDS; column++) {
      const unset = column === Column.FOLD || column === Column.GROUP ? -1 : 0;
      this.words.push(values[column as Column] ?? unset);
    }
    return line;
  }

  /** Rows of the messages of a fold, at most `most` from its beginning. */
  membersOf(line: number, most = Infinity): Int32Array {
    const from = this.get(line, Column.MEMBERS);
    return this.members.slice(from, from + Math.min(most, this.get(line, Column.COUNT)));
  }
}
