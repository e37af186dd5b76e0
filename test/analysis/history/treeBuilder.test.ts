import assert from 'node:assert/strict';
import { attributes, byPath, entry, folder, linkAt, pathsOf, Played, problemsOf, stat } from './support';

const ALL_ONES = 0xffffffffffffffffn;
const FOLDER = 0;

describe('history by paths', () => {
  it('makes a tree with the directories that only paths name', () => {
    const tree = new Played().add('file', byPath('/a/b/c', 3), byPath('/a/d', 4), byPath('/e', 5)).tree();
    assert.deepEqual(pathsOf(tree), ['/a', '/a/b', '/a/b/c', '/a/d', '/e']);
    assert.deepEqual(tree.totalsOf(tree.root), { files: 3, folders: 2, bytes: 12 });
    assert.deepEqual(tree.totalsOf(tree.objectOf(linkAt(tree, '/a'))), { files: 2, folders: 1, bytes: 7 });
    assert.deepEqual(problemsOf(tree), {});
    const object = tree.objectOf(linkAt(tree, '/a/b/c'));
    assert.equal(tree.position(object), 3n * 512n);
    assert.equal(tree.attributes(object)?.mtime, 1003);
    assert.equal(tree.attributes(tree.objectOf(linkAt(tree, '/a'))), undefined);
  });

  it('takes directories before and after what is in them, and the root', () => {
    const tree = new Played()
      .add('file', byPath('/a/b', 2))
      .add('file', byPath('/a', 9, FOLDER), byPath('/', 8, FOLDER))
      .add('file', byPath('/c', 7, FOLDER), byPath('/c/d', 1))
      .tree();
    assert.deepEqual(pathsOf(tree), ['/a', '/a/b', '/c', '/c/d']);
    assert.equal(tree.attributes(tree.objectOf(linkAt(tree, '/a')))?.size, 9n);
    assert.equal(tree.attributes(tree.root)?.size, 8n);
    assert.deepEqual(problemsOf(tree), {});
  });

  it('does not mind how separators stand', () => {
    const tree = new Played().add('file', byPath('a//b/', 1), byPath('./a/./c', 1), byPath('//a///d', 1)).tree();
    assert.deepEqual(pathsOf(tree), ['/a', '/a/b', '/a/c', '/a/d']);
    const other = new Played(0x3a).add('file', byPath(':a:b/c', 1)).tree();
    assert.deepEqual(pathsOf(other), [':a', ':a:b/c']);
  });

  it('reports a path that comes twice and keeps what was told last', () => {
    const tree = new Played().add('file', byPath('/a/b', 1)).add('file', byPath('/a/b', 5)).tree();
    assert.deepEqual(pathsOf(tree), ['/a', '/a/b']);
    assert.equal(tree.attributes(tree.objectOf(linkAt(tree, '/a/b')))?.size, 5n);
    assert.deepEqual(problemsOf(tree), { 'path-repeated': 1 });
    assert.equal(tree.problems.place('path-repeated', 0).row, 1);
    const folders = new Played().add('file', byPath('/a', 1, FOLDER), byPath('/a', 2, FOLDER)).tree();
    assert.deepEqual(problemsOf(folders), { 'path-repeated': 1 });
  });

  it('takes a file that is a directory elsewhere for one thing', () => {
    const tree = new Played().add('file', byPath('/a', 6), byPath('/a/b', 1)).tree();
    assert.deepEqual(pathsOf(tree), ['/a', '/a/b']);
    assert.equal(tree.attributes(tree.objectOf(linkAt(tree, '/a')))?.size, 6n);
    assert.deepEqual(problemsOf(tree), {});
  });

  it('takes the UNIX name and its attributes where there are several, else the first', () => {
    const nt = { fs_type: 1, nt_path: '\\A\\B.TXT', dos_path: 'A~1' };
    const ntStat = { ...stat(5), fs_type: 1, fattr: 0x20, unsupported: 4 };
    const both = {
      names: [nt, { fs_type: 0, unix_name: '/a/b.txt' }],
      stats: [ntStat, stat(6)],
      node: 1n,
      fh_info: 2n,
    };
    const only = { names: [nt], stats: [ntStat], node: 2n, fh_info: ALL_ONES };
    const tree = new Played().add('file', both, only).tree();
    assert.deepEqual(pathsOf(tree), ['/a', '/a/b.txt', '/A', '/A/B.TXT']);
    assert.equal(tree.attributes(tree.objectOf(linkAt(tree, '/a/b.txt')))?.size, 6n);
    const object = tree.objectOf(linkAt(tree, '/A/B.TXT'));
    assert.deepEqual([tree.attributes(object)?.system, tree.attributes(object)?.group], [1, undefined]);
    assert.equal(tree.position(object), undefined);
  });

  it('tells entries without names and without attributes', () => {
    const tree = new Played()
      .add('file', { names: [], stats: [stat(1)], node: 1n, fh_info: 1n })
      .add('file', { ...byPath('/a'), stats: [] })
      .tree();
    assert.deepEqual(pathsOf(tree), ['/a']);
    assert.deepEqual(problemsOf(tree), { 'no-name': 1, 'no-attributes': 1 });
    assert.equal(tree.attributes(tree.objectOf(linkAt(tree, '/a'))), undefined);
    assert.equal(tree.position(tree.objectOf(linkAt(tree, '/a'))), 512n);
  });

  it('reads v2 paths', () => {
    const fstat = { ftype: 4, mtime: 5, atime: 6, ctime: 7, uid: 1, gid: 2, mode: 0o600, size: 9n, fh_info: 512n };
    const tree = new Played().add('unixPath', { name: '/a/b', fstat }).tree();
    assert.deepEqual(pathsOf(tree), ['/a', '/a/b']);
    const object = tree.objectOf(linkAt(tree, '/a/b'));
    assert.deepEqual(tree.attributes(object), {
      type: 4,
      mode: 0o600,
      owner: 1,
      group: 2,
      system: 0,
      size: 9n,
      mtime: 5,
    });
    assert.equal(tree.position(object), 512n);
  });
});

