import assert from 'node:assert/strict';
import { placed, wantedName, type ListedName } from '../../../src/server/data/names';
import { RequestFailure } from '../../../src/server/failure';
import { ErrorCode } from '../../../src/protocol';
import type { ServedTree } from '../../../src/server/system';
import { fakeView } from '../../support/fakeSession';

const tree: ServedTree = { name: '/vol/vol1', directory: '/srv/one' };
const view = fakeView({
  resolve: (path) => {
    const parts = path.split('/').filter((part) => part !== '');
    if (parts.includes('..') || parts[0] !== 'vol' || parts[1] !== 'vol1') return undefined;
    return { tree, inside: parts.slice(2).join('/') };
  },
});
const root = { tree, inside: 'back' };

function target(entry: ListedName, version: 2 | 3 | 4): string {
  const { names } = placed([wantedName(entry, version)], view, root);
  assert.equal(names[0].targetRoot, '/srv/one');
  return names[0].target;
}

function refused(work: () => unknown): void {
  assert.throws(work, (error) => error instanceof RequestFailure && error.error === ErrorCode.ILLEGAL_ARGS);
}

describe('names to recover', () => {
  it('v4: the destination is the target itself, or the directory of a name', () => {
    const entry = { original_path: '/users/tyler', destination_path: '/vol/vol1/users', name: '', other_name: '' };
    assert.equal(target(entry, 4), 'users');
    assert.equal(target({ ...entry, name: 'tyler.new' }, 4), 'users/tyler.new');
    assert.equal(target({ ...entry, destination_path: '/vol/vol1/', name: 'x' }, 4), 'x');
    assert.equal(target({ ...entry, destination_path: 'relative/x' }, 4), 'back/relative/x');
  });

  it('v4: refuses what the draft forbids', () => {
    const entry = { original_path: '/a', destination_path: '/vol/vol1', name: '', other_name: '' };
    refused(() => target({ ...entry, destination_path: '' }, 4));
    refused(() => target({ ...entry, name: 'a/b' }, 4));
    refused(() => target({ ...entry, name: 'a', other_name: 'a/b' }, 4));
    refused(() => target({ ...entry, other_name: 'A~1' }, 4));
  });

  it('v3: a new name is the whole rest of the path, else the original one follows the directory', () => {
    const entry = { original_path: '/users/tyler', destination_dir: '/vol/vol1/back', new_name: '', other_name: '' };
    assert.equal(target(entry, 3), 'back/users/tyler');
    assert.equal(target({ ...entry, new_name: 'other' }, 3), 'back/other');
    assert.equal(target({ ...entry, destination_dir: '', new_name: '/vol/vol1/elsewhere/x' }, 3), 'elsewhere/x');
    assert.equal(target({ ...entry, destination_dir: '' }, 3), 'back/users/tyler');
    assert.equal(target({ ...entry, original_path: '.' }, 3), 'back');
  });

  it('v2: one full destination', () => {
    const entry = { name: '/users/tyler', dest: '/vol/vol1/back/tyler', ssid: 7 };
    assert.equal(target(entry, 2), 'back/tyler');
    assert.equal(target({ ...entry, dest: '' }, 2), 'back/users/tyler');
  });

  it('knows the path in the stream, whatever its spelling, and everything by an empty one', () => {
    for (const [spelling, path] of [
      ['', ''],
      ['.', ''],
      ['/', ''],
      ['users//tyler/', '/users/tyler'],
      ['./users/./tyler', '/users/tyler'],
    ])
      assert.equal(wantedName({ original_path: spelling, destination_path: '/x' }, 4).path, path, spelling);
  });

  it('takes all ones for no position and keeps 0', () => {
    const all = 0xffffffffffffffffn;
    const name = (fh_info: bigint) =>
      wantedName({ original_path: '/a', destination_path: '/x', fh_info, node: all }, 4);
    assert.equal(name(all).position, undefined);
    assert.equal(name(0n).position, 0n);
    assert.equal(name(0n).node, undefined);
  });

  it('refuses paths that lead out, hold a zero byte or lie in no tree', () => {
    for (const path of ['/..', '/a/../../b', '..', 'a\0b'])
      refused(() => wantedName({ original_path: path, destination_path: '/vol/vol1' }, 4));
    for (const destination_path of ['/etc/passwd', '/vol/vol1/../../etc', '/', '../x', 'a/../..', '/vol/vol10'])
      refused(() => target({ original_path: '/a', destination_path }, 4));
    refused(() => placed([wantedName({ original_path: '/a', destination_path: 'x' }, 4)], view, undefined));
  });
});
