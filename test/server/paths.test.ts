import assert from 'node:assert/strict';
import fc from 'fast-check';
import { pathParts, resolveIn } from '../../src/server/paths';

const trees = [
  { name: '/vs1/vol1', directory: '/srv/a' },
  { name: '/vs1/vol1/inner', directory: '/srv/b' },
  { name: '/vs1/vol10', directory: '/srv/c' },
];

describe('server: paths of clients', () => {
  const cases: readonly (readonly [path: string, directory: string | undefined, inside?: string])[] = [
    ['/vs1/vol1', '/srv/a', ''],
    ['/vs1/vol1/', '/srv/a', ''],
    ['//vs1/./vol1//x/y', '/srv/a', 'x/y'],
    ['/vs1/vol1/inner/x', '/srv/b', 'x'],
    ['/vs1/vol10/x', '/srv/c', 'x'],
    ['/vs1/vol', undefined],
    ['/vs1', undefined],
    ['vs1/vol1', undefined],
    ['', undefined],
    ['/vs1/vol1/../vol10', undefined],
    ['/vs1/vol1/..', undefined],
    ['/vs1/vol1/a\0b', undefined],
    [`/vs1/vol1/${'x'.repeat(256)}`, undefined],
    ['/vs1/vol1/...', '/srv/a', '...'],
  ];
  for (const [path, directory, inside] of cases) {
    it(JSON.stringify(path.slice(0, 40)), () => {
      const found = resolveIn(trees, path);
      assert.equal(found?.tree.directory, directory);
      assert.equal(found?.inside, inside);
    });
  }

  it('never step out of a tree, whatever they are', () => {
    const part = fc.oneof(fc.constantFrom('..', '.', '', 'vs1', 'vol1', 'a', '...', '.. '), fc.string());
    fc.assert(
      fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
        const found = resolveIn(trees, `/vs1/vol1/${parts.join('/')}`);
        if (!found) return;
        const inside = pathParts(found.inside);
        assert.equal(inside?.join('/'), found.inside);
        assert.equal(inside?.includes('..'), false);
      }),
    );
  });

  it('of a root that serves everything', () => {
    assert.equal(resolveIn([{ name: '/', directory: '/' }], '/etc/hosts')?.inside, 'etc/hosts');
  });
});
