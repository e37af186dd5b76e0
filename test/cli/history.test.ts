import { strict as assert } from 'node:assert';
import { ndmp, sample } from './harness';

interface Json {
  file: string;
  jobs: {
    job: number;
    totals: Record<string, unknown>;
    problems: unknown[];
    files: Record<string, unknown>[];
    environment: Record<string, unknown>[];
    names: Record<string, unknown>[];
  }[];
}

const LOCAL = sample('backup-and-restore-local');

async function json(...args: string[]): Promise<Json> {
  const { status, out } = await ndmp(['history', LOCAL, '--format', 'json', ...args]);
  assert.equal(status, 0);
  return JSON.parse(out) as Json;
}

describe('ndmp history', () => {
  it('draws the tree of each job', async () => {
    const { status, lines, err } = await ndmp(['history', LOCAL]);
    assert.equal(status, 0);
    assert.equal(err, '');
    assert.match(lines[0], /^Job \d+: Local backup of /);
    assert.match(lines[1], /^\d+ files and \d+ directories, .* told by \d+ directory entries, \d+ nodes\.$/);
    assert.match(lines[2], /^ +size +modified \(UTC\) +mode +owner +fh_info +message +name$/);
    assert.match(lines[3], /drwxr-xr-x .* \/$/);
    assert.match(lines[4], /├─ /);
  });

  it('lists the chosen job, no deeper than asked', async () => {
    const all = (await json()).jobs;
    const [one] = (await json('--job', String(all[0].job))).jobs;
    assert.deepEqual(one, all[0]);
    assert.equal(one.files.length, Number(one.totals.files) + Number(one.totals.folders));
    const [shallow] = (await json('--job', String(all[0].job), '--depth', '0')).jobs;
    assert.ok(shallow.files.length < one.files.length);
    assert.ok(shallow.files.every(({ path }) => /^\/[^/]+$/.test(String(path))));
  });

  it('gives numbers of 64 bits as strings, and messages by number', async () => {
    const [{ files }] = (await json()).jobs;
    const file = files.find(({ type }) => type === 'file');
    assert.ok(file);
    for (const name of ['size', 'node', 'fhInfo']) assert.match(String(file[name]), /^\d+$/);
    assert.equal(typeof file.size, 'string');
    assert.ok(Number(file.nameMessage) > 0);
    assert.match(String(file.modified), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
  });

  it('csv and jsonl: a line a file', async () => {
    const [{ files }] = (await json('--job', '3')).jobs;
    const csv = await ndmp(['history', LOCAL, '--job', '3', '--format', 'csv']);
    assert.equal(csv.out.split('\r\n').length, files.length + 2);
    assert.match(csv.lines[0], /^job,path,type,size,modified,mode,owner,group,node,fh_info,/);
    const jsonl = await ndmp(['history', LOCAL, '--job', '3', '--format', 'jsonl']);
    assert.deepEqual(
      jsonl.lines.map((line) => JSON.parse(line) as unknown),
      files.map((file) => ({ job: 3, ...file })),
    );
  });

  it('searches', async () => {
    const { lines } = await ndmp(['history', LOCAL, '--job', '3', '--search', '*.c', '--format', 'jsonl']);
    assert.ok(lines.length > 0);
    assert.ok(lines.every((line) => (JSON.parse(line) as { path: string }).path.endsWith('.c')));
    const none = await ndmp(['history', LOCAL, '--job', '3', '--search', 'no such file', '--format', 'jsonl']);
    assert.deepEqual([none.status, none.out], [0, '']);
  });

  it('compares environments', async () => {
    const [job] = (await json('--env', '--job', '3')).jobs;
    assert.deepEqual(
      job.environment.map(({ name, state }) => [name, state]),
      [
        ['FILESYSTEM', 'as sent'],
        ['HIST', 'as sent'],
        ['TYPE', 'as sent'],
      ],
    );
    const table = await ndmp(['history', LOCAL, '--env', '--job', '3']);
    assert.match(table.out, /sent in message \d+; returned in message \d+/);
    assert.match(table.out, /FILESYSTEM +\/tmp\/\S+ +\/tmp\/\S+ .*Root of the data to back up/);
  });

  it('lists the names of recoveries', async () => {
    const { jobs } = await json('--names');
    const one = jobs.find(({ names }) => names.length === 1);
    assert.ok(one);
    assert.deepEqual([one.names[0].result, one.names[0].node], [null, null]);
    const table = await ndmp(['history', LOCAL, '--names']);
    assert.match(table.out, /the server reported no results by file/);
  });

  it('says when there is nothing', async () => {
    const { status, lines } = await ndmp(['history', sample('refused-logins')]);
    assert.deepEqual([status, lines], [0, ['No job of this capture has file history.']]);
    assert.equal((await ndmp(['history', LOCAL, '--job', '99'])).status, 2);
    assert.equal((await ndmp(['history', LOCAL, '--depth', 'x'])).status, 2);
    const both = await ndmp(['history', LOCAL, '--env', '--names']);
    assert.equal(both.status, 2);
    assert.match(both.err, /'--env' cannot be used with option '--names'/);
    const first = await ndmp(['history', LOCAL, '--job', '1']);
    assert.match(first.err, /Job 1 has no file history/);
  });

  it('keeps to the width of a terminal', async () => {
    const { lines } = await ndmp(['history', LOCAL], { terminal: 80, env: { NO_COLOR: '1' } });
    for (const line of lines.filter((each) => /├|└/.test(each))) assert.ok(line.length <= 80, line);
  });
});
