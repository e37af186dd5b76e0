import assert from 'node:assert/strict';
import fc from 'fast-check';
import { searchTree } from '../../../src/analysis/history';
import { sortedChildren } from '../../../src/analysis/history/order';
import { namePattern } from '../../../src/analysis/history/pattern';
import { pathOfLink } from '../../../src/analysis/history/paths';
import { csvField, csvLines } from '../../../src/analysis/history/csv';
import { byPath, Played } from './support';

const FOLDER = 0;
const tree = () =>
  new Played()
    .add(
      'file',
      byPath('/docs/Report.txt', 10),
      byPath('/docs/old/report-2.TXT', 20),
      byPath('/docs/old/notes', 5),
      byPath('/src/a.c', 1),
      byPath('/src/ä.c', 3),
      byPath('/empty', 4, FOLDER),
    )
    .tree();

function find(pattern: string, matchCase = false): string[] {
  const files = tree();
  return [...searchTree(files, pattern, matchCase).links].map((link) => pathOfLink(files, link)).sort();
}

describe('searching files', () => {
  it('finds a part of a name, or of a path where there is a separator in it', () => {
    assert.deepEqual(find('report'), ['/docs/Report.txt', '/docs/old/report-2.TXT']);
    assert.deepEqual(find('report', true), ['/docs/old/report-2.TXT']);
    assert.deepEqual(find('Ä'), ['/src/ä.c']);
    assert.deepEqual(find('old/n'), ['/docs/old/notes']);
    assert.deepEqual(find('nothing'), []);
    assert.deepEqual(find(''), []);
  });

  it('knows wildcards', () => {
    assert.deepEqual(find('*.c'), ['/src/a.c', '/src/ä.c']);
    assert.deepEqual(find('?.c'), ['/src/a.c', '/src/ä.c']);
    assert.deepEqual(find('/docs/*'), ['/docs/Report.txt', '/docs/old']);
    assert.deepEqual(find('/docs/**'), ['/docs/Report.txt', '/docs/old', '/docs/old/notes', '/docs/old/report-2.TXT']);
    assert.deepEqual(find('**/r*.txt'), ['/docs/Report.txt', '/docs/old/report-2.TXT']);
    assert.deepEqual(find('/**/n*'), ['/docs/old/notes']);
  });

  it('compares patterns as a regular expression would', () => {
    const part = fc.constantFrom('a', 'b', '/', '*', '**', '?', '.');
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 8 }),
        fc.string({ unit: fc.constantFrom('a', 'b', '/', '.'), maxLength: 10 }),
        (parts, text) => {
          const pattern = parts.join('');
          fc.pre(/[*?]/.test(pattern));
          const source = pattern.replace(/\*{2,}|\*|\?|[^*?]/g, (token) =>
            token === '*'
              ? '[^/]*'
              : token === '?'
                ? '[^/]'
                : token.startsWith('**')
                  ? '.*'
                  : token === '.'
                    ? '\\.'
                    : token,
          );
          assert.equal(
            namePattern(pattern, true).matches(text),
            new RegExp(`^${source}$`, 's').test(text),
            `${pattern} on ${text}`,
          );
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('gives up in the end', () => {
    const pattern = namePattern('**a**a**a**a**a**a*a*a*a*ab', true);
    assert.equal(pattern.matches('a'.repeat(100_000)), false);
    assert.ok(pattern.work < 1e8);
  });
});

describe('order of files', () => {
  it('has directories first', () => {
    const files = tree();
    const names = (sort: 'name' | 'size' | 'time' | 'told', descending = false): string[] =>
      [...sortedChildren(files, files.root, sort, descending)].map((link) => files.name(link));
    assert.deepEqual(names('told'), ['docs', 'src', 'empty']);
    assert.deepEqual(names('name'), ['docs', 'empty', 'src']);
    assert.deepEqual(names('name', true), ['src', 'empty', 'docs']);
    assert.deepEqual(names('size', true), ['docs', 'src', 'empty']);
    const docs = files.objectOf(files.children(files.root)[0]);
    assert.deepEqual(
      [...sortedChildren(files, docs, 'size', true)].map((link) => files.name(link)),
      ['old', 'Report.txt'],
    );
  });
});

describe('files as CSV', () => {
  it('is RFC 4180, and no spreadsheet takes a name for a formula', () => {
    assert.equal(csvField('plain'), 'plain');
    assert.equal(csvField('a,b'), '"a,b"');
    assert.equal(csvField('say "hi"'), '"say ""hi"""');
    for (const start of ['=', '+', '-', '@', '\t', '\r']) assert.match(csvField(`${start}cmd|' /C calc'!A0`), /^"?'/);
  });

  it('has a line a file, with control characters made visible', () => {
    const files = new Played().add('file', byPath('/a\n=b,"c"', 7), byPath('/\u202etxt.exe', 8)).tree();
    const [head, first, second] = [...csvLines(files)];
    assert.equal(head.split(',').length, first.replace(/"[^"]*(?:""[^"]*)*"/, '').split(',').length);
    assert.equal(first, '"/a\\x0a=b,""c""",file,7,1970-01-01 00:16:47,0644,7,8,7,3584,1,1');
    assert.match(second, /^\/\\u\{202e\}txt\.exe,/);
  });
});
