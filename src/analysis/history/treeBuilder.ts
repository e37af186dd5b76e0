import { DIRECTORY, FileSystem, GROUP_INVALID, type EntryStyle, type HistoryEntry } from './historyEntry';
import { hashNode, SlotSet } from './hash';
import { KindTable } from './kindTable';
import { PathFinder } from './pathFinder';
import { ProblemLog } from './problems';
import { DirectoryWord, KindFlag, ObjectWord, TreeTables } from './treeTables';

/** Entries beyond this many names or objects are counted, not kept. */
const MAX_KEPT = 60_000_000;
const ALL_ONES = 0xffffffff;
const DOT = 0x2e;
const SLASH = 0x2f;
const BACKSLASH = 0x5c;

/** Puts entries into a tree, one after the other, in whatever order they come. */
export class TreeBuilder {
  readonly tables = new TreeTables();
  readonly problems = new ProblemLog();
  /** Entries by style. */
  readonly entries: Record<EntryStyle, number> = { path: 0, directory: 0, node: 0 };
  /** Object of the first "." entry and directory of the first entry of all, -1 while there are none: the root is among them. */
  firstDot = -1;
  firstParent = -1;
  /** Message that the entries come from. */
  row = 0;
  private lastParent = -1;
  private readonly paths = new PathFinder(this.tables);
  private readonly kinds = new KindTable(this.tables.kinds);
  private readonly byNode = new SlotSet();

  /** @param separator byte between the parts of a UNIX path, as PATHNAME_SEPARATOR says */
  constructor(private readonly separator = SLASH) {
    this.tables.objects.add();
  }

  /** Takes one entry. */
  readonly add = (style: EntryStyle, entry: HistoryEntry): void => {
    this.entries[style]++;
    const { links, objects } = this.tables;
    if (links.count >= MAX_KEPT || objects.count >= MAX_KEPT) this.problems.note('kept-out', this.row);
    else if (style === 'path') this.addPath(entry);
    else if (style === 'directory') this.addName(entry);
    else this.addNode(entry);
  };

  /** What stands between the parts of a path. */
  get separatorText(): string {
    return String.fromCharCode(this.separator);
  }

  /** Bytes of memory taken while building. */
  get bytes(): number {
    return this.tables.bytes + this.byNode.bytes + this.paths.bytes + this.kinds.bytes;
  }

  private addPath(entry: HistoryEntry): void {
    const { objects } = this.tables;
    const separator = entry.nameSystem === FileSystem.NT ? BACKSLASH : this.separator;
    if (!entry.hasName) {
      this.problems.note('no-name', this.row);
      return;
    }
    const isFolder = entry.hasAttributes && entry.fileType === DIRECTORY;
    const object = this.paths.add(entry.bytes, entry.nameFrom, entry.nameTo, separator, this.row, isFolder);
    if (object < 0) {
      this.problems.note('kept-out', this.row);
      return;
    }
    if (objects.get(object, ObjectWord.ROW) !== 0)
      this.problems.note('path-repeated', this.row, objects.get(object, ObjectWord.LINK) - 1, object);
    objects.setPair(object, ObjectWord.NODE, entry.nodeHigh, entry.nodeLow);
    this.setAttributes(object, entry);
  }

  private addName(entry: HistoryEntry): void {
    const { bytes, nameFrom: from, nameTo: to } = entry;
    const { directories } = this.tables;
    // the entries of a directory follow each other
    const isSame = this.lastParent >= 0 && this.hasNode(this.lastParent, entry.parentHigh, entry.parentLow);
    const parent = isSame ? this.lastParent : this.objectOf(entry.parentHigh, entry.parentLow);
    this.lastParent = parent;
    const object = this.objectOf(entry.nodeHigh, entry.nodeLow);
    if (this.firstParent < 0) this.firstParent = parent;
    if (to - from === 1 && bytes[from] === DOT) {
      if (this.firstDot < 0) this.firstDot = object;
      this.tables.directoryOf(parent);
      if (object !== parent) this.problems.note('wrong-dot', this.row, -1, parent);
      return;
    }
    const directory = this.tables.directoryOf(parent);
    if (to - from === 2 && bytes[from] === DOT && bytes[from + 1] === DOT) {
      if (directories.get(directory, DirectoryWord.CLAIM) !== 0) return;
      directories.set(directory, DirectoryWord.CLAIM, object + 1);
      directories.set(directory, DirectoryWord.CLAIM_ROW, this.row);
      return;
    }
    if (from === to) this.problems.note('no-name', this.row, -1, object);
    const name = this.tables.names.add(bytes, from, to);
    if (name < 0) this.problems.note('kept-out', this.row);
    else this.tables.addLink(name, parent, object, this.row);
  }

  private addNode(entry: HistoryEntry): void {
    const object = this.objectOf(entry.nodeHigh, entry.nodeLow);
    if (this.tables.objects.get(object, ObjectWord.ROW) !== 0)
      this.problems.note('node-repeated', this.row, this.tables.objects.get(object, ObjectWord.LINK) - 1, object);
    this.setAttributes(object, entry);
  }

  private setAttributes(object: number, entry: HistoryEntry): void {
    const { objects } = this.tables;
    let flags = entry.statSystem & KindFlag.SYSTEM_MASK;
    if (!entry.hasAttributes) {
      flags |= KindFlag.WITHOUT_ATTRIBUTES;
      this.problems.note('no-attributes', this.row, objects.get(object, ObjectWord.LINK) - 1, object);
    }
    if ((entry.invalid & GROUP_INVALID) !== 0) flags |= KindFlag.GROUP_INVALID;
    const words = objects.chunk(object);
    const at = objects.at(object);
    words[at + ObjectWord.SIZE] = entry.sizeHigh;
    words[at + ObjectWord.SIZE + 1] = entry.sizeLow;
    words[at + ObjectWord.POSITION] = entry.positionHigh;
    words[at + ObjectWord.POSITION + 1] = entry.positionLow;
    words[at + ObjectWord.MTIME] = entry.mtime;
    words[at + ObjectWord.KIND] = this.kinds.of(entry, flags);
    words[at + ObjectWord.ROW] = this.row + 1;
  }

  /** The object of a node number, made when it is new. */
  private objectOf(high: number, low: number): number {
    if (low === ALL_ONES && (high === ALL_ONES || high === 0)) {
      // all ones in 32 bits (v2) or in 64: such entries have nothing to do with each other
      this.problems.note('reserved-node', this.row);
      return this.newObject(high, low);
    }
    for (let known = this.byNode.find(hashNode(high, low)); known >= 0; known = this.byNode.next())
      if (this.hasNode(known, high, low)) return known;
    const object = this.newObject(high, low);
    this.byNode.put(object);
    return object;
  }

  private hasNode(object: number, high: number, low: number): boolean {
    const { objects } = this.tables;
    const words = objects.chunk(object);
    const at = objects.at(object);
    return words[at + ObjectWord.NODE + 1] === low && words[at + ObjectWord.NODE] === high;
  }

  private newObject(high: number, low: number): number {
    const object = this.tables.objects.add();
    this.tables.objects.setPair(object, ObjectWord.NODE, high, low);
    return object;
  }
}
