import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import type { Catalog, FileEntry } from '../../../src/dma/catalog/model';
import { openCatalog } from '../../../src/dma/catalog/open';
import { someSet } from '../../support/catalogs';
import { filePost, namePost, nodePost, type ToldFile } from '../../support/historyPosts';

const ALL_ONES = 0xffff_ffff_ffff_ffffn;

describe('catalog: file trees', () => {
  let folder: string;
  let catalog: Catalog;
  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'catalog-'));
    catalog = await openCatalog(join(folder, 'catalog.db'));
  });
  after(async () => {
    await catalog.close();
    rmSync(folder, { recursive: true });
  });

  async function takes(posts: readonly Uint8Array[], base?: number) {
    const { id } = await catalog.beginSet(someSet({ base }));
    const sink = await catalog.fileHistory(id);
    for (const post of posts) await sink.post(post, 4);
    return { id, end: await sink.finish() };
  }
  const names = (entries: readonly FileEntry[]): string[] => entries.map(({ name }) => name);

  async function walked(id: number, directory = '/'): Promise<FileEntry[]> {
    const found: FileEntry[] = [];
    for await (const batch of catalog.walk(id, directory)) found.push(...batch);
    return found;
  }

  it('tells what came before the tree is made, and makes it when it is asked for', async () => {
    const { id } = await catalog.beginSet(someSet({}));
    const sink = await catalog.fileHistory(id);
    await sink.post(filePost([{ path: '/a/b' }, { path: '/a', folder: true }, { path: '/a/b' }]), 4);
    const came = await sink.settle();
    assert.deepEqual(came, { files: 2, problems: [] });
    const { files, directories, problems } = await sink.finish();
    assert.deepEqual({ files, directories, problems: problems.length }, { files: 1, directories: 1, problems: 1 });
  });

  it('makes the tree of what had come when its program is gone', async () => {
    const file = join(folder, 'left.db');
    const first = await openCatalog(file);
    const { id } = await first.beginSet(someSet({}));
    const sink = await first.fileHistory(id);
    await sink.post(filePost([{ path: '/a/b' }, { path: '/c' }]), 4);
    await sink.settle();
    await first.close();
    const second = await openCatalog(file);
    assert.deepEqual(names((await second.list(id, '/')).entries), ['a', 'c']);
    await second.close();
  });

  it('takes history by paths', async () => {
    const { id, end } = await takes([
      filePost([
        { path: '/', folder: true, node: 2n },
        { path: '/b/two', size: 2n, node: 7n, position: 4096n },
        { path: './b//one/', size: 1n << 40n },
      ]),
      filePost([{ path: '/a.txt' }, { path: '/\udcff', size: 3n }]),
    ]);
    assert.deepEqual(end, { files: 4, directories: 2, problems: [] });
    const { entries } = await catalog.list(id, '/');
    assert.deepEqual(names(entries), ['a.txt', 'b', '\udcff']);
    assert.deepEqual((await catalog.list(id, '/b/')).entries, [
      {
        name: 'one',
        path: '/b/one',
        kind: 'file',
        size: 1n << 40n,
        mtime: 1_700_000_000,
        mode: 0o644,
        owner: 1000,
        group: 100,
        node: ALL_ONES,
        position: undefined,
        inSet: true,
      },
      {
        name: 'two',
        path: '/b/two',
        kind: 'file',
        size: 2n,
        mtime: 1_700_000_000,
        mode: 0o644,
        owner: 1000,
        group: 100,
        node: 7n,
        position: 4096n,
        inSet: true,
      },
    ]);
    const b = await catalog.stat(id, '/b');
    assert.equal(b?.kind, 'directory');
    assert.equal(b.inSet, false);
    assert.equal((await catalog.stat(id, '/'))?.node, 2n);
    assert.equal(await catalog.stat(id, '/c'), undefined);
    assert.deepEqual((await catalog.list(id, '/a.txt')).entries, []);
  });

  it('takes history by nodes in any order', async () => {
    const posts = [
      namePost('.', 2n, 2n),
      namePost('..', 2n, 2n),
      namePost('dir', 3n, 2n),
      namePost('kept', 5n, 2n),
      namePost('.', 3n, 3n),
      namePost('..', 2n, 3n),
      namePost('file', 4n, 3n),
      namePost('link to file', 4n, 2n),
      nodePost({ path: '', node: 2n, folder: true }),
      nodePost({ path: '', node: 3n, folder: true }),
      nodePost({ path: '', node: 4n, size: 9n, position: 512n }),
    ];
    for (const order of [posts, [...posts].reverse()]) {
      const { id, end } = await takes(order);
      assert.deepEqual(end, { files: 2, directories: 2, problems: [] });
      assert.deepEqual(names((await catalog.list(id, '/')).entries), ['dir', 'kept', 'link to file']);
      const file = await catalog.stat(id, '/dir/file');
      assert.equal(file?.position, 512n);
      assert.equal(file.node, 4n);
      assert.equal((await catalog.stat(id, '/kept'))?.inSet, false);
      assert.equal((await catalog.stat(id, '/dir'))?.inSet, true);
    }
  });

  it('keeps what has no place, and ends circles', async () => {
    const { id, end } = await takes([
      namePost('.', 2n, 2n),
      namePost('x', 10n, 11n),
      namePost('y', 11n, 10n),
      namePost('in a circle', 12n, 11n),
      namePost('orphan', 21n, 20n),
      nodePost({ path: '', node: 21n, size: 1n }),
      nodePost({ path: '', node: 30n, size: 1n }),
    ]);
    assert.equal(end.problems.length, 2);
    const all = (await walked(id)).map(({ path }) => path);
    assert.ok(all.includes('/(no name) node 20/orphan'));
    assert.ok(all.includes('/(no name) node 30'));
    assert.ok(all.some((path) => path.endsWith('/in a circle')));
  });

  it('tells of names that come twice, and of those that cannot be kept', async () => {
    const { id, end } = await takes([
      filePost([{ path: '/a', size: 1n }, { path: '/b\0c' }]),
      filePost([{ path: '/a', size: 2n }]),
      filePost([{ path: `/${'x/'.repeat(1100)}y` }]),
      new Uint8Array(3),
      filePost([{ path: '/cut' }]).subarray(0, 60),
    ]);
    assert.equal((await catalog.stat(id, '/a'))?.size, 2n);
    assert.equal(end.files, 1);
    assert.equal(end.problems.length, 3);
  });

  const part = fc.constantFrom('a', 'b', 'a-b', 'A b', 'ä', '\udcfe', 'c.dat', 'C');
  const path = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => `/${parts.join('/')}`);

  it('lists, finds and walks what was told, however it came', async () => {
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(path, { maxLength: 40 }), fc.boolean(), async (paths, byNodes) => {
        const expected = withParents(paths);
        const { id } = await takes(byNodes ? nodePosts(expected) : pathPosts(paths));
        const all = await walked(id);
        assert.deepEqual(all.map((entry) => entry.path).sort(), [...expected.keys()].sort());
        for (const { path: own, kind, size } of all) {
          assert.equal(kind, expected.get(own)?.folder === true ? 'directory' : 'file', own);
          if (kind === 'file') assert.equal(size, expected.get(own)?.size);
          assert.deepEqual((await catalog.stat(id, own))?.path, own);
          const inside = (await catalog.list(id, own)).entries.map((entry) => entry.path);
          assert.deepEqual(inside.sort(), [...expected.keys()].filter((each) => parentOf(each) === own).sort());
          const below = (await walked(id, own)).map((entry) => entry.path);
          assert.deepEqual(below.sort(), [...expected.keys()].filter((each) => each.startsWith(`${own}/`)).sort());
        }
        await catalog.removeSet(id);
      }),
      { numRuns: 40 },
    );
  });

  it('lists page by page', async () => {
    const files = Array.from({ length: 5000 }, (_, i) => ({ path: `/big/file-${(i * 7919) % 5000}`, size: BigInt(i) }));
    const { id } = await takes([filePost(files)]);
    const found: string[] = [];
    let after: string | undefined;
    do {
      const listing = await catalog.list(id, '/big', { after, limit: 700 });
      found.push(...names(listing.entries));
      after = listing.next;
    } while (after !== undefined);
    assert.deepEqual(found, files.map(({ path: own }) => own.slice(5)).sort());
    assert.equal((await walked(id, '/big')).length, 5000);
  });

  it('searches names and paths', async () => {
    const older = await takes([filePost([{ path: '/Docs/Report 2024.PDF' }, { path: '/docs/notes' }])]);
    const newer = await takes([filePost([{ path: '/docs/report-new.pdf' }, { path: '/other/Äpfel' }])]);
    const found = async (text: string, set?: number) =>
      (await catalog.search(text, { set })).map((hit) => `${hit.set === newer.id ? 'new' : 'old'} ${hit.path}`);
    const both = ['new /docs/report-new.pdf', 'old /Docs/Report 2024.PDF'];
    assert.deepEqual(await found('report'), both);
    assert.deepEqual(await found('*.pdf'), both);
    assert.deepEqual(await found('docs/rep'), both);
    assert.deepEqual(await found('/docs/*-new.*'), both.slice(0, 1));
    assert.deepEqual(await found('report', older.id), both.slice(1));
    assert.deepEqual(await found('äpfel'), ['new /other/Äpfel']);
    assert.deepEqual(await found('no such thing'), []);
    assert.equal((await catalog.search('docs', { limit: 1 })).length, 1);
  });

  it('lists a chain as a restore gives it', async () => {
    const root = [namePost('.', 2n, 2n), nodePost({ path: '', node: 2n, folder: true })];
    const full = await takes([
      ...root,
      ...['a', 'b', 'c'].flatMap((name, i) => [
        namePost(name, BigInt(10 + i), 2n),
        nodePost({ path: '', node: BigInt(10 + i), size: 1n }),
      ]),
    ]);
    const next = await takes(
      [
        ...root,
        namePost('a', 10n, 2n),
        namePost('b', 11n, 2n),
        namePost('d', 13n, 2n),
        nodePost({ path: '', node: 11n, size: 2n }),
        nodePost({ path: '', node: 13n, size: 3n }),
      ],
      full.id,
    );
    const { entries } = await catalog.listChain(next.id, '/');
    assert.deepEqual(
      entries.map(({ name, size, set }) => [name, size, set]),
      [
        ['a', 1n, full.id],
        ['b', 2n, next.id],
        ['d', 3n, next.id],
      ],
    );
    assert.deepEqual(names((await catalog.listChain(full.id, '/')).entries), ['a', 'b', 'c']);
    const paths = await takes([filePost([{ path: '/new/e' }])], next.id);
    assert.deepEqual(names((await catalog.listChain(paths.id, '/')).entries), ['a', 'b', 'd', 'new']);
    assert.deepEqual((await catalog.listChain(paths.id, '/c')).entries, []);
  });
});

