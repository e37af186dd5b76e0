import assert from 'node:assert/strict';
import { judge, type Ended } from '../../../src/dma/backup/judge';

const RECORD = 1000;
const ended = (sent: bigint, moved: bigint, more: Partial<Ended> = {}): Ended => ({
  data: { state: 'HALTED', halt: 'SUCCESSFUL', bytes: sent, bytesLeft: undefined, readOffset: 0n, readLength: 0n },
  mover: {
    state: 'HALTED',
    pause: 'NA',
    halt: 'CONNECT_CLOSED',
    recordSize: RECORD,
    records: 0,
    bytesMoved: moved,
    seekPosition: 0n,
    windowOffset: 0n,
    windowLength: 0n,
  },
  relay: undefined,
  recordSize: RECORD,
  errors: 0,
  firstError: undefined,
  ...more,
});

describe('What counts as a backup', () => {
  it('both counts agree, or differ by the padding of the last record: the stream is what the data server sent', () => {
    assert.deepEqual(judge(ended(1500n, 1500n)), { bytes: 1500n, failure: undefined, warnings: [] });
    assert.deepEqual(judge(ended(1500n, 2000n)), { bytes: 1500n, failure: undefined, warnings: [] });
  });

  it('a data server that does not count leaves it to the mover', () => {
    assert.deepEqual(judge(ended(0n, 2000n)), { bytes: 2000n, failure: undefined, warnings: [] });
  });

  it('no bytes at all are no backup, whatever the server says', () => {
    assert.match(judge(ended(0n, 0n)).failure ?? '', /the stream has no bytes/);
  });

  it('counts that do not fit are told, and the bytes on tape count', () => {
    const { bytes, failure, warnings } = judge(ended(1500n, 9000n));
    assert.deepEqual([bytes, failure], [9000n, undefined]);
    assert.match(warnings[0], /1500 bytes.* 9000/);
  });

  it('through this machine its own count is the truth', () => {
    const relay = { how: 'source-closed', bytes: 1500n, digest: 'ab', problem: undefined } as const;
    assert.equal(judge(ended(1400n, 2000n, { relay })).bytes, 1500n);
    assert.match(judge(ended(1500n, 1000n, { relay })).failure ?? '', /Only 1000 of 1500 bytes/);
    const broken = { ...relay, how: 'broken', problem: 'the mover closed' } as const;
    assert.match(judge(ended(1500n, 2000n, { relay: broken })).failure ?? '', /the mover closed/);
  });

  it('errors that the server told of stay with the run', () => {
    assert.match(
      judge(ended(10n, 10n, { errors: 2, firstError: 'cannot read /x' })).warnings[0],
      /2 errors: cannot read/,
    );
  });
});
