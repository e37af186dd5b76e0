import assert from 'node:assert/strict';
import fs from 'node:fs';
import { join } from 'node:path';
import { FileWriter } from '../../../../src/server/archive/restore/fileWriter';
import { TargetTree } from '../../../../src/server/archive/restore/targetTree';
import { removeFolder, temporaryFolder } from '../../../support/backups';

describe('server: a file being restored', () => {
  let folder: string;
  let tree: TargetTree;
  beforeEach(() => {
    folder = fs.realpathSync(temporaryFolder());
    tree = new TargetTree(folder);
  });
  afterEach(() => {
    tree.close();
    removeFolder(folder);
  });

  it('leaves nothing behind when it is given up', () => {
    fs.writeFileSync(join(folder, 'old'), 'old');
    for (const name of ['new', 'old']) new FileWriter(tree, '', '.temporary', name).discard();
    assert.deepEqual(fs.readdirSync(folder), ['old']);
  });

  it('is given up in peace when its directory has gone', () => {
    const writer = new FileWriter(tree, 'below', '.temporary', 'name');
    tree.forgetBelow('below');
    fs.rmSync(join(folder, 'below'), { recursive: true });
    writer.discard();
    assert.deepEqual(fs.readdirSync(folder), []);
  });
});
