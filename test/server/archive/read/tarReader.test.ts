import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TarReader, type TarSink } from '../../../../src/server/archive/read/tarReader';
import type { TarEntry } from '../../../../src/server/archive/read/entry';
import { nameOfBytes, paxRecords, tarEntry, tarStream, type TarPart } from '../../../support/tarStream';

interface Read {
  entry: TarEntry;
  data: { at: number; bytes: Buffer }[];
  complete: boolean | undefined;
}

/** Collects all that a reader finds. */
class Collector implements TarSink {
  readonly read: Read[] = [];
  readonly problems: string[] = [];
  readonly lostAt: number[] = [];
  isFinished = false;

  entry(entry: TarEntry): boolean {
    this.read.push({ entry, data: [], complete: undefined });
    return true;
  }
  data(bytes: Uint8Array, at: number): void {
    this.read.at(-1)?.data.push({ at, bytes: Buffer.from(bytes) });
  }
  entryEnd(complete: boolean): void {
    const last = this.read.at(-1);
    if (last) last.complete = complete;
  }
  lost(offset: number): void {
    this.lostAt.push(offset);
  }
  problem(text: string): void {
    this.problems.push(text);
  }
  finished(): void {
    this.isFinished = true;
  }
}

function readAll(stream: Uint8Array, chunk = stream.length || 1): Collector {
  const collector = new Collector();
  const reader = new TarReader(collector);
  for (let at = 0; at < stream.length; at += chunk) reader.push(stream.subarray(at, at + chunk));
  reader.end();
  return collector;
}

function firstEntry(part: TarPart): TarEntry {
  const [first] = readAll(tarStream(part)).read;
  assert.ok(first);
  return first.entry;
}

