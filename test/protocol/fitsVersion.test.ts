import assert from 'node:assert/strict';
import { decodeMessage, fitsVersion, type MessageContext } from '../../src/protocol';
import { openCaptureSync } from '../../src/indexing/openCaptureSync';

describe('fitsVersion', () => {
  it('agrees with the decoder on real messages: what fits has no trouble with its layout', () => {
    const session = openCaptureSync('samples/backup-and-restore-local.pcap');
    const { index } = session;
    for (let row = 0; row < index.count; row++) {
      const { payload } = session.record(row);
      const context = session.context(row);
      assert.equal(fitsVersion(payload, context), decodeMessage(payload, context).problems.length === 0, `row ${row}`);
      const cut = payload.subarray(0, payload.length - 4);
      if (cut.length > 24) assert.equal(fitsVersion(cut, context), false, `row ${row} without its end`);
    }
    session.close();
  });

  it('a reply with an error in its header ends with it', () => {
    const context: MessageContext = { code: 0x400, kind: 'reply', version: 4, headerError: 4 };
    assert.equal(fitsVersion(new Uint8Array(24), context), true);
    assert.equal(fitsVersion(new Uint8Array(28), context), false);
    assert.equal(fitsVersion(new Uint8Array(5), context), false);
  });

  it('nothing fits a message that nobody defines', () => {
    assert.equal(fitsVersion(new Uint8Array(24), { code: 0xdead, kind: 'request', version: 4, headerError: 0 }), false);
  });
});
