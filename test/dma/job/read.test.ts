import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { DmaFailure } from '../../../src/dma/connection/failures';
import { readJob } from '../../../src/dma/job/read';
import { jobSchemaFile } from '../../../src/dma/job/schema';

const MINIMAL = { server: 'filer1', sources: ['/vol/vol1'] };

function refused(job: unknown, expected: RegExp): void {
  const text = typeof job === 'string' ? job : JSON.stringify(job);
  assert.throws(
    () => readJob(text, '/jobs/nightly.ndmpjob.json'),
    (error) => error instanceof DmaFailure && expected.test(error.message),
  );
}

describe('reading a job file', () => {
  it('completes the least that a job has to say', () => {
    assert.deepEqual(readJob(JSON.stringify(MINIMAL), '/jobs/nightly.ndmpjob.json'), {
      name: 'nightly',
      server: 'filer1',
      sources: [{ path: '/vol/vol1', exclude: [] }],
      type: 'dump',
      environment: {},
      level: 'auto',
      policy: { restorePoints: 10, incremental: 'level', retainDays: undefined },
      target: {
        server: undefined,
        changer: undefined,
        drives: [],
        pool: 'default',
        append: true,
        recordSize: 65536,
      },
      topology: 'auto',
      listen: 'auto',
      family: 'auto',
      parallel: 1,
      history: true,
    });
  });

  it('takes everything that may be said', () => {
    const job = readJob(
      JSON.stringify({
        $schema: './ndmpjob.schema.json',
        name: 'weekly',
        description: 'every Sunday',
        server: 'filer1',
        sources: ['/vol/a/', { path: '/vol/b', exclude: ['*.tmp'] }],
        type: 'tar',
        environment: { MULTI_SUBTREE_NAMES: 'a\nb' },
        level: 3,
        policy: { restorePoints: 4, incremental: 'date', retainDays: 30 },
        target: { server: 'tape1', changer: 'mc0', drives: ['nrst0a'], pool: 'w', append: false, recordSize: '256K' },
        topology: 'indirect',
        listen: 'data',
        family: 6,
        parallel: 2,
        history: false,
      }),
      'x.json',
    );
    assert.equal(job.name, 'weekly');
    assert.deepEqual(job.sources, [
      { path: '/vol/a', exclude: [] },
      { path: '/vol/b', exclude: ['*.tmp'] },
    ]);
    assert.equal(job.target.recordSize, 262144);
    assert.deepEqual([job.level, job.family, job.parallel, job.history], [3, 6, 2, false]);
  });

  it('says everything that is wrong, and where', () => {
    refused('{"server": "a",\n"sources": [}', /nightly\.ndmpjob\.json is not JSON: /);
    refused('', /is not JSON/);
    refused([], /the job has to be an object/);
    refused({}, /server is missing; sources is missing/);
    refused({ ...MINIMAL, sources: [] }, /sources needs at least 1/);
    refused(
      { ...MINIMAL, sources: [{ pth: 'x' }] },
      /sources\[0\]\.path is missing; sources\[0\]\.pth is not known here/,
    );
    refused({ ...MINIMAL, sources: [5] }, /sources\[0\] has to be text without control characters, or an object/);
    refused({ ...MINIMAL, sources: ['/a', '/a//'] }, /sources name \/a twice/);
    refused({ ...MINIMAL, level: 10 }, /level has to be from 0 to 9/);
    refused({ ...MINIMAL, level: 'full' }, /level has to be "auto", or a whole number from 0 to 9/);
    refused({ ...MINIMAL, Topology: 'auto' }, /Topology is written topology/);
    refused({ ...MINIMAL, topology: 'direct' }, /topology has to be "auto", "local", "three-way" or "indirect"/);
    refused({ ...MINIMAL, target: { recordSize: 1000 } }, /target\.recordSize has to be from 1024 to 1048576/);
    refused({ ...MINIMAL, target: { recordSize: 1025 } }, /target\.recordSize has to be a multiple of 512/);
    refused({ ...MINIMAL, target: { recordSize: '64M' } }, /target\.recordSize has to be a number of kilobytes/);
    refused({ ...MINIMAL, history: 'yes' }, /history has to be true or false/);
    refused({ ...MINIMAL, server: 'a\u001b[2J' }, /server has to be text without control characters/);
    refused({ ...MINIMAL, server: '' }, /server is empty/);
    refused({ ...MINIMAL, environment: { A: 1 } }, /environment\.A has to be text/);
  });

  it('says where passwords belong', () => {
    refused({ ...MINIMAL, password: 'secret' }, /password has no place in such a file/);
  });

  it('never fails otherwise than with a sentence that can be shown', () => {
    const anything = fc.oneof(
      fc.string(),
      fc.json(),
      fc.json().map((text) => `{"server":"a","sources":["/a"],"x":${text}}`),
    );
    fc.assert(
      fc.property(anything, fc.string(), (text, file) => {
        try {
          readJob(text, file);
        } catch (error) {
          assert.ok(error instanceof DmaFailure);
          assert.doesNotMatch(error.message, /[\u0000-\u001f]/);
        }
      }),
    );
  });

  it('reads what its own result says', () => {
    const names = fc
      .string({ minLength: 1, maxLength: 20, unit: 'grapheme-ascii' })
      .filter((name) => !/\/$/.test(name));
    fc.assert(
      fc.property(
        fc.record({
          name: names,
          server: names,
          sources: fc.uniqueArray(names, { minLength: 1, maxLength: 5 }),
          level: fc.oneof(fc.constant('auto' as const), fc.integer({ min: 0, max: 9 })),
          parallel: fc.integer({ min: 1, max: 64 }),
        }),
        (value) => {
          const job = readJob(JSON.stringify(value), 'a');
          const paths = job.sources.map(({ path }) => path);
          assert.deepEqual({ ...value, sources: paths }, { ...value });
          assert.deepEqual(readJob(JSON.stringify(job), 'a'), job);
        },
      ),
    );
  });

  it('ships the schema that it checks with', () => {
    assert.deepEqual(JSON.parse(readFileSync('schemas/ndmpjob.schema.json', 'utf8')), jobSchemaFile);
  });
});
