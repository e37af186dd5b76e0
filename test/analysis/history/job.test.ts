import assert from 'node:assert/strict';
import { Analysis } from '../../../src/analysis/analysis';
import { compareEnvironment, readNameList } from '../../../src/analysis/history';
import { historyHandlers, OUTSIDE } from '../../../src/analysis/history/queries';
import { recoveryTarget } from '../../../src/analysis/history/recoveryTarget';
import type { BodyValue, NdmpVersion } from '../../../src/protocol';
import { Play, type Conversation } from '../../support/play';
import { attributes, entry, folder } from './support';

const ALL_ONES = 0xffffffffffffffffn;
const pairs = (env: Record<string, string>): BodyValue[] =>
  Object.entries(env).map(([name, value]) => ({ name, value }));
const text = 'TYPE';

function login(play: Play, version: NdmpVersion = 4): Conversation {
  return play.connect('10.0.0.1', '10.0.0.2', { version });
}

/** A backup with history by nodes, and the recovery of two files of it. */
function story(): Analysis {
  const play = new Play();
  const talk = login(play);
  talk.ask(
    'NDMP_CONFIG_GET_BUTYPE_INFO',
    {},
    {
      error: 0,
      butype_info: [{ butype_name: 'dump', default_env: pairs({ LEVEL: '0', HIST: 'n', UPDATE: 'y' }), attrs: 0 }],
    },
  );
  talk.ask('NDMP_DATA_START_BACKUP', {
    bu_type: 'dump',
    env: pairs({ FILESYSTEM: '/vol/v', HIST: 'y', EVIL: '<b>\u001b[1m' }),
  });
  talk.post('NDMP_FH_ADD_DIR', {
    dirs: [entry('.', 2, 2), entry('..', 2, 2), entry('a', 3, 2), entry('b', 4, 2), entry('c', 5, 3)],
  });
  talk.post('NDMP_FH_ADD_NODE', {
    nodes: [folder(2), folder(3), attributes(4, 40), attributes(5, 50), attributes(77, 1)],
  });
  talk.ask(
    'NDMP_DATA_GET_ENV',
    {},
    {
      error: 0,
      env: pairs({ FILESYSTEM: '/vol/v', HIST: 'd', DUMP_DATE: '7', PATHNAME_SEPARATOR: '/' }),
    },
  );
  talk.post('NDMP_NOTIFY_DATA_HALTED', { reason: 1 });
  talk.ask('NDMP_DATA_STOP');
  const name = (path: string, to: string, as = '', position = ALL_ONES): BodyValue => ({
    original_path: path,
    destination_path: to,
    name: as,
    other_name: '',
    node: ALL_ONES,
    fh_info: position,
  });
  talk.ask('NDMP_DATA_START_RECOVER', {
    env: pairs({ FILESYSTEM: '/vol/v', HIST: 'd', DIRECT: 'y', DUMP_DATE: '8' }),
    nlist: [name('/b', '/new', 'b2', 2048n), name('/a', '/new/a'), name('/gone', '/new/gone')],
    bu_type: 'dump',
  });
  talk.post('NDMP_NOTIFY_DATA_READ', { offset: 2048n, length: 40n });
  talk.post('NDMP_LOG_FILE', { name: '/b', recovery_status: 0 });
  talk.post('NDMP_LOG_FILE', { name: '/a/c', recovery_status: 0 });
  talk.post('NDMP_LOG_FILE', { name: '/a/d', recovery_status: 5 });
  talk.post('NDMP_LOG_FILE', { name: '/gone', recovery_status: 2 });
  talk.post('NDMP_LOG_FILE', { name: '/other', recovery_status: 0 });
  talk.post('NDMP_NOTIFY_DATA_HALTED', { reason: 1 });
  talk.ask('NDMP_DATA_STOP');
  return new Analysis(play.session());
}

