import { strict as assert } from 'node:assert';
import fc from 'fast-check';
import { compileFilter, completeFilter, describeFilterError } from '../../../src/analysis/filter';
import { FakeSource } from './fakeSource';
import { story } from './story';

const pieces = fc.constantFrom(
  ...[
    'n',
    'error',
    'body.env.LEVEL',
    'body.**.size',
    'message',
    'latency',
    'src',
    'time',
    'text',
    'ndmp.error',
    'kind',
    'summary',
    'problem',
  ],
  ...['==', '!=', '<', '>=', 'contains', 'matches', 'in', '&', '===', '!=='],
  ...['&&', '||', '!', 'not', '(', ')', '{', '}', ',', '..'],
  ...[
    '5',
    '0x10',
    '"x"',
    '1s',
    '10.0.0.1',
    '::1',
    'DEVICE_BUSY',
    'reply',
    '2026-11-21',
    '12:00:ff',
    '-1',
    '1e3',
    '18446744073709551615',
  ],
);

describe('filter: hostile input', () => {
  it('any text gives a filter or a problem with its place', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.array(pieces, { maxLength: 12 }).map((list) => list.join(' ')),
    );
    fc.assert(
      fc.property(text, (filter) => {
        const result = compileFilter(filter);
        if (result.ok) {
          const test = result.filter.bind(new FakeSource(story));
          story.forEach((_, row) => assert.equal(typeof test(row), 'boolean'));
        } else {
          assert.ok(result.problem.from >= 0 && result.problem.to > result.problem.from);
          assert.match(describeFilterError(result.problem), /\^/);
        }
        assert.ok(completeFilter(filter, filter.length).items.length >= 0);
      }),
      { numRuns: 2000 },
    );
  });

  it('a filter and its opposite divide the messages between them', () => {
    const comparison = fc
      .tuple(
        fc.constantFrom('n', 'body.env.LEVEL', 'ndmp.error', 'latency', 'body.**.size', 'frame'),
        fc.constantFrom('==', '!=', '<', '>=', '==='),
        fc.integer({ min: 0, max: 12 }),
      )
      .map(([field, operator, value]) => `${field} ${operator} ${value}`);
    const filter = fc
      .array(comparison, { minLength: 1, maxLength: 4 })
      .chain((list) => fc.constantFrom(list.join(' && '), list.join(' || '), `(${list.join(' && ')}) || ${list[0]}`));
    fc.assert(
      fc.property(filter, (text) => {
        const source = new FakeSource(story);
        const [yes, no] = [text, `!(${text})`].map((each) => {
          const result = compileFilter(each);
          assert.ok(result.ok);
          return result.filter.bind(source);
        });
        story.forEach((_, row) => assert.notEqual(yes(row), no(row)));
      }),
      { numRuns: 500 },
    );
  });

  it('does not hang on texts made to hang regular expressions', () => {
    const body = { name: 'a'.repeat(100_000), recovery_status: 0 };
    const source = new FakeSource([{ message: 'LOG_FILE', kind: 'post', body }]);
    const started = Date.now();
    for (const pattern of ['^(a|b|ab)*c', '(a+)+b', 'a*a*a*a*b', '(.*)(.*)(.*)x']) {
      const result = compileFilter(`body.name matches "${pattern}"`);
      assert.ok(result.ok);
      assert.equal(result.filter.bind(source)(0), false);
    }
    assert.ok(Date.now() - started < 5000);
  });
});
