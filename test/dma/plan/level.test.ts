import assert from 'node:assert/strict';
import { planBackup } from '../../../src/dma/plan/plan';
import { chain, DAY, NOW, planInputs, report, set, type Wanted } from '../../support/planInputs';

function levelOf(wanted: Wanted) {
  const plan = planBackup(planInputs(wanted));
  assert.deepEqual(plan.refusals, []);
  const [source] = plan.sources;
  const why = source.decisions.find(({ about }) => about === 'level')?.why ?? '';
  return { source, why, level: source.level, base: source.base?.id, chain: source.chain };
}

function refusal(wanted: Wanted): string {
  return planBackup(planInputs(wanted)).refusals.join('\n');
}

const variable = (source: { environment: readonly { name: string; value: string }[] }, name: string) =>
  source.environment.filter((each) => each.name === name).map(({ value }) => value);

describe('levels by the policy', () => {
  it('go from full to 9, and the eleventh run is full again', () => {
    const levels = Array.from({ length: 11 }, (_, count) => levelOf({ sets: chain(count) }));
    assert.deepEqual(
      levels.map(({ level }) => level),
      [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 0],
    );
    assert.deepEqual(
      levels.map(({ base }) => base),
      [undefined, 1, 2, 3, 4, 5, 6, 7, 8, 9, undefined],
    );
    assert.match(levels[10].why, /10 of 10 restore points/);
    assert.deepEqual(levels[3].chain, [1, 2, 3]);
  });

  it('count only what hangs together', () => {
    const old = chain(10);
    const fresh = [set(11, { level: 0 }), set(12, { level: 1, base: 11 })];
    assert.deepEqual(levelOf({ sets: [...old, ...fresh] }).chain, [11, 12]);
  });

  it('take as many restore points as the job says', () => {
    const job = { policy: { restorePoints: 3 } };
    assert.deepEqual(
      [2, 3].map((count) => levelOf({ job, sets: chain(count) }).level),
      [2, 0],
    );
    const long = { policy: { restorePoints: 40 } };
    const twelfth = levelOf({ job: long, sets: [...chain(10), set(11, { level: 9, base: 9 })] });
    assert.deepEqual([twelfth.level, twelfth.base], [9, 9], 'level 9 again builds on level 8');
    const ones = { policy: { restorePoints: 1 } };
    assert.equal(levelOf({ job: ones, sets: chain(1) }).level, 0);
  });

  it('send LEVEL and UPDATE, and the type decides whether there are any', () => {
    const { source } = levelOf({ sets: chain(2) });
    assert.deepEqual([variable(source, 'LEVEL'), variable(source, 'UPDATE')], [['2'], ['y']]);
    const tar = levelOf({ job: { type: 'tar' }, sets: chain(2, { type: 'tar' }) });
    assert.deepEqual([tar.level, variable(tar.source, 'LEVEL')], [0, []]);
    assert.match(tar.why, /makes no increments with type tar/);
    const silent = report({ backupTypes: [] });
    assert.equal(levelOf({ data: silent, sets: chain(2) }).level, 2, 'dump has levels by its nature');
  });

  it('begin anew where the last chain cannot be gone on with', () => {
    const cases: [Wanted, RegExp][] = [
      [{ sets: [] }, /no backup of it yet/],
      [{ sets: chain(3).slice(1) }, /not all in the catalog/],
      [{ sets: chain(3), lost: new Set([2]) }, /level 1 do not hold all/],
      [{ sets: chain(3, { expires: NOW - 1 }) }, /has expired/],
      [{ sets: chain(3, { serverIdentity: '7@other' }) }, /of another server/],
      [{ sets: chain(3, { type: 'tar' }) }, /not of type dump/],
      [{ sets: chain(3, { environment: [{ name: 'EXCLUDE', value: '*.o' }] }) }, /leaves out is not the same/],
      [{ sets: chain(3), job: { environment: { UPDATE: 'N' } } }, /keeps no record/],
      [{ sets: chain(3), wish: { full: true } }, /full backup is asked for/],
      [{ sets: chain(3), job: { level: 0 } }, /says level 0/],
    ];
    for (const [wanted, expected] of cases) {
      const found = levelOf(wanted);
      assert.deepEqual([found.level, found.base, found.chain], [0, undefined, []]);
      assert.match(found.why, expected);
    }
  });

  it('do not mind a chain that goes round in a circle', () => {
    assert.equal(levelOf({ sets: [set(1, { base: 2, level: 1 }), set(2, { base: 1, level: 2 })] }).level, 0);
  });

  it('go on at another address or host name of the same server', () => {
    const sets = chain(2, { serverIdentity: '4080@node1', server: 'old-name' });
    assert.equal(levelOf({ data: report({ identity: '4080@node2', address: '192.0.2.99' }), sets }).level, 2);
  });
});

