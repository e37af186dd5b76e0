import { hashBytes, SlotSet } from '../../../analysis/history/hash';
import { NameHeap } from '../../../analysis/history/nameHeap';
import { WordTable } from '../../../analysis/history/wordTable';
import { ByteWriter } from './bytes';
import { Flag, FOLDER_MARK, Kind } from './entry';
import { comparePaths } from './order';

const SLASH = 0x2f;
/** Entries, and bytes of names and attributes, that are kept before they are sorted and put into the file. */
const MOST_ENTRIES = 150_000;
const MOST_BYTES = 12 << 20;
/** Bytes of a piece of a run, before it is compressed. */
const PIECE = 128 * 1024;

const Word = { FOLDER: 0, NAME: 1, FLAGS: 2, REST: 3, NEXT: 4 } as const;
const FolderWord = { PATH: 0, FIRST: 1, LAST: 2 } as const;

/** Collects entries by directory and name, and gives them sorted: a run. */
export class PathBatch {
  private readonly entries = new WordTable(5);
  private readonly folders = new WordTable(3);
  private readonly paths = new NameHeap();
  private readonly heap = new NameHeap();
  private readonly known = new SlotSet();
  private lastFolder = -1;

  constructor() {
    this.newFolder(new Uint8Array(0), 0, 0, hashBytes(new Uint8Array(0), 0, 0, 0));
  }

  get isEmpty(): boolean {
    return this.entries.count === 0;
  }

  get isFull(): boolean {
    return this.entries.count >= MOST_ENTRIES || this.heap.nameBytes + this.paths.nameBytes >= MOST_BYTES;
  }

  /**
   * The directory of a path without a slash at either end; it and all above it are entries then, though nobody told of them.
   * @returns its number in this batch
   */
  folder(bytes: Uint8Array, from: number, to: number): number {
    const { folders, paths } = this;
    if (this.lastFolder >= 0 && paths.equals(folders.get(this.lastFolder, FolderWord.PATH), bytes, from, to))
      return this.lastFolder;
    const hash = hashBytes(bytes, from, to, 0);
    for (let folder = this.known.find(hash); folder >= 0; folder = this.known.next())
      if (paths.equals(folders.get(folder, FolderWord.PATH), bytes, from, to)) return (this.lastFolder = folder);
    const folder = this.newFolder(bytes, from, to, hash);
    let nameFrom = to;
    while (nameFrom > from && bytes[nameFrom - 1] !== SLASH) nameFrom--;
    const parent = this.folder(bytes, from, Math.max(from, nameFrom - 1));
    this.add(parent, bytes, nameFrom, to, Kind.DIRECTORY | Flag.IMPLIED, NOTHING, 0);
    return (this.lastFolder = folder);
  }

  /** Adds a name to a directory; the rest is as an entry has it behind its name. */
  add(
    folder: number,
    bytes: Uint8Array,
    from: number,
    to: number,
    flags: number,
    rest: Uint8Array,
    restLength: number,
  ): void {
    const { entries, folders, heap } = this;
    const entry = entries.add();
    entries.set(entry, Word.FOLDER, folder);
    entries.set(entry, Word.NAME, heap.add(bytes, from, to));
    entries.set(entry, Word.FLAGS, flags);
    if (restLength > 0) entries.set(entry, Word.REST, heap.add(rest, 0, restLength) + 1);
    const last = folders.get(folder, FolderWord.LAST);
    if (last === 0) folders.set(folder, FolderWord.FIRST, entry + 1);
    else entries.set(last - 1, Word.NEXT, entry + 1);
    folders.set(folder, FolderWord.LAST, entry + 1);
  }

  /** The run: entries by directory and name, those of one name in the order in which they came; in pieces. */
  *run(): IterableIterator<Uint8Array> {
    const out = new ByteWriter();
    const order = new Uint32Array(this.folders.count).map((_, folder) => folder);
    order.sort((a, b) => this.compareFolders(a, b));
    for (const folder of order) {
      const path = this.folders.get(folder, FolderWord.PATH);
      let isMarked = false;
      for (const entry of this.sorted(folder)) {
        if (!isMarked || out.length === 0) this.writeFolder(out, path);
        isMarked = true;
        this.writeEntry(out, entry);
        if (out.length >= PIECE) yield out.take();
      }
    }
    if (out.length > 0) yield out.take();
  }

  private newFolder(bytes: Uint8Array, from: number, to: number, hash: number): number {
    for (let other = this.known.find(hash); other >= 0;) other = this.known.next();
    const folder = this.folders.add();
    this.folders.set(folder, FolderWord.PATH, this.paths.add(bytes, from, to));
    this.known.put(folder);
    return folder;
  }

  private compareFolders(a: number, b: number): number {
    const one = this.paths.locate(this.folders.get(a, FolderWord.PATH));
    const other = this.paths.locate(this.folders.get(b, FolderWord.PATH));
    return comparePaths(one.bytes, one.from, one.to, other.bytes, other.from, other.to);
  }

  /** They mostly come sorted already. */
  private sorted(folder: number): number[] {
    const { entries, heap } = this;
    const found: number[] = [];
    let isSorted = true;
    for (let next = this.folders.get(folder, FolderWord.FIRST); next !== 0; next = entries.get(next - 1, Word.NEXT)) {
      const name = entries.get(next - 1, Word.NAME);
      if (isSorted && found.length > 0 && heap.compare(entries.get(found[found.length - 1], Word.NAME), name) > 0)
        isSorted = false;
      found.push(next - 1);
    }
    if (!isSorted) found.sort((a, b) => heap.compare(entries.get(a, Word.NAME), entries.get(b, Word.NAME)) || a - b);
    return found;
  }

  private writeFolder(out: ByteWriter, path: number): void {
    const { bytes, from, to } = this.paths.locate(path);
    out.byte(FOLDER_MARK);
    out.varint(to - from);
    out.copy(bytes, from, to);
  }

  private writeEntry(out: ByteWriter, entry: number): void {
    const { entries, heap } = this;
    out.byte(entries.get(entry, Word.FLAGS));
    const name = heap.locate(entries.get(entry, Word.NAME));
    out.varint(name.to - name.from);
    out.copy(name.bytes, name.from, name.to);
    const rest = entries.get(entry, Word.REST);
    if (rest === 0) return out.byte(0);
    const { bytes, from, to } = heap.locate(rest - 1);
    out.byte(to - from);
    out.copy(bytes, from, to);
  }
}

const NOTHING = new Uint8Array(0);
