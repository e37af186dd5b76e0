import { hashBytes, SlotSet } from './hash';
import { BY_PATH, LinkWord, ObjectWord, PATH_ROOT, type TreeTables } from './treeTables';

const DOT = 0x2e;
/** Directories that were found last, by a hash of their path; a power of two. */
const RECENT = 1 << 17;
/** What is below so many directories is taken for one name: no file system goes that deep. */
const MAX_DEPTH = 1000;

/** Finds the directories of paths and adds names to them. */
export class PathFinder {
  private readonly directories = new SlotSet();
  /** Objects plus 1. */
  private recent = new Uint32Array(0);

  constructor(private readonly tables: TreeTables) {}

  /**
   * Adds the name of a path to its directory, which is made with all above it when it is new. Separators at the beginning, at
   * the end and several in a row do not matter, nor do parts that are ".".
   * @param isFolder whether it is a directory: those are looked up, of files each entry makes a link of its own
   * @returns the object: {@link PATH_ROOT} for the root; -1 when there is no more room
   */
  add(bytes: Uint8Array, from: number, to: number, separator: number, row: number, isFolder: boolean): number {
    while (from < to && bytes[from] === separator) from++;
    while (to > from && bytes[to - 1] === separator) to--;
    if (isFolder) return this.directory(bytes, from, to, separator, row);
    let nameFrom = to;
    while (nameFrom > from && bytes[nameFrom - 1] !== separator) nameFrom--;
    const parent = nameFrom === from ? PATH_ROOT : this.directory(bytes, from, nameFrom - 1, separator, row);
    if (parent < 0 || nameFrom === to || (to - nameFrom === 1 && bytes[nameFrom] === DOT)) return parent;
    return this.addName(parent, bytes, nameFrom, to, row);
  }

  /** Bytes of memory taken. */
  get bytes(): number {
    return this.directories.bytes + this.recent.length * 4;
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
        object = this.folder(object, bytes, at, end, row);
        if (object < 0) return -1;
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

  /** The object of a directory in another one, made when it is new; -1 when there is no more room. */
  private folder(parent: number, bytes: Uint8Array, from: number, to: number, row: number): number {
    const { links, names, objects } = this.tables;
    const { directories } = this;
    const hash = hashBytes(bytes, from, to, Math.imul(parent, 0x9e3779b1));
    for (let object = directories.find(hash); object >= 0; object = directories.next()) {
      const link = objects.get(object, ObjectWord.LINK) - 1;
      const isHere = links.get(link, LinkWord.PARENT) === parent;
      if (isHere && names.equals(links.get(link, LinkWord.NAME), bytes, from, to)) return object;
    }
    const object = this.addName(parent, bytes, from, to, row);
    if (object >= 0) {
      directories.put(object);
      this.tables.directoryOf(object);
    }
    return object;
  }

  private addName(parent: number, bytes: Uint8Array, from: number, to: number, row: number): number {
    const name = this.tables.names.add(bytes, from, to);
    if (name < 0) return -1;
    const object = this.tables.objects.add();
    this.tables.addLink(name, parent, object, (row | BY_PATH) >>> 0);
    return object;
  }
}