/** A root of node 2, `a` in it, `b` and `c` in that. */
const small = (): Played =>
  new Played()
    .add('dir', entry('.', 2, 2), entry('..', 2, 2), entry('a', 3, 2))
    .add('dir', entry('.', 3, 3), entry('..', 2, 3), entry('b', 4, 3), entry('c', 5, 3))
    .add('node', folder(2), folder(3), attributes(4, 10), attributes(5, 20));

describe('history by directories and nodes', () => {
  it('makes a tree', () => {
    const tree = small().tree();
    assert.deepEqual(pathsOf(tree), ['/a', '/a/b', '/a/c']);
    assert.deepEqual(tree.totalsOf(tree.root), { files: 2, folders: 1, bytes: 30 });
    assert.deepEqual(problemsOf(tree), {});
    assert.equal(tree.node(tree.root), 2n);
    assert.equal(tree.totals.withoutAttributes, 0);
  });

  it('takes entries in any order, also without "." and ".."', () => {
    const tree = new Played()
      .add('node', attributes(5, 20), attributes(4, 10))
      .add('dir', entry('c', 5, 3), entry('b', 4, 3))
      .add('dir', entry('a', 3, 2))
      .tree();
    assert.deepEqual(pathsOf(tree), ['/a', '/a/c', '/a/b']);
    assert.deepEqual(problemsOf(tree), {});
    assert.equal(tree.totals.withoutAttributes, 1);
  });

  it('reads v2 entries', () => {
    const fstat = { ftype: 4, mtime: 5, atime: 6, ctime: 7, uid: 1, gid: 2, mode: 0o600, size: 9n, fh_info: ALL_ONES };
    const tree = new Played()
      .add('unixDir', { name: '.', node: 1, parent: 1 }, { name: 'x', node: 2, parent: 1 })
      .add('unixNode', { fstat, node: 2 })
      .tree();
    assert.deepEqual(pathsOf(tree), ['/x']);
    assert.equal(tree.attributes(tree.objectOf(linkAt(tree, '/x')))?.size, 9n);
    assert.equal(tree.position(tree.objectOf(linkAt(tree, '/x'))), undefined);
  });

  it('tells hard links from directories in two places', () => {
    const tree = small()
      .add('dir', entry('link', 4, 2), entry('second', 3, 2))
      .tree();
    assert.deepEqual(pathsOf(tree), ['/a', '/a/b', '/a/c', '/link', '/second']);
    assert.deepEqual(problemsOf(tree), { 'second-parent': 1 });
    assert.equal(tree.totals.hardLinks, 1);
    assert.deepEqual(tree.totalsOf(tree.root), { files: 3, folders: 1, bytes: 30 });
  });

  it('reports repeated names and nodes, and names with two nodes', () => {
    const tree = small()
      .add('dir', entry('b', 4, 3), entry('b', 9, 3))
      .add('node', attributes(4, 11))
      .tree();
    assert.deepEqual(pathsOf(tree), ['/a', '/a/b', '/a/c', '/a/b']);
    assert.deepEqual(problemsOf(tree), { 'name-repeated': 1, 'name-conflict': 1, 'node-repeated': 1 });
    assert.equal(tree.totalsOf(tree.root).bytes, 31);
  });

  it('keeps what hangs on nothing', () => {
    const tree = small()
      .add('dir', entry('lost', 50, 40))
      .add('node', attributes(60, 5))
      .tree();
    assert.deepEqual(pathsOf(tree), [
      '/a',
      '/a/b',
      '/a/c',
      '(node 40 without a place)',
      '(node 40 without a place)/lost',
      '(node 60 without a place)',
    ]);
    assert.deepEqual(problemsOf(tree), { 'node-without-name': 1, orphan: 1 });
    assert.equal(tree.problems.place('orphan', 0).row, 3);
  });

  it('cuts circles', () => {
    const tree = small()
      .add('dir', entry('x', 20, 21), entry('y', 21, 20), entry('z', 22, 21))
      .tree();
    assert.deepEqual(problemsOf(tree), { cycle: 1 });
    assert.equal(tree.tops.length, 1);
    assert.equal(pathsOf(tree).length, 3 + 4);
    const self = small()
      .add('dir', entry('me', 30, 30))
      .tree();
    assert.deepEqual(problemsOf(self), { cycle: 1 });
    const upwards = small()
      .add('dir', entry('up', 2, 3))
      .tree();
    assert.deepEqual(problemsOf(upwards), { cycle: 1 });
    assert.deepEqual(pathsOf(upwards), ['/a', '/a/b', '/a/c', '/a/up']);
  });

  it('tells wrong "." and "..", and the known one of the root', () => {
    const tree = new Played()
      .add('dir', entry('.', 2, 2), entry('..', 1, 2), entry('a', 3, 2))
      .add('dir', entry('.', 4, 3), entry('..', 9, 3), entry('b', 5, 3))
      .tree();
    assert.deepEqual(pathsOf(tree).slice(0, 2), ['/a', '/a/b']);
    assert.deepEqual(problemsOf(tree), { 'wrong-dot': 1, 'wrong-dot-dot': 1, 'root-dot-dot': 1 });
  });

  it('does not mix up nodes with the reserved number', () => {
    const none = Number(0xffffffffn);
    const tree = new Played().add('dir', entry('a', none, 2), entry('b', none, 2)).tree();
    assert.deepEqual(pathsOf(tree), ['/a', '/b']);
    assert.deepEqual(problemsOf(tree), { 'reserved-node': 2 });
  });

  it('takes the directory of the first "." for the root where several have no name', () => {
    const tree = new Played()
      .add('dir', entry('.', 7, 7), entry('x', 8, 7))
      .add('dir', entry('.', 9, 9), entry('y', 10, 9))
      .tree();
    assert.equal(tree.node(tree.root), 7n);
    assert.deepEqual(problemsOf(tree), { orphan: 1 });
  });

  it('puts history by paths into the same tree', () => {
    const tree = small().add('file', byPath('/p/q', 4)).tree();
    assert.deepEqual(pathsOf(tree).sort(), ['/a', '/a/b', '/a/c', '/p', '/p/q']);
  });
});

