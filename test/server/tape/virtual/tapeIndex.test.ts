import assert from 'node:assert/strict';
import fc from 'fast-check';
import { bytesOnTape } from '../../../../src/server/tape/virtual/layout';
import { TapeIndex } from '../../../../src/server/tape/virtual/tapeIndex';

/** The same, kept as a plain list of lengths. */
const model = (objects: readonly number[]) => ({
  bytes: (place: number) => objects.slice(0, place).reduce((sum, length) => sum + bytesOnTape(length), 0),
  marks: (place: number) => objects.slice(0, place).filter((length) => length === 0).length,
  start: (place: number) => objects.slice(0, place).lastIndexOf(0) + 1,
});

const step = fc.oneof(
  fc.record({ length: fc.constantFrom(0, 1, 2, 512, 10240), count: fc.integer({ min: 1, max: 5 }) }),
  fc.record({ cut: fc.double({ min: 0, max: 1, noNaN: true }) }),
);

describe('server: index of a virtual tape', () => {
  it('knows the same as a list of everything that was written', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const index = new TapeIndex();
        const objects: number[] = [];
        for (const each of steps) {
          if ('cut' in each) {
            const place = Math.floor(each.cut * (objects.length + 1));
            index.truncate(place);
            objects.splice(place);
          } else {
            index.append(each.length, each.count);
            for (let i = 0; i < each.count; i++) objects.push(each.length);
          }
        }
        const expected = model(objects);
        assert.equal(index.objects, objects.length);
        assert.equal(index.bytes, expected.bytes(objects.length));
        assert.equal(index.marks, expected.marks(objects.length));
        for (let place = 0; place <= objects.length; place++) {
          assert.equal(index.offsetOf(place), expected.bytes(place));
          assert.equal(index.marksBefore(place), expected.marks(place));
          assert.equal(index.startOfFile(place), expected.start(place));
          assert.equal(index.from(place)?.length, objects[place]);
        }
        for (let mark = 0; mark < index.marks; mark++)
          assert.equal(index.marksBefore((index.placeOfMark(mark) ?? -1) + 1), mark + 1);
        assert.equal(index.placeOfMark(index.marks), undefined);
        assert.equal(index.placeOfMark(-1), undefined);
      }),
    );
  });

  it('holds a terabyte of equal records as one run', () => {
    const index = new TapeIndex();
    for (let i = 0; i < 1000; i++) index.append(65536, 16384);
    assert.equal(index.runs, 1);
    assert.equal(index.from(16_000_000)?.offset, 16_000_000 * (65536 + 8));
  });
});