describe('environment of a job', () => {
  const analysis = story();
  const [backup, recovery] = analysis.jobs;

  it('compares what was sent, by default and returned', () => {
    const { rows, backupJob } = compareEnvironment(analysis, backup);
    assert.equal(backupJob, -1);
    const shown = Object.fromEntries(
      rows.map((row) => [row.name, [row.sent, row.default, row.returned, row.used, row.state]]),
    );
    assert.deepEqual(shown, {
      FILESYSTEM: ['/vol/v', undefined, '/vol/v', '/vol/v', 'as sent'],
      HIST: ['y', 'n', 'd', 'd', 'changed by the server'],
      EVIL: ['<b>\\x1b[1m', undefined, undefined, '<b>\\x1b[1m', 'not returned'],
      DUMP_DATE: [undefined, undefined, '7', '7', 'added by the server'],
      PATHNAME_SEPARATOR: [undefined, undefined, '/', '/', 'added by the server'],
      LEVEL: [undefined, '0', undefined, '0', 'default'],
      UPDATE: [undefined, 'y', undefined, 'y', 'default'],
    });
    assert.match(rows[0].meaning ?? '', /^Root of the data/);
    assert.equal(rows.find((row) => row.name === 'EVIL')?.meaning, undefined);
  });

  it('compares a recovery with what the backup returned', () => {
    const { rows, backupJob, backupBy } = compareEnvironment(analysis, recovery);
    assert.deepEqual([backupJob, backupBy], [0, 'file system']);
    assert.deepEqual(Object.fromEntries(rows.map((row) => [row.name, row.state])), {
      FILESYSTEM: 'handed back',
      HIST: 'handed back',
      DIRECT: 'added for the recovery',
      DUMP_DATE: 'differs from the backup',
      PATHNAME_SEPARATOR: 'not handed back',
      LEVEL: 'default',
      UPDATE: 'default',
    });
  });
});

describe('list of names of a recovery', () => {
  const analysis = story();

  it('has the results by file', () => {
    const list = readNameList(analysis, analysis.jobs[1]);
    assert.ok(list);
    assert.deepEqual([list.reported, list.successful, list.failed], [5, 3, 2]);
    const shown = list.entries.map(({ original, target, position, result, below, reads }) => [
      original,
      target,
      position,
      result?.status,
      result?.failed,
      below,
      reads.length,
    ]);
    const none = { successful: 0, failed: 0 };
    assert.deepEqual(shown, [
      ['/b', '/new/b2', '2048', 'SUCCESSFUL', false, none, 1],
      ['/a', '/new/a', undefined, undefined, undefined, { successful: 1, failed: 1 }, 0],
      ['/gone', '/new/gone', undefined, 'FAILED_NOT_FOUND', true, none, 0],
    ]);
    assert.deepEqual(
      list.others.map(({ name }) => name),
      ['/other'],
    );
    assert.equal(readNameList(analysis, analysis.jobs[0]), undefined);
  });

  it('knows where names go by version', () => {
    const target = (version: number, original: string, destination: string, newName = ''): string =>
      recoveryTarget({ version, original, destination, newName, separator: '/' }).target;
    assert.equal(target(2, '/users/tyler', '/vol/vol1/users/tyler.new'), '/vol/vol1/users/tyler.new');
    assert.equal(target(3, '/users/tyler', '/vol/vol1'), '/vol/vol1/users/tyler');
    assert.equal(target(3, '/users/tyler', '/vol/vol1/', 'new'), '/vol/vol1/new');
    assert.equal(target(3, '/users/tyler', '', '/else/where'), '/else/where');
    assert.equal(target(4, '', '/vol/vol3'), '/vol/vol3');
    assert.equal(target(4, '', '/vol', 'vol3'), '/vol/vol3');
    assert.equal(target(4, '/users/tyler', '/vol/vol1/users', 'tyler.new'), '/vol/vol1/users/tyler.new');
    assert.equal(target(4, '/users/tyler', '/vol/vol1/users/tyler.new'), '/vol/vol1/users/tyler.new');
  });

  it('reads the names and results of v2', () => {
    const play = new Play();
    const talk = login(play, 2);
    talk.ask('NDMP_DATA_START_RECOVER', {
      mover: { type: 0 },
      env: pairs({ [text]: 'dump' }),
      nlist: [{ name: '/x', dest: '/y/x', ssid: 0, fh_info: 5n }],
      bu_type: 'dump',
    });
    talk.post('NDMP_LOG_FILE', { name: '/x', ssid: 0, error: 5 });
    talk.post('NDMP_NOTIFY_DATA_HALTED', { reason: 1, text_reason: '' });
    const analysis2 = new Analysis(play.session());
    const list = readNameList(analysis2, analysis2.jobs[0]);
    assert.deepEqual(
      list?.entries.map((each) => [each.original, each.target, each.result?.status, each.result?.failed]),
      [['/x', '/y/x', 'PERMISSION', true]],
    );
  });
});

