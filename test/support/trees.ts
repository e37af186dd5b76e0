import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import fs from 'node:fs';
import { join } from 'node:path';
import { decodeByteString, encodeByteString } from '../../src/xdr';

/** One object of a tree as {@link readTree} saw it. Paths are byte strings relative to the tree, '' for the tree itself. */
export interface TreeEntry {
  path: string;
  kind: 'directory' | 'file' | 'link' | 'fifo' | 'socket' | 'character' | 'block';
  mode: number;
  uid: number;
  gid: number;
  size: bigint;
  mtimeNs: bigint;
  /** SHA-256 of a file's content, or a symbolic link's target. */
  content: string;
  /** Path of the first object (in order of paths) that is the same file; its own path when it is the only one. */
  firstLink: string;
  /** Bytes that the file occupies. */
  occupied: bigint;
}

/** What {@link compareTrees} does not look at. */
export interface CompareOptions {
  /** Owner and group; not restored without being root. */
  ignoreOwner?: boolean;
  /** Smallest difference of modification times that counts, in nanoseconds; 1 by default. */
  timeStepNs?: bigint;
  /** Times of directories, such as of one that others were made in since. */
  ignoreDirectoryTimes?: boolean;
  /** Extended attributes are compared too, where the machine has python3. */
  attributes?: boolean;
  /** Paths (with all below) that are left out. */
  without?: (path: string) => boolean;
}

const KINDS: readonly [number, TreeEntry['kind']][] = [
  [0o040000, 'directory'],
  [0o100000, 'file'],
  [0o120000, 'link'],
  [0o010000, 'fifo'],
  [0o140000, 'socket'],
  [0o020000, 'character'],
  [0o060000, 'block'],
];

/** Absolute path of an object for calls of the file system: bytes, since names need not be text. */
export function pathIn(root: string, path: string): Buffer {
  return Buffer.concat([Buffer.from(root), Buffer.from(path === '' ? '' : '/'), encodeByteString(path)]);
}

/** All objects of a tree in order of their paths. */
export function readTree(root: string, without: (path: string) => boolean = () => false): TreeEntry[] {
  const found: TreeEntry[] = [];
  const firstLinks = new Map<string, string>();
  const waiting = [''];
  for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
    if (without(path)) continue;
    const full = pathIn(root, path);
    const stat = fs.lstatSync(full, { bigint: true });
    const format = Number(stat.mode) & 0o170000;
    const kind = KINDS.find(([bits]) => bits === format)?.[1] ?? 'file';
    const identity = `${stat.dev}:${stat.ino}`;
    found.push({
      path,
      kind,
      mode: Number(stat.mode) & 0o7777,
      uid: Number(stat.uid),
      gid: Number(stat.gid),
      size: kind === 'file' ? stat.size : 0n,
      mtimeNs: stat.mtimeNs,
      content: contentOf(full, kind),
      firstLink: identity,
      occupied: stat.blocks * 512n,
    });
    if (kind === 'directory')
      for (const name of fs.readdirSync(full, { encoding: 'buffer' }))
        waiting.push(path === '' ? decodeByteString(name) : `${path}/${decodeByteString(name)}`);
  }
  found.sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const entry of found) {
    const first = firstLinks.get(entry.firstLink) ?? entry.path;
    firstLinks.set(entry.firstLink, first);
    entry.firstLink = first;
  }
  return found;
}

function contentOf(full: Buffer, kind: TreeEntry['kind']): string {
  if (kind === 'link') return decodeByteString(fs.readlinkSync(full, { encoding: 'buffer' }));
  if (kind !== 'file') return '';
  const hash = createHash('sha256');
  const file = fs.openSync(full, 'r');
  try {
    const piece = Buffer.allocUnsafe(1 << 20);
    for (let got = fs.readSync(file, piece); got > 0; got = fs.readSync(file, piece))
      hash.update(piece.subarray(0, got));
  } finally {
    fs.closeSync(file);
  }
  return hash.digest('hex');
}

/** What differs between two trees, a line each; empty when they are equal. Bounded to a hundred lines. */
export function compareTrees(expected: string, actual: string, options: CompareOptions = {}): string[] {
  return compareEntries(readTree(expected, options.without), readTree(actual, options.without), options).concat(
    options.attributes ? compareAttributes(expected, actual) : [],
  );
}

