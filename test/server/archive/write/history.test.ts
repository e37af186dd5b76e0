import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import type { NdmpVersion } from '../../../../src/protocol';
import {
  backupOrder,
  directoriesOf,
  filesOf,
  nameOf,
  nodesOf,
  removeFolder,
  runBackup,
  temporaryFolder,
  type Backup,
} from '../../../support/backups';
import { decodeByteString } from '../../../../src/xdr';
import { makeTree, readTree } from '../../../support/trees';

describe('server: file history of a backup', () => {
  let folder: string;
  let tree: string;
  beforeEach(() => {
    folder = temporaryFolder();
    tree = join(folder, 'tree');
    makeTree(tree);
  });
  afterEach(() => removeFolder(folder));

  const backUp = (
    history: 'path' | 'node' | 'none',
    version: NdmpVersion = 4,
    more: Parameters<typeof backupOrder>[1] = {},
  ) => runBackup(backupOrder(tree, { history, version, ...more }));

  it('is none when none is wanted', () => {
    assert.deepEqual(backUp('none').posts, []);
  });

  for (const version of [3, 4] as const) {
    it(`by path tells every object with where its entry begins (v${version})`, () => {
      const backup = backUp('path', version);
      const entries = readTree(tree);
      const files = filesOf(backup.posts);
      assert.deepEqual(files.map(nameOf).sort(), entries.map(({ path }) => `/${path}`).sort());
      for (const file of files) {
        const entry = entries.find(({ path }) => `/${path}` === nameOf(file));
        const [stat] = file.stats;
        assert.equal(stat.fattr, entry?.mode);
        assert.equal(
          stat.ftype,
          { directory: 0, fifo: 1, character: 2, block: 3, file: 4, link: 5, socket: 6 }[entry?.kind ?? 'socket'],
        );
        if (entry?.kind === 'file') assert.equal(stat.size, entry.size);
        assert.equal(stat.mtime, Math.max(0, Number((entry?.mtimeNs ?? 0n) / 1_000_000_000n)));
        assert.equal(memberAt(backup.stream, Number(file.fh_info)), nameOf(file));
      }
    });

    it(`by node follows the draft's order (v${version})`, () => {
      const backup = backUp('node', version);
      checkNodeHistory(backup);
      const told = pathsOf(backup);
      const entries = readTree(tree);
      assert.deepEqual([...told.keys()].sort(), entries.map(({ path }) => path).sort());
      for (const node of nodesOf(backup.posts)) {
        const paths = [...told].filter(([, number]) => number === node.node).map(([path]) => path);
        assert.ok(paths.includes(memberAt(backup.stream, Number(node.fh_info)).slice(1)), paths.join());
      }
    });
  }

  it('by node of a higher level tells all names, and attributes only of what is in the stream', () => {
    const records = join(folder, 'records');
    const dump = (LEVEL: string) => backUp('node', 4, { type: 'dump', dumpRecords: records, environment: { LEVEL } });
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 80);
    dump('0');
    fs.appendFileSync(join(tree, 'one byte'), 'more');
    fs.writeFileSync(join(tree, 'empty dir/new'), 'new');
    const backup = dump('1');
    checkNodeHistory(backup);
    const told = pathsOf(backup);
    assert.deepEqual(
      [...told.keys()].sort(),
      readTree(tree)
        .map(({ path }) => path)
        .sort(),
    );
    const inStream = nodesOf(backup.posts).map(({ node }) => node);
    const files = [...told].filter(
      ([path, node]) => inStream.includes(node) && fs.statSync(join(tree, path), { throwIfNoEntry: false })?.isFile(),
    );
    assert.deepEqual(files.map(([path]) => path).sort(), ['empty dir/new', 'one byte']);
  });

  it('in v2 comes in the UNIX posts', () => {
    const byPath = backUp('path', 2);
    const entries = byPath.posts.flatMap(({ message, value }) => {
      assert.equal(message, 'NDMP_FH_ADD_UNIX_PATH');
      return (value as { paths: { name: string; fstat: { fh_info: bigint; ftype: number } }[] }).paths;
    });
    assert.deepEqual(
      entries.map(({ name }) => name).sort(),
      readTree(tree)
        .map(({ path }) => `/${path}`)
        .sort(),
    );
    for (const { name, fstat } of entries) assert.equal(memberAt(byPath.stream, Number(fstat.fh_info)), name);
    const byNode = backUp('node', 2);
    assert.deepEqual(
      [...new Set(byNode.posts.map(({ message }) => message))],
      ['NDMP_FH_ADD_UNIX_DIR', 'NDMP_FH_ADD_UNIX_NODE'],
    );
  });

  it('comes in posts of many entries, while the backup runs', () => {
    for (let i = 0; i < 3000; i++) fs.writeFileSync(join(tree, `empty dir/file ${i}`), '');
    for (const style of ['path', 'node'] as const) {
      const { posts } = backUp(style);
      assert.ok(posts.length > 3 && posts.length < 40, `${posts.length}`);
    }
  });
});

