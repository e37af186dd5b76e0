import assert from 'node:assert/strict';
import { secondsAfterSilence, secondsFor } from '../../../src/dma/connection/timeLimits';

describe('Time limits of requests', () => {
  it('are long for what waits for a device', () => {
    assert.equal(secondsFor('NDMP_DATA_GET_STATE'), 60);
    assert.equal(secondsFor('NDMP_TAPE_MTIO'), 1200);
  });

  it('get shorter and shorter while a server stays silent', () => {
    let silence = secondsFor('NDMP_DATA_GET_STATE');
    const waited = ['NDMP_DATA_ABORT', 'NDMP_MOVER_ABORT', 'NDMP_TAPE_MTIO', 'NDMP_TAPE_CLOSE'].map((name) => {
      silence = secondsAfterSilence(secondsFor(name), silence);
      return silence;
    });
    assert.deepEqual(waited, [30, 20, 20, 20]);
  });

  it('never get longer by it', () => {
    assert.equal(secondsAfterSilence(10, 60), 10);
  });
});
