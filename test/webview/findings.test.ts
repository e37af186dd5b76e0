import assert from 'node:assert/strict';
import { Analysis } from '../../src/analysis/analysis';
import { queryHandlers } from '../../src/analysis/queries';
import { openCaptureSync } from '../../src/indexing/openCaptureSync';
import { linesOf, type Wanted } from '../../webview/views/findings/listing';

describe('the list of findings', () => {
  const session = openCaptureSync('samples/failing-jobs.pcap');
  const analysis = new Analysis(session);
  after(() => session.close());
  const { findings, rules } = queryHandlers.findings(analysis, {});
  const byId = new Map(rules.map((rule) => [rule.id, rule]));

  const list = (wanted: Partial<Wanted>): string[] =>
    linesOf(findings, byId, analysis.jobs, {
      grouping: 'severity',
      minimum: 'note',
      text: '',
      collapsed: new Set(),
      ...wanted,
    }).map((line) =>
      line.kind === 'group' ? `${line.title} (${line.count})` : `  ${line.finding.row + 1} ${line.finding.rule}`,
    );

  it('by severity, the gravest first', () => {
    const lines = list({});
    assert.deepEqual(
      lines.filter((line) => !line.startsWith(' ')),
      ['Errors (10)', 'Warnings (9)', 'Notes (4)'],
    );
    assert.equal(lines[1], '  8 device-refused');
    assert.equal(lines.length, findings.length + 3);
  });

  it('without what is mild, and with headings closed', () => {
    assert.deepEqual(list({ minimum: 'error', collapsed: new Set(['error']) }), ['Errors (10)']);
  });

  it('by rule, rules with errors first', () => {
    const [first] = list({ grouping: 'rule' });
    assert.equal(first, 'Device could not be opened (6)');
  });

  it('by job, in the order of jobs, and in order', () => {
    const heads = list({ grouping: 'job' }).filter((line) => !line.startsWith(' '));
    assert.match(heads[0], /^Job 1: /);
    assert.deepEqual(
      list({ grouping: 'none' }),
      findings.map(({ row, rule }) => `  ${row + 1} ${rule}`),
    );
  });

  it('filtered by words of the text, the rule and the number', () => {
    assert.deepEqual(list({ text: 'busy TAPE_OPEN', grouping: 'none' }), [
      '  26 device-refused',
      '  470 device-refused',
    ]);
    assert.deepEqual(list({ text: '541', grouping: 'none' }), ['  541 operation-refused']);
    assert.deepEqual(list({ text: '<b>nothing</b>' }), []);
  });
});
