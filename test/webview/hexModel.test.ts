import assert from 'node:assert/strict';
import fc from 'fast-check';
import { asciiOf, HexModel } from '../../webview/detail/hexModel';

describe('hex lines', () => {
  it('puts payloads below each other with titles', () => {
    const model = new HexModel([20, 5], 16);
    const lines = Array.from({ length: model.lineCount }, (_, index) => model.line(index));
    assert.deepEqual(lines, [
      { kind: 'title', part: 0 },
      { kind: 'bytes', part: 0, offset: 0, length: 16 },
      { kind: 'bytes', part: 0, offset: 16, length: 4 },
      { kind: 'space' },
      { kind: 'title', part: 1 },
      { kind: 'bytes', part: 1, offset: 0, length: 5 },
    ]);
  });

  it('finds the line of every byte', () => {
    const size = fc.integer({ min: 0, max: 5_000_000 });
    fc.assert(
      fc.property(size, fc.integer({ min: 1, max: 5_000_000 }), fc.constantFrom(8, 16), fc.nat(), (a, b, width, at) => {
        const model = new HexModel([a, b], width);
        const offset = at % b;
        const line = model.line(model.lineOf(1, offset));
        assert.ok(line.kind === 'bytes' && line.part === 1);
        assert.ok(line.offset <= offset && offset < line.offset + line.length);
      }),
    );
  });

  it('moves the caret within a payload and into the next', () => {
    const model = new HexModel([20, 5], 16);
    assert.deepEqual(model.move(0, 3, 16), { part: 0, offset: 19 });
    assert.deepEqual(model.move(0, 19, 1), { part: 1, offset: 0 });
    assert.deepEqual(model.move(1, 0, -1), { part: 0, offset: 19 });
    assert.deepEqual(model.move(0, 0, -1), { part: 0, offset: 0 });
    assert.deepEqual(model.move(1, 4, 16), { part: 1, offset: 4 });
  });

  it('gives offsets as many digits as the longest payload needs', () => {
    assert.equal(new HexModel([20], 16).offsetDigits, 4);
    assert.equal(new HexModel([20, 3_000_000], 16).offsetDigits, 6);
  });

  it('shows only printable ASCII as text', () => {
    assert.deepEqual([0x41, 0x20, 0x7e, 0x7f, 0x0a, 0xff].map(asciiOf), ['A', ' ', '~', '·', '·', '·']);
  });
});
