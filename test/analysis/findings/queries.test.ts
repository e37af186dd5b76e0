import assert from 'node:assert/strict';
import { Analysis } from '../../../src/analysis/analysis';
import { rules } from '../../../src/analysis/findings';
import { queryHandlers } from '../../../src/analysis/queries';
import { openCaptureSync } from '../../../src/indexing/openCaptureSync';

describe('findings: what views ask', () => {
  const session = openCaptureSync('samples/failing-jobs.pcap');
  const analysis = new Analysis(session);
  after(() => session.close());

  it('lists findings with their places and counts them by rule', () => {
    const { findings, total, rules: counted } = queryHandlers.findings(analysis, {});
    assert.equal(findings.length, total);
    assert.deepEqual(
      findings.map(({ id }) => id),
      findings.map((_finding, at) => at),
    );
    assert.equal(counted.length, rules.length);
    const refused = counted.find(({ id }) => id === 'device-refused');
    assert.deepEqual([refused?.findings, refused?.group], [6, 'Devices and other replies']);
    assert.deepEqual(structuredClone({ findings, total, rules: counted }), { findings, total, rules: counted });
  });

  it('leaves out rules that are off, but keeps the places of the others', () => {
    const { findings: all } = queryHandlers.findings(analysis, {});
    const { findings } = queryHandlers.findings(analysis, { disabled: ['device-refused', 'missing-close'] });
    assert.ok(findings.length < all.length);
    for (const finding of findings) assert.deepEqual(finding, all[finding.id]);
  });

  it('marks rows: at a finding, related to one, the gravest first', () => {
    const { marks } = queryHandlers.findingMarks(analysis, { from: 0, to: 30 });
    const brief = marks.map(({ row, severity, related }) => `${row + 1} ${severity}${related ? ' related' : ''}`);
    assert.deepEqual(brief, [
      '4 warning',
      '8 error',
      '9 note',
      '13 warning related',
      '17 error',
      '18 error related',
      '22 warning related',
      '26 error',
      '27 error related',
    ]);
    const none = queryHandlers.findingMarks(analysis, { from: 0, to: 30, disabled: rules.map(({ id }) => id) });
    assert.deepEqual(none.marks, []);
    assert.deepEqual(queryHandlers.findingMarks(analysis, { from: 1e9, to: 2e9 }).marks, []);
  });
});
