import assert from 'node:assert/strict';
import { refusal } from '../../../src/dma/connection/failures';

describe('dma connection: errors of servers in words', () => {
  it('speaks of versions in CONNECT_OPEN alone', () => {
    const { message } = refusal('filer1', 'NDMP_DATA_START_BACKUP', 'ILLEGAL_ARGS');
    assert.equal(message, 'filer1 answered NDMP_DATA_START_BACKUP with ILLEGAL_ARGS. An argument is not acceptable.');
  });

  it('names an error that is not described', () => {
    assert.match(refusal('filer1', 'NDMP_DATA_STOP', 'NEW').message, /with NEW\. The error is not described\.$/);
  });
});
