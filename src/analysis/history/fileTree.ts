import { isFolder, type Totals, type TreeTotals } from './addUp';
import type { EntryStyle } from './historyEntry';
import type { ProblemLog } from './problems';
import { DirectoryWord, KindFlag, KindWord, LinkWord, ObjectWord, ROW_MASK, type TreeTables } from './treeTables';

const NO_TOTALS: Totals = { files: 0, folders: 0, bytes: 0 };
const ALL_ONES = 0xffffffff;

export interface TreeShape {
  /** Object that is the root of the backup. */
  root: number;
  /** Links, directory by directory. */
  children: Uint32Array;
  /** Objects that hang on nothing. */
  tops: readonly number[];
  /** The link that closes a circle, by the top at which it was cut. */
  circles: ReadonlyMap<number, number>;
  /** Entries by style. */
  entries: Readonly<Record<EntryStyle, number>>;
  /** What stands between the parts of a path. */
  separator: string;
  /** Bytes of memory that were taken while the tree was built, all told. */
  buildBytes: number;
}

/** What is known of an object's attributes. */
export interface Attributes {
  /** As `ftype` has it. */
  type: number;
  mode: number;
  owner: number;
  /** undefined where the message says that it means nothing. */
  group: number | undefined;
  /** File system by whose rules mode and owner are meant: 0 UNIX, 1 NT. */
  system: number;
  /** Bytes. */
  size: bigint;
  /** Seconds since 1970. */
  mtime: number;
}

/** The files of one job as its file history tells them. Links (names in directories) and objects are told by numbers. */
export class FileTree {
  constructor(
    readonly tables: TreeTables,
    readonly problems: ProblemLog,
    private readonly shape: TreeShape,
    readonly totals: TreeTotals,
  ) {}

  get root(): number {
    return this.shape.root;
  }

  /** Objects that hang on nothing. */
  get tops(): readonly number[] {
    return this.shape.tops;
  }

  get separator(): string {
    return this.shape.separator;
  }

  get buildBytes(): number {
    return this.shape.buildBytes;
  }

  get entries(): Readonly<Record<EntryStyle, number>> {
    return this.shape.entries;
  }

  /** All links, directory by directory; a view, not a copy. */
  get links(): Uint32Array {
    return this.shape.children;
  }

  /** Whether there is an object of this number. */
  has(object: number): boolean {
    return Number.isInteger(object) && object >= 0 && object < this.tables.objects.count;
  }

  /** Objects that have something in them, in the order of {@link links}. */
  *folders(): IterableIterator<number> {
    const { directories } = this.tables;
    for (let directory = 0; directory < directories.count; directory++)
      yield directories.get(directory, DirectoryWord.OBJECT);
  }

  /** Names, the root's not counted. */
  get linkCount(): number {
    return this.shape.children.length;
  }

  /** How many names a directory has. */
  childCount(object: number): number {
    const directory = this.directory(object);
    return directory < 0 ? 0 : this.tables.directories.get(directory, DirectoryWord.COUNT);
  }

  /** The links of a directory in the order in which they came; a view, not a copy. */
  children(object: number): Uint32Array {
    const directory = this.directory(object);
    if (directory < 0) return new Uint32Array(0);
    const { directories } = this.tables;
    const first = directories.get(directory, DirectoryWord.FIRST);
    return this.shape.children.subarray(first, first + directories.get(directory, DirectoryWord.COUNT));
  }

  objectOf(link: number): number {
    return this.tables.links.get(link, LinkWord.OBJECT);
  }

  /** The directory in which a link lies. */
  parentOf(link: number): number {
    return this.tables.links.get(link, LinkWord.PARENT);
  }

  /** The message that gave the name. */
  nameRow(link: number): number {
    return this.tables.links.get(link, LinkWord.ROW) & ROW_MASK;
  }

  /** The message that gave the attributes, -1 where none did. */
  attributesRow(object: number): number {
    return this.tables.objects.get(object, ObjectWord.ROW) - 1;
  }

  /** The link by which an object is reached, -1 for the root and for objects that hang on nothing. */
  linkOf(object: number): number {
    return this.tables.objects.get(object, ObjectWord.LINK) - 1;
  }

  /** Whether an object's contents are listed at this link: a directory with two names has them at one only. */
  isFirst(link: number): boolean {
    return this.linkOf(this.objectOf(link)) === link;
  }

  isFolder(object: number): boolean {
    return isFolder(this.tables, object);
  }

  /** The name as text, bytes that are no UTF-8 as lone surrogates; at most `most` bytes of it. Not escaped. */
  name(link: number, most?: number): string {
    return this.tables.names.text(this.tables.links.get(link, LinkWord.NAME), most);
  }

  node(object: number): bigint {
    return this.tables.objects.big(object, ObjectWord.NODE);
  }

  /** undefined where the object has no attributes. */
  attributes(object: number): Attributes | undefined {
    const { objects, kinds } = this.tables;
    if (this.attributesRow(object) < 0) return undefined;
    const kind = objects.get(object, ObjectWord.KIND);
    const flags = kinds.get(kind, KindWord.FLAGS);
    if ((flags & KindFlag.WITHOUT_ATTRIBUTES) !== 0) return undefined;
    return {
      type: kinds.get(kind, KindWord.TYPE),
      mode: kinds.get(kind, KindWord.MODE),
      owner: kinds.get(kind, KindWord.OWNER),
      group: (flags & KindFlag.GROUP_INVALID) !== 0 ? undefined : kinds.get(kind, KindWord.GROUP),
      system: flags & KindFlag.SYSTEM_MASK,
      size: objects.big(object, ObjectWord.SIZE),
      mtime: objects.get(object, ObjectWord.MTIME),
    };
  }

  /** `fh_info`; undefined where there is none or it says that there is no direct access. */
  position(object: number): bigint | undefined {
    const { objects } = this.tables;
    const isUnknown =
      this.attributesRow(object) < 0 ||
      (objects.get(object, ObjectWord.POSITION) === ALL_ONES &&
        objects.get(object, ObjectWord.POSITION + 1) === ALL_ONES);
    return isUnknown ? undefined : objects.big(object, ObjectWord.POSITION);
  }

  /** What lies below a directory. */
  totalsOf(object: number): Totals {
    const directory = this.directory(object);
    if (directory < 0) return NO_TOTALS;
    const { files, folders, bytes } = this.totals;
    return { files: files[directory], folders: folders[directory], bytes: bytes[directory] };
  }

  /** Of a top: the link that closes the circle at which it was cut; -1 where it simply has no name. */
  circleOf(top: number): number {
    return this.shape.circles.get(top) ?? -1;
  }

  /** The objects from the top down to an object, itself included; the first is the root or hangs on nothing. */
  wayTo(object: number): number[] {
    const way = [object];
    for (let link = this.linkOf(object); link >= 0; link = this.linkOf(way[way.length - 1]))
      way.push(this.parentOf(link));
    return way.reverse();
  }

  /** Bytes of memory taken. */
  get bytes(): number {
    const { files } = this.totals;
    return this.tables.bytes + this.shape.children.length * 4 + files.length * 16;
  }

  private directory(object: number): number {
    return this.tables.objects.get(object, ObjectWord.DIRECTORY) - 1;
  }
}
