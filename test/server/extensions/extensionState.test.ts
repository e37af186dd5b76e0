import assert from 'node:assert/strict';
import { ErrorCode } from '../../../src/protocol';
import { ExtensionState } from '../../../src/server/extensions/extensionState';

const offered = [
  { classId: 0x2050, versions: [3] },
  { classId: 0x2052, versions: [1, 2] },
];
const cab = { classId: 0x2052, version: 1 };
const failsWith = (error: keyof typeof ErrorCode, action: () => void): void =>
  assert.throws(action, { error: ErrorCode[error] });

describe('server: the agreement on extensions (NDMPv4 draft, section 3.2.9)', () => {
  const asked = (): ExtensionState => {
    const state = new ExtensionState();
    state.ask();
    return state;
  };

  it('is asked for before it is made', () => {
    failsWith('PRECONDITION', () => new ExtensionState().select([cab], offered));
  });

  it('names classes and versions that are offered, each class once', () => {
    const state = asked();
    failsWith('CLASS_NOT_SUPPORTED', () => state.select([{ classId: 0x2051, version: 1 }], offered));
    failsWith('VERSION_NOT_SUPPORTED', () => state.select([{ classId: 0x2050, version: 1 }], offered));
    failsWith('EXT_DUPL_CLASSES', () => state.select([cab, { ...cab, version: 2 }], offered));
    assert.equal(state.has(0x2052), false);
  });

  it('may be made after one that failed, and once only', () => {
    const state = asked();
    failsWith('CLASS_NOT_SUPPORTED', () => state.select([{ classId: 9, version: 1 }], offered));
    state.select([cab], offered);
    assert.equal(state.has(0x2052), true);
    failsWith('EXT_DANDN_ILLEGAL', () => state.select([cab], offered));
    failsWith('EXT_DANDN_ILLEGAL', () => state.ask());
  });

  it('may select nothing', () => {
    const state = asked();
    state.select([], offered);
    failsWith('EXT_DANDN_ILLEGAL', () => state.select([cab], offered));
  });

  it('allows messages of selected classes only', () => {
    const state = asked();
    assert.throws(() => state.use(0x2052), { error: ErrorCode.NOT_SUPPORTED, inHeader: true });
    state.select([cab], offered);
    state.use(0x2052);
  });
});
