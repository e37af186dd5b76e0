import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import type { RecoverOrder } from '../../../../src/server/archive/model';
import { startRecover } from '../../../../src/server/archive/recover';
import { RecoveryStatus } from '../../../../src/server/archive/restore/failures';
import { backupOrder, removeFolder, runBackup, temporaryFolder, type Backup } from '../../../support/backups';
import { recoverFrom, wantedName } from '../../../support/recovery';
import { tarStream } from '../../../support/tarStream';
import { compareEntries, makeTree, readTree } from '../../../support/trees';

describe('server: archive: restoring what the list names', () => {
  let folder: string;
  let source: string;
  let target: string;
  let backup: Backup;

  before(() => {
    folder = temporaryFolder();
    source = join(folder, 'source');
    makeTree(source);
    backup = runBackup(backupOrder(source));
  });
  beforeEach(() => {
    target = fs.mkdtempSync(join(folder, 'target-'));
  });
  afterEach(() => removeFolder(target));
  after(() => removeFolder(folder));

  /** The part of the source at `path`, as it should be at `place` in the target. */
  const assertRestored = (path: string, place: string) => {
    const below = (from: string, at: string) =>
      readTree(join(from, at)).map((entry) => ({ ...entry, mtimeNs: 0n, uid: 0, gid: 0 }));
    assert.deepEqual(compareEntries(below(source, path), below(target, place)), []);
  };

  it('a directory elsewhere and by another name, with the directories on the way', () => {
    const names = [wantedName(target, '/dir/inner', 'users/new/tyler.new')];
    const { files } = recoverFrom(backup.stream, names, { environment: backup.environment });
    assert.deepEqual(files, [{ name: '/dir/inner', status: 0 }]);
    assertRestored('dir/inner', 'users/new/tyler.new');
    assert.equal(fs.statSync(join(target, 'users/new')).mode & 0o777, 0o755);
  });

  it('single files, each with its own result', () => {
    const names = [
      wantedName(target, '/one byte', 'a/renamed'),
      wantedName(target, '/not/there'),
      wantedName(target, '/dir/link with a long target'),
      wantedName(target, '/dir/fifo'),
    ];
    const { files } = recoverFrom(backup.stream, names);
    assert.deepEqual(
      files.map(({ status }) => status),
      [0, RecoveryStatus.NOT_FOUND, 0, 0],
    );
    assertRestored('one byte', 'a/renamed');
    assertRestored('dir/link with a long target', 'dir/link with a long target');
    assert.ok(fs.lstatSync(join(target, 'dir/fifo')).isFIFO());
    assert.deepEqual(fs.readdirSync(target).sort(), ['a', 'dir']);
  });

  it('one thing to several places', () => {
    const names = [
      wantedName(target, '/dir/inner/deep', 'one'),
      wantedName(target, '/dir/inner', 'two'),
      wantedName(target, '', 'three'),
      wantedName(target, '/dir/inner/deep/file', 'four'),
    ];
    assert.ok(recoverFrom(backup.stream, names).files.every(({ status }) => status === 0));
    assertRestored('dir/inner/deep', 'one');
    assertRestored('dir/inner', 'two');
    assertRestored('', 'three');
    assertRestored('dir/inner/deep/file', 'four');
  });

  it('a directory without what is in it, when the recovery is not recursive', () => {
    recoverFrom(backup.stream, [wantedName(target, '/dir/inner')], { environment: { RECURSIVE: 'N' } });
    assert.deepEqual(fs.readdirSync(join(target, 'dir/inner')), []);
    assert.equal(fs.statSync(join(target, 'dir/inner')).mode & 0o7777, 0o2750);
  });

  it('hard links whose first name is not selected, by reading its data again', () => {
    const { stream, environment } = backup;
    const names = [wantedName(target, '/dir/second hard link'), wantedName(target, '/dir/inner')];
    const { files, pieces } = recoverFrom(stream, names, { environment });
    assert.deepEqual(
      files.map(({ status }) => status),
      [0, 0],
    );
    assert.ok(pieces.length > 1);
    const [one, two] = ['dir/second hard link', 'dir/inner/big'].map((name) => fs.statSync(join(target, name)));
    assert.deepEqual([one.ino, one.nlink], [two.ino, 2]);
    assertRestored('dir/inner', 'dir/inner');
    assert.ok(!fs.existsSync(join(target, 'a hard link')));
  });

  it('says so when such data cannot be read again', () => {
    const { files, messages } = recoverFrom(backup.stream, [wantedName(target, '/dir/second hard link')]);
    assert.deepEqual(files[0].status, RecoveryStatus.NOT_FOUND);
    assert.ok(messages.some(({ text }) => text.includes('is a link to /a hard link, which was not selected')));
  });

  it('reads no further than needed when all that is wanted are files', () => {
    const { stream, environment } = backup;
    const names = [wantedName(target, '/a hard link'), wantedName(target, '/dangling')];
    const { files, bytesRead } = recoverFrom(stream, names, { environment });
    assert.deepEqual(
      files.map(({ status }) => status),
      [0, 0],
    );
    assert.ok(bytesRead < 3_200_000 && bytesRead < stream.length, String(bytesRead));
    const other = tarStream({ name: 'a', data: 'old' }, { name: 'b' }, { name: 'a', data: 'new' });
    recoverFrom(other, [wantedName(target, '/a')]);
    assert.equal(fs.readFileSync(join(target, 'a'), 'utf8'), 'new', 'other programs append to their archives');
  });

  it('leaves nothing half done when it is aborted', () => {
    const names = [wantedName(target)];
    const order: RecoverOrder = {
      type: 'tar',
      operation: 'recover',
      environment: [],
      names,
      history: 'none',
      version: 4,
    };
    const at = backup.stream.indexOf('./a hard link');
    const run = startRecover(order);
    run.start();
    run.push(backup.stream.subarray(0, at + 1_000_000));
    assert.ok(fs.readdirSync(target).length > 0);
    run.close();
    run.close();
    assert.equal(run.push(backup.stream.subarray(at + 1_000_000)).done, true);
    assert.ok(!fs.existsSync(join(target, 'a hard link')));
  });

  it('of one file in too many places the first ones, and the others are not said to be missing from the backup', () => {
    const names = Array.from({ length: 40 }, (_, n) => wantedName(target, '/one byte', `copy ${n}`));
    const { files, messages } = recoverFrom(backup.stream, names, { environment: backup.environment });
    assert.equal(fs.readdirSync(target).length, 32);
    assert.deepEqual(
      files.map(({ status }) => status),
      names.map((_, n) => (n < 32 ? RecoveryStatus.SUCCESSFUL : RecoveryStatus.UNDEFINED)),
    );
    assert.equal(messages.filter(({ text }) => text.includes('not in this backup')).length, 0);
    assert.ok(messages.some(({ text }) => text.endsWith('problems: 8')));
  });

  it('nothing at all, when the list is empty', () => {
    const report = recoverFrom(backup.stream, []);
    assert.deepEqual([report.pieces, report.files], [[], []]);
  });
});
