import { strict as assert } from 'node:assert';
import { jsonLine } from '../../src/cli/output/jsonl';
import { Grid } from '../../src/cli/output/grid';
import { tsvValue } from '../../src/cli/output/tsv';
import { byteSize, cellWidth, counted, fit, grouped, padEnd, span, utcText } from '../../src/cli/terminal/text';

describe('text for terminals', () => {
  it('measures cells, not characters', () => {
    assert.equal(cellWidth('abc'), 3);
    assert.equal(cellWidth('日本'), 4);
    assert.equal(cellWidth('e\u0301'), 1);
    assert.equal(cellWidth('💾'), 2);
    assert.equal(padEnd('日本', 6), '日本  ');
  });

  it('cuts to cells', () => {
    assert.equal(fit('abcdef', 6), 'abcdef');
    assert.equal(fit('abcdefg', 6), 'abcde…');
    assert.equal(fit('日本語', 4), '日…');
    assert.equal(fit('ab', 0), '');
  });

  it('writes numbers, sizes and spans', () => {
    assert.deepEqual([0, 999, 1000, 1234567].map(grouped), ['0', '999', '1 000', '1 234 567']);
    assert.deepEqual([counted(1, 'message'), counted(2, 'message')], ['1 message', '2 messages']);
    assert.deepEqual([0, 999, 1000, 123_456, 5e9].map(byteSize), ['0 B', '999 B', '1.0 kB', '123 kB', '5.0 GB']);
    assert.deepEqual([0.000086, 0.0123, 0.5, 4.214, 75, 7509, -0.5].map(span), [
      '86 µs',
      '12.3 ms',
      '500 ms',
      '4.21 s',
      '1:15 min',
      '2:05:09 h',
      '-500 ms',
    ]);
    assert.equal(utcText(1795239246, 457_192_000), '2026-11-21 05:34:06.457192');
  });

  it('escapes values of tab-separated lines without loss', () => {
    assert.equal(tsvValue('plain é 日本'), 'plain é 日本');
    assert.equal(tsvValue('a\tb\nc\rd\\e'), 'a\\tb\\nc\\rd\\\\e');
    assert.equal(tsvValue('\x1b[31m\udce9\u202e'), '\\x1b[31m\\xe9\\u{202e}');
  });

  it('escapes JSON so that it reads back the same', () => {
    const value = { name: '\x1b\x7f\x9b\u202e\u2028\u{e0001}é\t' };
    const line = jsonLine(value);
    assert.match(line, /^[\x20-\x7eé]*$/);
    assert.deepEqual(JSON.parse(line), value);
  });

  it('lines columns up, grows them, and leaves spare ones out where there is no room', () => {
    const columns = [
      { title: 'n', align: 'right' as const, width: 3 },
      { title: 'kind', align: 'left' as const, width: 6, spare: 1 },
      { title: 'info', align: 'left' as const, width: 24 },
    ];
    const cells = (...texts: string[]) => texts.map((text) => ({ text }));
    const wide = new Grid(columns, undefined);
    assert.equal(wide.head(), '  n  kind    info');
    assert.equal(wide.row(cells('12345', 'reply', 'x'.repeat(50))), `12345  reply   ${'x'.repeat(50)}`);
    assert.equal(wide.row(cells('1', 'reply', 'x')), '    1  reply   x');
    const narrow = new Grid(columns, 30);
    assert.equal(narrow.row(cells('1', 'reply', 'x'.repeat(50))), `  1  ${'x'.repeat(24)}…`);
  });

  it('leaves out no more than it has to when the last column goes', () => {
    const columns = [
      { title: 'set', align: 'left' as const, width: 10 },
      { title: 'job', align: 'left' as const, width: 10, spare: 1 },
      { title: 'size', align: 'right' as const, width: 6 },
      { title: 'kept', align: 'left' as const, width: 20, spare: 2 },
    ];
    assert.match(new Grid(columns, 32).head(), /^set +job +size$/);
  });
});
