import assert from 'node:assert/strict';
import { messagesToPcapng } from '../../src/export/pcapng/messages';
import { indexed } from '../support/indexed';
import { allCaptures, assertKept, joined, withSession } from './support';

describe('export as pcapng', () => {
  for (const [name, path] of allCaptures()) {
    it(`${name} holds the same messages`, () => {
      withSession(path, (session) => {
        const bytes = joined(messagesToPcapng(session));
        const again = indexed(bytes);
        assertKept(again, session);
        assert.equal(
          again.index.connections.length,
          session.index.connections.filter((each) => each.messages > 0).length,
        );
        for (let row = 0; row < session.index.count; row++) {
          const { payload, missing } = session.record(row);
          if (missing.length === 0)
            assert.deepEqual(Buffer.from(again.record(row).payload), Buffer.from(payload), `row ${row}`);
        }
      });
    });
  }
});
