import { NameHeap } from './nameHeap';
import { WordTable } from './wordTable';

/** A file, directory or other thing with attributes: in history by nodes one a node, in history by paths one a path. */
export const ObjectWord = {
  /** Node number, two words. */
  NODE: 0,
  /** File size, two words. */
  SIZE: 2,
  /** `fh_info`, two words: all ones where there is no direct access. */
  POSITION: 4,
  /** Seconds since 1970. */
  MTIME: 6,
  /** Row of {@link TreeTables.kinds}. */
  KIND: 7,
  /** Message that gave the attributes, plus 1; 0: none did. */
  ROW: 8,
  /** The link by which paths name it, plus 1; 0: it has no name. */
  LINK: 9,
  /** Its row of {@link TreeTables.directories}, plus 1; 0: nothing is in it. */
  DIRECTORY: 10,
} as const;
const OBJECT_WORDS = 11;

/** A name in a directory. An object with hard links has several. */
export const LinkWord = {
  /** Address in {@link TreeTables.names}. */
  NAME: 0,
  /** Object that is the directory. */
  PARENT: 1,
  OBJECT: 2,
  /** Message that gave the name, and {@link BY_PATH}. */
  ROW: 3,
} as const;
const LINK_WORDS = 4;
/** The name is part of a path; its object is found by nothing else. */
export const BY_PATH = 0x80000000;
export const ROW_MASK = 0x7fffffff;

/** An object in which there is something. */
export const DirectoryWord = {
  OBJECT: 0,
  /** Where its links begin in the list of all children, and how many there are. */
  FIRST: 1,
  COUNT: 2,
  /** Object that its ".." names as its parent, plus 1, and the message that did. */
  CLAIM: 3,
  CLAIM_ROW: 4,
} as const;
const DIRECTORY_WORDS = 5;

/** What many objects have in common. */
export const KindWord = {
  TYPE: 0,
  MODE: 1,
  OWNER: 2,
  GROUP: 3,
  /** File system of the attributes, and bits as {@link KindFlag} says. */
  FLAGS: 4,
} as const;
const KIND_WORDS = 5;

export const KindFlag = {
  SYSTEM_MASK: 0xffff,
  /** The message gave a position but no attributes. */
  WITHOUT_ATTRIBUTES: 0x10000,
  /** The group means nothing. */
  GROUP_INVALID: 0x20000,
} as const;

/** Object 0 is the root of history by paths. */
export const PATH_ROOT = 0;

/** What a file tree is made of. */
export class TreeTables {
  readonly names = new NameHeap();
  readonly objects = new WordTable(OBJECT_WORDS);
  readonly links = new WordTable(LINK_WORDS);
  readonly directories = new WordTable(DIRECTORY_WORDS);
  readonly kinds = new WordTable(KIND_WORDS);

  /** The directory of an object, made when it has none yet. */
  directoryOf(object: number): number {
    const known = this.objects.get(object, ObjectWord.DIRECTORY);
    if (known !== 0) return known - 1;
    const directory = this.directories.add();
    this.directories.set(directory, DirectoryWord.OBJECT, object);
    this.objects.set(object, ObjectWord.DIRECTORY, directory + 1);
    return directory;
  }

  /** Adds a name to a directory. @returns the link */
  addLink(name: number, parent: number, object: number, row: number): number {
    const { links, objects } = this;
    const link = links.add();
    const words = links.chunk(link);
    const at = links.at(link);
    words[at + LinkWord.NAME] = name;
    words[at + LinkWord.PARENT] = parent;
    words[at + LinkWord.OBJECT] = object;
    words[at + LinkWord.ROW] = row;
    this.directoryOf(parent);
    if (objects.get(object, ObjectWord.LINK) === 0) objects.set(object, ObjectWord.LINK, link + 1);
    return link;
  }

  /** Bytes of memory taken. */
  get bytes(): number {
    const { names, objects, links, directories, kinds } = this;
    return names.bytes + objects.bytes + links.bytes + directories.bytes + kinds.bytes;
  }
}
