import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import {
  backupOrder,
  extractWithTar,
  removeFolder,
  runBackup,
  temporaryFolder,
  type Backup,
} from '../../../support/backups';
import { describeWithPeer } from '../../../support/peers';
import { compareTrees, makeTree, ODD_NAMES, pathIn, pseudoRandomBytes, readTree } from '../../../support/trees';

const asRoot = process.getuid?.() === 0;
const INCREMENTAL = '--listed-incremental=/dev/null';

describe('server: dumps of levels', () => {
  let folder: string;
  let tree: string;
  let records: string;
  beforeEach(() => {
    folder = temporaryFolder();
    tree = join(folder, 'tree');
    records = join(folder, 'records');
    fs.mkdirSync(tree);
  });
  afterEach(() => removeFolder(folder));

  const at = (path: string) => join(tree, path);
  const put = (path: string, content = path) => {
    fs.mkdirSync(join(at(path), '..'), { recursive: true });
    fs.writeFileSync(at(path), content);
  };
  const dump = (environment: Record<string, string> = {}, more: Parameters<typeof backupOrder>[1] = {}) =>
    runBackup(backupOrder(tree, { type: 'dump', dumpRecords: records, environment, ...more }));
  /** Files that the clock's tick makes unsure are dumped once more; tests want to see the others. */
  const settle = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 80);
  const plain = (backup: Backup) => entriesOf(backup.stream).filter((name) => !name.endsWith('/'));

  describeWithPeer('tar', 'as GNU tar restores them', () => {
    it('give back ten levels of adds, changes, renames and deletes', function () {
      this.timeout(120_000);
      makeTree(tree);
      fs.chmodSync(at('dir/inner/deep'), 0o755); // others than root cannot change what is in it otherwise
      const out = join(folder, 'out');
      const random = randomNumbers(7);
      for (let level = 0; level < 10; level++) {
        if (level > 0) changeTree(tree, random);
        settle();
        const backup = dump({ LEVEL: String(level) });
        assert.equal(backup.environment.LEVEL, String(level));
        extractWithTar(backup.stream, out, INCREMENTAL);
        const differences = compareTrees(tree, out, { ignoreOwner: !asRoot });
        assert.deepEqual(differences, [], `level ${level}`);
      }
    });

    it('build upon the latest lower level, whichever that is', () => {
      const out = join(folder, 'out');
      const streams: Record<string, Buffer> = {};
      for (const [step, level] of ['0', '3', '2', '5', '4', '1'].entries()) {
        put(`file ${step}`);
        if (step > 0) fs.rmSync(at(`file ${step - 1}`));
        put('changes', String(step));
        settle();
        streams[level] = dump({ LEVEL: level }).stream;
      }
      for (const level of ['0', '1']) extractWithTar(streams[level], out, INCREMENTAL);
      assert.deepEqual(compareTrees(tree, out, { ignoreOwner: !asRoot }), []);
    });

    it('keep names of a file together when only some of them need a backup', () => {
      put('z/first', 'content');
      fs.mkdirSync(at('a'));
      fs.linkSync(at('z/first'), at('a/unchanged'));
      fs.linkSync(at('z/first'), at('zz also unchanged'));
      settle();
      const out = join(folder, 'out');
      extractWithTar(dump().stream, out, INCREMENTAL);
      fs.renameSync(at('z'), at('moved'));
      extractWithTar(dump({ LEVEL: '1' }).stream, out, INCREMENTAL);
      assert.deepEqual(compareTrees(tree, out, { ignoreOwner: !asRoot }), []);
    });

    it('restore what became a directory, and what was one', () => {
      put('was a file');
      put('was a directory/with/files');
      put('was a link');
      const out = join(folder, 'out');
      extractWithTar(dump().stream, out, INCREMENTAL);
      fs.rmSync(at('was a file'));
      put('was a file/now/deep');
      fs.rmSync(at('was a directory'), { recursive: true });
      put('was a directory');
      fs.rmSync(at('was a link'));
      fs.symlinkSync('somewhere', at('was a link'));
      settle();
      const backup = dump({ LEVEL: '1' });
      assert.deepEqual(removedOf(backup.stream), { './': ['was a file', 'was a directory'] });
      extractWithTar(backup.stream, out, INCREMENTAL);
      assert.deepEqual(compareTrees(tree, out, { ignoreOwner: !asRoot }), []);
    });
  });

  it('of a higher level hold what changed, and name what is gone', () => {
    for (const path of [
      'same',
      'changed',
      'removed',
      'dir/same',
      'dir/removed',
      'gone dir/x',
      'old name/a',
      'old name/b/c',
    ])
      put(path);
    settle();
    dump();
    put('changed', 'more');
    put('new');
    put('dir/new');
    fs.rmSync(at('removed'));
    fs.rmSync(at('dir/removed'));
    fs.rmSync(at('gone dir'), { recursive: true });
    fs.renameSync(at('old name'), at('new name'));
    settle();
    const backup = dump({ LEVEL: '1' });
    assert.deepEqual(plain(backup), ['./changed', './new', './dir/new', './new name/a', './new name/b/c']);
    assert.deepEqual(removedOf(backup.stream), { './': ['removed', 'gone dir', 'old name'], './dir/': ['removed'] });
    assert.match(backup.messages[0].text, /^Dump of level 1: what changed since level 0 of 20/);
    assert.match(backup.messages.at(-1)?.text ?? '', /, 2 unchanged since\.$/);
  });

  it('dump a file again whose time, mode or content changed, not one that was only read', () => {
    for (const path of ['touched', 'chmod', 'read', 'same size', 'times put back']) put(path);
    settle();
    dump();
    fs.utimesSync(at('touched'), 1, 1);
    fs.chmodSync(at('chmod'), 0o600);
    fs.readFileSync(at('read'));
    put('same size', 'SAME SIZE');
    const { atime, mtime } = fs.statSync(at('times put back'));
    put('times put back', 'x');
    fs.utimesSync(at('times put back'), atime, mtime);
    settle();
    assert.deepEqual(plain(dump({ LEVEL: '5' })), ['./chmod', './same size', './times put back', './touched']);
  });

  it('are not remembered without UPDATE, without commit, nor when only some FILES are wanted', () => {
    put('file');
    settle();
    dump({ UPDATE: 'n' });
    dump({ FILES: 'file' });
    assert.throws(
      () => runBackup(backupOrder(tree, { type: 'dump', dumpRecords: records }), () => assert.fail('stop'), 4096),
      /stop/,
    );
    const first = dump({ LEVEL: '1' });
    assert.deepEqual(plain(first), ['./file']);
    assert.match(first.messages[1].text, /No backup of a lower level is remembered here/);
    dump({ LEVEL: '0' });
    assert.deepEqual(plain(dump({ LEVEL: '1', UPDATE: 'y' })), []);
    assert.deepEqual(fs.readdirSync(join(records, 'whole-tree')).sort(), ['level-0.names', 'level-1.names']);
  });

  it('are kept apart by backup root', () => {
    put('part/file');
    settle();
    dump({}, { inside: 'part' });
    assert.deepEqual(plain(dump({ LEVEL: '1' })), ['./part/file']);
    assert.deepEqual(plain(dump({ LEVEL: '1' }, { inside: 'part' })), []);
  });

  it('build upon a DUMP_DATE given as BASE_DATE', () => {
    put('one');
    settle();
    const first = dump({ BASE_DATE: '0' }).environment.DUMP_DATE;
    put('two');
    settle();
    const second = dump({ BASE_DATE: first });
    assert.deepEqual(plain(second), ['./two']);
    assert.equal(second.environment.LEVEL, '1');
    put('three');
    settle();
    assert.deepEqual(plain(dump({ BASE_DATE: second.environment.DUMP_DATE })), ['./three']);
    assert.deepEqual(plain(dump({ BASE_DATE: first })), ['./three', './two']);
    assert.deepEqual(plain(dump({ BASE_DATE: '-1', LEVEL: '0' })), ['./one', './three', './two']);
    assert.throws(() => dump({ BASE_DATE: '12345' }), /BASE_DATE 12345: no backup of this tree with that DUMP_DATE/);
  });

  it('leave nothing open when their base is not known', function () {
    if (process.platform !== 'linux') this.skip();
    const open = () => fs.readdirSync('/proc/self/fd').length;
    put('one');
    dump();
    const before = open();
    for (let i = 0; i < 5; i++) assert.throws(() => dump({ BASE_DATE: '12345' }), /is remembered here/);
    assert.equal(open(), before);
  });

  it('do not trust a damaged listing', () => {
    put('file');
    settle();
    dump();
    const listing = join(records, 'whole-tree/level-0.names');
    const whole = fs.readFileSync(listing);
    for (let length = 0; length < whole.length; length += 7) {
      fs.writeFileSync(listing, whole.subarray(0, length));
      assert.deepEqual(plain(dump({ LEVEL: '1', UPDATE: 'n' })), ['./file'], `${length} bytes`);
    }
    for (let i = whole.indexOf(0x0a); i < whole.length; i++) {
      const damaged = Buffer.from(whole);
      damaged[i] ^= 0xff;
      fs.writeFileSync(listing, damaged);
      dump({ LEVEL: '1', UPDATE: 'n' });
    }
  });

  it('do without remembering when there is no room for it', () => {
    put('file');
    fs.writeFileSync(join(folder, 'no folder'), '');
    assert.throws(() => dump({}, { dumpRecords: join(folder, 'no folder') }), /cannot be remembered/);
    assert.deepEqual(plain(dump({ UPDATE: 'n' }, { dumpRecords: join(folder, 'no folder') })), ['./file']);
  });
});

