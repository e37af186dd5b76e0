import assert from 'node:assert/strict';
import { planBackup } from '../../../src/dma/plan/plan';
import { choice, drive, fileSystem, planInputs, report, tape, type Wanted } from '../../support/planInputs';

const refusals = (wanted: Wanted) => planBackup(planInputs(wanted)).refusals.join('\n');
const warnings = (wanted: Wanted) => {
  const plan = planBackup(planInputs(wanted));
  assert.deepEqual(plan.refusals, []);
  return plan.warnings.join('\n');
};
const environment = (wanted: Wanted) =>
  planBackup(planInputs(wanted)).sources[0].environment.map(({ name, value }) => `${name}=${value}`);
const ONTAP = { vendor: 'NetApp', product: 'ONTAP' };

describe('what stands against a job', () => {
  it('is a type that the server does not have', () => {
    assert.match(refusals({ job: { type: 'zfs' } }), /no backup type zfs; it has dump, tar/);
    assert.equal(refusals({ job: { type: 'zfs' }, data: report({ backupTypes: [] }) }), '');
  });

  it('is a volume of another job', () => {
    assert.match(refusals({ owners: new Map([['/vol/vol1', 'weekly']]) }), /belongs to job weekly/);
    assert.equal(refusals({ owners: new Map([['/vol/vol1', 'nightly']]) }), '');
  });

  it('is a path that the server does not list, unless the list of servers names it', () => {
    const missing = refusals({ job: { sources: ['/vol/vol9/home'] } });
    assert.match(missing, /vol9\/home is in none of the file systems that filer1 lists at 192\.0\.2\.10/);
    assert.match(missing, /Did you mean \/vol\/vol1 or \/vol\/vol2\?.*"sources".*"filesystems" of filer1/);
    assert.match(refusals({ job: { sources: ['/somewhere/else'] } }), /It lists \/vol\/vol1, \/vol\/vol2\./);
    const named = [fileSystem('/vol/vol1'), fileSystem('/vol/vol9')];
    const dataDefinition = { filesystems: ['/vol/vol9'] };
    const job = { sources: ['/vol/vol9/home'] };
    assert.equal(refusals({ job, data: report({ fileSystems: named }), dataDefinition }), '');
  });

  it('is a record that ONTAP does not take', () => {
    const job = { target: { recordSize: '512K' } };
    assert.match(refusals({ job, data: report(ONTAP) }), /at most 256K/);
    assert.equal(refusals({ job }), '');
  });
});

describe('what is worth knowing of a job', () => {
  it('is a path that nobody lists, and one that it cannot back up now', () => {
    const dataDefinition = { filesystems: ['/vol/vol1'] };
    const data = report({ fileSystems: [fileSystem('/vol/vol1')] });
    const unnamed = warnings({ job: { sources: ['/vol/vol9'] }, data, dataDefinition });
    assert.match(unnamed, /vol9 is in none of the file systems that the list of servers names for filer1/);
    assert.equal(warnings({ job: { sources: ['/vol/vol1/below'] } }), '');
    assert.equal(warnings({ job: { sources: ['/anything'] }, data: report({ fileSystems: [] }) }), '');
    const unavailable = { ...fileSystem('/vol/vol1'), environment: [{ name: 'AVAILABLE_BACKUP', value: 'n' }] };
    assert.match(warnings({ data: report({ fileSystems: [unavailable] }) }), /cannot be backed up now/);
  });

  it('is that no tape can be written, and why', () => {
    const full = choice('T1', { refusal: 'It is full.' });
    assert.match(warnings({ tapes: [full] }), /No tape of pool default can be written now[^]*Tape T1: It is full/);
    assert.match(warnings({ tapes: [] }), /the run will ask for one/);
    const shelf = choice('T2', { element: undefined });
    assert.match(warnings({ tapes: [full, shelf] }), /outside of the library/);
    assert.equal(warnings({ tapes: [shelf] }), '', 'without a library every tape is outside');
  });

  it('is a drive that is left out or missing', () => {
    const drives = [drive(), drive({ device: 'nst1', unusable: 'It wants cleaning.' })];
    assert.match(warnings({ drives }), /Drive nst1 is left out: It wants cleaning/);
    assert.match(warnings({ job: { target: { drives: ['nst0', 'nst5'] } } }), /filer1 has no drive nst5/);
  });

  it('is what ONTAP cannot leave out', () => {
    const job = { sources: [{ path: '/vol/vol1', exclude: ['a*b', '*.tmp'] }] };
    assert.match(warnings({ job, data: report(ONTAP) }), /first and last character of a name: a\*b/);
    assert.equal(warnings({ job }), '');
  });

  it('is one server by two names, and a cluster whose LIFs nobody named', () => {
    const again = report({ server: 'filer1-mgmt', address: '192.0.2.11' });
    assert.match(warnings({ tape: again }), /one server by two names/);
    const cluster = { ...ONTAP, extensions: [{ class: 0x2052, versions: [1] }] };
    const job = { topology: 'three-way' };
    assert.match(warnings({ data: report(cluster), job }), /"dataNetworks" names them/);
    const dataDefinition = { dataNetworks: ['192.0.2.0/24'] };
    assert.equal(warnings({ data: report(cluster), job, dataDefinition }), '');
    assert.match(warnings({ dataDefinition: { dataNetworks: ['10.0.0.0/99'] } }), /is no address and no network/);
  });
});

