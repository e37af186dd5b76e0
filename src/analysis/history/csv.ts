import { escapeText } from '../../protocol';
import type { FileTree } from './fileTree';
import { modeNumber, mtimeText, typeText } from './fileTexts';
import { walkFiles, type WalkedFile } from './walkFiles';

const COLUMNS = [
  'path',
  'type',
  'size',
  'modified',
  'mode',
  'owner',
  'group',
  'node',
  'fh_info',
  'name_message',
  'attributes_message',
] as const;

/**
 * A field of a CSV file (RFC 4180). A text that a spreadsheet would take for a formula gets an apostrophe in front; control
 * characters and other invisible ones must have been made visible before.
 */
export function csvField(text: string): string {
  const harmless = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}

/** The titles, without the end of the line. */
export const csvHead: string = COLUMNS.join(',');

/** The end of a line (RFC 4180). */
export const CSV_END = '\r\n';

/** One file as a line, without its end. Numbers are decimal, `fh_info` is empty where there is no direct access. */
export function csvLine(tree: FileTree, { link, object, path }: WalkedFile): string {
  const attributes = tree.attributes(object);
  const row = tree.attributesRow(object);
  return [
    csvField(escapeText(path)),
    attributes === undefined ? (tree.isFolder(object) ? 'directory' : '') : typeText(attributes.type),
    attributes?.size.toString() ?? '',
    attributes === undefined ? '' : mtimeText(attributes.mtime),
    attributes === undefined ? '' : modeNumber(attributes),
    attributes?.owner.toString() ?? '',
    attributes?.group?.toString() ?? '',
    tree.node(object).toString(),
    tree.position(object)?.toString() ?? '',
    link < 0 ? '' : String(tree.nameRow(link) + 1),
    row < 0 ? '' : String(row + 1),
  ].join(',');
}

/** A whole tree as lines of CSV, titles first. */
export function* csvLines(tree: FileTree): IterableIterator<string> {
  yield csvHead;
  for (const file of walkFiles(tree, 'told')) yield csvLine(tree, file);
}
