import assert from 'node:assert/strict';
import type { SetRecord } from '../../../src/dma/catalog/model';
import { drivesInOrder } from '../../../src/dma/restore/drives';
import { recoverEnvironment } from '../../../src/dma/restore/environment';
import { brokenChain, setAt, setsAt } from '../../../src/dma/restore/moment';
import { collision, namesOf, renamed, renameProblems } from '../../../src/dma/restore/names';
import { isUnsafe, joined, normalPath } from '../../../src/dma/restore/paths';
import { inPieces } from '../../../src/dma/restore/attempts';

function set(change: Partial<SetRecord>): SetRecord {
  return {
    id: 1,
    uuid: '',
    run: 1,
    job: 'nightly',
    serverIdentity: 'x',
    server: 'filer',
    path: '/vol',
    type: 'dump',
    level: 0,
    base: undefined,
    started: 1000,
    ended: 2000,
    state: 'complete',
    bytes: 10n,
    files: 1,
    recordSize: 1024,
    environment: [],
    digest: undefined,
    withoutFiles: undefined,
    expires: undefined,
    topology: 'local',
    ...change,
  };
}

describe('dma restore: what is decided', () => {
  it('takes the newest complete set that is no later', () => {
    const sets = [set({ id: 1 }), set({ id: 2, started: 3000 }), set({ id: 3, started: 5000, state: 'partial' })];
    assert.equal(setAt(sets, undefined)?.id, 2);
    assert.equal(setAt(sets, 2999)?.id, 1);
    assert.equal(setAt(sets, 999), undefined);
  });

  it('leaves out a source that has no backup at that moment, and says so', () => {
    const found = setsAt([set({}), set({ id: 2, path: '/other', started: 9000 })], 5000, 'the job');
    assert.deepEqual(
      found.sets.map(({ id }) => id),
      [1],
    );
    assert.match(found.warnings[0], /^\/other is left out: its first complete backup is of/);
    assert.throws(() => setsAt([set({ state: 'partial' })], undefined, 'the job'), /none of its backups is complete/);
  });

  it('restores no chain with a gap', () => {
    const full = set({});
    const first = set({ id: 2, base: 1, level: 1 });
    assert.equal(brokenChain([full, first]), undefined);
    assert.match(brokenChain([first]) ?? '', /not in the catalog any more/);
    assert.match(brokenChain([full, set({ id: 3, base: 2 })]) ?? '', /does not build on set 1/);
    assert.match(brokenChain([full, { ...first, state: 'partial' }]) ?? '', /not complete/);
    assert.match(brokenChain([]) ?? '', /does not say/);
  });

  it('renames what is asked for, and what lies below it', () => {
    const renames = [
      { from: '/a', to: '/x' },
      { from: '/a/b', to: 'y//z/' },
    ];
    assert.equal(renamed('/a/c', renames), '/x/c');
    assert.equal(renamed('/a/b/d', renames), '/y/z/d');
    assert.equal(renamed('/ab', renames), '/ab');
    assert.deepEqual(renameProblems(renames), []);
    const wrong = [
      { from: '/a/../b', to: '/c' },
      { from: '/', to: '/c' },
      { from: '/a', to: '/c' },
      { from: 'a/', to: '/d' },
    ];
    assert.equal(renameProblems(wrong).length, 3);
  });

  it('sends no server a path that leads upwards, nor two things to one place', () => {
    const entry = (path: string, position?: bigint) => ({
      entry: { path, kind: 'file' as const, node: 1n, position },
      set: 1,
      as: path,
    });
    const list = namesOf([entry('/b', 5n), entry('/x/../../etc/passwd'), entry('/a', 1n)], '/target/', []);
    assert.deepEqual(
      list.names.map(({ target }) => target),
      ['/target/a', '/target/b'],
    );
    assert.equal(list.leftOut.length, 1);
    const clash = namesOf([entry('/a'), entry('/b')], '/t', [{ from: '/b', to: '/a' }]);
    assert.match(collision(clash.names) ?? '', /\/a and \/b would both become \/t\/a/);
    assert.equal(isUnsafe('a\0b'), true);
    assert.equal(normalPath('//a/./b/'), '/a/b');
    assert.equal(joined('/', ''), '/');
  });

  it('sends back all that the backup said, with what the recovery adds, and what the user says wins', () => {
    const saved = [
      { name: 'FILESYSTEM', value: '/vol' },
      { name: 'DIRECT', value: 'n' },
      { name: 'ACL_START', value: '77' },
    ];
    const order = { saved, type: 'dump', target: '/to', direct: true, recursive: false, whole: false };
    const made = recoverEnvironment({ ...order, more: { HIST: 'y' } });
    const values = Object.fromEntries(made.map(({ name, value }) => [name, value]));
    assert.equal(made.length, Object.keys(values).length);
    const expected = { FILESYSTEM: '/vol', ACL_START: '77', TYPE: 'dump', PREFIX: '/to', HIST: 'y' };
    assert.deepEqual(values, { ...expected, DIRECT: 'y', RECURSIVE: 'n', EXTRACT: 'y' });
  });

  it('prefers drives by affinity, then those with a wanted tape, then empty ones', () => {
    const drive = (device: string, loaded?: string, affinity?: string, unusable?: string) => ({
      server: 's',
      device,
      element: 1,
      loaded,
      affinity,
      unusable,
    });
    const drives = [
      drive('full', 'X'),
      drive('empty'),
      drive('has', 'B'),
      drive('near', 'X', 'n1'),
      drive('bad', 'A', 'n1', 'broken'),
    ];
    const order = (wish: string[], affinity?: string) =>
      drivesInOrder(drives, wish, ['A', 'B'], affinity).map(({ device }) => device);
    assert.deepEqual(order([], 'n1'), ['near', 'has', 'empty', 'full']);
    assert.deepEqual(order(['full', 'empty']), ['empty', 'full']);
    assert.deepEqual(order(['bad']), []);
  });

  it('cuts lists for servers that take few names', () => {
    const names = Array.from({ length: 10 }, (_, n) => ({
      original: `/name ${n}`,
      target: `/t/name ${n}`,
      node: undefined,
      position: undefined,
    }));
    assert.equal(inPieces(names, undefined).length, 1);
    const pieces = inPieces(names, 100);
    assert.deepEqual(pieces.flat(), names);
    assert.equal(pieces.length, 5);
    assert.deepEqual(
      inPieces(names, 1).map(({ length }) => length),
      Array<number>(10).fill(1),
    );
    const elsewhere = { ...names[3], target: '/t/another place' };
    assert.deepEqual(inPieces([...names, elsewhere], undefined), [names, [elsewhere]]);
  });
});
