import assert from 'node:assert/strict';
import { OperationLog } from '../../../src/server/data/logPosts';
import { fakeSession } from '../../support/fakeSession';

describe('data server: log posts', () => {
  it('are so many and no more, and tell how the operation ended in any case', () => {
    const session = fakeSession();
    const log = new OperationLog(session);
    for (let n = 0; n < 10_005; n++) log.message({ type: 'warning', text: `file ${n}` });
    log.close({ type: 'normal', text: 'The end.' });
    const entries = session.posted('NDMP_LOG_MESSAGE').map(({ entry }) => entry);
    assert.equal(entries.length, 10_002);
    assert.deepEqual(entries.slice(-3), ['file 9999', '5 more messages of this operation were left out.', 'The end.']);
  });

  it('say nothing at the end where there is nothing to say', () => {
    const session = fakeSession();
    new OperationLog(session).close();
    assert.deepEqual(session.posts, []);
  });
});
