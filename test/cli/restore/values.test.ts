import assert from 'node:assert/strict';
import fc from 'fast-check';
import { moment, rename } from '../../../src/cli/restore/values';

const iso = (value: string): string => new Date(moment(value)).toISOString();

describe('ndmp restore: dates', () => {
  const cases: readonly [string, string][] = [
    ['2026-03-01', '2026-03-01T23:59:59.999Z'],
    ['2026-03-01 12:30', '2026-03-01T12:30:59.999Z'],
    ['2026-03-01T12:30:05', '2026-03-01T12:30:05.999Z'],
    ['2026-03-01T12:30:05.5Z', '2026-03-01T12:30:05.500Z'],
    ['2026-03-01 12:30 UTC', '2026-03-01T12:30:59.999Z'],
    ['2026-03-01 12:30+01:00', '2026-03-01T11:30:59.999Z'],
    ['2026-03-01 12:30 -0530', '2026-03-01T18:00:59.999Z'],
    ['2026-03-01 12:30 +02', '2026-03-01T10:30:59.999Z'],
    ['2028-02-29', '2028-02-29T23:59:59.999Z'],
  ];
  for (const [said, means] of cases) it(`${said} is ${means}`, () => assert.equal(iso(said), means));

  it('local is the zone of this machine', () => {
    assert.equal(moment('2026-07-01 12:30 local'), new Date(2026, 6, 1, 12, 30, 59, 999).getTime());
  });

  it('refuses what is no date', () => {
    for (const wrong of [
      '',
      'yesterday',
      '2026-13-01',
      '2026-06-31',
      '2026-03-01 24:00',
      '2026-03-01 12:60',
      '2026-3-1',
    ])
      assert.throws(() => moment(wrong), /It has to be a date/, wrong);
  });

  it('a time as lists print it is never before what it stands for', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 4e12 }), (time) => {
        const listed = new Date(time).toISOString().slice(0, 16).replace('T', ' ');
        assert.ok(moment(listed) >= time && moment(listed) - time < 60_000);
      }),
    );
  });

  it('takes = in names', () => {
    assert.deepEqual(rename('/a\\=b=/c'), { from: '/a=b', to: '/c' });
  });
});