describe('variables of a backup', () => {
  it('are made from job, type and level', () => {
    assert.deepEqual(environment({}), [
      'FILESYSTEM=/vol/vol1',
      'TYPE=dump',
      'HIST=y',
      'DIRECT=y',
      'LEVEL=0',
      'UPDATE=y',
    ]);
    assert.deepEqual(environment({ job: { history: false, type: 'tar' } }), [
      'FILESYSTEM=/vol/vol1',
      'TYPE=tar',
      'HIST=n',
    ]);
    const exclude = { sources: [{ path: '/vol/vol1', exclude: ['*.tmp', 'a,b'] }], type: 'tar' };
    assert.equal(environment({ job: exclude }).at(-1), 'EXCLUDE=*.tmp,a\\,b');
  });

  it('are what the job says in place of what it would make', () => {
    const job = { environment: { HIST: 'F', LEVEL: '0', ZZZ: 'a\nb' } };
    const made = environment({ job });
    assert.deepEqual(made.slice(-3), ['HIST=F', 'LEVEL=0', 'ZZZ=a\nb']);
    assert.equal(made.filter((each) => each.startsWith('HIST=')).length, 1);
    assert.match(warnings({ job }), /sets LEVEL itself/);
    assert.equal(planBackup(planInputs({ job: { environment: { HIST: 'N' } } })).sources[0].history, false);
  });

  it('go by what v2 says a type can not do', () => {
    const v2 = (attributes: string[]) =>
      environment({ data: report({ version: 2, backupTypes: [{ name: 'dump', attributes, defaults: [] }] }) });
    assert.ok(v2([]).includes('DIRECT=y'));
    assert.ok(!v2(['NO_BACKUP_FHINFO']).includes('DIRECT=y'));
    assert.ok(v2([]).includes('LEVEL=0'));
  });
});

describe('tapes and drives of a plan', () => {
  it('are fresh ones where the job does not append', () => {
    const tapes = [choice('USED'), choice('NEW', { tape: tape('NEW', { state: 'scratch', files: 0 }) })];
    const chosen = (append: boolean) =>
      planBackup(planInputs({ tapes, job: { target: { append } } })).sources[0].tapes.map(({ barcode }) => barcode);
    assert.deepEqual([chosen(true), chosen(false)], [['USED', 'NEW'], ['NEW']]);
  });

  it('are drives in the order of the job, else loaded ones first', () => {
    const drives = [drive(), drive({ device: 'nst1', loaded: 'TAPE01L8' })];
    const chosen = (target: object) =>
      planBackup(planInputs({ drives, job: { target } })).sources[0].drives.map(({ device }) => device);
    assert.deepEqual(chosen({}), ['nst1', 'nst0']);
    assert.deepEqual(chosen({ drives: ['nst0', 'nst1'] }), ['nst0', 'nst1']);
  });

  it('are kept as long as the job says', () => {
    const inputs = planInputs({ job: { policy: { retainDays: 2 } } });
    assert.equal(planBackup(inputs).sources[0].expires, inputs.now + 2 * 24 * 3600 * 1000);
    assert.equal(planBackup(planInputs()).sources[0].expires, undefined);
  });
});
