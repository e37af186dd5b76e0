import assert from 'node:assert/strict';
import fc from 'fast-check';
import { parseElementStatus } from '../../../../src/dma/media/changer/elementStatus';
import {
  parseDesignators,
  parseElementAddresses,
  parseInquiry,
  parseSerial,
} from '../../../../src/dma/media/changer/deviceData';
import { elementStatusBytes } from '../../../support/elementStatusBytes';

describe('dma media: what a changer tells of its elements', () => {
  it('reads every kind of element with its barcode, source, identifier and what is wrong', () => {
    const data = elementStatusBytes([
      { type: 1, elements: [{ address: 0, flags: 0 }] },
      {
        type: 2,
        alternateTags: true,
        vendorBytes: 9,
        elements: [
          { address: 1000, barcode: 'A00001L8' },
          { address: 1001 },
          { address: 1002, full: true },
          { address: 1003, barcode: 'CLN001L8' },
          { address: 1004, barcode: 'ODD001L8', medium: 2 },
        ],
      },
      { type: 3, elements: [{ address: 10, flags: 0x0c, asc: 0x3b, ascq: 0x12 }], tags: false },
      {
        type: 4,
        elements: [{ address: 256, barcode: 'A00002L8', source: 1001, identifier: 'IBM     ULT3580-TD8     ABC123' }],
      },
    ]);
    const { elements, isWhole, problems, announced } = parseElementStatus(data);
    assert.deepEqual([isWhole, problems, announced], [true, [], 8]);
    assert.deepEqual(
      elements.map(({ type, address, barcode, isFull, isCleaning }) => [type, address, barcode, isFull, isCleaning]),
      [
        ['transport', 0, undefined, false, false],
        ['slot', 1000, 'A00001L8', true, false],
        ['slot', 1001, undefined, false, false],
        ['slot', 1002, undefined, true, false],
        ['slot', 1003, 'CLN001L8', true, true],
        ['slot', 1004, 'ODD001L8', true, true],
        ['import-export', 10, undefined, false, false],
        ['drive', 256, 'A00002L8', true, false],
      ],
    );
    assert.equal(elements[6].problem, 'the magazine was taken out (3B/12)');
    assert.deepEqual([elements[7].source, elements[7].deviceId], [1001, 'IBM     ULT3580-TD8     ABC123']);
  });

  it('takes no barcode that is not text', () => {
    for (const barcode of ['\x1b[2J', 'A\x00B\x00', ' \x00', 'Ä0001', 'A\tB']) {
      const { elements } = parseElementStatus(elementStatusBytes([{ type: 2, elements: [{ address: 1, barcode }] }]));
      assert.equal(elements[0].barcode, barcode.startsWith('A\0') ? 'A' : undefined, JSON.stringify(barcode));
    }
  });

  it('says when there is more than the answer has, and gives what is whole', () => {
    const slots = Array.from({ length: 20 }, (_, n) => ({ address: 1000 + n, barcode: `T${n}` }));
    const data = elementStatusBytes([{ type: 2, elements: slots }]);
    for (let cut = 0; cut < data.length; cut++) {
      const { elements, isWhole } = parseElementStatus(data.subarray(0, cut));
      assert.equal(isWhole, false, `cut at ${cut}`);
      assert.equal(elements.length, Math.max(0, Math.floor((cut - 16) / 52)));
    }
    assert.equal(parseElementStatus(elementStatusBytes([{ type: 2, elements: slots }], { count: 21 })).isWhole, false);
  });

  it('believes the bytes where a changer leaves their count at zero', () => {
    const data = elementStatusBytes([{ type: 2, elements: [{ address: 7, barcode: 'X1' }] }], { bytes: 0 });
    assert.equal(parseElementStatus(data).elements[0].barcode, 'X1');
  });

  it('is not led astray by any bytes', () => {
    const whole = elementStatusBytes([
      { type: 2, elements: Array.from({ length: 8 }, (_, n) => ({ address: n, barcode: `B${n}` })) },
      { type: 4, elements: [{ address: 99, identifier: 'SERIAL1' }] },
    ]);
    const mutated = fc
      .array(fc.tuple(fc.nat(whole.length - 1), fc.nat(255)), { maxLength: 12 })
      .map((changes) => changes.reduce((data, [at, byte]) => ((data[at] = byte), data), Uint8Array.from(whole)));
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 400 }), mutated), (data) => {
        const { elements, problems } = parseElementStatus(data);
        assert.ok(elements.length * 12 <= data.length && problems.length <= 20);
        assert.equal(new Set(elements.map(({ address }) => address)).size, elements.length);
        for (const { barcode, deviceId } of elements) {
          assert.match(barcode ?? 'none', /^[ -~]+$/);
          assert.doesNotMatch(deviceId ?? '', /\p{Cc}/u);
        }
        for (const read of [parseInquiry, parseElementAddresses, parseSerial, parseDesignators]) read(data);
      }),
      { numRuns: 2000 },
    );
  });

  it('reads who a device is and where its elements are', () => {
    const inquiry = Buffer.from(
      '0880060259000000' + Buffer.from('ACME    BIG LIBRARY     0123').toString('hex'),
      'hex',
    );
    assert.deepEqual(parseInquiry(inquiry), {
      deviceType: 8,
      vendor: 'ACME',
      product: 'BIG LIBRARY',
      revision: '0123',
    });
    const page = Buffer.from('1d12 0000 0001 03e8 0200 000a 0004 0100 0002 0000'.replaceAll(' ', ''), 'hex');
    const blocks = Buffer.concat([Buffer.from([0, 0, 0, 8]), Buffer.alloc(8), page]);
    for (const data of [Buffer.concat([Buffer.from([0x17, 0, 0, 0]), page]), blocks])
      assert.deepEqual(parseElementAddresses(data), [
        { type: 'transport', first: 0, count: 1 },
        { type: 'slot', first: 1000, count: 512 },
        { type: 'import-export', first: 10, count: 4 },
        { type: 'drive', first: 256, count: 2 },
      ]);
    assert.equal(parseElementAddresses(page), undefined);
    const serial = Buffer.concat([Buffer.from([1, 0x80, 0, 12]), Buffer.from('  HU12345   ')]);
    assert.equal(parseSerial(serial), 'HU12345');
    const naa = Buffer.from('0183 000c 0103 0008 5000e111c0ffee01'.replaceAll(' ', ''), 'hex');
    assert.deepEqual(parseDesignators(naa), ['5000e111c0ffee01']);
  });
});
