import { hashNode, SlotSet } from '../../../analysis/history/hash';
import { NameHeap } from '../../../analysis/history/nameHeap';
import { WordTable } from '../../../analysis/history/wordTable';
import { encodeByteString } from '../../../xdr';
import type { NameRecord } from './nameRecord';
import type { TreeProblems } from './problems';

/** Numbers of folders plus 1; 0: none. */
const Word = { HIGH: 0, LOW: 1, PARENT: 2, NAME: 3, SERIAL: 4, CHILD: 5, SIBLING: 6, MARK: 7 } as const;
const SEEN = 1;
const CLIMBED = 2;
const SLASH = 0x2f;
const LONGEST_PATH = 16_384;
const DEEPEST = 1000;

/** The directories of history by nodes: all nodes that something lies in, and where they lie themselves. */
export class Folders {
  private readonly rows = new WordTable(8);
  private readonly names = new NameHeap();
  private readonly known = new SlotSet();
  private root = -1;
  private firstDot = { folder: -1, serial: Infinity };
  private firstParent = { folder: -1, serial: Infinity };

  constructor(private readonly problems: TreeProblems) {}

  get count(): number {
    return this.rows.count;
  }

  /** First pass over all names: which nodes are directories. */
  learn(high: number, low: number, name: NameRecord): void {
    const folder = this.add(name.parentHigh, name.parentLow);
    if (name.serial < this.firstParent.serial) this.firstParent = { folder, serial: name.serial };
    if (!name.isDot) return;
    const self = this.add(high, low);
    if (name.serial < this.firstDot.serial) this.firstDot = { folder: self, serial: name.serial };
  }

  /** Second pass: where they lie. What was told first counts. */
  place(high: number, low: number, name: NameRecord): void {
    if (name.isDot || name.isDotDot) return;
    const folder = this.find(high, low);
    if (folder < 0) return;
    const { rows } = this;
    const parent = this.find(name.parentHigh, name.parentLow);
    const before = rows.get(folder, Word.PARENT);
    if (before !== 0) {
      if (before - 1 !== parent || !this.names.equals(rows.get(folder, Word.NAME), name.bytes, name.from, name.to))
        this.problems.note('second-parent');
      if (rows.get(folder, Word.SERIAL) <= name.serial) return;
    }
    rows.set(folder, Word.PARENT, parent + 1);
    rows.set(folder, Word.NAME, this.names.add(name.bytes, name.from, name.to));
    rows.set(folder, Word.SERIAL, name.serial);
  }

  /** Finds the root, and hangs on it what hangs on nothing. */
  settle(): void {
    const { rows } = this;
    if (this.count === 0) return;
    this.root = this.findRoot();
    rows.set(this.root, Word.PARENT, 0);
    for (let folder = 0; folder < this.count; folder++) if (rows.get(folder, Word.PARENT) !== 0) this.hang(folder);
    this.mark(this.root);
    for (let folder = 0; folder < this.count; folder++) {
      if (rows.get(folder, Word.MARK) === SEEN) continue;
      const top = this.climb(folder);
      this.problems.note(rows.get(top, Word.PARENT) === 0 ? 'orphan' : 'cycle');
      rows.set(top, Word.PARENT, this.root + 1);
      const name = namelessName(rows.get(top, Word.HIGH), rows.get(top, Word.LOW));
      rows.set(top, Word.NAME, this.names.add(name, 0, name.length));
      this.mark(top);
    }
  }

  /** @returns -1 when the node is no directory */
  find(high: number, low: number): number {
    for (let folder = this.known.find(hashNode(high, low)); folder >= 0; folder = this.known.next())
      if (this.rows.get(folder, Word.LOW) === low && this.rows.get(folder, Word.HIGH) === high) return folder;
    return -1;
  }

  isRoot(folder: number): boolean {
    return folder === this.root;
  }

  /** Its path, without a slash at either end; undefined when that is too long or too deep. */
  path(folder: number): Uint8Array | undefined {
    const { rows, names } = this;
    const way: number[] = [];
    let length = -1;
    for (let at = folder; at !== this.root; at = rows.get(at, Word.PARENT) - 1) {
      length += names.length(rows.get(at, Word.NAME)) + 1;
      if (way.push(at) > DEEPEST || length > LONGEST_PATH) return undefined;
    }
    const path = new Uint8Array(Math.max(0, length));
    let to = 0;
    for (const at of way.reverse()) {
      if (to > 0) path[to++] = SLASH;
      const name = names.locate(rows.get(at, Word.NAME));
      path.set(name.bytes.subarray(name.from, name.to), to);
      to += name.to - name.from;
    }
    return path;
  }

  private add(high: number, low: number): number {
    const known = this.find(high, low);
    if (known >= 0) return known;
    const folder = this.rows.add();
    this.rows.setPair(folder, Word.HIGH, high, low);
    this.known.put(folder);
    return folder;
  }

  /** The directory without a name when there is but one; else that of the first ".", else that of the first entry. */
  private findRoot(): number {
    const { firstDot, firstParent } = this;
    const nameless: number[] = [];
    for (let folder = 0; folder < this.count && nameless.length < 2; folder++)
      if (this.rows.get(folder, Word.PARENT) === 0) nameless.push(folder);
    if (nameless.length === 1) return nameless[0];
    return firstDot.folder >= 0 ? firstDot.folder : firstParent.folder;
  }

  private hang(folder: number): void {
    const { rows } = this;
    const parent = rows.get(folder, Word.PARENT) - 1;
    rows.set(folder, Word.SIBLING, rows.get(parent, Word.CHILD));
    rows.set(parent, Word.CHILD, folder + 1);
  }

  /** Marks all that hangs on a directory. */
  private mark(top: number): void {
    const { rows } = this;
    const waiting = [top];
    for (let folder = waiting.pop(); folder !== undefined; folder = waiting.pop()) {
      if (rows.get(folder, Word.MARK) === SEEN) continue;
      rows.set(folder, Word.MARK, SEEN);
      for (let child = rows.get(folder, Word.CHILD); child !== 0; child = rows.get(child - 1, Word.SIBLING))
        waiting.push(child - 1);
    }
  }

  /** The directory without a name that this one lies below, or one of the circle that it lies in. */
  private climb(from: number): number {
    const { rows } = this;
    let at = from;
    for (;;) {
      rows.set(at, Word.MARK, CLIMBED);
      const above = rows.get(at, Word.PARENT) - 1;
      if (above < 0 || rows.get(above, Word.MARK) === CLIMBED) return at;
      at = above;
    }
  }
}

/** What stands for the name of a node that has none. */
export function namelessName(high: number, low: number): Uint8Array {
  return encodeByteString(`(no name) node ${(BigInt(high) << 32n) | BigInt(low)}`);
}
