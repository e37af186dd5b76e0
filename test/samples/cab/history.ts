import type { BodyOf } from '../../../src/protocol';
import type { Speaker } from './speaker';

type Stat = BodyOf<'NDMP_FH_ADD_NODE', 4, 'post'>['nodes'][number]['stats'][number];

/** A file or directory of the made-up volume: path relative to its root, size in bytes. */
export interface Item {
  path: string;
  size: number;
  directory: boolean;
}

const FIRST_NODE = 64;
const DAY = 86_400;
const MTIME = 1_795_000_000;

/** Directories with `files` files each; names and sizes are made up by count. */
export function tree(directories: readonly string[], files: number): Item[] {
  return directories.flatMap((directory, d) => [
    { path: directory, size: 4096, directory: true },
    ...Array.from({ length: files }, (_, i) => ({
      path: `${directory}/${['report', 'ledger', 'plan', 'minutes'][i % 4]}-${2020 + d}-${String(i + 1).padStart(3, '0')}.odt`,
      size: 2_048 + ((i * 7_919 + d * 104_729) % 90_000),
      directory: false,
    })),
  ]);
}

/** Posts the history as a dump does: first the entries of each directory, later the nodes with their positions. */
export function postHistory(speaker: Speaker, items: readonly Item[], wait: (seconds: number) => void): void {
  const nodes = new Map(items.map(({ path }, i) => [path, FIRST_NODE + 1 + i]));
  const parentOf = (path: string): number =>
    path.includes('/') ? (nodes.get(path.slice(0, path.lastIndexOf('/'))) ?? FIRST_NODE) : FIRST_NODE;
  const directories = ['', ...items.filter(({ directory }) => directory).map(({ path }) => path)];
  for (const directory of directories) {
    const self = directory === '' ? FIRST_NODE : (nodes.get(directory) ?? FIRST_NODE);
    const above = directory === '' ? FIRST_NODE : parentOf(directory);
    const children = items.filter(({ path }) => parentOf(path) === self);
    const entries = [
      entry('.', self, self),
      entry('..', above, self),
      ...children.map(({ path }) => entry(path.slice(path.lastIndexOf('/') + 1), nodes.get(path) ?? 0, self)),
    ];
    speaker.post('NDMP_FH_ADD_DIR', { dirs: entries });
    wait(0.05);
  }
  let position = 65_536;
  const stats = items.map(({ path, size, directory }) => {
    const at = position;
    position += 1_024 + Math.ceil(size / 1_024) * 1_024;
    return { stats: [stat(size, directory)], node: BigInt(nodes.get(path) ?? 0), fh_info: BigInt(at) };
  });
  const root = { stats: [stat(4096, true)], node: BigInt(FIRST_NODE), fh_info: 1_024n };
  for (let from = 0; from < stats.length + 1; from += 12) {
    speaker.post('NDMP_FH_ADD_NODE', { nodes: [root, ...stats].slice(from, from + 12) });
    wait(0.08);
  }
}

function entry(name: string, node: number, parent: number) {
  return { names: [{ fs_type: 0 as const, unix_name: name }], node: BigInt(node), parent: BigInt(parent) };
}

function stat(size: number, directory: boolean): Stat {
  const mtime = MTIME - (size % 400) * DAY;
  return {
    unsupported: 0,
    fs_type: 0,
    ftype: directory ? 0 : 4,
    mtime,
    atime: mtime + DAY,
    ctime: mtime,
    owner: 1001,
    group: 100,
    fattr: directory ? 0o755 : 0o644,
    size: BigInt(size),
    links: 1,
  };
}
