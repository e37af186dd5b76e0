import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  comparePaths,
  fromByteString,
  joinRaw,
  sortedHas,
  toByteString,
} from '../../../../src/server/archive/walk/rawName';
import { matchesGlob } from '../../../../src/server/archive/walk/glob';
import { selectionOf } from '../../../../src/server/archive/walk/selection';

const rawName = fc
  .array(fc.integer({ min: 1, max: 255 }), { minLength: 1, maxLength: 20 })
  .map((bytes) => Buffer.from(bytes).toString('latin1').replaceAll('/', '_'));

describe('server: names in a walk', () => {
  it('keep their bytes on the way to the wire and back', () => {
    fc.assert(fc.property(rawName, (name) => fromByteString(toByteString(name)) === name));
  });

  it('are ordered as a walk meets them: a directory, what is in it, then its neighbours', () => {
    const walked = ['', 'a', 'a/b', 'a/b/c', 'a/c', 'a b', 'a-b', 'a.', 'b', '\xff'];
    assert.deepEqual([...walked].reverse().sort(comparePaths), walked);
    fc.assert(
      fc.property(fc.array(rawName), fc.array(rawName), (one, two) => {
        const order = compareLists(one, two);
        assert.equal(Math.sign(comparePaths(one.reduce(joinRaw, ''), two.reduce(joinRaw, ''))), order);
      }),
    );
  });

  it('are found in sorted lists', () => {
    fc.assert(
      fc.property(fc.uniqueArray(rawName), rawName, (names, name) => {
        names.sort();
        assert.equal(sortedHas(names, name), names.includes(name));
        assert.ok(names.every((each) => sortedHas(names, each)));
      }),
    );
  });
});

function compareLists(one: string[], two: string[]): number {
  for (let i = 0; i < Math.min(one.length, two.length); i++) {
    if (one[i] !== two[i]) return one[i] < two[i] ? -1 : 1;
  }
  return Math.sign(one.length - two.length);
}

describe('server: patterns of names', () => {
  for (const [pattern, yes, no] of [
    ['*.o', ['a.o', '.o', 'a.b.o'], ['a.c', 'o']],
    ['a*b*c', ['abc', 'a-b-c', 'abbcc'], ['ab', 'acb']],
    ['?', ['a', '\xff'], ['', 'ab']],
    ['[a-c]x', ['ax', 'cx'], ['dx', 'x', '[a-c]x']],
    ['[!a-c]', ['d', '-'], ['a', 'b']],
    ['[]x]', [']', 'x'], ['[']],
    ['[a', ['[a'], ['a']],
    ['\\*', ['*'], ['a', '\\*']],
    ['*', ['', 'anything', '...'], []],
  ] as const) {
    it(pattern, () => {
      for (const name of yes) assert.ok(matchesGlob(pattern, name), name);
      for (const name of no) assert.ok(!matchesGlob(pattern, name), name);
    });
  }

  it('take no time to speak of, however they are made', () => {
    const begin = performance.now();
    assert.ok(!matchesGlob('*a'.repeat(100) + 'b', 'a'.repeat(255)));
    assert.ok(performance.now() - begin < 1000);
    fc.assert(
      fc.property(fc.string(), fc.string(), (pattern, name) => typeof matchesGlob(pattern, name) === 'boolean'),
    );
  });

  it('that name themselves match', () => {
    fc.assert(fc.property(rawName, (name) => matchesGlob(name.replace(/[*?[\\]/g, '\\$&'), name)));
  });
});

describe('server: what of a tree is backed up', () => {
  const isSelected = (exclude: string, files: string, path: string) =>
    path
      .split('/')
      .reduce<ReturnType<typeof selectionOf> | undefined>(
        (at, name) => at?.enter(name),
        selectionOf(exclude, files),
      ) !== undefined;

  it('is everything by default, without any work', () => {
    const selection = selectionOf(' , ', '\n');
    assert.ok(selection.everything);
    assert.equal(selection.enter('x'), selection);
  });

  it('is what FILES names, the directories on the way, and all below', () => {
    for (const [path, expected] of [
      ['a', true],
      ['a/b', true],
      ['a/b/c/d', true],
      ['a/x', false],
      ['z', false],
      ['m1', true],
      ['mm', false],
    ] as const)
      assert.equal(isSelected('', '/a/b/,m[0-9]', path), expected, path);
  });

  it('is never what EXCLUDE names', () => {
    for (const [path, expected] of [
      ['cache', false],
      ['a/cache', false],
      ['tmp', false],
      ['a/tmp', true],
      ['home/u/x', false],
      ['home/u', true],
      ['home/u/y', true],
    ] as const)
      assert.equal(isSelected('cache,/tmp,home/*/x', '', path), expected, path);
  });
});