/** Like {@link compareTrees}, with a tree that was read before. */
export function compareEntries(expected: TreeEntry[], actual: TreeEntry[], options: CompareOptions = {}): string[] {
  const differences: string[] = [];
  const others = new Map(actual.map((entry) => [entry.path, entry]));
  for (const entry of expected) {
    const other = others.get(entry.path);
    others.delete(entry.path);
    if (other) differences.push(...differencesOf(entry, other, options));
    else differences.push(`${JSON.stringify(entry.path)} is missing`);
  }
  for (const path of others.keys()) differences.push(`${JSON.stringify(path)} is not expected`);
  return differences.slice(0, 100);
}

function differencesOf(entry: TreeEntry, other: TreeEntry, options: CompareOptions): string[] {
  const pairs: [string, unknown, unknown][] = [
    ['kind', entry.kind, other.kind],
    ['mode', entry.mode.toString(8), other.mode.toString(8)],
    ['size', entry.size, other.size],
    ['content', entry.content, other.content],
    ['first link', entry.firstLink, other.firstLink],
  ];
  if (!options.ignoreOwner) pairs.push(['owner', `${entry.uid}:${entry.gid}`, `${other.uid}:${other.gid}`]);
  const apart = entry.mtimeNs - other.mtimeNs;
  const step = options.timeStepNs ?? 1n;
  if ((apart >= step || -apart >= step) && !(options.ignoreDirectoryTimes && entry.kind === 'directory'))
    pairs.push(['modification time', entry.mtimeNs, other.mtimeNs]);
  return pairs
    .filter(([, one, two]) => one !== two)
    .map(([what, one, two]) => `${JSON.stringify(entry.path)}: ${what} is ${String(two)} instead of ${String(one)}`);
}

const LIST_ATTRIBUTES = `
import os, sys
root = os.fsencode(sys.argv[1])
for folder, names, files in os.walk(root):
    for path in [folder] + [os.path.join(folder, name) for name in files + [n for n in names if os.path.islink(os.path.join(folder, n))]]:
        try:
            for key in sorted(os.listxattr(path, follow_symlinks=False)):
                value = os.getxattr(path, key, follow_symlinks=False)
                print(path[len(root):].hex(), os.fsencode(key).hex(), value.hex())
        except OSError:
            pass
`;

/** Extended attributes of a whole tree, a line each; undefined where they cannot be read. */
export function readAttributes(root: string): string[] | undefined {
  const run = spawnSync('python3', ['-c', LIST_ATTRIBUTES, root], { encoding: 'utf8', maxBuffer: 1 << 28 });
  return run.status === 0 ? run.stdout.split('\n').filter(Boolean).sort() : undefined;
}

function compareAttributes(expected: string, actual: string): string[] {
  const one = readAttributes(expected);
  const two = readAttributes(actual);
  if (!one || !two) return [];
  return [
    ...one.filter((line) => !two.includes(line)).map((line) => `attribute ${line} is missing`),
    ...two.filter((line) => !one.includes(line)).map((line) => `attribute ${line} is not expected`),
  ];
}

/** Sets an extended attribute; false where the file system or the machine has none. */
export function setAttribute(path: string, name: string, value: Uint8Array): boolean {
  const script =
    'import os,sys; os.setxattr(sys.argv[1], sys.argv[2], bytes.fromhex(sys.argv[3]), follow_symlinks=False)';
  return spawnSync('python3', ['-c', script, path, name, Buffer.from(value).toString('hex')]).status === 0;
}

/** Bytes that look random and are the same every time. */
export function pseudoRandomBytes(length: number, seed = 1): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  let state = (seed * 2654435761) >>> 0 || 1;
  for (let i = 0; i < length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    bytes[i] = state;
  }
  return bytes;
}

/** Seconds since 1970 with nanoseconds, set exactly where `touch` is there. */
function setTime(path: Buffer, seconds: number, nanoseconds = 0): void {
  const stamp = `@${seconds}.${String(nanoseconds).padStart(9, '0')}`;
  fs.lutimesSync(path, seconds, seconds);
  spawnSync('touch', ['-h', '-d', stamp, '--', path.toString('latin1')]);
}

