import { clip, escapeText } from '../../protocol';
import type { FileTree } from './fileTree';
import { modeText, ownerText, typeText } from './fileTexts';
import { pathOfObject, topText } from './paths';

/** Names are cut for showing. */
const LONGEST_NAME = 500;

/** A file or directory as a view shows it. Plain data; texts are escaped and clipped. */
export interface FileRow {
  /** Of the name; -1 for an object without one. */
  link: number;
  object: number;
  name: string;
  folder: boolean;
  /** Names in it that can be listed here: 0 for files, and for the second name of a directory. */
  children: number;
  /** In words; '' where it is not known. */
  type: string;
  /** Bytes of a file, of all that is in a directory; undefined where it is not known. */
  size: number | undefined;
  /** In a directory and below. */
  files: number;
  folders: number;
  /** Seconds since 1970. */
  mtime: number | undefined;
  mode: string;
  owner: string;
  /** Decimal. */
  node: string;
  /** `fh_info` in decimal; undefined where there is no direct access. */
  position: string | undefined;
  /** Message that gave the name, and the one that gave the attributes, from 1; undefined where there is none. */
  nameN: number | undefined;
  attributesN: number | undefined;
  /** What is special about it, each in a few words. */
  remarks: string[];
}

/** @param link -1 for an object that hangs on nothing */
export function fileRow(tree: FileTree, link: number, object: number): FileRow {
  const attributes = tree.attributes(object);
  const folder = tree.isFolder(object);
  const totals = tree.totalsOf(object);
  const attributesRow = tree.attributesRow(object);
  const isHere = link < 0 || tree.isFirst(link);
  return {
    link,
    object,
    name: nameText(tree, link, object),
    folder,
    children: isHere ? tree.childCount(object) : 0,
    type: attributes === undefined ? (folder ? 'directory' : '') : typeText(attributes.type),
    size: folder ? totals.bytes : attributes && Number(attributes.size),
    files: totals.files,
    folders: totals.folders,
    mtime: attributes?.mtime,
    mode: attributes === undefined ? '' : modeText(attributes),
    owner: attributes === undefined ? '' : ownerText(attributes),
    node: tree.node(object).toString(),
    position: tree.position(object)?.toString(),
    nameN: link < 0 ? undefined : tree.nameRow(link) + 1,
    attributesN: attributesRow < 0 ? undefined : attributesRow + 1,
    remarks: remarksOf(tree, link, object, attributesRow),
  };
}

function nameText(tree: FileTree, link: number, object: number): string {
  const raw = link < 0 ? topText(tree, object) : tree.name(link, LONGEST_NAME);
  return clip(escapeText(raw), LONGEST_NAME) || '(empty name)';
}

function remarksOf(tree: FileTree, link: number, object: number, attributesRow: number): string[] {
  const remarks: string[] = [];
  // history by paths need not tell the directories on the way
  const isImplied = tree.isFolder(object) && tree.entries.directory === 0;
  if (attributesRow < 0 && !isImplied && object !== tree.root)
    remarks.push('no attributes: not in the stream, or not told');
  if (link >= 0 && !tree.isFirst(link)) {
    const place = clip(escapeText(pathOfObject(tree, object)), LONGEST_NAME);
    remarks.push(tree.isFolder(object) ? `its contents are listed at ${place}` : `hard link, also ${place}`);
  }
  return remarks;
}
