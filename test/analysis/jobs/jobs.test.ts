import assert from 'node:assert/strict';
import { findJobs, type Job } from '../../../src/analysis/jobs';
import type { BodyValue } from '../../../src/protocol';
import { Play, type Conversation } from '../../support/play';

const DMA = '10.0.0.1';
const FILER = '10.0.0.2';
const TAPES = '10.0.0.3';
const LOCAL: BodyValue = { type: 0 };
const variables = (pairs: Record<string, string>) => Object.entries(pairs).map(([name, value]) => ({ name, value }));
const word = (a: number, b: number, c: number, d: number) => ((a << 24) | (b << 16) | (c << 8) | d) >>> 0;
const tcp = (port: number, ip = word(10, 0, 0, 3)): BodyValue => ({
  type: 1,
  tcp_addr: [{ ip_addr: ip, port, addr_env: [] }],
});

function tape(conversation: Conversation): void {
  conversation.ask('NDMP_TAPE_OPEN', { device: 'nrst0a', mode: 1 });
  conversation.ask('NDMP_MOVER_SET_RECORD_SIZE', { len: 65536 });
  conversation.ask('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: 0xffffffffffffffffn });
}

function listen(conversation: Conversation, address: BodyValue, mode = 0): void {
  conversation.ask('NDMP_MOVER_LISTEN', { mode, addr_type: Number(address.type) }, { error: 0, connect_addr: address });
}

function backup(conversation: Conversation, path: string, level = '0'): void {
  conversation.ask('NDMP_DATA_START_BACKUP', {
    bu_type: 'dump',
    env: variables({ FILESYSTEM: path, LEVEL: level, TYPE: 'dump' }),
  });
}

function finish(data: Conversation, mover: Conversation, reason = 1, moverReason = 1): void {
  data.post('NDMP_NOTIFY_DATA_HALTED', { reason });
  mover.post('NDMP_NOTIFY_MOVER_HALTED', { reason: moverReason });
  data.ask('NDMP_DATA_STOP');
  mover.ask('NDMP_MOVER_STOP');
  mover.ask('NDMP_TAPE_CLOSE');
}

const brief = ({ operation, topology, title, outcome, dataConnection, tapeConnection, changerConnection }: Job) => [
  operation,
  topology,
  title,
  outcome,
  dataConnection,
  tapeConnection,
  changerConnection,
];

describe('jobs', () => {
  it('several on one connection, one after the other', () => {
    const play = new Play();
    const all = play.connect(DMA, FILER);
    for (const path of ['/vol/a', '/vol/b', '/vol/c']) {
      tape(all);
      listen(all, LOCAL);
      all.ask('NDMP_DATA_CONNECT', { addr: LOCAL });
      backup(all, path);
      finish(all, all);
    }
    all.close();
    const jobs = findJobs(play.session());
    assert.deepEqual(
      jobs.map(brief),
      ['a', 'b', 'c'].map((name) => [
        'backup',
        'local',
        `Local backup of /vol/${name}, level 0`,
        'successful',
        0,
        0,
        -1,
      ]),
    );
    // greeting and opening are the first one's; every row belongs to one of them
    assert.deepEqual(jobs[0].spans[0].fromRow, 0);
    assert.deepEqual(jobs[1].spans[0].fromRow, jobs[0].spans[0].toRow + 1);
    assert.deepEqual(jobs[2].spans[0].fromRow, jobs[1].spans[0].toRow + 1);
  });

  it('one tape server serves two data servers in turn', () => {
    const play = new Play();
    const one = play.connect(DMA, FILER);
    const other = play.connect(DMA, '10.0.0.4');
    const mover = play.connect(DMA, TAPES);
    for (const [data, port, path] of [
      [one, 40001, '/vol/a'],
      [other, 40002, '/vol/b'],
    ] as const) {
      tape(mover);
      listen(mover, tcp(port));
      data.ask('NDMP_DATA_CONNECT', { addr: tcp(port) });
      backup(data, path);
      finish(data, mover);
    }
    const jobs = findJobs(play.session());
    assert.deepEqual(jobs.map(brief), [
      ['backup', 'three-way', 'Three-way backup of /vol/a, level 0', 'successful', 0, 2, -1],
      ['backup', 'three-way', 'Three-way backup of /vol/b, level 0', 'successful', 1, 2, -1],
    ]);
    const [first, second] = jobs.map(({ spans }) => spans.find(({ connection }) => connection === 2)!);
    assert.equal(second.fromRow > first.toRow, true);
  });

  it('a data server that connects to the DMA itself is indirect', () => {
    const play = new Play();
    const data = play.connect(DMA, FILER);
    data.ask('NDMP_DATA_CONNECT', { addr: tcp(50000, word(10, 0, 0, 1)) });
    backup(data, '/vol/a', '3');
    const stream = play.tcp({ address: FILER, port: 33333 }, { address: DMA, port: 50000 });
    stream.send('client', play.tick(), Buffer.alloc(100_000));
    data.post('NDMP_NOTIFY_DATA_HALTED', { reason: 1 });
    const [job] = findJobs(play.session());
    assert.deepEqual(brief(job), ['backup', 'indirect', 'Indirect backup of /vol/a, level 3', 'successful', 0, -1, -1]);
    assert.equal(job.link?.listener, 'DMA');
    assert.deepEqual([job.link.bytes, job.link.bytesFrom], [100_000, 'packets']);
  });

  it('the data server listens, the mover connects, to any address of the list', () => {
    const play = new Play();
    const mover = play.connect(DMA, TAPES);
    const data = play.connect(DMA, FILER);
    tape(mover);
    const list: BodyValue = {
      type: 1,
      tcp_addr: [
        { ip_addr: word(10, 0, 0, 2), port: 7000, addr_env: [] },
        { ip_addr: word(192, 168, 1, 2), port: 7000, addr_env: [] },
      ],
    };
    data.ask('NDMP_DATA_LISTEN', { addr_type: 1 }, { error: 0, connect_addr: list });
    mover.ask('NDMP_MOVER_CONNECT', { mode: 0, addr: tcp(7000, word(192, 168, 1, 2)) });
    backup(data, '/vol/a');
    finish(data, mover);
    const [job, ...others] = findJobs(play.session());
    assert.deepEqual(others, []);
    assert.deepEqual(brief(job), [
      'backup',
      'three-way',
      'Three-way backup of /vol/a, level 0',
      'successful',
      1,
      0,
      -1,
    ]);
    assert.equal(job.link?.listener, 'data server');
  });

  it('a copy from tape to tape, and one between data servers', () => {
    const play = new Play();
    const from = play.connect(DMA, TAPES);
    const to = play.connect(DMA, '10.0.0.5');
    tape(from);
    tape(to);
    listen(to, tcp(6000, word(10, 0, 0, 5)));
    from.ask('NDMP_MOVER_CONNECT', { mode: 1, addr: tcp(6000, word(10, 0, 0, 5)) });
    play.wait(1_000_000);
    const source = play.connect(DMA, FILER);
    const target = play.connect(DMA, '10.0.0.4');
    target.ask('NDMP_DATA_LISTEN', { addr_type: 1 }, { error: 0, connect_addr: tcp(6001) });
    source.ask('NDMP_DATA_CONNECT', { addr: tcp(6001) });
    target.ask('NDMP_DATA_START_RECOVER', {
      env: variables({ FILESYSTEM: '/vol/b' }),
      nlist: [],
      bu_type: 'dump',
    });
    backup(source, '/vol/a');
    source.post('NDMP_NOTIFY_DATA_HALTED', { reason: 1 });
    const jobs = findJobs(play.session());
    assert.deepEqual(
      jobs.map(({ operation, title, spans }) => [operation, title, spans.map(({ connection }) => connection)]),
      [
        ['copy', 'Copy from tape to tape', [0, 1]],
        ['copy', 'Copy between data servers', [2, 3]],
      ],
    );
  });

  it('a changer session that overlaps belongs to the job, others do not', () => {
    const play = new Play();
    const before = play.connect(DMA, TAPES);
    before.ask('NDMP_SCSI_OPEN', { device: 'mc0' }).ask('NDMP_SCSI_CLOSE').close();
    const changer = play.connect(DMA, TAPES);
    changer.ask('NDMP_SCSI_OPEN', { device: 'mc0' });
    const mover = play.connect(DMA, TAPES);
    tape(mover);
    const data = play.connect(DMA, FILER);
    listen(mover, tcp(6002));
    data.ask('NDMP_DATA_CONNECT', { addr: tcp(6002) });
    backup(data, '/vol/a');
    finish(data, mover);
    changer.ask('NDMP_SCSI_CLOSE');
    const foreign = play.connect('10.0.0.77', TAPES);
    foreign.ask('NDMP_SCSI_OPEN', { device: 'mc0' });
    const jobs = findJobs(play.session());
    assert.deepEqual(jobs.map(brief), [
      ['session', 'none', 'Changer session on mc0', 'successful', -1, -1, 0],
      ['backup', 'three-way', 'Three-way backup of /vol/a, level 0', 'successful', 3, 2, 1],
      ['session', 'none', 'Changer session on mc0', 'successful', -1, -1, 4],
    ]);
  });

  it('a mover that failed spoils a backup that the data server calls successful', () => {
    for (const [reason, outcome] of [
      [1, 'successful'],
      [2, 'aborted'],
      [3, 'failed'],
      [5, 'failed'],
    ] as const) {
      const play = new Play();
      const all = play.connect(DMA, FILER);
      tape(all);
      listen(all, LOCAL);
      all.ask('NDMP_DATA_CONNECT', { addr: LOCAL });
      backup(all, '/vol/a');
      finish(all, all, 1, reason);
      const [job] = findJobs(play.session());
      assert.equal(job.outcome, outcome);
      assert.equal(job.outcomeWhy.rows.length, reason === 1 ? 1 : 2);
    }
  });

  it('names from the capture come escaped and cut', () => {
    const play = new Play();
    const all = play.connect(DMA, FILER);
    all.ask('NDMP_DATA_CONNECT', { addr: LOCAL });
    backup(all, `/vol/\u001b[31m<b>\u202e${'x'.repeat(100_000)}`);
    const [job] = findJobs(play.session());
    assert.ok(job.title.length < 400, String(job.title.length));
    assert.ok(job.path.length < 5000, String(job.path.length));
    assert.ok([...job.title, ...job.path].every((each) => each >= ' ' && each !== '\u202e'));
  });
});