/** The draft's rules for ADD_DIR and ADD_NODE (protocol facts, "Draft rules for ADD_DIR order"). */
function checkNodeHistory({ posts }: Backup): void {
  const names = directoriesOf(posts);
  const [root] = names;
  assert.deepEqual(
    names.slice(0, 2).map((entry) => [nameOf(entry), entry.node, entry.parent]),
    [
      ['.', root.node, root.node],
      ['..', root.node, root.node],
    ],
  );
  const finished = new Set<bigint>();
  let directory: bigint | undefined;
  for (let i = 0; i < names.length; i++) {
    const { parent } = names[i];
    if (parent === directory) continue;
    assert.ok(!finished.has(parent), 'entries of a directory stand together');
    if (directory !== undefined) finished.add(directory);
    directory = parent;
    assert.deepEqual(
      [nameOf(names[i]), names[i].node, nameOf(names[i + 1]), names[i + 1].parent],
      ['.', parent, '..', parent],
    );
  }
  const named = new Set<bigint>();
  const described = new Set<bigint>();
  for (const post of posts) {
    for (const { node } of directoriesOf([post])) named.add(node);
    for (const { node } of nodesOf([post])) {
      assert.ok(named.has(node), 'a name comes before the attributes');
      assert.ok(!described.has(node), 'one ADD_NODE for each node');
      described.add(node);
    }
  }
}

/** Paths by node, as a DMA would rebuild them. */
function pathsOf({ posts }: Backup): Map<string, bigint> {
  const names = directoriesOf(posts);
  const directories = new Map<bigint, string>([[names[0].node, '']]);
  const paths = new Map<string, bigint>([['', names[0].node]]);
  for (const entry of names) {
    const name = nameOf(entry);
    if (name === '.' || name === '..') continue;
    const above = directories.get(entry.parent);
    const path = above === '' ? name : `${above}/${name}`;
    paths.set(path, entry.node);
    if (!directories.has(entry.node)) directories.set(entry.node, path);
  }
  return paths;
}

/** Path from the backup root of the member whose first header block is at `at`. */
function memberAt(stream: Buffer, at: number): string {
  assert.equal(at % 512, 0);
  const sizeOf = (block: number) => parseInt(stream.toString('latin1', block + 124, block + 135), 8);
  assert.equal(stream.toString('latin1', at + 156, at + 157), 'x');
  const records = stream.toString('utf8', at + 512, at + 512 + sizeOf(at));
  const block = at + 512 + Math.ceil(sizeOf(at) / 512) * 512;
  const long = /^\d+ (?:path|GNU\.sparse\.name)=/m.exec(records);
  const name = long
    ? paxValue(stream.subarray(at + 512, at + 512 + sizeOf(at)), long[0].slice(long[0].indexOf(' ') + 1, -1))
    : stream.subarray(block, stream.indexOf(0, block) < block + 100 ? stream.indexOf(0, block) : block + 100);
  return decodeByteString(name)
    .replace(/^\./, '')
    .replace(/(.)\/$/, '$1');
}

function paxValue(records: Buffer, key: string): Buffer {
  for (let at = 0; at < records.length;) {
    const length = parseInt(records.toString('latin1', at, at + 12), 10);
    const record = records.subarray(records.indexOf(0x20, at) + 1, at + length - 1);
    if (record.subarray(0, key.length + 1).toString('latin1') === `${key}=`) return record.subarray(key.length + 1);
    at += length;
  }
  return Buffer.alloc(0);
}