describe('hostile history', () => {
  it('does not overflow on directories a hundred thousand deep', () => {
    const played = new Played();
    for (let node = 2; node < 100_002; node += 1000)
      played.add('dir', ...Array.from({ length: 1000 }, (_unused, i) => entry('d', node + i + 1, node + i)));
    const tree = played.tree();
    assert.equal(tree.linkCount, 100_000);
    assert.equal(tree.totalsOf(tree.root).folders + tree.totalsOf(tree.root).files, 100_000);
    let longest = 0;
    for (const path of pathsOf(tree)) longest = Math.max(longest, path.length);
    assert.ok(longest <= 16_384);
  });

  it('bounds the depth of paths', () => {
    const tree = new Played().add('file', byPath('/a'.repeat(100_000), 1)).tree();
    assert.ok(tree.linkCount < 1100);
  });

  it('keeps names of a megabyte', () => {
    const long = 'n'.repeat(1_000_000);
    const tree = new Played().add('file', byPath(`/${long}`, 1), byPath(`/${long}x`, 1), byPath('/short', 1)).tree();
    assert.equal(tree.linkCount, 3);
    assert.deepEqual(problemsOf(tree), {});
    assert.equal(tree.name(tree.children(tree.root)[1]).length, 1_000_001);
  });

  it('keeps some hundred thousand orphans, and as many names that are all alike', () => {
    const played = new Played();
    for (let n = 0; n < 200_000; n += 1000)
      played.add(
        'dir',
        ...Array.from({ length: 1000 }, (_unused, i) => entry('o', 10 + 2 * (n + i), 1_000_000 + 2 * (n + i))),
      );
    const tree = played.tree();
    assert.equal(tree.tops.length, 199_999);
    assert.equal(tree.problems.total('orphan'), 199_999);
    assert.equal(tree.problems.keptOf('orphan'), 1000);
    const alike = new Played();
    for (let n = 0; n < 200_000; n += 1000)
      alike.add('dir', ...Array.from({ length: 1000 }, (_unused, i) => entry('same', 10 + n + i, 2)));
    assert.equal(alike.tree().problems.total('name-conflict'), 199_999);
  });
});
