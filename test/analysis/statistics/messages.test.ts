import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { countMessages } from '../../../src/analysis/statistics';
import { findCapture } from '../../support/captures';
import { analysisOf } from '../../support/analysisOf';

const everything = (): boolean => true;

describe('analysis/statistics: messages', () => {
  for (const name of ['local-v4', 'job-failures', 'fh-single-entries', 'multitape-v2', 'threeway-v3']) {
    it(`${name}: as many of each message and direction as tshark counts`, function () {
      const analysis = analysisOf(`${name}.pcap`);
      const golden = findCapture(`golden/${name}.tsv`);
      if (analysis === undefined || golden === undefined) return this.skip();
      const expected = new Map<number, [number, number]>();
      const bytes = readFileSync(golden);
      const text = (golden.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString('utf8');
      for (const line of text.trim().split('\n').slice(1)) {
        const [, , , , port, , , , , , code] = line.split('\t');
        // what tshark calls malformed is a row of its own, without a code
        if (code === '') continue;
        const counts = expected.get(Number(code)) ?? [0, 0];
        counts[port === '10000' ? 1 : 0]++;
        expected.set(Number(code), counts);
      }
      const { messages, total } = countMessages(analysis.source, everything);
      for (const { code, message, toServer, toDma } of messages)
        assert.deepEqual([toServer.messages, toDma.messages], expected.get(code), message);
      assert.equal(messages.length, expected.size);
      assert.equal(total.messages, analysis.source.index.count);
    });
  }

  it('reply times of local-v4 as read from the capture', function () {
    const analysis = analysisOf('local-v4.pcap');
    if (analysis === undefined) return this.skip();
    const { messages } = countMessages(analysis.source, everything);
    // the one MOVER_CLOSE was answered after a second, when the formatter had ended: messages 188 and 190
    const close = messages.find(({ message }) => message === 'NDMP_MOVER_CLOSE');
    assert.deepEqual([close?.requests, close?.replies, close?.times?.count], [3, 3, 3]);
    assert.equal(close?.times?.slowestRow, 189);
    assert.ok(Math.abs((close?.times?.most ?? 0) - 0.998) < 0.001);
  });

  it('counts over a stretch of time', function () {
    const analysis = analysisOf('local-v4.pcap');
    if (analysis === undefined) return this.skip();
    const { total } = countMessages(analysis.source, everything, { from: 0, to: 0 });
    assert.equal(total.messages, 1);
  });
});
