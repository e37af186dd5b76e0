import assert from 'node:assert/strict';
import { join } from 'node:path';
import { isUnanswered } from '../../../src/extension/editor/rows';
import { openCaptureSync } from '../../../src/indexing';

const CONNECT_CLOSE = 0x902;

describe('requests without a reply', () => {
  const session = openCaptureSync(join(__dirname, '../../../samples/cab-cluster-aware-backup.pcapng'));
  after(() => session.close());

  it('a session that was closed in order has none: the request that closes it gets no reply', () => {
    const { index } = session;
    const rows = Array.from({ length: index.count }, (_, row) => row);
    assert.ok(rows.some((row) => index.code(row) === CONNECT_CLOSE));
    const model = { index } as Parameters<typeof isUnanswered>[0]['model'];
    assert.deepEqual(
      rows.filter((row) => isUnanswered({ model, finished: true }, row)),
      [],
    );
  });
});
