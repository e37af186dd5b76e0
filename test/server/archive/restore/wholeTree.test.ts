import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import { join } from 'node:path';
import { backupOrder, removeFolder, runBackup, temporaryFolder } from '../../../support/backups';
import { describeWithPeer, peerVersion } from '../../../support/peers';
import { recoverFrom, wantedName } from '../../../support/recovery';
import { compareTrees, makeTree, readAttributes, setAttribute } from '../../../support/trees';

const ROOT = process.getuid?.() === 0;
const SECOND = 1_000_000_000n;
const MICROSECOND = 1000n;
/** What Node alone keeps of times. */
const STEP = peerVersion('python3') === undefined ? MICROSECOND : 1n;

describe('server: archive: restoring whole trees', () => {
  let folder: string;
  let source: string;
  let target: string;

  before(() => {
    folder = temporaryFolder();
    source = join(folder, 'source');
    makeTree(source);
  });
  beforeEach(() => {
    target = fs.mkdtempSync(join(folder, 'target-'));
  });
  afterEach(() => removeFolder(target));
  after(() => removeFolder(folder));

  for (const type of ['tar', 'dump'] as const)
    it(`of our own backups of type ${type}: content, metadata and links are the same`, () => {
      const records = fs.mkdtempSync(join(folder, 'dumps-'));
      const { stream } = runBackup(backupOrder(source, { type, dumpRecords: records }));
      const { files, messages } = recoverFrom(stream, [wantedName(target)], { type });
      assert.deepEqual(files, [{ name: '', status: 0 }]);
      assert.deepEqual(
        messages.filter((message) => message.type !== 'normal'),
        [],
      );
      assert.deepEqual(compareTrees(source, target, { timeStepNs: STEP, ignoreOwner: !ROOT }), []);
      assert.ok(fs.statSync(join(target, 'dir/sparse')).blocks < 100, 'a sparse file stays sparse');
    });

  describeWithPeer('tar', 'of GNU tar', () => {
    const made = (...args: string[]) => {
      const run = spawnSync('tar', ['-C', source, '-cf', '-', ...args, '.'], { maxBuffer: 1 << 28 });
      assert.equal(run.status, 0, run.stderr.toString());
      return run.stdout;
    };
    const forms: [string, string[], bigint][] = [
      ['pax', ['--format=pax'], STEP],
      ['pax with sparse files 0.0', ['--format=pax', '-S', '--sparse-version=0.0'], STEP],
      ['pax with sparse files 0.1', ['--format=pax', '-S', '--sparse-version=0.1'], STEP],
      ['pax with sparse files 1.0', ['--format=pax', '-S', '--sparse-version=1.0'], STEP],
      ['gnu', ['--format=gnu'], SECOND],
      ['gnu with sparse files', ['--format=gnu', '-S'], SECOND],
      ['oldgnu with sparse files', ['--format=oldgnu', '-S'], SECOND],
    ];
    for (const [title, args, step] of forms)
      it(`in format ${title}`, () => {
        const stream = made(...args);
        for (const chunk of [1 << 20, 10_240 + 1]) {
          recoverFrom(stream, [wantedName(target)], { chunk });
          const options = { timeStepNs: step, ignoreOwner: !ROOT };
          assert.deepEqual(compareTrees(source, target, options), [], `pieces of ${chunk} bytes`);
        }
        if (args.includes('-S')) assert.ok(fs.statSync(join(target, 'dir/sparse')).blocks < 100);
      });

    it('in its incremental form', () => {
      const stream = made('--format=pax', `--listed-incremental=${join(folder, 'snapshot')}`);
      recoverFrom(stream, [wantedName(target)], { type: 'dump' });
      assert.deepEqual(compareTrees(source, target, { timeStepNs: STEP, ignoreOwner: !ROOT }), []);
    });

    it('with extended attributes', function () {
      const value = Uint8Array.of(1, 0, 10, 255);
      const set = ['dir', 'dir/size 512', 'empty dir'].map((name) =>
        setAttribute(join(source, name), `user.test %=${name.length}`, value),
      );
      if (set.includes(false)) this.skip();
      recoverFrom(made('--format=pax', '--xattrs'), [wantedName(target)]);
      assert.deepEqual(readAttributes(target), readAttributes(source));
    });
  });

  it('into a tree that is not empty: replaces files, keeps what the backup does not have', () => {
    const { stream } = runBackup(backupOrder(source));
    fs.mkdirSync(join(target, 'dir'), { mode: 0o700 });
    fs.writeFileSync(join(target, 'dir/size 512'), 'old');
    fs.linkSync(join(target, 'dir/size 512'), join(target, 'its other name'));
    fs.writeFileSync(join(target, 'dir/kept'), 'kept');
    fs.symlinkSync('/etc/passwd', join(target, 'one byte'));
    fs.mkdirSync(join(target, 'empty'));
    fs.writeFileSync(join(target, 'empty dir'), 'a file where a directory is to be');
    const { files } = recoverFrom(stream, [wantedName(target)]);
    assert.equal(files[0].status, 0);
    assert.equal(
      fs.readFileSync(join(target, 'its other name'), 'utf8'),
      'old',
      'the old file is left to its other name',
    );
    assert.equal(fs.readFileSync(join(target, 'dir/kept'), 'utf8'), 'kept');
    fs.rmSync(join(target, 'dir/kept'));
    fs.rmSync(join(target, 'its other name'));
    const options = { timeStepNs: STEP, ignoreOwner: !ROOT, ignoreDirectoryTimes: true };
    assert.deepEqual(compareTrees(source, target, options), []);
  });

  it('leaves no temporary files, also when the stream is cut', () => {
    const { stream } = runBackup(backupOrder(source));
    const { files, messages } = recoverFrom(stream, [wantedName(target)], { cutAt: 2_000_000 });
    assert.deepEqual(files, [{ name: '', status: 5 }]);
    assert.ok(messages.some(({ type }) => type === 'error'));
    const names = fs.readdirSync(target, { recursive: true, encoding: 'buffer' });
    assert.ok(!names.some((name) => name.includes('.ndmp-')));
  });
});
