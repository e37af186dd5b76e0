import assert from 'node:assert/strict';
import { describeCdb, describeSense, scsiStatusText } from '../../src/protocol';
import { fromHex } from '../support/hex';

describe('SCSI commands', () => {
  for (const [hex, text] of [
    ['000000000000', 'TEST UNIT READY'],
    ['12000000ff00', 'INQUIRY'],
    ['12018000ff00', 'INQUIRY page 0x80'],
    ['1a081d00ff00', 'MODE SENSE(6) page 0x1d'],
    ['1e0000000100', 'PREVENT ALLOW MEDIUM REMOVAL prevent'],
    ['a50000000080040000000000', 'MOVE MEDIUM 128 → 1024'],
    ['a60000000080040004010000', 'EXCHANGE MEDIUM 128 → 1024 → 1025'],
    ['b81204000064010000ff0000', 'READ ELEMENT STATUS storage from 1024'],
    ['2b000000008000000000', 'POSITION TO ELEMENT or LOCATE'],
    ['a5', 'MOVE MEDIUM'],
    ['c0', 'SCSI command 0xc0'],
  ] as const) {
    it(text, () => assert.equal(describeCdb(fromHex(hex)), text));
  }

  it('may be empty', () => assert.equal(describeCdb(new Uint8Array(0)), undefined));

  it('end with a status', () => {
    assert.equal(scsiStatusText(0), 'GOOD');
    assert.equal(scsiStatusText(2), 'CHECK CONDITION');
    assert.equal(scsiStatusText(0x40), 'status 0x40');
  });

  it('and sense data', () => {
    assert.equal(describeSense(fromHex('70000500 0000000a 00000000 2101 00000000')), 'ILLEGAL REQUEST 21/01');
    assert.equal(describeSense(fromHex('7000')), undefined);
    assert.equal(describeSense(fromHex('72052101 00000000')), 'ILLEGAL REQUEST 21/01');
    assert.equal(describeSense(fromHex('720521')), undefined);
  });
});
