import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { RecoveryStatus } from '../../../../src/server/archive/restore/failures';
import { removeFolder, temporaryFolder } from '../../../support/backups';
import { recoverFrom, wantedName } from '../../../support/recovery';
import { tarStream, type TarPart } from '../../../support/tarStream';
import { readTree } from '../../../support/trees';

const { PERMISSION, NO_DIRECTORY, IO_ERROR, UNDEFINED, FILE_PATH_EXISTS } = RecoveryStatus;

describe('server: archive: restoring hostile streams', () => {
  let folder: string;
  let target: string;
  let outside: string;

  beforeEach(() => {
    folder = temporaryFolder();
    target = join(folder, 'target');
    outside = join(folder, 'outside');
    fs.mkdirSync(target);
    fs.mkdirSync(outside);
    fs.writeFileSync(join(outside, 'secret'), 'secret', { mode: 0o600 });
  });
  afterEach(() => {
    assert.deepEqual(
      readTree(outside).map(({ path, mode, kind }) => [path, kind === 'directory' ? 0 : mode]),
      [
        ['', 0],
        ['secret', 0o600],
      ],
      'nothing outside the target changes',
    );
    assert.equal(fs.readFileSync(join(outside, 'secret'), 'utf8'), 'secret');
    assert.deepEqual(fs.readdirSync(folder).sort(), ['outside', 'target']);
    // Paths that are too long for Node.
    spawnSync('rm', ['-rf', folder]);
  });

  const statusOf = (...parts: TarPart[]) => {
    const { files, messages } = recoverFrom(tarStream(...parts), [wantedName(target)], { type: 'dump' });
    assert.ok(messages.length > 1 || files[0].status === 0, 'what goes wrong is told');
    return files[0].status;
  };

  it('does not follow symbolic links out, whoever made them', () => {
    fs.symlinkSync(outside, join(target, 'there'));
    assert.equal(statusOf({ name: 'there/secret', data: 'changed' }), NO_DIRECTORY);
    assert.equal(
      statusOf({ name: 'here', type: '2', link: '../outside' }, { name: 'here/secret', data: 'changed' }),
      NO_DIRECTORY,
    );
    assert.equal(
      statusOf({ name: 'here', type: '2', link: outside }, { name: 'l', type: '1', link: 'here/secret' }),
      NO_DIRECTORY,
    );
    const removed = Buffer.from('secret\0').toString('base64');
    statusOf(
      { name: 'gone', type: '2', link: outside },
      { name: 'gone/', type: 'D', pax: { 'NDMPWB.removed': removed } },
    );
  });

  it('puts a directory where a symbolic link was, when the stream says that it is one', () => {
    fs.symlinkSync(outside, join(target, 'd'));
    assert.equal(statusOf({ name: 'd/', type: '5', mode: 0o711 }, { name: 'd/secret', data: 'inside' }), 0);
    assert.equal(fs.readFileSync(join(target, 'd/secret'), 'utf8'), 'inside');
    fs.symlinkSync(join(outside, 'secret'), join(target, 'f'));
    assert.equal(statusOf({ name: 'f', data: 'mine' }), 0);
    assert.ok(fs.lstatSync(join(target, 'f')).isFile());
  });

  it('refuses names that lead upwards, and links to them', () => {
    assert.equal(statusOf({ name: '../outside/secret', data: 'changed' }), PERMISSION);
    assert.equal(statusOf({ name: 'a/../../outside/new', data: 'changed' }), PERMISSION);
    assert.equal(statusOf({ name: 'l', type: '1', link: '../outside/secret' }), PERMISSION);
    assert.equal(statusOf({ name: 'x', pax: { path: `${outside}/new\0` } }), PERMISSION);
    assert.equal(statusOf({ name: `${outside}/new`, data: 'absolute names count from the target' }), 0);
    assert.ok(fs.existsSync(join(target, outside, 'new')));
  });

  it('goes on behind names that no file system takes', () => {
    const long = 'n'.repeat(1 << 20);
    const status = statusOf(
      { name: 'x', pax: { path: long } },
      { name: 'x', pax: { path: `${'d/'.repeat(3000)}x` }, data: 'very deep' },
      { name: 'after', data: 'after' },
    );
    assert.equal(status, UNDEFINED);
    assert.equal(fs.readFileSync(join(target, 'after'), 'utf8'), 'after');
  });

  it('keeps directories that have something in them, where a file should go', () => {
    fs.mkdirSync(join(target, 'full/inner'), { recursive: true });
    fs.mkdirSync(join(target, 'void'));
    assert.equal(statusOf({ name: 'full', data: 'x' }, { name: 'void', data: 'y' }), FILE_PATH_EXISTS);
    assert.ok(fs.existsSync(join(target, 'full/inner')));
    assert.equal(fs.readFileSync(join(target, 'void'), 'utf8'), 'y');
  });

  it('never replaces the served directory itself by something else', () => {
    assert.equal(statusOf({ name: './', data: 'x', type: '0' }), 0, 'a name that ends in a slash is a directory');
    assert.equal(statusOf({ name: '.', type: '2', link: outside }), FILE_PATH_EXISTS);
    assert.equal(statusOf({ name: '.', type: '1', link: 'x' }), FILE_PATH_EXISTS);
    assert.ok(fs.lstatSync(target).isDirectory());
  });

  it('takes owners, times and devices that cannot be for what can', () => {
    const numbers = [-1, -(2 ** 53) + 1, 2 ** 32 - 1, 2 ** 53 - 1];
    const parts = numbers.flatMap((number, i): TarPart[] => [
      { name: `f${i}`, uid: number, gid: number, mtime: number, mode: 0o6755 },
      { name: `d${i}/`, type: '5', uid: number, gid: number, mtime: number, mode: 0o6755 },
      { name: `l${i}`, type: '2', link: 'x', uid: number, mtime: number },
    ]);
    const pax = { mtime: '-999999999999999.9', atime: '999999999999999', uid: '18446744073709551615' };
    assert.equal(statusOf(...parts, { name: 'pax', pax }), 0);
    assert.equal(fs.statSync(join(target, 'f1')).mode & 0o7777, 0o755);
    statusOf({ name: 'device', type: '3', major: 2 ** 40, minor: -1 });
  });

  it('survives files that are larger than any disk', () => {
    const map = { 'GNU.sparse.size': '9007199254740000', 'GNU.sparse.map': '9007199254730000,5' };
    assert.equal(statusOf({ name: 'x', pax: map, data: 'abcde' }, { name: 'after' }), IO_ERROR);
    assert.deepEqual(fs.readdirSync(target), ['after']);
  });

  it('links that lead in circles or to directories fail, nothing else', () => {
    const status = statusOf(
      { name: 'a', type: '1', link: 'b' },
      { name: 'b', type: '1', link: 'a' },
      { name: 'd/', type: '5' },
      { name: 'c', type: '1', link: 'd' },
      { name: 'e', type: '1', link: 'e' },
      { name: 'after' },
    );
    assert.notEqual(status, 0);
    assert.deepEqual(fs.readdirSync(target).sort(), ['after', 'd']);
  });

  it('a link in the place of its own file changes nothing', () => {
    assert.equal(statusOf({ name: 'a', data: 'x' }, { name: 'a', type: '1', link: 'a' }), 0);
    assert.equal(statusOf({ name: 'a', data: 'x' }, { name: 'b', type: '1', link: 'a' }), 0);
    assert.equal(statusOf({ name: 'a', data: 'y' }, { name: 'b', type: '1', link: 'a' }), 0);
    assert.equal(fs.readFileSync(join(target, 'b'), 'utf8'), 'y');
    assert.deepEqual(fs.readdirSync(target).sort(), ['a', 'b']);
  });

  it('a link to a file that was wanted and failed is not made to what stands there', () => {
    fs.mkdirSync(join(target, 'a/full'), { recursive: true });
    assert.equal(statusOf({ name: 'a', data: 'x' }, { name: 'b', type: '1', link: 'a' }), FILE_PATH_EXISTS);
    assert.deepEqual(fs.readdirSync(target), ['a']);
  });

  it('a target that is gone is an error of its own', () => {
    const names = [wantedName(join(folder, 'nowhere'))];
    assert.equal(recoverFrom(tarStream({ name: 'x', data: 'x' }), names).files[0].status, NO_DIRECTORY);
  });

  it('never throws and never writes outside, whatever the stream and the list', () => {
    const name = fc.constantFrom('a', 'a/b', 'a/../b', '/', './', 'b/c/d', '../outside/secret', 'a/b/', '\xff', '..');
    const part = fc.record({
      name,
      type: fc.constantFrom('0', '1', '2', '5', 'D', '6', 'S', 'L', 'K', 'x'),
      link: fc.constantFrom('a', '../outside', 'b', '/', '..', 'a/b', 'b/c'),
      data: fc.constantFrom('', 'x', 'y'.repeat(600), '10 path=b\n', 'a\0'),
      mode: fc.constantFrom(0o644, 0o700, 0o4777),
      pax: fc.constantFrom<Record<string, string> | undefined>(
        undefined,
        { 'NDMPWB.removed': Buffer.from('a\0b\0c\0').toString('base64') },
        { 'NDMPWB.linkoffset': '0', 'SCHILY.nlink': '2' },
        { 'GNU.sparse.size': '3000', 'GNU.sparse.map': '0,1' },
      ),
    });
    const wish = fc.record({ path: fc.constantFrom('', '/a', '/a/b', '/b'), at: fc.option(fc.nat(12)) });
    const setting = fc.record({
      parts: fc.array(part, { minLength: 1, maxLength: 8 }),
      wishes: fc.array(wish, { minLength: 1, maxLength: 4 }),
      direct: fc.boolean(),
      known: fc.boolean(),
      cut: fc.option(fc.nat(6000), { freq: 5 }),
      chunk: fc.integer({ min: 1, max: 3000 }),
    });
    fc.assert(
      fc.property(setting, ({ parts, wishes, direct, known, cut, chunk }) => {
        const stream = tarStream(...parts.map(({ pax, ...rest }) => (pax ? { ...rest, pax } : rest)));
        const names = wishes.map(({ path, at }) =>
          wantedName(target, path, path.slice(1), at === null ? undefined : at * 512),
        );
        const environment = {
          DIRECT: direct ? 'y' : 'n',
          ...(known ? { NDMPWB_STREAM_BYTES: String(stream.length) } : {}),
        };
        const cutAt = cut === null ? stream.length : Math.min(cut, stream.length);
        const { files } = recoverFrom(stream, names, { type: 'dump', environment, chunk, cutAt });
        assert.equal(files.length, names.length);
        removeFolder(target);
        fs.mkdirSync(target);
      }),
      { numRuns: 150 },
    );
  }).timeout(60_000);
});
