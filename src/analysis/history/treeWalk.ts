import { DirectoryWord, LinkWord, ObjectWord, PATH_ROOT, ROW_MASK } from './treeTables';
import type { TreeBuilder } from './treeBuilder';

const SEEN = 1;
/** On the way up while a circle is looked for. */
const CLIMBED = 2;
/** So many steps up are looked at to tell a circle from a directory in two places. */
const MAX_CLIMB = 1000;

/**
 * Goes through everything once, without recursion: what hangs on the root, then directories that nobody names, then circles.
 * On the way each object learns the link by which it was reached first, so that afterwards every way up ends.
 */
export class TreeWalk {
  /** Links in an order in which a directory comes before what is in it. */
  readonly order: Uint32Array;
  /** Objects that hang on nothing: directories and nodes without a name, and one directory of each circle. */
  readonly tops: number[] = [];
  /** The link that closes a circle, by the object at which it was cut. */
  readonly circles = new Map<number, number>();
  private readonly marks: Uint8Array;
  private filled = 0;
  private done = 0;

  constructor(
    private readonly builder: TreeBuilder,
    private readonly children: Uint32Array,
  ) {
    this.order = new Uint32Array(children.length);
    this.marks = new Uint8Array(builder.tables.objects.count);
  }

  /** Bytes of memory taken. */
  get bytes(): number {
    return this.order.length * 4 + this.marks.length;
  }

  everything(root: number): void {
    // where something below the root names it again, no way up may go through there
    this.builder.tables.objects.set(root, ObjectWord.LINK, 0);
    this.from(root);
    this.withoutName(root);
    this.inCircles();
  }

  /** Directories and nodes that no entry names. */
  private withoutName(root: number): void {
    const { objects, directories } = this.builder.tables;
    for (let object = 0; object < objects.count; object++) {
      if (this.marks[object] === SEEN || object === root || objects.get(object, ObjectWord.LINK) !== 0) continue;
      const directory = objects.get(object, ObjectWord.DIRECTORY) - 1;
      const row = objects.get(object, ObjectWord.ROW) - 1;
      if (directory >= 0 && directories.get(directory, DirectoryWord.COUNT) > 0) {
        this.builder.problems.note('orphan', this.firstRow(directory), -1, object);
        this.tops.push(object);
      } else if (row >= 0) {
        if (object !== PATH_ROOT) this.builder.problems.note('node-without-name', row, -1, object);
        this.tops.push(object);
      }
      this.from(object);
    }
  }

  /** What is left lies in circles, or hangs on one. */
  private inCircles(): void {
    const { objects, links, directories } = this.builder.tables;
    for (let directory = 0; directory < directories.count; directory++) {
      let object = directories.get(directory, DirectoryWord.OBJECT);
      if (this.marks[object] === SEEN) continue;
      while (this.marks[object] !== CLIMBED) {
        this.marks[object] = CLIMBED;
        object = links.get(objects.get(object, ObjectWord.LINK) - 1, LinkWord.PARENT);
      }
      const closing = objects.get(object, ObjectWord.LINK) - 1;
      this.builder.problems.note('cycle', links.get(closing, LinkWord.ROW) & ROW_MASK, closing, object);
      this.circles.set(object, closing);
      this.tops.push(object);
      objects.set(object, ObjectWord.LINK, 0);
      this.from(object);
    }
  }

  /** Goes through all that hangs on an object. */
  private from(top: number): void {
    const { objects, links } = this.builder.tables;
    this.enter(top);
    while (this.done < this.filled) {
      const link = this.order[this.done++];
      const object = links.get(link, LinkWord.OBJECT);
      if (this.marks[object] === SEEN) this.again(object, link);
      else {
        objects.set(object, ObjectWord.LINK, link + 1);
        this.enter(object);
      }
    }
  }

  private enter(object: number): void {
    const { objects, directories } = this.builder.tables;
    this.marks[object] = SEEN;
    const directory = objects.get(object, ObjectWord.DIRECTORY) - 1;
    if (directory < 0) return;
    const first = directories.get(directory, DirectoryWord.FIRST);
    const end = first + directories.get(directory, DirectoryWord.COUNT);
    for (let i = first; i < end; i++) this.order[this.filled++] = this.children[i];
  }

  /** A second link to an object: a hard link, unless it is a directory. */
  private again(object: number, link: number): void {
    const { objects, links } = this.builder.tables;
    if (objects.get(object, ObjectWord.DIRECTORY) === 0 || this.circles.get(object) === link) return;
    const row = links.get(link, LinkWord.ROW) & ROW_MASK;
    this.builder.problems.note(this.isAbove(object, link) ? 'cycle' : 'second-parent', row, link, object);
  }

  private isAbove(object: number, link: number): boolean {
    const { objects, links } = this.builder.tables;
    let at = links.get(link, LinkWord.PARENT);
    for (let steps = 0; steps < MAX_CLIMB; steps++) {
      if (at === object) return true;
      const up = objects.get(at, ObjectWord.LINK) - 1;
      if (up < 0) return false;
      at = links.get(up, LinkWord.PARENT);
    }
    return false;
  }

  /** The message that named the first thing in a directory. */
  private firstRow(directory: number): number {
    const { directories, links } = this.builder.tables;
    return links.get(this.children[directories.get(directory, DirectoryWord.FIRST)], LinkWord.ROW) & ROW_MASK;
  }
}
