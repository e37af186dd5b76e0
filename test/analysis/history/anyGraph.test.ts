import assert from 'node:assert/strict';
import fc from 'fast-check';
import { sortedChildren } from '../../../src/analysis/history/order';
import { pathOfLink } from '../../../src/analysis/history/paths';
import { walkFiles } from '../../../src/analysis/history/walkFiles';
import { attributes, byPath, entry, Played } from './support';

const node = fc.integer({ min: 0, max: 9 });
const name = fc.constantFrom('a', 'b', 'c', '.', '..', '');
const step = fc.oneof(
  fc.tuple(name, node, node).map(
    ([label, own, parent]) =>
      (played: Played) =>
        played.add('dir', entry(label, own, parent)),
  ),
  node.map((own) => (played: Played) => played.add('node', attributes(own, own, own % 3 === 0 ? 0 : 4))),
  fc
    .array(fc.constantFrom('x', 'y', '.', '..'), { maxLength: 4 })
    .map(
      (parts) => (played: Played) =>
        played.add('file', byPath(`/${parts.join('/')}`, 1, parts.length % 2 === 0 ? 0 : 4)),
    ),
);

describe('any history whatever', () => {
  it('makes a tree in which each name stands once, and every way up ends', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const played = new Played();
        for (const run of steps) run(played);
        const tree = played.tree();
        const seen = new Set<number>();
        for (const { link, object } of walkFiles(tree, 'name')) {
          if (link < 0) continue;
          assert.ok(!seen.has(link), 'a name stands twice');
          seen.add(link);
          assert.equal(tree.objectOf(link), object);
          assert.ok(pathOfLink(tree, link).length > 0);
          assert.ok(tree.wayTo(object).length <= tree.tables.objects.count);
        }
        assert.equal(seen.size, tree.linkCount);
        for (const folder of tree.folders())
          assert.equal(sortedChildren(tree, folder, 'size', true).length, tree.childCount(folder));
        const files = [...tree.links].filter((link) => !tree.isFolder(tree.objectOf(link)));
        const counted = [tree.root, ...tree.tops].reduce((sum, top) => sum + tree.totalsOf(top).files, 0);
        assert.equal(counted, files.length);
      }),
      { numRuns: 500 },
    );
  });
});
