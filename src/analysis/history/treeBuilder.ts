import { FileSystem, GROUP_INVALID, type EntryStyle, type HistoryEntry } from './historyEntry';
import { hashPair, SlotSet } from './hash';
import { KindTable } from './kindTable';
import { PathFinder } from './pathFinder';
import { ProblemLog } from './problems';
import { DirectoryWord, KindFlag, LinkWord, ObjectWord, PATH_ROOT, TreeTables } from './treeTables';

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
  private readonly paths = new PathFinder(this.tables);
  private readonly kinds = new KindTable(this.tables.kinds);
  private readonly byNode = new SlotSet((object) => this.nodeHash(object));

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
    const link = this.paths.find(entry.bytes, entry.nameFrom, entry.nameTo, separator, this.row);
    if (link === undefined) {
      this.problems.note('kept-out', this.row);
      return;
    }
    const object = link < 0 ? PATH_ROOT : this.tables.links.get(link, LinkWord.OBJECT);
    if (objects.get(object, ObjectWord.ROW) !== 0) this.problems.note('path-repeated', this.row, link, object);
    else if (link >= 0) this.tables.links.set(link, LinkWord.ROW, this.row);
    objects.setPair(object, ObjectWord.NODE, entry.nodeHigh, entry.nodeLow);
    this.setAttributes(object, entry);
  }

  private addName(entry: HistoryEntry): void {
    const { bytes, nameFrom: from, nameTo: to } = entry;
    const { directories } = this.tables;
    const parent = this.objectOf(entry.parentHigh, entry.parentLow);
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
    this.link(entry, parent, object);
  }

  private link({ bytes, nameFrom, nameTo }: HistoryEntry, parent: number, object: number): void {
    const { links } = this.tables;
    const before = this.paths.child(parent, bytes, nameFrom, nameTo);
    if (before >= 0 && links.get(before, LinkWord.OBJECT) === object) {
      this.problems.note('name-repeated', this.row, before, object);
      return;
    }
    const link = this.paths.addChild(parent, object, bytes, nameFrom, nameTo, this.row);
    if (link < 0) this.problems.note('kept-out', this.row);
    else if (before >= 0) this.problems.note('name-conflict', this.row, link, object);
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
    objects.setPair(object, ObjectWord.SIZE, entry.sizeHigh, entry.sizeLow);
    objects.setPair(object, ObjectWord.POSITION, entry.positionHigh, entry.positionLow);
    objects.set(object, ObjectWord.MTIME, entry.mtime);
    objects.set(object, ObjectWord.KIND, this.kinds.of(entry, flags));
    objects.set(object, ObjectWord.ROW, this.row + 1);
  }

  /** The object of a node number, made when it is new. */
  private objectOf(high: number, low: number): number {
    const { objects } = this.tables;
    if (low === ALL_ONES && (high === ALL_ONES || high === 0)) {
      // all ones in 32 bits (v2) or in 64: such entries have nothing to do with each other
      this.problems.note('reserved-node', this.row);
      return this.newObject(high, low);
    }
    let slot = this.byNode.first(hashPair(high, low));
    for (let known = this.byNode.at(slot); known >= 0; known = this.byNode.at(slot)) {
      if (objects.get(known, ObjectWord.NODE + 1) === low && objects.get(known, ObjectWord.NODE) === high) return known;
      slot = this.byNode.next(slot);
    }
    const object = this.newObject(high, low);
    this.byNode.put(slot, object);
    return object;
  }

  private newObject(high: number, low: number): number {
    const object = this.tables.objects.add();
    this.tables.objects.setPair(object, ObjectWord.NODE, high, low);
    return object;
  }

  private nodeHash(object: number): number {
    const { objects } = this.tables;
    return hashPair(objects.get(object, ObjectWord.NODE), objects.get(object, ObjectWord.NODE + 1));
  }
}
