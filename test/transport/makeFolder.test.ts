import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeFolder } from '../../src/transport/makeFolder';

describe('making a folder', () => {
  let root: string;
  beforeEach(() => {
    root = mkdtempSync(join(tmpdir(), 'ndmp-folder-'));
  });
  afterEach(() => rmSync(root, { recursive: true }));

  it('makes those above it too, and takes one that is there', () => {
    const path = join(root, 'a/b/c');
    makeFolder(path, 0o700);
    makeFolder(path);
    assert.equal(statSync(path).mode & 0o777, 0o700);
  });

  it('fails where a file is in the way, and where the system has no room for folders', () => {
    writeFileSync(join(root, 'file'), '');
    assert.throws(() => makeFolder(join(root, 'file')), { code: 'EEXIST' });
    assert.throws(() => makeFolder(join(root, 'file/inside')), { code: 'ENOTDIR' });
    if (existsSync('/proc/self')) assert.throws(() => makeFolder('/proc/no-such/inside'), { code: 'ENOENT' });
  });
});