describe('server: archive: reading tar streams', () => {
  it('reads entries of any chunks alike', () => {
    const stream = tarStream(
      { name: './', type: '5', mode: 0o755 },
      { name: './a', data: 'x'.repeat(513), uid: 7, gid: 8, pax: { mtime: '12.000000345', path: './ä' } },
      { name: './b', type: '2', link: 'somewhere' },
    );
    const whole = readAll(stream);
    assert.deepEqual(
      whole.read.map(({ entry }) => [entry.kind, entry.path, entry.start, entry.size]),
      [
        ['directory', '', 0, 0],
        ['file', '/ä', 512, 513],
        ['symlink', '/b', 3072, 0],
      ],
    );
    assert.equal(whole.read[1].entry.mtimeNs, 12_000_000_345n);
    assert.ok(whole.isFinished && whole.read.every(({ complete }) => complete));
    for (const chunk of [1, 7, 511, 512, 513]) {
      const cut = readAll(stream, chunk);
      assert.deepEqual(
        cut.read.map(({ entry }) => entry),
        whole.read.map(({ entry }) => entry),
      );
      assert.equal(Buffer.concat(cut.read[1].data.map(({ bytes }) => bytes)).toString(), 'x'.repeat(513));
    }
  });

  it('understands numbers that octal digits do not hold', () => {
    const { size, uid, mtimeNs } = firstEntry({ name: 'big', size: 2 ** 40, uid: 3_000_000, mtime: -5 });
    assert.deepEqual([size, uid, mtimeNs], [2 ** 40, 3_000_000, -5_000_000_000n]);
  });

  it('takes long names of GNU and the longer prefix of POSIX', () => {
    const long = 'n'.repeat(300);
    const stream = tarStream(
      { name: '././@LongLink', type: 'K', data: `${long}\0` },
      { name: '././@LongLink', type: 'L', data: `dir/${long}\0` },
      { name: 'cut', type: '2', link: 'cut' },
      { name: 'short', type: '2', link: 'own' },
    );
    const names = readAll(stream).read.map(({ entry }) => [entry.path, entry.linkName, entry.start]);
    assert.deepEqual(names, [
      [`/dir/${long}`, long, 0],
      ['/short', 'own', 1024 + 1024 + 512],
    ]);
  });

  it('keeps names of any bytes', () => {
    const name = nameOfBytes(0x80, 0xff, 0x61, 0x0a, 0x5c);
    assert.equal(firstEntry({ name }).path, `/${name}`);
  });

  it('refuses names that lead outside or cannot be', () => {
    for (const name of ['../x', 'a/../../x', 'a/..']) assert.equal(firstEntry({ name }).path, undefined, name);
    assert.equal(firstEntry({ name: 'x', pax: { path: 'a\0b' } }).path, undefined);
    assert.equal(firstEntry({ name: '//a/./b//' }).path, '/a/b');
    assert.equal(firstEntry({ name: 'x', pax: { path: 'd/'.repeat(5000) } }).path, undefined);
  });

  it('takes our own records from comments and plain ones', () => {
    const removed = Buffer.from('gone\0also gone\0../no\0').toString('base64');
    const records = Buffer.concat([
      paxRecords({ comment: 'SCHILY.ino=77' }),
      paxRecords({ comment: `NDMPWB.removed=${removed}` }),
      paxRecords({ comment: 'just a comment = nothing', 'SCHILY.xattr.user.a': Uint8Array.of(0, 10, 61) }),
    ]);
    const stream = Buffer.concat([
      tarEntry({ name: 'pax', type: 'x', data: records }),
      tarStream({ name: 'd/', type: 'D', data: 'Yx\0\0' }),
    ]);
    const [{ entry }] = readAll(stream).read;
    assert.deepEqual([entry.kind, entry.inode, entry.removed], ['directory', 77n, ['gone', 'also gone']]);
    assert.deepEqual(entry.attributes, [{ name: 'user.a', value: Uint8Array.of(0, 10, 61) }]);
  });

  it('goes on behind what is damaged', () => {
    const stream = tarStream({ name: 'a', data: 'one' }, { name: 'b', broken: true, data: 'two' }, { name: 'c' });
    const { read, problems, lostAt, isFinished } = readAll(stream);
    assert.deepEqual(
      read.map(({ entry }) => entry.path),
      ['/a', '/c'],
    );
    assert.deepEqual(lostAt, [1024]);
    assert.match(problems[0], /damaged at 1024: 1024 bytes/);
    assert.ok(isFinished);
  });

  it('says which files are cut, by a stream that ends or data that do', () => {
    const stream = tarStream({ name: 'a', data: 'x'.repeat(2000) });
    const cut = readAll(stream.subarray(0, 1000));
    assert.deepEqual([cut.read[0].complete, cut.isFinished], [false, false]);
    assert.match(readAll(stream.subarray(0, 100)).problems[0], /ends within a header/);
  });

  it('reads the sparse maps of GNU tar', () => {
    const map = { 'GNU.sparse.size': '1000', 'GNU.sparse.map': '10,3,500,2' };
    const one = readAll(tarStream({ name: 'x', data: 'abcde', pax: { ...map, 'GNU.sparse.name': 'real' } })).read[0];
    assert.deepEqual([one.entry.path, one.entry.size], ['/real', 1000]);
    assert.deepEqual(
      one.data.map(({ at, bytes }) => [at, bytes.toString()]),
      [
        [10, 'abc'],
        [500, 'de'],
      ],
    );
    const before = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '700' };
    const data = Buffer.concat([Buffer.from('1\n600\n4\n'.padEnd(512, '\0')), Buffer.from('wxyz')]);
    const two = readAll(tarStream({ name: 'y', data, pax: before })).read[0];
    assert.deepEqual(
      two.data.map(({ at, bytes }) => [at, bytes.toString()]),
      [[600, 'wxyz']],
    );
    assert.ok(two.complete);
  });

  it('leaves out sparse files whose map contradicts itself, and reads on', () => {
    for (const map of ['10,3,5,2', '10', 'a,b', '10,9007199254740991'])
      assert.deepEqual(
        readAll(
          tarStream(
            { name: 'x', data: 'abc', pax: { 'GNU.sparse.size': '9', 'GNU.sparse.map': map } },
            { name: 'next' },
          ),
        ).read.map(({ entry }) => entry.path),
        ['/next'],
        map,
      );
    const pax = { 'GNU.sparse.major': '1', 'GNU.sparse.minor': '0', 'GNU.sparse.realsize': '700' };
    for (const text of ['999999999999\n', 'nonsense', '1\n600\n', '\n']) {
      const { read, problems } = readAll(tarStream({ name: 'x', data: text.padEnd(512, 'z'), pax }, { name: 'next' }));
      assert.deepEqual([read.at(-1)?.entry.path, problems.length], ['/next', 1], text);
    }
  });

  it('passes over what is no file, extended headers that are too long, and sizes that cannot be', () => {
    const { read, problems } = readAll(
      tarStream(
        { name: 'label', type: 'V' },
        { name: 'acl', type: 'A', data: 'acl' },
        { name: 'what', type: 'Q', data: 'what' },
        { name: 'seventh', type: '7', data: 'contiguous' },
      ),
    );
    assert.deepEqual(
      read.map(({ entry }) => entry.path),
      ['/seventh'],
    );
    assert.equal(problems.length, 2);
    assert.equal(readAll(tarStream({ name: 'x', type: 'x', size: 1e12 })).read.length, 0);
    assert.equal(readAll(tarStream({ name: 'x', size: Number.MAX_SAFE_INTEGER })).read.length, 0);
    assert.equal(readAll(tarStream({ name: 'x', size: -1 })).read.length, 0);
  });

  it('never throws and always ends, whatever the bytes', () => {
    const good = tarStream(
      { name: 'a', data: 'x'.repeat(700), pax: { path: 'p', 'GNU.sparse.size': '9000', 'GNU.sparse.map': '0,700' } },
      { name: 'l', type: 'L', data: 'long\0' },
      { name: 's', type: 'S', data: 'sparse' },
      { name: 'd', type: 'D', pax: { 'NDMPWB.removed': 'AAAA' } },
    );
    const mutation = fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 20 });
    fc.assert(
      fc.property(mutation, fc.integer({ min: 1, max: 2000 }), (changes, chunk) => {
        const bytes = Uint8Array.from(good);
        for (const [at, value] of changes) bytes[at] = value;
        for (let at = 0; at < bytes.length; at += 512) {
          const block = bytes.subarray(at, at + 512);
          if (block[257] !== 0x75) continue;
          block.fill(0x20, 148, 156);
          const sum = block.reduce((total, byte) => total + byte, 0);
          block.set(Buffer.from(`${sum.toString(8).padStart(6, '0')}\0 `), 148);
        }
        readAll(bytes, chunk);
      }),
      { numRuns: 400 },
    );
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 5000 }), (bytes) => void readAll(bytes, 100)),
      { numRuns: 200 },
    );
  });
});
