import { bodyToJson, clip, decodeMessage, escapeText, type JsonObject, type JsonValue } from '../../protocol';
import { knownPayload } from '../../session/recordReader';
import type { AnalysisSource } from '../analysis';
import type { FileTree } from './fileTree';
import { pathOfLink, pathOfObject, topText } from './paths';

const LONGEST = 2000;
const MAX_FIELDS = 60;

/** All that the messages say of a file. Texts are escaped and clipped. */
export interface FileDetail {
  path: string;
  /** Messages, from 1. */
  nameN: number | undefined;
  attributesN: number | undefined;
  /** The entry that gave the attributes, or the name where there are none, field by field. */
  fields: { name: string; value: string }[];
}

/** Reads the entry of a file again, since the tree keeps only what is shown of every file. */
export function describeFile(
  source: AnalysisSource,
  tree: FileTree,
  link: number,
  object: number,
): FileDetail | undefined {
  if (!tree.has(object)) return undefined;
  const attributesRow = tree.attributesRow(object);
  const nameRow = link < 0 ? -1 : tree.nameRow(link);
  const path =
    link >= 0 ? pathOfLink(tree, link) : object === tree.root ? pathOfObject(tree, object) : topText(tree, object);
  const row = attributesRow >= 0 ? attributesRow : nameRow;
  return {
    path: shown(path),
    nameN: nameRow < 0 ? undefined : nameRow + 1,
    attributesN: attributesRow < 0 ? undefined : attributesRow + 1,
    fields: row < 0 ? [] : fieldsOf(source, row, tree, link, object),
  };
}

function fieldsOf(
  source: AnalysisSource,
  row: number,
  tree: FileTree,
  link: number,
  object: number,
): FileDetail['fields'] {
  const context = source.context(row);
  const body = bodyToJson(decodeMessage(knownPayload(source.record(row)), context).value, context);
  const [entries] = Object.values(body);
  if (!Array.isArray(entries)) return [];
  const node = tree.node(object).toString();
  const path = link < 0 ? '' : escapeText(pathOfLink(tree, link));
  const entry = entries.filter(isObject).find((each) => isOf(each, node, path));
  return entry === undefined ? [] : flat(entry, '').slice(0, MAX_FIELDS);
}

/** Whether an entry is that of the file: by its node, else (v2 by paths) by its name. */
function isOf(entry: JsonObject, node: string, path: string): boolean {
  if (entry.node !== undefined) return plain(entry.node) === node;
  return typeof entry.name === 'string' && sameName(escapeText(entry.name), path);
}

function sameName(name: string, path: string): boolean {
  return name.replace(/^\.?\/+/, '') === path.replace(/^\/+/, '');
}

function flat(value: JsonObject, prefix: string): FileDetail['fields'] {
  return Object.entries(value).flatMap(([name, each]) => {
    const label = prefix === '' ? name : `${prefix}.${name}`;
    if (Array.isArray(each))
      return each.some(isObject)
        ? each.filter(isObject).flatMap((element, i) => flat(element, each.length === 1 ? label : `${label}[${i}]`))
        : [{ name: label, value: shown(each.map(plain).join(', ')) }];
    return isObject(each) ? flat(each, label) : [{ name: label, value: shown(plain(each)) }];
  });
}

function plain(value: JsonValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function shown(text: string): string {
  return clip(escapeText(text.slice(0, LONGEST)), LONGEST);
}

function isObject(value: JsonValue): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
