import assert from 'node:assert/strict';
import { decodeHeader, encodeMessage } from '../../src/protocol';
import { allCaptures } from './lib/collection';
import { decodedRows } from './lib/messages';

describe('golden: encoding what was decoded gives the same bytes', () => {
  for (const capture of allCaptures()) {
    it(capture.name, () => {
      for (const { row, payload, context, decoded } of decodedRows(capture)) {
        if (row.problems.length > 0 || decoded.problems.length > 0) continue;
        const header = decodeHeader(payload);
        assert.ok(header, `message ${row.row + 1} has a header`);
        const again = encodeMessage(header, decoded.value, context, decoded.trailing);
        if (!Buffer.from(again).equals(payload)) {
          assert.equal(
            Buffer.from(again).toString('hex'),
            Buffer.from(payload).toString('hex'),
            `message ${row.row + 1}`,
          );
        }
      }
    });
  }
});
