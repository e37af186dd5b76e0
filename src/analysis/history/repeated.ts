import { hashBytes } from './hash';
import { BY_PATH, DirectoryWord, LinkWord, ObjectWord, ROW_MASK, type TreeTables } from './treeTables';
import type { ProblemLog } from './problems';

/** Words that make up an object's attributes. */
const ATTRIBUTES = [
  ObjectWord.NODE,
  ObjectWord.NODE + 1,
  ObjectWord.SIZE,
  ObjectWord.SIZE + 1,
  ObjectWord.POSITION,
  ObjectWord.POSITION + 1,
  ObjectWord.MTIME,
  ObjectWord.KIND,
  ObjectWord.ROW,
] as const;

/**
 * Finds names that a directory has twice, directory by directory: what is compared lies close together then, which a table
 * of all names would not. Repetitions are taken out of the list of children.
 */
export class Repetitions {
  /** Hash and link plus 1, one behind the other. */
  private slots = new Uint32Array(1024);
  private mask = 0;

  constructor(
    private readonly tables: TreeTables,
    private readonly problems: ProblemLog,
  ) {}

  /** @returns the children that are left; the directories' words say where */
  takeOut(children: Uint32Array): Uint32Array {
    const { directories } = this.tables;
    let kept = 0;
    for (let directory = 0; directory < directories.count; directory++) {
      const first = directories.get(directory, DirectoryWord.FIRST);
      const count = directories.get(directory, DirectoryWord.COUNT);
      const from = kept;
      this.begin(count);
      for (let i = first; i < first + count; i++) {
        const link = children[i];
        if (count === 1 || this.isKept(link)) children[kept++] = link;
      }
      directories.set(directory, DirectoryWord.FIRST, from);
      directories.set(directory, DirectoryWord.COUNT, kept - from);
    }
    return kept === children.length ? children : children.slice(0, kept);
  }

  /** Bytes of memory taken beside the children. */
  get bytes(): number {
    return this.slots.length * 4;
  }

  /** Makes room for the names of one directory. */
  private begin(count: number): void {
    if (count < 2) return;
    let size = 4;
    while (size < count * 3) size *= 2;
    if (this.slots.length < size) this.slots = new Uint32Array(size);
    else this.slots.fill(0, 0, size);
    this.mask = size / 2 - 1;
  }

  private isKept(link: number): boolean {
    const before = this.find(link);
    if (before < 0) return true;
    const { links } = this.tables;
    const row = links.get(link, LinkWord.ROW);
    const object = links.get(link, LinkWord.OBJECT);
    if (links.get(before, LinkWord.OBJECT) === object) {
      this.problems.note('name-repeated', row & ROW_MASK, before, object);
      return false;
    }
    if ((row & links.get(before, LinkWord.ROW) & BY_PATH) !== 0) {
      this.merge(before, link);
      return false;
    }
    this.problems.note('name-conflict', row & ROW_MASK, link, object);
    return true;
  }

  /** The same path twice: what lies in it stays, and the attributes that were told last. */
  private merge(link: number, repeated: number): void {
    const { links, objects } = this.tables;
    let kept = links.get(link, LinkWord.OBJECT);
    let other = links.get(repeated, LinkWord.OBJECT);
    if (objects.get(other, ObjectWord.DIRECTORY) !== 0) [kept, other] = [other, kept];
    const keptRow = objects.get(kept, ObjectWord.ROW);
    const otherRow = objects.get(other, ObjectWord.ROW);
    if (keptRow !== 0 && otherRow !== 0)
      this.problems.note('path-repeated', Math.max(keptRow, otherRow) - 1, link, kept);
    if (otherRow >= keptRow) for (const word of ATTRIBUTES) objects.set(kept, word, objects.get(other, word));
    objects.set(other, ObjectWord.ROW, 0);
    objects.set(other, ObjectWord.LINK, 0);
    objects.set(kept, ObjectWord.LINK, link + 1);
    links.set(link, LinkWord.OBJECT, kept);
  }

  /** The first link of the same name in this directory, -1 when this is it. */
  private find(link: number): number {
    const { links, names } = this.tables;
    const { slots, mask } = this;
    const name = links.get(link, LinkWord.NAME);
    const { bytes, from, to } = names.locate(name);
    const hash = hashBytes(bytes, from, to, 0);
    let slot = hash & mask;
    for (; slots[2 * slot + 1] !== 0; slot = (slot + 1) & mask) {
      const known = slots[2 * slot + 1] - 1;
      if (slots[2 * slot] === hash && names.equals(links.get(known, LinkWord.NAME), bytes, from, to)) return known;
    }
    slots[2 * slot] = hash;
    slots[2 * slot + 1] = link + 1;
    return -1;
  }
}
