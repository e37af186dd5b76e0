import assert from 'node:assert/strict';
import { classPurpose, errorDoc, errorName, vendorOfClass } from '../../src/protocol';

describe('errors', () => {
  it('have names', () => {
    assert.equal(errorName(0), 'NO_ERR');
    assert.equal(errorName(2), 'DEVICE_BUSY');
    assert.equal(errorName(30), 'EXT_DANDN_ILLEGAL');
    assert.equal(errorName(0x20500101), 'SNAP_NOT_FOUND');
  });

  it('of extension classes are told by class and number', () => {
    assert.equal(errorName(0x20520003), '0x20520003 (class 0x2052 NetApp, error 3)');
    assert.equal(errorName(0x30000001), '0x30000001 (class 0x3000, error 1)');
    assert.equal(errorName(31), '0x1f (undefined error 31)');
    assert.equal(errorName(-1), '0xffffffff (class 0xffff, error 65535)');
  });

  it('are explained', () => {
    for (let error = 0; error <= 30; error++) assert.match(errorDoc(error) ?? '', /\.$/);
    assert.equal(errorDoc(31), undefined);
  });
});

describe('extension classes', () => {
  it('belong to vendors, four each', () => {
    assert.equal(vendorOfClass(0x2050), 'NetApp');
    assert.equal(vendorOfClass(0x2053), 'NetApp');
    assert.equal(vendorOfClass(0x2054), undefined);
    assert.equal(vendorOfClass(0x21d3), 'Dinostor');
    assert.equal(vendorOfClass(0), undefined);
  });

  it('are for something', () => {
    assert.equal(classPurpose(0x2052), 'proprietary extension class of NetApp');
    assert.equal(classPurpose(0x0001), 'standard extension class');
    assert.equal(classPurpose(0x7ff0), 'test extension class');
    assert.equal(classPurpose(0x7fff), 'reserved extension class');
    assert.equal(classPurpose(0x3000), 'proprietary extension class');
  });
});
