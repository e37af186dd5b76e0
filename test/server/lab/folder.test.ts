import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LabFolder } from '../../../src/server/lab/folder';

describe('lab: its folder', () => {
  let path: string;
  beforeEach(() => {
    path = mkdtempSync(join(tmpdir(), 'ndmp-lab-folder-'));
    chmodSync(path, 0o755);
  });
  afterEach(() => rmSync(path, { recursive: true }));
  const mode = (): number => statSync(path).mode & 0o777;

  it('is made private, new or left by a start that was cut short', () => {
    mkdirSync(join(path, 'volumes'));
    writeFileSync(join(path, 'cluster.json.new'), '{');
    new LabFolder(path).prepare();
    if (process.platform !== 'win32') assert.equal(mode(), 0o700);
    new LabFolder(join(path, 'volumes/new')).prepare();
  });

  it('a folder with files of others is left as it is', () => {
    writeFileSync(join(path, 'thesis\u001b.tex'), '');
    const before = mode();
    assert.throws(() => new LabFolder(path).prepare(), /is no lab: it holds other files, such as thesis\\x1b\.tex\./);
    assert.equal(mode(), before);
  });
});
