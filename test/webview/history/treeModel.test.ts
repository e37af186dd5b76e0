import assert from 'node:assert/strict';
import fc from 'fast-check';
import { TreeModel, type OpenFolder } from '../../../webview/views/history/treeModel';

/** All rows, spelled out: what the model must agree with. */
function spelled(folder: OpenFolder): { folder: OpenFolder; index: number }[] {
  return Array.from({ length: folder.total }, (_unused, index) => index).flatMap((index) => {
    const opened = folder.open.find((each) => each.index === index);
    return [{ folder, index }, ...(opened ? spelled(opened) : [])];
  });
}

describe('rows of a tree of which little is known', () => {
  it('stand where they would if all were spelled out', () => {
    const step = fc.record({ row: fc.nat(), size: fc.integer({ min: 0, max: 5 }), close: fc.boolean() });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 25 }), (total, steps) => {
        const model = new TreeModel(0, total);
        for (const [i, { row, size, close }] of steps.entries()) {
          const { folder, index, opened } = model.at(row % model.count);
          if (opened && close) model.close(opened);
          else if (!opened && size > 0) model.open(folder, index, i + 1, size);
        }
        const rows = spelled(model.top);
        assert.equal(model.count, rows.length);
        for (const [row, { folder, index }] of rows.entries()) {
          const spot = model.at(row);
          assert.equal(spot.folder, folder);
          assert.equal(spot.index, index);
          assert.equal(
            spot.opened,
            folder.open.find((each) => each.index === index),
          );
          assert.equal(model.rowOf(folder, index), row);
        }
      }),
    );
  });

  it('may be millions', () => {
    const model = new TreeModel(0, 1);
    const all = model.open(model.top, 0, 1, 5_000_000);
    model.open(all, 4_999_998, 2, 7);
    assert.equal(model.count, 5_000_008);
    assert.equal(model.at(5_000_007).index, 4_999_999);
    assert.equal(model.at(5_000_006).folder.id, 2);
    model.close(all);
    assert.equal(model.count, 1);
  });
});
