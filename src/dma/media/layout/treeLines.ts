import type { FileEntry } from '../../catalog/model';
import { BadField } from './fields';

/**
 * How the tree was told: `paths`, only what is in the set; `nodes`, with the entries whose data are in an earlier set
 * (protocol facts 9.1).
 */
export type TreeStyle = 'paths' | 'nodes';

/** What an entry's line says of its kind. */
const LETTERS: Readonly<Record<FileEntry['kind'], string>> = { directory: 'd', file: 'f', link: 'l', other: 'o' };
const KINDS = new Map(Object.entries(LETTERS).map(([kind, letter]) => [letter, kind as FileEntry['kind']]));
const DECIMAL = /^\d{1,20}$/;
/** Bytes of a line: the longest path, every byte of it escaped. */
export const MOST_LINE = 256 * 1024;
const NEWLINE = 0x0a;

/** The first line of a tree. */
export function styleLine(style: TreeStyle): string {
  return `${JSON.stringify({ style })}\n`;
}

/** @throws BadField */
export function styleOf(line: string): TreeStyle {
  const value = parsed(line) as { style?: unknown } | null;
  const style = typeof value === 'object' ? value?.style : undefined;
  if (style !== 'paths' && style !== 'nodes') throw new BadField('the first line of the file tree is damaged');
  return style;
}

/** [path, kind, size, mtime, mode, owner, group, node, fh_info or null, whether its data are in this set] */
export function lineOf(entry: FileEntry): string {
  const { path, kind, size, mtime, mode, owner, group, node, position, inSet } = entry;
  const numbers = [size.toString(), mtime, mode, owner, group, node.toString(), position?.toString() ?? null];
  return `${JSON.stringify([path, LETTERS[kind], ...numbers, inSet ? 1 : 0])}\n`;
}

/** @throws BadField */
export function entryOf(line: string): FileEntry {
  const value = parsed(line);
  if (!Array.isArray(value) || value.length !== 10) throw damaged();
  const [path, letter, size, mtime, mode, owner, group, node, position, inSet] = value as unknown[];
  const kind = typeof letter === 'string' ? KINDS.get(letter) : undefined;
  if (typeof path !== 'string' || !path.startsWith('/') || kind === undefined) throw damaged();
  return {
    name: path.slice(path.lastIndexOf('/') + 1),
    path,
    kind,
    size: wide(size),
    mtime: word(mtime),
    mode: word(mode),
    owner: word(owner),
    group: word(group),
    node: wide(node),
    position: position === null ? undefined : wide(position),
    inSet: inSet === 1,
  };
}

/** Lines of a stream of UTF-8. @throws BadField for one that is longer than any of ours */
export async function* lines(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  let rest = Buffer.alloc(0);
  for await (const chunk of chunks) {
    const bytes = Buffer.concat([rest, chunk]);
    let at = 0;
    for (let end = bytes.indexOf(NEWLINE); end >= 0; end = bytes.indexOf(NEWLINE, at)) {
      yield bytes.toString('utf8', at, end);
      at = end + 1;
    }
    rest = bytes.subarray(at);
    if (rest.length > MOST_LINE) throw damaged();
  }
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    throw damaged();
  }
}

function word(value: unknown): number {
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 0 || value > 0xffffffff) throw damaged();
  return value;
}

function wide(value: unknown): bigint {
  if (typeof value !== 'string' || !DECIMAL.test(value)) throw damaged();
  return BigInt.asUintN(64, BigInt(value));
}

function damaged(): BadField {
  return new BadField('a line of the file tree is damaged');
}