/** A sequence of numbers from 0 to 1 that looks random and is the same every time. */
function randomNumbers(seed: number): () => number {
  let at = 0;
  const bytes = pseudoRandomBytes(1 << 16, seed);
  return () => bytes[at++ % bytes.length] / 256;
}

/** Adds, changes, renames and removes some of everything. */
function changeTree(tree: string, random: () => number): void {
  const directories = readTree(tree)
    .filter(({ kind, path }) => kind === 'directory' && !/[\udc80-\udcff]/.test(path))
    .map(({ path }) => path);
  for (const directory of directories) {
    if (random() < 0.3 || !fs.existsSync(join(tree, directory))) continue; // removed or renamed by now
    const names = fs.readdirSync(join(tree, directory), { encoding: 'latin1' });
    const path = (name: string) => Buffer.from(`${join(tree, directory)}/${name}`, 'latin1');
    for (const name of names) {
      const choice = random();
      if (!fs.lstatSync(path(name), { throwIfNoEntry: false })) continue;
      if (choice < 0.1) fs.rmSync(path(name), { recursive: true });
      else if (choice < 0.2) fs.renameSync(path(name), path(`renamed ${Math.floor(random() * 1000)}`));
      else if (choice < 0.3 && isWritableFile(path(name))) fs.appendFileSync(path(name), 'more');
    }
    if (random() < 0.5)
      fs.writeFileSync(path(`new ${Math.floor(random() * 1000)}`), pseudoRandomBytes(3000, random() * 99));
    if (random() < 0.3) fs.mkdirSync(path(`directory ${Math.floor(random() * 1000)}`), { recursive: true });
  }
  fs.writeFileSync(pathIn(tree, ODD_NAMES[Math.floor(random() * ODD_NAMES.length)]), String(random()));
}

