import { TreeBuilder } from '../../../src/analysis/history/treeBuilder';
import { finishTree } from '../../../src/analysis/history/finishTree';
import { EntryReader } from '../../../src/analysis/history/entryReader';
import type { FileTree } from '../../../src/analysis/history';
import { pathOfLink } from '../../../src/analysis/history/paths';
import { walkFiles } from '../../../src/analysis/history/walkFiles';
import { encodeMessage, type BodyValue, type MessageContext, type NdmpVersion } from '../../../src/protocol';

const FILE = 4;
const FOLDER = 0;

const CODES = {
  unixPath: 0x700,
  unixDir: 0x701,
  unixNode: 0x702,
  file: 0x703,
  dir: 0x704,
  node: 0x705,
} as const;

export type HistoryMessage = keyof typeof CODES;

/** A message of file history as bytes. */
export function historyPayload(name: HistoryMessage, body: BodyValue, version: NdmpVersion = 4): Uint8Array {
  const code = CODES[name];
  const context: MessageContext = { code, kind: 'post', version: code < 0x703 ? 2 : version, headerError: 0 };
  const header = { sequence: 1, timeStamp: 0, messageType: 0, code, replySequence: 0, error: 0 };
  return encodeMessage(header, body, context);
}

export const stat = (size: number, ftype = FILE): BodyValue => ({
  unsupported: 0,
  fs_type: 0,
  ftype,
  mtime: 1000 + size,
  atime: 1,
  ctime: 2,
  owner: 7,
  group: 8,
  fattr: 0o644,
  size: BigInt(size),
  links: 1,
});

export const unixName = (name: string): BodyValue => ({ fs_type: 0, unix_name: name });

/** An entry by path. */
export const byPath = (path: string, size = 1, ftype = FILE): BodyValue => ({
  names: [unixName(path)],
  stats: [stat(size, ftype)],
  node: BigInt(size),
  fh_info: BigInt(size) * 512n,
});

/** A directory entry. */
export const entry = (name: string, node: number, parent: number): BodyValue => ({
  names: [unixName(name)],
  node: BigInt(node),
  parent: BigInt(parent),
});

/** The attributes of a node. */
export const attributes = (node: number, size = 1, ftype = FILE): BodyValue => ({
  stats: [stat(size, ftype)],
  node: BigInt(node),
  fh_info: BigInt(node) * 512n,
});

export const folder = (node: number): BodyValue => attributes(node, 0, FOLDER);

/** A history played message by message; rows count from 0. */
export class Played {
  private readonly builder: TreeBuilder;
  private readonly reader = new EntryReader();

  constructor(separator?: number) {
    this.builder = new TreeBuilder(separator);
  }

  add(name: HistoryMessage, ...entries: BodyValue[]): this {
    const field = { file: 'files', dir: 'dirs', node: 'nodes', unixPath: 'paths', unixDir: 'dirs', unixNode: 'nodes' };
    this.reader.read(historyPayload(name, { [field[name]]: entries }), CODES[name], this.builder.add);
    this.builder.row++;
    return this;
  }

  tree(): FileTree {
    return finishTree(this.builder);
  }
}

/** All paths of a tree, those without a place last. */
export function pathsOf(tree: FileTree): string[] {
  return [...walkFiles(tree, 'told')].map(({ path }) => path);
}

/** How often each kind of problem was found. */
export function problemsOf(tree: FileTree): Record<string, number> {
  return Object.fromEntries(tree.problems.kinds.map((kind) => [kind, tree.problems.total(kind)]));
}

/** The link of a path. */
export function linkAt(tree: FileTree, path: string): number {
  const found = [...tree.links].find((link) => pathOfLink(tree, link) === path);
  if (found === undefined) throw new Error(`no ${path}`);
  return found;
}
