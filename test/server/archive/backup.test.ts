import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { backupOrder, extractWithTar, removeFolder, runBackup, temporaryFolder } from '../../support/backups';
import { describeWithPeer, peerVersion } from '../../support/peers';
import { compareTrees, makeTree, pathIn, pseudoRandomBytes, readAttributes, setAttribute } from '../../support/trees';

const asRoot = process.getuid?.() === 0;
const COMPARE = { ignoreOwner: !asRoot };

describe('server: backup of a tree', () => {
  let folder: string;
  let tree: string;
  beforeEach(() => {
    folder = temporaryFolder();
    tree = join(folder, 'tree');
    fs.mkdirSync(tree);
  });
  afterEach(() => removeFolder(folder));

  const file = (name: string, content: string | Uint8Array = name) => fs.writeFileSync(pathIn(tree, name), content);

  describeWithPeer('tar', 'as GNU tar reads it', () => {
    it('is extracted to an equal tree, without a word', () => {
      makeTree(tree);
      const { stream } = runBackup(backupOrder(tree));
      const said = extractWithTar(stream, join(folder, 'out'));
      assert.equal(said.replace(/.*(implausibly old time stamp|Exiting).*\n/g, ''), '');
      assert.deepEqual(compareTrees(tree, join(folder, 'out'), COMPARE), []);
    });

    it('holds devices', function () {
      if (!asRoot || spawnSync('mknod', [join(tree, 'null'), 'c', '259', '70000']).status !== 0) this.skip();
      spawnSync('mknod', [join(tree, 'block'), 'b', '4095', '1048575']);
      extractWithTar(runBackup(backupOrder(tree)).stream, join(folder, 'out'));
      for (const name of ['null', 'block'])
        assert.equal(fs.statSync(join(folder, 'out', name)).rdev, fs.statSync(join(tree, name)).rdev);
    });

    it('leaves holes of large sparse files out, and gives them back as they were', () => {
      const large = fs.openSync(join(tree, 'large'), 'w');
      const parts = [0, 5_000_000_000, 9_000_000_000];
      for (const at of parts) fs.writeSync(large, pseudoRandomBytes(70_000, 5), 0, 70_000, at);
      fs.ftruncateSync(large, 9_100_000_001);
      fs.closeSync(large);
      fs.truncateSync((file('nothing but a hole', ''), join(tree, 'nothing but a hole')), 1_000_000);
      const { stream } = runBackup(backupOrder(tree));
      assert.ok(stream.length < 400_000, `${stream.length}`);
      extractWithTar(stream, join(folder, 'out'));
      const stat = fs.statSync(join(folder, 'out/large'));
      assert.equal(stat.size, 9_100_000_001);
      assert.ok(stat.blocks * 512 < 1_000_000);
      const copy = fs.openSync(join(folder, 'out/large'), 'r');
      for (const at of parts) {
        const got = Buffer.alloc(70_000);
        fs.readSync(copy, got, 0, got.length, at);
        assert.ok(got.equals(pseudoRandomBytes(70_000, 5)));
      }
      fs.closeSync(copy);
      assert.equal(fs.statSync(join(folder, 'out/nothing but a hole')).size, 1_000_000);
    });

    it('has extended attributes where they can be read', function () {
      if (peerVersion('getfattr') === undefined) this.skip();
      makeTree(tree);
      const values = [
        Uint8Array.of(0, 10, 61, 92, 255),
        Buffer.from('text'),
        pseudoRandomBytes(3000),
        new Uint8Array(0),
      ];
      for (const [i, path] of [
        'one byte',
        'dir',
        'odd names/new\nline',
        'odd names/back\\slash "quoted" \'single\'',
        '',
      ].entries())
        if (!setAttribute(join(tree, path), `user.name ${i}=x`, values[i % values.length])) this.skip();
      extractWithTar(runBackup(backupOrder(tree)).stream, join(folder, 'out'), '--xattrs', '--xattrs-include=*');
      assert.equal(readAttributes(tree)?.length, 5);
      assert.deepEqual(compareTrees(tree, join(folder, 'out'), { ...COMPARE, attributes: true }), []);
    });

    it('is a part of a tree when a part is the backup root', () => {
      makeTree(tree);
      const { stream } = runBackup(backupOrder(tree, { inside: 'dir/inner' }));
      extractWithTar(stream, join(folder, 'out'));
      assert.deepEqual(compareTrees(join(tree, 'dir/inner'), join(folder, 'out'), COMPARE), []);
    });
  });

  it('is the same bytes every time, in pieces of any size', () => {
    makeTree(tree);
    runBackup(backupOrder(tree)); // links and directories have been read now, as their access times tell
    const first = runBackup(backupOrder(tree), undefined, 1 << 20);
    const second = runBackup(backupOrder(tree), undefined, 4096);
    assert.ok(first.stream.equals(second.stream));
    assert.equal(first.stream.length % 10240, 0);
    assert.equal(first.environment.NDMPWB_STREAM_BYTES, String(first.stream.length));
  });

  it('gives pieces of about the size that is asked for', () => {
    file('large', pseudoRandomBytes(3_000_000));
    const { pieces } = runBackup(backupOrder(tree), undefined, 100_000);
    assert.ok(Math.max(...pieces) <= 102_400 && pieces.filter((size) => size > 90_000).length >= 29, pieces.join());
  });

  it('leaves out what EXCLUDE says, and holds only what FILES says', () => {
    for (const path of ['a/x.o', 'a/x.c', 'a/b/y.o', 'c/z.c', 'tmp/file', 'a/tmp/file', 'with, comma']) {
      fs.mkdirSync(join(tree, path, '..'), { recursive: true });
      file(path);
    }
    const names = (environment: Record<string, string>) => listOf(runBackup(backupOrder(tree, { environment })).stream);
    assert.deepEqual(names({ EXCLUDE: '*.o, /tmp ,[b-d]/*' }), [
      './',
      './with, comma',
      './a/',
      './a/x.c',
      './a/b/',
      './a/tmp/',
      './a/tmp/file',
      './c/',
    ]);
    assert.deepEqual(names({ FILES: '/a/b,c/z.c' }), ['./', './a/', './a/b/', './a/b/y.o', './c/', './c/z.c']);
    assert.deepEqual(names({ FILES: 'a', EXCLUDE: 'a/b' }), [
      './',
      './a/',
      './a/x.c',
      './a/x.o',
      './a/tmp/',
      './a/tmp/file',
    ]);
    assert.deepEqual(names({ FILES: 'no such' }), ['./']);
    const twice = backupOrder(tree);
    twice.environment = [...'ac'].map((value) => ({ name: 'EXCLUDE', value }));
    assert.deepEqual(listOf(runBackup(twice).stream), ['./', './with, comma', './tmp/', './tmp/file']);
  });

  describe('while the tree changes', () => {
    /** Backs up a tree of one large file and others after it; `change` happens once the large one has begun. */
    const backUpWhile = (change: () => void) => {
      file('0 large', pseudoRandomBytes(1_000_000));
      file('1 next', 'next');
      let changed = false;
      return runBackup(backupOrder(tree, { environment: { XATTR: 'n' } }), () => {
        if (!changed) change();
        changed = true;
      });
    };
    const told = ({ messages }: { messages: { type: string; text: string }[] }) =>
      messages.filter(({ type }) => type === 'warning').map(({ text }) => text);

    it('fills up with zeros what a file has lost, says so, and the next file is whole', () => {
      const backup = backUpWhile(() => fs.truncateSync(join(tree, '0 large'), 300_000));
      assert.match(
        told(backup).join(),
        /^\/0 large: became shorter while it was read; zeros stand from byte 300000 on$/,
      );
      const entries = readEntries(backup.stream);
      assert.deepEqual([...entries.keys()], ['./', './0 large', './1 next']);
      assert.equal(entries.get('./0 large')?.length, 1_000_000);
      assert.equal(entries.get('./1 next')?.toString(), 'next');
    });

    it('keeps to the size that a growing file had, and says that it changed', () => {
      const backup = backUpWhile(() => fs.appendFileSync(join(tree, '0 large'), pseudoRandomBytes(5_000_000)));
      assert.match(told(backup).join(), /^\/0 large: changed while it was read/);
      assert.ok(readEntries(backup.stream).get('./0 large')?.equals(pseudoRandomBytes(1_000_000)));
    });

    it('goes on without what has vanished', () => {
      const backup = backUpWhile(() => fs.rmSync(join(tree, '1 next')));
      assert.deepEqual(told(backup), ['/1 next: not in the backup: it has vanished']);
      assert.deepEqual([...readEntries(backup.stream).keys()], ['./', './0 large']);
    });

    it('is not led out of the tree by a symbolic link that takes the place of a file or directory', () => {
      fs.mkdirSync(join(folder, 'secret'));
      fs.writeFileSync(join(folder, 'secret/password'), 'SECRET');
      for (let i = 10; i < 80; i++) fs.mkdirSync(join(tree, `${i} more than the walk goes ahead`));
      fs.mkdirSync(join(tree, 'dir'));
      file('dir/password');
      const backup = backUpWhile(() => {
        fs.rmSync(join(tree, '1 next'));
        fs.symlinkSync('../secret/password', join(tree, '1 next'));
        fs.rmSync(join(tree, 'dir'), { recursive: true });
        fs.symlinkSync('../secret', join(tree, 'dir'));
      });
      assert.deepEqual(told(backup), [
        '/1 next: not in the backup: a symbolic link has taken its place',
        '/dir: what is in this directory is not in the backup: it is no directory any more',
      ]);
      assert.ok(!backup.stream.includes('SECRET'));
    });

    it('does not hang at a fifo that takes the place of a file', function () {
      const backup = backUpWhile(() => {
        fs.rmSync(join(tree, '1 next'));
        if (spawnSync('mkfifo', [join(tree, '1 next')]).status !== 0) this.skip();
      });
      assert.match(told(backup).join(), /1 next: became something else/);
    });

    it('keeps to the tree when a directory is moved out of it while it is read', () => {
      fs.mkdirSync(join(tree, 'a/b/c'), { recursive: true });
      file('a/b/c/large', pseudoRandomBytes(1_000_000));
      fs.mkdirSync(join(tree, 'a/z'));
      let changed = false;
      const backup = runBackup(backupOrder(tree, { environment: { XATTR: 'n' } }), () => {
        if (!changed) fs.renameSync(join(tree, 'a/b'), join(folder, 'moved'));
        changed = true;
      });
      assert.deepEqual([...readEntries(backup.stream).keys()].slice(-2), ['./a/b/c/large', './a/z/']);
    });
  });

  it('reports what cannot be read, and what is no thing to back up', async function () {
    file('readable');
    const { createServer } = await import('node:net');
    const server = createServer().listen(join(tree, 'socket'));
    await new Promise((resolve) => server.once('listening', resolve));
    const { messages, stream } = runBackup(backupOrder(tree));
    server.close();
    assert.deepEqual(
      messages.map(({ text }) => text),
      [
        '/socket: is a socket; it is not in the backup',
        `Backed up 1 files and 1 directories in ${stream.length} bytes; 1 could not be backed up as they are.`,
      ],
    );
  });

  it('refuses a root that is no directory, a link, or not there, and values that mean nothing', () => {
    file('file');
    fs.symlinkSync('/', join(tree, 'link'));
    for (const inside of ['file', 'link', 'link/etc', 'missing', 'missing/too'])
      assert.throws(() => runBackup(backupOrder(tree, { inside })), /The directory to back up cannot be read/, inside);
    for (const [name, value] of [
      ['LEVEL', 'x'],
      ['LEVEL', '10'],
      ['BASE_DATE', 'yesterday'],
    ])
      assert.throws(() => runBackup(backupOrder(tree, { environment: { [name]: value } })), /must be/);
  });

  it('closes whatever is open when it ends early', () => {
    const open = () => (fs.existsSync('/proc/self/fd') ? fs.readdirSync('/proc/self/fd').length : 0);
    fs.mkdirSync(join(tree, 'a/b'), { recursive: true });
    file('a/b/large', pseudoRandomBytes(1_000_000));
    const before = open();
    assert.throws(() => runBackup(backupOrder(tree), () => assert.fail('ended')), /ended/);
    assert.equal(open(), before);
  });

  it('walks down further than the system has handles', function () {
    this.timeout(60_000);
    const deep = spawnSync(
      'sh',
      ['-c', 'i=0; while [ $i -lt 600 ]; do mkdir d && cd -P d && echo $i > f || exit 1; i=$((i+1)); done'],
      { cwd: tree },
    );
    if (deep.status !== 0) this.skip();
    const { stream, messages } = runBackup(backupOrder(tree));
    assert.equal(messages.length, 1, JSON.stringify(messages.slice(0, 3)));
    assert.match(messages[0].text, /^Backed up 600 files and 601 directories/);
    assert.ok(stream.length > 600 * 2048);
  });
});

/** Names of the entries in a stream. */
function listOf(stream: Buffer): string[] {
  return [...readEntries(stream).keys()];
}

/** Members and their data by the plain headers; for streams without long names. */
function readEntries(stream: Buffer): Map<string, Buffer> {
  const entries = new Map<string, Buffer>();
  for (let at = 0; stream[at] !== 0;) {
    const name = stream.toString('latin1', at, at + 100).replace(/\0.*/s, '');
    const size = parseInt(stream.toString('latin1', at + 124, at + 135), 8);
    if (stream[at + 156] !== 0x78) entries.set(name, stream.subarray(at + 512, at + 512 + size));
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return entries;
}
