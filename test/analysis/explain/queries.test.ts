import assert from 'node:assert/strict';
import { queryHandlers } from '../../../src/analysis/queries';
import { analysisOf } from '../../support/analysisOf';

describe('analysis: what the views of statistics and explanations ask', () => {
  it('is answered with data that crosses to other threads', function () {
    const analysis = analysisOf('local-v4.pcap');
    if (analysis === undefined) return this.skip();
    const { report } = structuredClone(queryHandlers.explain(analysis, { job: 2 }));
    assert.equal(report?.job.title, 'Local backup of /tmp/export/home4');
    const { breakdown } = structuredClone(queryHandlers.timeBreakdown(analysis, { job: 2 }));
    assert.deepEqual(breakdown, report?.time);
    const { markdown } = queryHandlers.explainMarkdown(analysis, { job: 2, file: 'a*b.pcap' });
    assert.match(markdown, /^# Job 3: Local backup of \/tmp\/export\/home4\n/);
    assert.ok(markdown.includes('Read from a\\*b.pcap'));
    const range = { from: 0, to: 2 };
    const { control, data, progress } = structuredClone(queryHandlers.rates(analysis, { job: 2, range, buckets: 20 }));
    assert.deepEqual(
      control.map(({ values }) => values.length),
      [20, 20, 20, 20],
    );
    // no packets pass between data server and mover of one server; both tell their counts
    assert.deepEqual(data, []);
    assert.deepEqual(
      progress.map(({ by }) => by),
      ['data server', 'mover'],
    );
  });

  it('knows nothing of jobs that there are not', function () {
    const analysis = analysisOf('local-v4.pcap');
    if (analysis === undefined) return this.skip();
    assert.equal(queryHandlers.explain(analysis, { job: 99 }).report, undefined);
    assert.equal(queryHandlers.timeBreakdown(analysis, { job: -1 }).breakdown, undefined);
    assert.equal(queryHandlers.explainMarkdown(analysis, { job: 99, file: 'x' }).markdown, '');
  });

  it('bytes of the control traffic add up to those of the messages', function () {
    const analysis = analysisOf('local-v4.pcap');
    if (analysis === undefined) return this.skip();
    const { total } = queryHandlers.messageStatistics(analysis, {});
    const { control } = queryHandlers.rates(analysis, { range: { from: 0, to: 100 }, buckets: 50 });
    const bytes = control
      .filter(({ unit }) => unit === 'B/s')
      .reduce((sum, { values, width }) => sum + values.reduce((a, b) => a + b * width, 0), 0);
    assert.equal(Math.round(bytes), total.toServer.bytes + total.toDma.bytes);
  });
});