describe('questions of the history view', () => {
  const analysis = story();

  it('are answered page by page', () => {
    const { jobs } = historyHandlers.historyJobs(analysis);
    assert.deepEqual(
      jobs.map(({ job, messages, names }) => [job, messages, names]),
      [
        [0, 2, false],
        [1, 0, true],
      ],
    );
    const { summary } = historyHandlers.history(analysis, { job: 0 });
    assert.ok(summary);
    assert.deepEqual([summary.files, summary.folders, summary.bytes, summary.outside], [2, 1, 90, 1]);
    assert.deepEqual(
      summary.problems.map(({ kind, total }) => [kind, total]),
      [['node-without-name', 1]],
    );
    const order = { sort: 'name', descending: false } as const;
    const list = (folderOf: number, from: number, to: number) =>
      historyHandlers.historyChildren(analysis, { job: 0, folder: folderOf, from, to, ...order });
    const { rows, total } = list(summary.root.object, 0, 10);
    assert.equal(total, 2);
    assert.deepEqual(
      rows.map(({ name, children, size }) => [name, children, size]),
      [
        ['a', 1, 50],
        ['b', 0, 40],
      ],
    );
    assert.deepEqual(
      list(summary.root.object, 1, 2).rows.map(({ name }) => name),
      ['b'],
    );
    assert.deepEqual(
      list(OUTSIDE, 0, 5).rows.map(({ name }) => name),
      ['(node 77 without a place)'],
    );
    assert.deepEqual(list(12345, 0, 5), { rows: [], total: 0 });
    assert.equal(historyHandlers.history(analysis, { job: 1 }).summary, undefined);
    assert.equal(historyHandlers.history(analysis, { job: 99 }).summary, undefined);
  });

  it('tell where the file of a message stands', () => {
    const order = { sort: 'name', descending: false } as const;
    const { summary } = historyHandlers.history(analysis, { job: 0 });
    assert.ok(summary);
    const [, nodes] = [...Array(analysis.source.index.count).keys()].filter(
      (row) => analysis.source.index.code(row) >>> 8 === 7,
    );
    const { place } = historyHandlers.historyPlace(analysis, { job: 0, n: nodes + 1, ...order });
    assert.ok(place);
    const found = historyHandlers.historySearch(analysis, { job: 0, pattern: 'c', matchCase: false, from: 0, to: 5 });
    assert.deepEqual(
      found.rows.map(({ path }) => path),
      ['/a/c'],
    );
    const deep = historyHandlers.historyPlace(analysis, { job: 0, link: found.rows[0].link, ...order }).place;
    assert.deepEqual(deep?.indices, [0, 0]);
    assert.equal(deep?.folders[0], summary.root.object);
    const outside = historyHandlers.historyProblems(analysis, {
      job: 0,
      kind: 'node-without-name',
      from: 0,
      to: 9,
    }).rows;
    const top = historyHandlers.historyPlace(analysis, { job: 0, object: outside[0].object, ...order }).place;
    assert.deepEqual([top?.folders, top?.indices], [[OUTSIDE], [0]]);
  });

  it('tell all of a file, and give the files as CSV in pieces', () => {
    const { rows } = historyHandlers.historySearch(analysis, {
      job: 0,
      pattern: 'b',
      matchCase: false,
      from: 0,
      to: 5,
    });
    const { detail } = historyHandlers.historyFile(analysis, { job: 0, link: rows[0].link, object: rows[0].object });
    assert.equal(detail?.path, '/b');
    assert.ok(detail.fields.some(({ name, value }) => name === 'stats.size' && value === '40'));
    const csv = historyHandlers.historyCsv(analysis, { job: 0, from: 0 });
    assert.equal(csv.next, undefined);
    assert.equal(csv.text.split('\r\n').length, 1 + 4 + 1);
    assert.equal(historyHandlers.historyNames(analysis, { job: 1, from: 1, to: 2 }).list?.entries[0].original, '/a');
    assert.equal(historyHandlers.historyEnvironment(analysis, { job: 1 }).table?.backupJob, 0);
  });
});