describe('a level that is asked for', () => {
  it('builds on the latest backup of a lower one', () => {
    const asked = levelOf({ sets: chain(5), wish: { level: 2 } });
    assert.deepEqual([asked.level, asked.base, asked.chain], [2, 2, [1, 2]]);
    assert.equal(levelOf({ sets: chain(5), wish: { level: 0 } }).level, 0);
    assert.equal(levelOf({ sets: chain(1), job: { level: 5 } }).base, 1);
  });

  it('of the job ends with the chain, one of this run does not', () => {
    const sets = [...chain(1), ...Array.from({ length: 9 }, (_, at) => set(at + 2, { level: 5, base: 1 }))];
    assert.equal(levelOf({ sets: sets.slice(0, 9), job: { level: 5 } }).base, 1);
    assert.match(levelOf({ sets, job: { level: 5 } }).why, /10 of 10 restore points/);
    assert.equal(levelOf({ sets, wish: { level: 5 } }).level, 5);
  });

  it('is refused where there is nothing to build on, and is a full one where the job says so', () => {
    assert.match(refusal({ wish: { level: 3 } }), /cannot be backed up at level 3.*Run it in full first/);
    assert.match(refusal({ wish: { level: 3 }, job: { type: 'tar' } }), /makes no increments/);
    assert.equal(levelOf({ job: { level: 3 } }).level, 0);
  });
});

describe('a run that failed on our side', () => {
  const later = NOW - DAY;

  it('lowers the level, since the server may have noted it as made', () => {
    const failed = [set(20, { level: 1, base: 1, started: later, state: 'partial' })];
    const found = levelOf({ sets: chain(3), failed });
    assert.deepEqual([found.level, found.base], [1, 1]);
    assert.match(found.why, /not 3: a run in between failed/);
  });

  it('changes nothing where it was of the level that comes', () => {
    const failed = [set(20, { level: 3, base: 3, started: later, state: 'partial' })];
    assert.equal(levelOf({ sets: chain(3), failed }).level, 3);
  });

  it('makes the next one full where it was full itself', () => {
    const failed = [set(20, { level: 0, started: later, state: 'partial' })];
    assert.match(levelOf({ sets: chain(3), failed }).why, /full backup failed after the last good one/);
  });

  it('is forgotten once a full one has come after it', () => {
    const failed = [set(0, { level: 0, started: NOW - 200 * DAY, state: 'partial' })];
    assert.equal(levelOf({ sets: chain(3), failed }).level, 3);
  });
});

describe('increments by date', () => {
  const job = { policy: { incremental: 'date' } };

  it('name the backup they build on by its own date', () => {
    const first = levelOf({ job });
    assert.deepEqual([variable(first.source, 'BASE_DATE'), variable(first.source, 'LEVEL')], [['0'], ['0']]);
    const third = levelOf({ job, sets: chain(2) });
    assert.deepEqual([third.level, third.base, variable(third.source, 'BASE_DATE')], [2, 2, ['date-2']]);
    assert.deepEqual(variable(third.source, 'LEVEL'), []);
    assert.equal(levelOf({ job, sets: chain(10) }).level, 0);
  });

  it('need a DUMP_DATE', () => {
    const found = levelOf({ job, sets: chain(2, { environment: [] }) });
    assert.equal(found.level, 0);
    assert.match(found.why, /no DUMP_DATE/);
  });

  it('do not mind runs that failed', () => {
    const failed = [set(20, { level: 0, started: NOW - DAY, state: 'partial' })];
    assert.equal(levelOf({ job, sets: chain(2), failed }).base, 2);
  });
});
