import assert from 'node:assert/strict';
import { readPaxRecords } from '../../../../src/server/archive/read/paxRecords';

describe('server: pax records', () => {
  it('are so many and no more, whatever the length of the header', () => {
    const { records, broken } = readPaxRecords(Buffer.from('6 a=b\n'.repeat(300_000)));
    assert.deepEqual([records.length, broken], [200_000, true]);
  });

  it('end where they cannot be understood', () => {
    const { records, broken } = readPaxRecords(Buffer.from('6 a=b\n7 c=de\nx'));
    assert.deepEqual([records.map(({ key }) => key), broken], [['a', 'c'], true]);
  });
});
