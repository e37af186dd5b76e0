import assert from 'node:assert/strict';
import fc from 'fast-check';
import {
  dataAddresses,
  familyOf,
  hostOf,
  isLoopback,
  isPlannedAddress,
  isWithin,
} from '../../../src/dma/plan/addresses';
import { planBackup } from '../../../src/dma/plan/plan';
import { definition, planInputs, report } from '../../support/planInputs';

describe('addresses of a plan', () => {
  it('knows what lies within a network', () => {
    const cases: [string, string, boolean][] = [
      ['10.1.2.3', '10.1.0.0/16', true],
      ['10.2.0.1', '10.1.0.0/16', false],
      ['10.1.2.3', '10.1.2.3', true],
      ['10.1.2.131', '10.1.2.128/25', true],
      ['10.1.2.127', '10.1.2.128/25', false],
      ['1.2.3.4', '0.0.0.0/0', true],
      ['2001:db8::5', '2001:db8::/32', true],
      ['2001:db9::5', '2001:db8::/32', false],
      ['2001:0DB8:0::0005', '2001:db8::5', true],
      ['::ffff:10.1.2.3', '10.1.0.0/16', true],
      ['10.1.2.3', '::/0', false],
      ['fe80::1%eth0', 'fe80::/10', true],
      ['10.1.2.3', '10.1.0.0/33', false],
      ['10.1.2.3', '10.1.0.0/', false],
      ['10.1.2.3', '10.1.0.0/16/16', false],
      ['10.1.2.3', 'filer.example', false],
      ['filer.example', 'filer.example', false],
    ];
    for (const [address, network, expected] of cases)
      assert.equal(isWithin(address, [network]), expected, `${address} in ${network}`);
  });

  it('agrees with counting, whatever the addresses', () => {
    const word = fc.integer({ min: 0, max: 0xffffffff });
    const text = (n: number) => [n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255].join('.');
    fc.assert(
      fc.property(word, word, fc.integer({ min: 0, max: 32 }), (address, network, length) => {
        const cut = (n: number) => Math.floor(n / 2 ** (32 - length));
        assert.equal(isWithin(text(address), [`${text(network)}/${length}`]), cut(address) === cut(network));
      }),
    );
  });

  it('tells names, families and loopback apart', () => {
    assert.deepEqual(['10.0.0.1', '::1', '10.0.0.0/8', 'a.example', '', '1.2.3'].map(familyOf), [
      4,
      6,
      4,
      undefined,
      undefined,
      undefined,
    ]);
    assert.deepEqual(['127.0.0.9', '::1', '127.0.0.0/8', '10.0.0.1', 'localhost'].map(isLoopback), [
      true,
      true,
      true,
      false,
      false,
    ]);
    assert.deepEqual(['a:1', '[::1]:2', '::1', '10.0.0.1:3', 'b'].map(hostOf), ['a', '::1', '::1', '10.0.0.1', 'b']);
  });

  it('collects where a server may be', () => {
    const described = definition({
      host: 'filer',
      addresses: ['10.0.0.2:10001', 'other'],
      dataNetworks: ['10.9.0.0/16', 'x'],
    });
    const resolved = new Map([['filer', ['10.0.0.1', '10.0.0.3']]]);
    assert.deepEqual(dataAddresses(report({ address: '10.0.0.3' }), described, resolved), [
      '10.0.0.3',
      '10.0.0.1',
      '10.0.0.2',
      '10.9.0.0/16',
    ]);
  });

  it('lets data connections go nowhere but where the plan says', () => {
    const tape = report({ server: 'tape1', address: '192.0.2.20', identity: '2@tape1' });
    const plan = planBackup(planInputs({ tape, tapeDefinition: { dataNetworks: ['198.51.100.0/24'] } }));
    const asked = ['192.0.2.20', '198.51.100.7', '192.0.2.10', '203.0.113.1', '127.0.0.1', 'tape1'];
    assert.deepEqual(
      asked.map((each) => isPlannedAddress(plan, each)),
      [true, true, true, false, false, false],
    );
    assert.equal(isPlannedAddress(planBackup(planInputs()), '192.0.2.10'), false, 'a local backup has no network');
  });
});
