import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { runBackup } from '../../../src/dma/backup/backup';
import type { RunReport } from '../../../src/dma/run/model';
import { faultGate, readFaults, type FaultGate } from '../../../src/tap/faults';
import { Tap } from '../../../src/tap/tap';
import { keptTrue } from '../../support/afterFault';
import { writeFiles } from '../../support/dma';
import { DmaHand } from '../../support/dmaHand';
import { NdmpClient } from '../../support/ndmpClient';
import { PASSWORD, TestServer, USER } from '../../support/testServer';

const LOGIN = { user: USER, password: PASSWORD, kind: 'md5' } as const;

describe('faults: through a tap', function () {
  this.timeout(120_000);
  let server: TestServer;
  let tap: Tap;
  let gate: FaultGate;

  beforeEach(async () => {
    server = await TestServer.start({ library: { slots: 4, drives: 2 } });
    gate = faultGate(readFaults('{"faults": []}', 'none'));
    tap = await Tap.start({
      listen: [{ host: '127.0.0.1', port: 0 }],
      target: { host: '127.0.0.1', port: server.port },
      faults: gate,
    });
  });
  afterEach(async () => {
    await tap.stop();
    await server.stop();
  });

  const connected = (login?: typeof LOGIN) =>
    NdmpClient.connect({ port: tap.addresses[0].port, version: 4, ...(login ? { login } : {}) });

  it('answers of the server give way to others, added while the connection is there', async () => {
    const client = await connected(LOGIN);
    try {
      assert.equal((await client.request('NDMP_CONFIG_GET_HOST_INFO')).error, 'NO_ERR');
      const id = gate.add({ on: { message: 'NDMP_CONFIG_GET_HOST_INFO' }, times: 2, do: { answer: 'NO_MEM' } });
      assert.equal((await client.request('NDMP_CONFIG_GET_HOST_INFO')).error, 'NO_MEM');
      assert.equal((await client.request('NDMP_CONFIG_GET_SERVER_INFO')).error, 'NO_ERR');
      assert.equal((await client.request('NDMP_CONFIG_GET_HOST_INFO')).error, 'NO_MEM');
      assert.equal((await client.request('NDMP_CONFIG_GET_HOST_INFO')).error, 'NO_ERR');
      assert.deepEqual(
        gate.list().map(({ hits }) => hits),
        [2],
      );
      gate.remove(id);
      assert.equal((await client.request('NDMP_CONFIG_GET_HOST_INFO')).error, 'NO_ERR');
      const counted = client.received.map(({ header }) => header.sequence);
      assert.deepEqual(
        counted,
        counted.map((_, at) => at + 1),
        'numbers count up as of one server',
      );
    } finally {
      client.destroy();
    }
  });

  it('made-up posts come between those of the server', async () => {
    const client = await connected();
    try {
      const pause = { message: 'NDMP_NOTIFY_MOVER_PAUSED', body: { reason: 'EOM', seek_position: 7 }, place: 'before' };
      gate.add({ on: { message: 'NDMP_CONFIG_GET_SERVER_INFO', kind: 'reply' }, do: { inject: pause } });
      await client.request('NDMP_CONFIG_GET_SERVER_INFO');
      const post = client.posts.find(({ name }) => name === 'NDMP_NOTIFY_MOVER_PAUSED');
      assert.deepEqual(post?.body, { reason: 1, seek_position: 7n });
      assert.deepEqual(post?.problems, []);
    } finally {
      client.destroy();
    }
  });

  it('a connection is broken off in the middle of a message', async () => {
    const client = await connected();
    gate.add({ on: { message: 'NDMP_CONFIG_GET_SERVER_INFO', kind: 'reply' }, do: { cut: 'rst', at: 20 } });
    await assert.rejects(client.request('NDMP_CONFIG_GET_SERVER_INFO'));
    await client.closed;
  });

  describe('a backup', () => {
    let hand: DmaHand;
    beforeEach(async () => {
      hand = await DmaHand.make();
      hand.serve('filer', tap.addresses[0].port);
      writeFiles(server.root, { 'a.txt': 'one', 'dir/big': randomBytes(2_000_000) });
    });
    afterEach(() => hand.remove());

    const backUp = async (...faults: unknown[]): Promise<RunReport> => {
      const plan = await hand.plan({ sources: [server.root] });
      for (const fault of faults) gate.add(fault);
      return runBackup(plan, hand.surroundings);
    };
    const hits = (): number[] => gate.list().map((each) => each.hits);

    for (const [title, fault] of [
      ['posts that come twice', { on: { kind: 'post' }, times: 'always', do: 'duplicate' }],
      ['a lost NOTIFY_DATA_HALTED', { on: { message: 'NDMP_NOTIFY_DATA_HALTED' }, do: 'drop' }],
      ['posts turned round', { on: { message: 'NDMP_FH_ADD_FILE' }, do: { reorder: 1 } }],
      ['late replies', { on: { kind: 'reply' }, times: 20, do: { delay: [1, 60] } }],
      [
        'made-up log messages',
        { on: { kind: 'reply' }, times: 30, do: { inject: { message: 'NDMP_LOG_MESSAGE', body: { entry: 'x' } } } },
      ],
      [
        'a pause that is not so',
        {
          on: { message: 'NDMP_DATA_START_BACKUP', kind: 'reply' },
          do: { inject: { message: 'NDMP_NOTIFY_MOVER_PAUSED', body: { reason: 'EOM' } } },
        },
      ],
    ] as const)
      it(`is complete in spite of ${title}`, async () => {
        const report = await backUp(fault);
        assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
        assert.ok(hits()[0] > 0, 'the fault was there');
        await keptTrue(hand, report);
      });

    for (const [title, fault, said] of [
      ['a server without memory', { on: { message: 'NDMP_DATA_START_BACKUP' }, do: { answer: 'NO_MEM' } }, /NO_MEM/],
      [
        'a mover that cannot listen',
        { on: { message: 'NDMP_MOVER_LISTEN' }, do: { answer: 'NDMP_CONNECT_ERR' } },
        /CONNECT/,
      ],
      [
        'a data server that gives up',
        {
          on: { message: ['NDMP_NOTIFY_DATA_HALTED', 'NDMP_DATA_GET_STATE'] },
          times: 'always',
          do: { change: { reason: 'INTERNAL_ERROR', halt_reason: 'INTERNAL_ERROR' } },
        },
        /INTERNAL_ERROR/,
      ],
      ['a cut', { on: { message: 'NDMP_NOTIFY_DATA_HALTED' }, do: { cut: 'rst' } }, /connection|filer/],
    ] as const)
      it(`fails and says so after ${title}`, async () => {
        const report = await backUp(fault);
        assert.notEqual(report.state, 'done');
        assert.match(`${report.message}\n${report.sources.map(({ message }) => message).join('\n')}`, said);
        assert.ok(hits()[0] > 0, 'the fault was there');
        await keptTrue(hand, report);
      });
  });
});
