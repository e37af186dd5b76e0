import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { removeFolder, temporaryFolder } from '../../../support/backups';
import { describeWithPeer } from '../../../support/peers';
import { recoverFrom, wantedName } from '../../../support/recovery';
import { tarStream, type TarPart } from '../../../support/tarStream';
import { readAttributes } from '../../../support/trees';

const ROOT = process.getuid?.() === 0;

describe('server: archive: metadata of restored objects', () => {
  let target: string;

  beforeEach(() => {
    target = temporaryFolder();
  });
  afterEach(() => removeFolder(target));

  const restore = (...parts: TarPart[]) => recoverFrom(tarStream(...parts), [wantedName(target)]);
  const statOf = (name: string) => fs.lstatSync(join(target, name), { bigint: true });

  it('times and modes of directories are right although things were put into them afterwards', () => {
    const names = Array.from({ length: 50 }, (_, i) => `d${i}`);
    const directories = names.map((name, i) => ({ name: `${name}/`, type: '5', mode: 0o500, mtime: 1_000_000 + i }));
    const files = names.map((name) => ({ name: `${name}/file`, data: 'x', mtime: 5 }));
    restore(...directories, ...files, { name: 'd7/sub/', type: '5', mtime: 9 });
    for (const [i, name] of names.entries()) {
      assert.equal(statOf(name).mtimeNs, BigInt(1_000_000 + i) * 1_000_000_000n, name);
      assert.equal(statOf(name).mode & 0o7777n, 0o500n);
    }
    assert.equal(statOf('d7/sub').mtimeNs, 9_000_000_000n);
  });

  it('owners and all bits of modes, where one may set them', function () {
    if (!ROOT) this.skip();
    restore(
      { name: 'f', mode: 0o6751, uid: 123_456, gid: 54_321 },
      { name: 'd/', type: '5', mode: 0o3777, uid: 11, gid: 12 },
      { name: 'l', type: '2', link: 'nowhere', uid: 13, gid: 14 },
    );
    const facts = (name: string) => [statOf(name).uid, statOf(name).gid];
    assert.deepEqual(['f', 'd', 'l'].map(facts), [
      [123_456n, 54_321n],
      [11n, 12n],
      [13n, 14n],
    ]);
    assert.deepEqual([statOf('f').mode & 0o7777n, statOf('d').mode & 0o7777n], [0o6751n, 0o3777n]);
  });

  describeWithPeer('python3', 'that Node has no calls for', () => {
    it('times to the nanosecond and before 1970, of files, links and directories', () => {
      const pax = { mtime: '1234567890.123456789', atime: '-5.000000001' };
      restore({ name: 'f', pax }, { name: 'd/', type: '5', pax }, { name: 'l', type: '2', link: 'x', pax });
      for (const name of ['f', 'd', 'l']) {
        assert.equal(statOf(name).mtimeNs, 1_234_567_890_123_456_789n, name);
        if (name !== 'd') assert.equal(statOf(name).atimeNs, -5_000_000_001n, name);
      }
    });

    it('extended attributes, also of files that may not be written', function () {
      const pax = { 'SCHILY.xattr.user.one': Uint8Array.of(0, 10, 255), 'SCHILY.xattr.user.two': 'text' };
      const { messages } = restore({ name: 'f', mode: 0o400, pax }, { name: 'd/', type: '5', mode: 0o500, pax });
      if (messages.some(({ text }) => text.includes('does not know'))) this.skip();
      assert.equal(readAttributes(target)?.length, 4);
    });

    it('fifos and devices', function () {
      const { files } = restore(
        { name: 'd/fifo', type: '6', mode: 0o640 },
        ...(ROOT ? [{ name: 'd/null', type: '3', major: 1, minor: 3, mode: 0o666 }] : []),
      );
      assert.equal(files[0].status, 0);
      assert.ok(statOf('d/fifo').isFIFO());
      assert.equal(statOf('d/fifo').mode & 0o777n, 0o640n);
      if (!ROOT) this.skip();
      assert.ok(statOf('d/null').isCharacterDevice());
      assert.equal(statOf('d/null').rdev, 0x103n);
    });

    it('a fifo that cannot be made fails like a file', () => {
      fs.mkdirSync(join(target, 'd/full'), { recursive: true });
      const { files, messages } = restore({ name: 'd', type: '6' });
      assert.notEqual(files[0].status, 0);
      assert.ok(messages.some(({ text }) => text.startsWith('/d: not restored')));
    });
  });

  it('a disk that is full fails what does not fit, and the rest goes on', function () {
    if (!ROOT) this.skip();
    const small = temporaryFolder();
    if (mount(small) !== 0) this.skip();
    try {
      const parts = [
        { name: 'd/a', data: 'fits' },
        { name: 'd/b', data: Buffer.alloc(2_000_000, 1) },
        { name: 'd/c', data: 'fits too' },
      ];
      const names = parts.map(({ name }) => wantedName(small, `/${name}`));
      const { files, messages } = recoverFrom(tarStream(...parts), names);
      assert.deepEqual(
        files.map(({ status }) => status),
        [0, 5, 0],
      );
      assert.ok(messages.some(({ text }) => text.includes('d/b: not restored: the disk is full')));
      assert.deepEqual(fs.readdirSync(join(small, 'd')).sort(), ['a', 'c']);
    } finally {
      spawnSync('umount', [small]);
      removeFolder(small);
    }
  });

  it('links between two file systems become copies', function () {
    const other = temporaryFolder();
    if (!ROOT || mount(other) !== 0) this.skip();
    try {
      const stream = tarStream(
        { name: 'a', data: 'content', mode: 0o640 },
        { name: 'b', type: '1', link: 'a', mode: 0o640 },
      );
      const { files, messages } = recoverFrom(stream, [wantedName(target, '/a'), wantedName(other, '/b')]);
      assert.ok(files.every(({ status }) => status === 0));
      assert.ok(messages.some(({ text }) => text.startsWith('b: is a copy')));
      assert.equal(fs.readFileSync(join(other, 'b'), 'utf8'), 'content');
      assert.equal(fs.statSync(join(other, 'b')).mode & 0o777, 0o640);
    } finally {
      spawnSync('umount', [other]);
      removeFolder(other);
    }
  });

  it('sparse files of any size take no more room than their data', () => {
    const size = 6_000_000_000;
    const pax = { 'GNU.sparse.size': String(size), 'GNU.sparse.map': `0,1,${size - 5},4` };
    const { files } = restore({ name: 'big', data: 'abcde', pax });
    assert.equal(files[0].status, 0);
    const stat = fs.statSync(join(target, 'big'));
    assert.equal(stat.size, size);
    assert.ok(stat.blocks < 100);
    const file = fs.openSync(join(target, 'big'), 'r');
    const end = Buffer.alloc(6);
    fs.readSync(file, end, 0, 6, size - 6);
    fs.closeSync(file);
    assert.equal(end.toString(), '\0bcde\0');
  });
});

function mount(at: string): number | null {
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', at]).status;
}
