import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import type { HelperTask } from '../../../../src/server/archive/restore/metadata';
import { MetadataQueue } from '../../../../src/server/archive/restore/metadataQueue';
import { TargetTree } from '../../../../src/server/archive/restore/targetTree';
import { removeFolder, temporaryFolder } from '../../../support/backups';

describe('server: archive: what the helper program is asked for', () => {
  let folder: string;
  let tree: TargetTree;
  const complaints: [string, string][] = [];
  const reasons: string[] = [];

  beforeEach(() => {
    folder = temporaryFolder();
    tree = new TargetTree(folder);
    complaints.length = reasons.length = 0;
    fs.mkdirSync(join(folder, 'd'));
    fs.writeFileSync(join(folder, 'd/file'), '');
    fs.symlinkSync('/nowhere', join(folder, 'd/link'));
  });
  afterEach(() => {
    tree.close();
    removeFolder(folder);
  });

  const queueOf = (run: (root: string, tasks: readonly HelperTask[]) => Map<number, string> | string) =>
    new MetadataQueue(
      (_tree, path, code) => complaints.push([path, code]),
      (why) => reasons.push(why),
      run,
    );
  const task = (p: string, more: Partial<HelperTask> = {}): HelperTask => ({
    p,
    times: ['5000000000', '1234567890123456789'],
    ...more,
  });

  it('goes to it in batches, and complaints come back to the right ones', () => {
    const batches: number[] = [];
    const queue = queueOf((root, tasks) => {
      assert.equal(root, folder);
      batches.push(tasks.length);
      return new Map([[1, 'EIO']]);
    });
    for (let i = 0; i < 40_000; i++) queue.add(tree, task(String(i)));
    queue.flush();
    queue.flush();
    assert.equal(
      batches.reduce((sum, count) => sum + count, 0),
      40_000,
    );
    assert.deepEqual(
      complaints.map(([path]) => path),
      ['1', '16385', '32769'],
    );
  });

  it('is done as far as possible where there is none; that is said once', () => {
    const queue = queueOf(() => 'no such program');
    queue.add(tree, task('d/file'));
    queue.add(tree, task('d/link'));
    queue.add(tree, task('d/fifo', { make: 'fifo', mode: 0o600 }));
    queue.add(tree, task('d', { mode: 0o750 }));
    queue.add(tree, task('missing'));
    queue.flush();
    queue.add(tree, task('', { mode: 0o711 }));
    queue.flush();
    assert.deepEqual(reasons, ['no such program']);
    assert.deepEqual(complaints, [
      ['d/fifo', 'EOPNOTSUPP'],
      ['missing', 'ENOENT'],
    ]);
    for (const name of ['d/file', 'd/link', 'd', '.']) {
      const { mtimeNs } = fs.lstatSync(join(folder, name), { bigint: true });
      assert.equal(mtimeNs, 1_234_567_890_123_456_000n, name);
    }
    assert.equal(fs.statSync(join(folder, 'd')).mode & 0o777, 0o750);
    assert.equal(fs.statSync(folder).mode & 0o777, 0o711);
  });
});