function isWritableFile(path: Buffer): boolean {
  const stat = fs.lstatSync(path);
  return stat.isFile() && (stat.mode & 0o200) !== 0;
}

/** Members of a stream, whose names are short. */
function entriesOf(stream: Buffer): string[] {
  return [...walkEntries(stream)].map(({ name }) => name);
}

/** What entries say is gone. */
function removedOf(stream: Buffer): Record<string, string[]> {
  const removed: Record<string, string[]> = {};
  for (const { name, pax } of walkEntries(stream)) {
    const value = /comment=NDMPWB\.removed=(.*)\n/.exec(pax)?.[1];
    if (value) removed[name] = Buffer.from(value, 'base64').toString().split('\0').slice(0, -1);
  }
  return removed;
}

function* walkEntries(stream: Buffer): Generator<{ name: string; pax: string }> {
  let pax = '';
  for (let at = 0; stream[at] !== 0;) {
    const name = stream.toString('latin1', at, at + 100).replace(/\0.*/s, '');
    const size = parseInt(stream.toString('latin1', at + 124, at + 135), 8);
    if (stream[at + 156] === 0x78) pax = stream.toString('latin1', at + 512, at + 512 + size);
    else yield { name, pax };
    at += 512 + Math.ceil(size / 512) * 512;
  }
}
