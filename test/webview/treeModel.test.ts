import assert from 'node:assert/strict';
import type { DetailPart, FieldNode } from '../../src/extension/messages';
import { TreeModel, type TreeItem } from '../../webview/detail/treeModel';

const SIZE = 8;

function leaf(name: string, offset: number, length = 4): FieldNode {
  return { name, type: 'u32', offset, length, display: '1', raw: 1 };
}

function entry(index: number): FieldNode {
  const offset = 28 + index * SIZE;
  return {
    name: `[${index}]`,
    type: 'struct',
    offset,
    length: SIZE,
    display: `entry ${index}`,
    childCount: 2,
    children: [leaf('inode', offset), leaf('size', offset + 4)],
  };
}

const entries = (from: number, count: number): FieldNode[] => Array.from({ length: count }, (_, i) => entry(from + i));

/** A header, and an array of `count` entries of which `loaded` came with it. */
function partOf(count: number, loaded = Math.min(count, 100)): DetailPart {
  const header: FieldNode = {
    name: 'header',
    type: 'struct',
    offset: 0,
    length: 24,
    display: '',
    childCount: 6,
    children: Array.from({ length: 6 }, (_, i) => leaf(`word ${i}`, i * 4)),
  };
  const files: FieldNode = {
    name: 'files',
    type: 'array',
    offset: 24,
    length: 4 + count * SIZE,
    display: `${count} entries`,
    childCount: count,
    children: entries(0, loaded),
  };
  return { n: 1, kind: 'post', tree: [header, files] } as unknown as DetailPart;
}

function text(item: TreeItem): string {
  const indent = '  '.repeat(item.depth);
  if (item.kind === 'part') return `${indent}part ${item.part}`;
  if (item.kind === 'more') return `${indent}more ${item.from}..${item.to}`;
  const sign = item.expanded === undefined ? ' ' : item.expanded ? '-' : '+';
  return `${indent}${sign}${item.node.name}`;
}

const lines = (model: TreeModel): string[] => model.items.map(text);

describe('field tree', () => {
  it('opens the body and closes the header', () => {
    assert.deepEqual(lines(new TreeModel([partOf(2)])), [
      'part 0',
      '  +header',
      '  -files',
      '    -[0]',
      '       inode',
      '       size',
      '    -[1]',
      '       inode',
      '       size',
    ]);
  });

  it('shows the elements of a long array closed, and how many are left', () => {
    const model = new TreeModel([partOf(5000)]);
    assert.equal(model.items.length, 1 + 1 + 1 + 100 + 1);
    assert.deepEqual(lines(model).slice(2, 5), ['  -files', '    +[0]', '    +[1]']);
    assert.equal(lines(model).at(-1), '    more 100..5000');
    assert.deepEqual(model.missing(model.items.at(-1)!), { from: 100, count: 100 });
  });

  it('takes in further pages, in any order, without holes or doubles', () => {
    const model = new TreeModel([partOf(350)]);
    model.insert(0, [1], 300, entries(300, 50));
    assert.ok(lines(model).includes('    more 100..300'));
    model.insert(0, [1], 100, entries(100, 100));
    model.insert(0, [1], 150, entries(150, 150));
    const names = lines(model).filter((line) => line.includes('['));
    assert.deepEqual(
      names,
      Array.from({ length: 350 }, (_, i) => `    +[${i}]`),
    );
    assert.ok(!lines(model).some((line) => line.includes('more')));
  });

  it('says where its lines stand among their siblings', () => {
    const model = new TreeModel([partOf(5000)]);
    const item = model.items[3];
    assert.deepEqual([item.depth, item.position, item.siblings], [2, 1, 5000]);
  });

  it('opens and closes', () => {
    const model = new TreeModel([partOf(1), partOf(1)]);
    model.setExpanded(model.items[0], false);
    assert.equal(lines(model)[1], 'part 1');
    model.setExpanded(model.items[2], true);
    assert.equal(lines(model)[3], '     word 0');
  });

  it('finds the innermost field of a byte', () => {
    const model = new TreeModel([partOf(5000)]);
    assert.deepEqual(model.fieldAt(0, 9), { path: [0, 2], complete: true });
    assert.deepEqual(model.fieldAt(0, 28 + 3 * SIZE + 5), { path: [1, 3, 1], complete: true });
    assert.deepEqual(model.fieldAt(0, 1e6), { path: [], complete: true });
  });

  it('says when a field further inside may hold the byte', () => {
    const model = new TreeModel([partOf(5000)]);
    assert.deepEqual(model.fieldAt(0, 28 + 4000 * SIZE), { path: [1], complete: false });
  });

  it('asks for the page that holds a field, then shows it', () => {
    const model = new TreeModel([partOf(5000)]);
    const path = [1, 4321, 1];
    const page = model.reveal(0, path);
    assert.deepEqual(page, { path: [1], from: 4300, count: 100 });
    model.insert(0, page.path, page.from, entries(page.from, page.count));
    assert.equal(model.reveal(0, path), undefined);
    const at = model.indexOf(0, path);
    assert.equal(lines(model)[at], '       size');
    assert.equal(lines(model)[at - 2], '    -[4321]');
    assert.ok(lines(model).includes('    more 100..4300'));
    assert.ok(lines(model).includes('    more 4400..5000'));
    assert.equal(model.node(0, path)?.offset, 28 + 4321 * SIZE + 4);
  });

  it('survives a path that leads nowhere', () => {
    const model = new TreeModel([partOf(2)]);
    assert.equal(model.reveal(0, [7, 1]), undefined);
    assert.equal(model.indexOf(0, [7, 1]), -1);
    assert.equal(model.node(3, [0]), undefined);
    model.insert(0, [9], 0, entries(0, 2));
  });
});
