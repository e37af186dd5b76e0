import assert from 'node:assert/strict';
import fc from 'fast-check';
import { summarize } from '../../src/analysis/summary';
import { decodeEnds, decodeMessage, encodeMessage, type BodyValue, type MessageContext } from '../../src/protocol';

const context: MessageContext = { code: 0x703, kind: 'post', version: 4, headerError: 0 };
const header = { sequence: 1, timeStamp: 0, messageType: 0, code: 0x703, replySequence: 0, error: 0 };

function historyOf(names: readonly string[]): Uint8Array {
  const files: BodyValue[] = names.map((name) => ({
    names: [{ fs_type: 0, unix_name: name }],
    stats: [],
    node: 1n,
    fh_info: 2n,
  }));
  return encodeMessage(header, { files }, context);
}

describe('the ends of long arrays', () => {
  it('are what a full reading has there, with holes between them', () => {
    const names = Array.from({ length: 1000 }, (_, i) => `/file-${i}`);
    const payload = historyOf(names);
    const { files } = decodeEnds(payload, context) as { files: BodyValue[] };
    const all = decodeMessage(payload, context).value.files as BodyValue[];
    assert.equal(files.length, 1000);
    assert.deepEqual([files[0], files[999]], [all[0], all[999]]);
    assert.deepEqual(Object.keys(files), ['0', '999']);
    assert.equal(summarize({ files }, context), '1 000 entries, /file-0 … /file-999');
  });

  it('give the summary of the whole, also of bodies that are cut anywhere', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { maxLength: 20 }), fc.nat(2000), (names, cut) => {
        const payload = historyOf(names).subarray(0, 24 + cut);
        const summary = summarize(decodeEnds(payload, context), context);
        // of a body that is cut among the elements that were passed over, the last names differ
        if (cut >= payload.length) assert.equal(summary, summarize(decodeMessage(payload, context).value, context));
        assert.ok(summary.length <= 200);
      }),
    );
  });
});
