import { hashBytes, SlotSet } from './hash';
import { LinkWord, ObjectWord, PATH_ROOT, type TreeTables } from './treeTables';

const DOT = 0x2e;
/** Directories that were found last, by a hash of their path; a power of two. */
const RECENT = 1 << 17;
/** What is below so many directories is taken for one name: no file system goes that deep. */
const MAX_DEPTH = 1000;

/** Finds names in directories and whole paths, and adds what is not there yet. */
export class PathFinder {
  private readonly children = new SlotSet((link) => this.hashOf(link));
  /** Objects plus 1. */
  private recent = new Uint32Array(0);
  /** Where the last search for a child ended. */
  private slot = 0;

  constructor(private readonly tables: TreeTables) {}

  /** The first link of that name in a directory, -1 when there is none. */
  child(parent: number, bytes: Uint8Array, from: number, to: number): number {
    const { links, names } = this.tables;
    const { children } = this;
    let slot = children.first(childHash(parent, bytes, from, to));
    for (let link = children.at(slot); link >= 0; link = children.at(slot)) {
      if (links.get(link, LinkWord.PARENT) === parent && names.equals(links.get(link, LinkWord.NAME), bytes, from, to))
        return link;
      slot = children.next(slot);
    }
    this.slot = slot;
    return -1;
  }

  /** Adds a name to a directory. @returns the link, -1 when there is no more room for names */
  addChild(parent: number, object: number, bytes: Uint8Array, from: number, to: number, row: number): number {
    const { links, names, objects } = this.tables;
    const name = names.add(bytes, from, to);
    if (name < 0) return -1;
    const isFirst = this.child(parent, bytes, from, to) < 0;
    const link = links.add();
    links.set(link, LinkWord.NAME, name);
    links.set(link, LinkWord.PARENT, parent);
    links.set(link, LinkWord.OBJECT, object);
    links.set(link, LinkWord.ROW, row);
    // a second node of the same name is not looked for: any number of them may come
    if (isFirst) this.children.put(this.slot, link);
    this.tables.directoryOf(parent);
    if (objects.get(object, ObjectWord.LINK) === 0) objects.set(object, ObjectWord.LINK, link + 1);
    return link;
  }

  /**
   * The link of a path, made with all directories on the way when it is new. Separators at the beginning, at the end and
   * several in a row do not matter, nor do parts that are ".".
   * @returns -1 for the root, undefined when there is no more room
   */
  find(bytes: Uint8Array, from: number, to: number, separator: number, row: number): number | undefined {
    while (from < to && bytes[from] === separator) from++;
    while (to > from && bytes[to - 1] === separator) to--;
    let nameFrom = to;
    while (nameFrom > from && bytes[nameFrom - 1] !== separator) nameFrom--;
    const parent = nameFrom === from ? PATH_ROOT : this.directory(bytes, from, nameFrom - 1, separator, row);
    if (parent < 0) return undefined;
    if (nameFrom === to || (to - nameFrom === 1 && bytes[nameFrom] === DOT))
      return this.tables.objects.get(parent, ObjectWord.LINK) - 1;
    const link = this.findOrAdd(parent, bytes, nameFrom, to, row);
    return link < 0 ? undefined : link;
  }

  /** Bytes of memory taken. */
  get bytes(): number {
    return this.children.bytes + this.recent.length * 4;
  }

  /** The object of a directory path, -1 when there is no more room. */
  private directory(bytes: Uint8Array, from: number, to: number, separator: number, row: number): number {
    if (this.recent.length === 0) this.recent = new Uint32Array(RECENT);
    const place = hashBytes(bytes, from, to, separator) & (RECENT - 1);
    const known = this.recent[place] - 1;
    if (known >= 0 && this.isPath(known, bytes, from, to, separator)) return known;
    let object: number = PATH_ROOT;
    for (let at = from, depth = 0; at < to; depth++) {
      let end = depth < MAX_DEPTH ? at : to;
      while (end < to && bytes[end] !== separator) end++;
      if (end > at && !(end - at === 1 && bytes[at] === DOT)) {
        const link = this.findOrAdd(object, bytes, at, end, row);
        if (link < 0) return -1;
        object = this.tables.links.get(link, LinkWord.OBJECT);
      }
      at = end + 1;
    }
    this.recent[place] = object + 1;
    return object;
  }

  /** Whether an object of history by paths has exactly this path. */
  private isPath(object: number, bytes: Uint8Array, from: number, to: number, separator: number): boolean {
    const { objects, links, names } = this.tables;
    for (;;) {
      const link = objects.get(object, ObjectWord.LINK) - 1;
      if (link < 0) return false;
      const name = links.get(link, LinkWord.NAME);
      const start = to - names.length(name);
      if (start < from || !names.equals(name, bytes, start, to)) return false;
      object = links.get(link, LinkWord.PARENT);
      if (object === PATH_ROOT) return start === from;
      if (start === from || bytes[start - 1] !== separator) return false;
      to = start - 1;
    }
  }

  private findOrAdd(parent: number, bytes: Uint8Array, from: number, to: number, row: number): number {
    const known = this.child(parent, bytes, from, to);
    return known >= 0 ? known : this.addChild(parent, this.tables.objects.add(), bytes, from, to, row);
  }

  private hashOf(link: number): number {
    const { links, names } = this.tables;
    const { bytes, from, to } = names.locate(links.get(link, LinkWord.NAME));
    return childHash(links.get(link, LinkWord.PARENT), bytes, from, to);
  }
}

function childHash(parent: number, bytes: Uint8Array, from: number, to: number): number {
  return hashBytes(bytes, from, to, Math.imul(parent, 0x9e3779b1));
}
