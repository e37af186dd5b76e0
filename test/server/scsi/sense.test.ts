import assert from 'node:assert/strict';
import { describeSense } from '../../../src/protocol';
import { checkCondition, descriptorSense, fixedSense, SENSE, type SenseName } from '../../../src/server/scsi/sense';
import { reportsUnitAttention, UnitAttentions } from '../../../src/server/scsi/unitAttention';

const NAMES = Object.keys(SENSE) as SenseName[];

describe('sense data', () => {
  it('says the same in both formats', () => {
    for (const name of NAMES) {
      const fixed = fixedSense(name, { information: -3, field: { byte: 300, bit: 5, in: 'cdb' } });
      assert.equal(fixed.length, 18);
      assert.equal(fixed[7], 10, 'additional length');
      assert.equal(describeSense(descriptorSense(fixed)), describeSense(fixed), name);
    }
  });

  it('has bits of tapes, the count that was not done, and the field that is wrong', () => {
    const tape = fixedSense('FILEMARK_DETECTED', { filemark: true, incorrectLength: true, information: -1 });
    assert.deepEqual([tape[0], tape[2], ...tape.subarray(3, 7)], [0xf0, 0xa0, 255, 255, 255, 255]);
    const early = fixedSense('END_OF_MEDIUM', { endOfMedium: true });
    assert.deepEqual([early[0], early[2]], [0x70, 0x40]);
    const field = fixedSense('INVALID_FIELD_IN_PARAMETERS', { field: { byte: 258, in: 'parameters' } });
    assert.deepEqual([...field.subarray(15)], [0x80, 1, 2]);
    assert.deepEqual(
      [...descriptorSense(tape).subarray(7)],
      [16, 0, 10, 128, 0, 0, 0, 0, 0, 255, 255, 255, 255, 4, 2, 0, 0xa0],
    );
    assert.deepEqual([...descriptorSense(field).subarray(7)], [8, 2, 6, 0, 0, 0x80, 1, 2, 0]);
  });

  it('comes with CHECK CONDITION', () => {
    const result = checkCondition('SOURCE_EMPTY');
    assert.equal(result.status, 2);
    assert.equal(describeSense(result.sense), 'ILLEGAL REQUEST 3B/0E');
  });
});

describe('unit attention', () => {
  it('is told once to each who was there', () => {
    const attentions = new UnitAttentions();
    attentions.meet(1);
    attentions.meet(2);
    attentions.raise('IMPORT_EXPORT_ACCESSED', 1);
    attentions.meet(3);
    assert.equal(attentions.take(1), undefined);
    assert.equal(attentions.take(2), 'IMPORT_EXPORT_ACCESSED');
    assert.equal(attentions.take(2), undefined);
    assert.equal(attentions.take(3), undefined);
  });

  it('one condition may cover another', () => {
    const attentions = new UnitAttentions();
    attentions.meet(1);
    for (const name of ['IMPORT_EXPORT_ACCESSED', 'MEDIUM_MAY_HAVE_CHANGED', 'IMPORT_EXPORT_ACCESSED'] as const)
      attentions.raise(name);
    assert.equal(attentions.take(1), 'MEDIUM_MAY_HAVE_CHANGED');
    assert.equal(attentions.take(1), undefined);
    attentions.raise('MEDIUM_MAY_HAVE_CHANGED');
    attentions.raise('POWER_ON_OR_RESET');
    attentions.raise('MEDIUM_MAY_HAVE_CHANGED');
    assert.equal(attentions.take(1), 'POWER_ON_OR_RESET');
    assert.equal(attentions.take(1), undefined);
  });

  it('forgets who is gone', () => {
    const attentions = new UnitAttentions();
    attentions.meet(1);
    attentions.raise('POWER_ON_OR_RESET');
    attentions.forget(1);
    assert.equal(describeSense(attentions.takeSense(1)), 'NO SENSE 00/00');
  });

  it('is not told by commands that ask who is there', () => {
    assert.deepEqual([0x12, 0xa0, 0x03, 0x00, 0xb8].map(reportsUnitAttention), [false, false, false, true, true]);
  });
});
