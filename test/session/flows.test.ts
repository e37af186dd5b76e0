import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { findCapture } from '../support/captures';
import { indexed } from '../support/indexed';

/** The flows of a capture; undefined where the collection is not beside the checkout. */
function flowsOf(name: string) {
  const path = findCapture(name);
  if (path === undefined) return undefined;
  const bytes = readFileSync(path);
  return indexed(path.endsWith('.gz') ? gunzipSync(bytes) : bytes).info.flows;
}

describe('TCP connections of a capture', () => {
  it('are counted to the byte, NDMP or not', function () {
    const flows = flowsOf('threeway-v4.pcap');
    if (flows === undefined) return this.skip();
    assert.equal(flows.length, 12);
    assert.deepEqual(
      flows.map(({ connection }) => connection),
      [0, 1, undefined, 2, 3, undefined, 4, 5, undefined, 6, 7, undefined],
    );
    // 23 records of 10240 bytes; the restores read what the backup wrote
    assert.deepEqual(
      flows.filter(({ connection }) => connection === undefined).map(({ bytes }) => bytes),
      [
        [235520, 0],
        [0, 122880],
        [0, 235520],
        [0, 30720],
      ],
    );
    const [backup] = flows.filter(({ connection }) => connection === undefined);
    assert.deepEqual(
      [backup.client.address, backup.server.address, backup.server.port],
      ['127.0.0.2', '127.0.0.3', 39011],
    );
    assert.equal(
      backup.rate.toServer.reduce((sum, bytes) => sum + bytes, 0),
      235520,
    );
    assert.deepEqual([...new Set(flows.map(({ ended }) => ended))], ['fin']);
  });

  it('tell bytes sent again', function () {
    const flows = flowsOf('loss-after-capture.pcap');
    if (flows === undefined) return this.skip();
    const repeated = flows.map((flow) => flow.repeated[0] + flow.repeated[1]);
    assert.deepEqual(repeated, [1612, 132, 8192, 0, 176, 10136]);
  });

  it('tell a closed window', function () {
    const flows = flowsOf('threeway-v4.pcap');
    if (flows === undefined) return this.skip();
    const [closed] = flows.flatMap(({ zeroWindows }) => zeroWindows);
    assert.deepEqual([closed.side, closed.frame], ['client', 514]); // as tshark says
    assert.ok(closed.to === undefined || closed.to >= closed.from);
  });
});