function parentOf(path: string): string {
  return path.slice(0, path.lastIndexOf('/'));
}

/** All paths with the directories above them. */
function withParents(paths: readonly string[]): Map<string, ToldFile> {
  const all = new Map<string, ToldFile>();
  for (const path of paths)
    for (let at = path; at !== ''; at = parentOf(at))
      all.set(at, { path: at, folder: at !== path || all.get(at)?.folder === true, size: BigInt(path.length) });
  for (const path of all.keys())
    if (parentOf(path) !== '') all.set(parentOf(path), { path: parentOf(path), folder: true });
  for (const file of all.values()) file.size = BigInt(file.path.length);
  return all;
}

function pathPosts(paths: readonly string[]): Uint8Array[] {
  const folders = withParents(paths);
  return paths.map((path) => filePost([{ path, size: BigInt(path.length), folder: folders.get(path)?.folder }]));
}

function nodePosts(files: ReadonlyMap<string, ToldFile>): Uint8Array[] {
  const nodes = new Map([...files.keys()].map((path, i) => [path, BigInt(i + 100)]));
  const nodeOf = (path: string): bigint => nodes.get(path) ?? 2n;
  const posts = [namePost('.', 2n, 2n), namePost('..', 2n, 2n)];
  for (const [path, file] of files) {
    const name = path.slice(path.lastIndexOf('/') + 1);
    posts.push(namePost(name, nodeOf(path), nodeOf(parentOf(path))), nodePost({ ...file, node: nodeOf(path) }));
  }
  return posts;
}
