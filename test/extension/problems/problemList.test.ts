import assert from 'node:assert/strict';
import type { ListedFinding, RuleCount } from '../../../src/analysis/findings/queries';
import { MAX_PROBLEMS, problemList } from '../../../src/extension/problems/problemList';

const finding = (id: number, change: Partial<ListedFinding> = {}): ListedFinding => ({
  id,
  rule: 'illegal-state',
  severity: 'error',
  row: id,
  connection: 0,
  job: 0,
  text: `case ${id}`,
  related: [],
  ...change,
});
const rules = [{ id: 'illegal-state', name: 'Illegal state' }] as RuleCount[];
const all = { disabledRules: [], minimumSeverity: 'note' } as const;

describe('Problems panel', () => {
  it('names rule, message and related messages', () => {
    const [problem] = problemList([finding(4, { related: [1, 2] })], rules, { ...all, disabledRules: [] });
    assert.deepEqual(problem, {
      severity: 'error',
      text: 'Illegal state: case 4',
      rule: 'illegal-state',
      finding: 4,
      line: 4,
      related: [
        { line: 1, text: 'message 2' },
        { line: 2, text: 'message 3' },
      ],
    });
  });

  it('leaves out rules that are off and what is too mild', () => {
    const found = [
      finding(1),
      finding(2, { rule: 'slow-reply', severity: 'warning' }),
      finding(3, { severity: 'note' }),
    ];
    const lines = (disabledRules: string[], minimumSeverity: 'error' | 'warning' | 'note') =>
      problemList(found, rules, { disabledRules, minimumSeverity }).map(({ finding: id }) => id);
    assert.deepEqual(lines([], 'note'), [1, 2, 3]);
    assert.deepEqual(lines([], 'warning'), [1, 2]);
    assert.deepEqual(lines([], 'error'), [1]);
    assert.deepEqual(lines(['illegal-state'], 'note'), [2]);
  });

  it('puts what concerns the whole capture on the first line', () => {
    assert.equal(problemList([finding(0, { row: -1 })], rules, { ...all, disabledRules: [] })[0].line, 0);
  });

  it('keeps the gravest of too many and says how many are left out', () => {
    const mild = Array.from({ length: MAX_PROBLEMS + 9 }, (_, i) => finding(i, { severity: 'note' }));
    const listed = problemList([...mild, finding(9999)], rules, { ...all, disabledRules: [] });
    assert.equal(listed.length, MAX_PROBLEMS + 1);
    assert.equal(listed[0].finding, 9999);
    assert.match(listed.at(-1)!.text, /^10 more findings/);
  });
});
