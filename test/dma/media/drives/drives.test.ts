import assert from 'node:assert/strict';
import { drivesOf, type DeviceName } from '../../../../src/dma/media/drives/devices';
import { pairDrives } from '../../../../src/dma/media/drives/pairing';
import type { Element } from '../../../../src/dma/media/model';

const name = (device: string, attributes = 0, serial?: string, model = 'LTO'): DeviceName => ({
  model,
  device,
  attributes,
  capabilities: serial === undefined ? [] : [{ name: 'SERIAL_NUMBER', value: serial }],
});

const bay = (address: number, deviceId?: string): Element => ({
  type: 'drive',
  address,
  isFull: false,
  barcode: undefined,
  isCleaning: false,
  source: undefined,
  isAccessible: true,
  problem: undefined,
  deviceId,
});

/** A drive as ONTAP lists it. */
function ontap(n: number, serial?: string): DeviceName[] {
  return ['l', 'm', 'h', 'a'].flatMap((density) => [
    name(`rst${n}${density}`, 1, serial),
    name(`nrst${n}${density}`, 0, serial),
    name(`urst${n}${density}`, 2, serial),
  ]);
}

describe('dma media: drives of a server', () => {
  for (const [how, serials] of [
    ['serial number', ['S0', 'S1']],
    ['ONTAP name', [undefined, undefined]],
  ] as const)
    it(`takes the names of a drive together by ${how}, and uses the one that leaves the tape alone`, () => {
      const names = [...ontap(0, serials[0]), ...ontap(1, serials[1])];
      const drives = drivesOf(names, []);
      assert.deepEqual(
        drives.map(({ device, aliases }) => [device, aliases.length]),
        [
          ['nrst0a', 11],
          ['nrst1a', 11],
        ],
      );
      assert.deepEqual(
        drivesOf(names, ['urst1l', 'rst1a', 'nrst0h', 'tape9']).map(({ device }) => device),
        ['urst1l', 'nrst0h', 'tape9'],
      );
    });

  it('keeps drives apart that nothing joins', () => {
    const drives = drivesOf([name('/dev/nst0'), name('/dev/nst1'), name('/dev/nst0')], []);
    assert.deepEqual(
      drives.map(({ device, aliases }) => [device, aliases]),
      [
        ['/dev/nst0', []],
        ['/dev/nst1', []],
      ],
    );
  });

  const drives = drivesOf([name('nst0', 0, 'ABC123'), name('nst1', 0, 'DEF456')], []);
  const elementsOf = (...args: Parameters<typeof pairDrives>): unknown =>
    pairDrives(...args).map(({ element, by }) => [element, by]);

  it('pairs by serial number, whatever stands before it', () => {
    assert.deepEqual(elementsOf(drives, [bay(256, 'IBM ULT3580 DEF456'), bay(257, 'abc 123')]), [
      [257, 'serial'],
      [256, 'serial'],
    ]);
  });

  it('pairs by what the drives themselves tell', () => {
    const silent = drivesOf([name('nst0'), name('nst1')], []);
    const told = new Map([['nst0', ['5000e111c0ffee02']]]);
    assert.deepEqual(elementsOf(silent, [bay(1, '5000E111C0FFEE01'), bay(2, '5000E111C0FFEE02')], {}, told), [
      [2, 'serial'],
      [1, 'order'],
    ]);
  });

  it('pairs as the user says before all else', () => {
    assert.deepEqual(elementsOf(drives, [bay(256, 'ABC123'), bay(257, 'DEF456')], { nst1: 256 }), [
      [257, 'order'],
      [256, 'configuration'],
    ]);
  });

  it('pairs by order only where as many are left, and never guesses between two', () => {
    assert.deepEqual(elementsOf(drives, [bay(256), bay(257)]), [
      [256, 'order'],
      [257, 'order'],
    ]);
    assert.deepEqual(elementsOf(drives, [bay(256), bay(257), bay(258)]), [
      [undefined, undefined],
      [undefined, undefined],
    ]);
    assert.deepEqual(elementsOf(drives, [bay(256, 'YABC123'), bay(257, 'XABC123'), bay(258)]), [
      [undefined, undefined],
      [undefined, undefined],
    ]);
    assert.deepEqual(elementsOf(drives, [bay(256, 'ABC123'), bay(257, 'XABC123'), bay(258)]), [
      [256, 'serial'],
      [undefined, undefined],
    ]);
  });
});