/** Every byte that a name can have, in a few names; a name of 255 bytes; names that programs like to get wrong. */
export const ODD_NAMES: readonly string[] = [
  decodeByteString(Uint8Array.from({ length: 127 }, (_, i) => i + 1).filter((byte) => byte !== 0x2f)),
  decodeByteString(Uint8Array.from({ length: 128 }, (_, i) => i + 128)),
  'n'.repeat(255),
  ' leading and trailing ',
  '-rf',
  '...',
  'naïve – 文件 🎉',
  'new\nline',
  'back\\slash "quoted" \'single\'',
  'percent%2Fslash',
];

/**
 * Fills `root` (made when missing) with one of everything: odd names, modes, times before 1970 and with nanoseconds,
 * hard and symbolic links, a fifo, a sparse file, empty files and directories, deep paths. The same every time.
 */
export function makeTree(root: string): void {
  const at = (path: string) => pathIn(root, path);
  fs.mkdirSync(root, { recursive: true });
  fs.mkdirSync(at('dir/inner/deep'), { recursive: true });
  fs.mkdirSync(at('empty dir'));
  fs.mkdirSync(at('odd names'));
  fs.writeFileSync(at('empty'), '');
  fs.writeFileSync(at('one byte'), 'x');
  for (const size of [511, 512, 513, 10240, 100_000])
    fs.writeFileSync(at(`dir/size ${size}`), pseudoRandomBytes(size, size));
  fs.writeFileSync(at('dir/inner/deep/file'), 'deep down\n');
  fs.writeFileSync(at('dir/inner/big'), pseudoRandomBytes(3_000_001, 7));
  for (const [index, name] of ODD_NAMES.entries()) fs.writeFileSync(at(`odd names/${name}`), `odd ${index}`);
  const long = Array.from({ length: 12 }, (_, i) => `${i} ${'long'.repeat(20)}`).join('/');
  fs.mkdirSync(at(`dir/${long}`), { recursive: true });
  fs.writeFileSync(at(`dir/${long}/end of a long path`), 'long\n');
  fs.linkSync(at('dir/inner/big'), at('a hard link'));
  fs.linkSync(at('dir/inner/big'), at('dir/second hard link'));
  fs.symlinkSync('dir/inner', at('link to dir'));
  fs.symlinkSync('/nowhere/at/all', at('dangling'));
  fs.symlinkSync('t'.repeat(300), at('dir/link with a long target'));
  makeSparse(root, 'dir/sparse', 5_000_000);
  spawnSync('mkfifo', [join(root, 'dir/fifo')]);
  for (const [path, mode] of [
    // Only root reads what nobody may.
    ['empty', process.getuid?.() === 0 ? 0o000 : 0o400],
    ['one byte', 0o4755],
    ['dir/size 511', 0o640],
    ['empty dir', 0o1777],
    ['dir/inner', 0o2750],
    ['dir/inner/deep', 0o555],
  ] as const)
    fs.chmodSync(at(path), mode);
  setTime(at('empty'), 0);
  setTime(at('one byte'), -86_400 * 365, 500_000_000);
  setTime(at('dir/size 512'), 1_234_567_890, 123_456_789);
  setTime(at('dangling'), 1_111_111_111, 1);
  setTime(at('dir/inner/deep'), 1_000_000_000, 999_999_999);
  setTime(at('dir/inner'), 1_000_000_001, 5);
  setTime(at('dir'), 1_500_000_000, 7);
}

/** A file of `size` bytes with some at the beginning, in the middle and none at the end. */
export function makeSparse(root: string, path: string, size: number): void {
  const file = fs.openSync(pathIn(root, path), 'w');
  fs.writeSync(file, pseudoRandomBytes(5000, 3), 0, 5000, 0);
  fs.writeSync(file, pseudoRandomBytes(5000, 4), 0, 5000, Math.floor(size / 2 / 4096) * 4096);
  fs.ftruncateSync(file, size);
  fs.closeSync(file);
}
