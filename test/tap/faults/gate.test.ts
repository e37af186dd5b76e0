import assert from 'node:assert/strict';
import { ErrorCode, findCode } from '../../../src/protocol';
import { FaultDesk, type Outcome } from '../../support/faultDesk';

const sequences = (messages: Outcome['atTarget']) => messages.map(({ header }) => header.sequence);

describe('faults: messages', () => {
  it('pass as they are when nothing is to be done', () => {
    const desk = new FaultDesk([{ on: { message: 'NDMP_TAPE_OPEN' }, do: 'drop' }]);
    for (let n = 0; n < 3; n++) assert.deepEqual(desk.request('NDMP_CONFIG_GET_HOST_INFO').passage, { do: 'pass' });
    assert.deepEqual(desk.gate.list(), [{ id: 1, text: 'NDMP_TAPE_OPEN: lost, once', hits: 0 }]);
  });

  it('are lost, and those behind count on as if they had never been', () => {
    const desk = new FaultDesk([{ on: { message: 'NDMP_TAPE_OPEN', kind: 'request' }, do: 'drop' }]);
    desk.request('NDMP_CONNECT_OPEN', { protocol_version: 4 });
    const lost = desk.request('NDMP_TAPE_OPEN', { device: 'nst0', mode: 1 });
    assert.deepEqual([lost.atTarget, lost.atClient], [[], []]);
    assert.deepEqual(lost.marks, ['fault 1: lost']);
    const next = desk.request('NDMP_TAPE_GET_STATE');
    assert.deepEqual(sequences(next.atTarget), [2]);
    const reply = desk.reply('NDMP_TAPE_GET_STATE', 2, { error: 0 });
    assert.equal(reply.atClient[0].header.replySequence, 3, 'the client asked with 3');
  });

  it('are answered in place of the server, which sees nothing of them', () => {
    const desk = new FaultDesk([
      { on: { message: 'NDMP_TAPE_OPEN' }, times: 2, do: { answer: 'NDMP_DEVICE_BUSY_ERR' } },
    ]);
    desk.post('NDMP_NOTIFY_CONNECTION_STATUS', { reason: 0, protocol_version: 4 });
    const open = desk.request('NDMP_TAPE_OPEN', { device: 'nst0', mode: 1 }, { sequence: 7 });
    assert.deepEqual(open.atTarget, []);
    const [answer] = open.atClient;
    assert.equal(answer.body.error, ErrorCode.DEVICE_BUSY);
    assert.deepEqual(
      { ...answer.header, timeStamp: 0 },
      { sequence: 2, timeStamp: 0, messageType: 1, code: findCode('NDMP_TAPE_OPEN'), replySequence: 7, error: 0 },
    );
    assert.deepEqual(open.marks, ['fault 1: answered with DEVICE_BUSY']);
    assert.deepEqual(sequences(desk.post('NDMP_LOG_MESSAGE', { log_type: 0 }).atClient), [3]);
    assert.deepEqual(sequences(desk.request('NDMP_TAPE_OPEN', { device: 'nst0', mode: 1 }).atClient), [4]);
    assert.deepEqual(sequences(desk.request('NDMP_TAPE_OPEN', { device: 'nst0', mode: 1 }).atTarget), [7]);
  });

  it('are answered in the header, without a body', () => {
    const desk = new FaultDesk([
      { on: { message: 'NDMP_CONFIG_GET_EXT_LIST' }, do: { answer: { error: 'NOT_SUPPORTED', header: true } } },
    ]);
    const [answer] = desk.request('NDMP_CONFIG_GET_EXT_LIST').atClient;
    assert.equal(answer.header.error, ErrorCode.NOT_SUPPORTED);
    assert.equal(answer.payload.length, 24);
  });

  it('are answered with a whole reply', () => {
    const desk = new FaultDesk([
      {
        on: { message: 'NDMP_MOVER_GET_STATE' },
        do: {
          answer: { body: { state: 'PAUSED', pause_reason: 'EOM', record_size: 65536, bytes_moved: '12345678901234' } },
        },
      },
    ]);
    const [{ body }] = desk.request('NDMP_MOVER_GET_STATE').atClient;
    assert.deepEqual(
      [body.error, body.state, body.pause_reason, body.record_size, body.bytes_moved],
      [0, 3, 1, 65536, 12345678901234n],
    );
  });

  it('are answered in the layout of the version that the connection has agreed on', () => {
    const desk = new FaultDesk([{ on: { message: 'NDMP_DATA_GET_STATE' }, times: 'always', do: { answer: 'IO' } }]);
    desk.post('NDMP_NOTIFY_CONNECTION_STATUS', { reason: 0, protocol_version: 4 });
    desk.request('NDMP_CONNECT_OPEN', { protocol_version: 2 });
    desk.reply('NDMP_CONNECT_OPEN', 1, { error: 0 });
    const [{ payload, body }] = desk.request('NDMP_DATA_GET_STATE', {}, { version: 2 }).atClient;
    assert.equal(body.error, ErrorCode.IO);
    const [other] = desk.request('NDMP_DATA_GET_STATE', {}, { connection: 2 }).atClient;
    assert.ok(other.payload.length > payload.length, 'v4 has one word more, and an address');
  });

  it('get other values, and stay whole', () => {
    const desk = new FaultDesk([
      {
        on: { message: 'NDMP_DATA_START_BACKUP' },
        do: { change: { bu_type: 'tar', 'env.HIST': 'n', 'env.NEW': 'x', 'env.LEVEL': null, 'env[0].name': 'PATH' } },
      },
    ]);
    const env = [
      { name: 'FILESYSTEM', value: '/a' },
      { name: 'HIST', value: 'y' },
      { name: 'LEVEL', value: '0' },
    ];
    const [{ body, header }] = desk.request('NDMP_DATA_START_BACKUP', { bu_type: 'dump', env }).atTarget;
    assert.equal(header.sequence, 1);
    assert.equal(body.bu_type, 'tar');
    assert.deepEqual(body.env, [
      { name: 'PATH', value: '/a' },
      { name: 'HIST', value: 'n' },
      { name: 'NEW', value: 'x' },
    ]);
  });

  it('get another address, another case of a union, another header', () => {
    const desk = new FaultDesk([
      {
        on: { message: 'NDMP_MOVER_LISTEN', kind: 'reply' },
        times: 2,
        do: { change: { 'connect_addr.tcp_addr[0].ip_addr': '192.0.2.9', 'connect_addr.tcp_addr[0].port': 1 } },
      },
      {
        on: { message: 'NDMP_MOVER_LISTEN', kind: 'reply' },
        after: 1,
        do: { change: { 'connect_addr.type': 'LOCAL' } },
      },
      { on: { message: 'NDMP_DATA_STOP' }, do: { change: { 'header.message': 0x999, 'header.sequence': 77 } } },
    ]);
    const connect_addr = { type: 1, tcp_addr: [{ ip_addr: 0x7f000001, port: 4000, addr_env: [] }] };
    const listen = () => desk.reply('NDMP_MOVER_LISTEN', 1, { error: 0, connect_addr }).atClient[0].body;
    assert.deepEqual(listen().connect_addr, { type: 1, tcp_addr: [{ ip_addr: 0xc0000209, port: 1, addr_env: [] }] });
    assert.deepEqual(listen().connect_addr, { type: 0 });
    const { header } = desk.request('NDMP_DATA_STOP').atTarget[0];
    assert.deepEqual([header.code, header.sequence], [0x999, 77]);
    assert.deepEqual(sequences(desk.request('NDMP_DATA_STOP').atTarget), [2]);
  });

  it('come twice, with a number of their own, and both replies are for the one that was sent', () => {
    const desk = new FaultDesk([{ on: { message: 'NDMP_MOVER_READ', kind: 'request' }, do: 'duplicate' }]);
    assert.deepEqual(sequences(desk.request('NDMP_MOVER_READ', { offset: 0n, length: 1n }).atTarget), [1, 2]);
    assert.deepEqual(sequences(desk.request('NDMP_MOVER_GET_STATE').atTarget), [3]);
    const replies = [1, 2, 3].map(
      (sequence) => desk.reply('NDMP_MOVER_READ', sequence).atClient[0].header.replySequence,
    );
    assert.deepEqual(replies, [1, 1, 2]);
  });

  it('change places with those that follow', () => {
    const desk = new FaultDesk([{ on: { message: 'NDMP_NOTIFY_MOVER_HALTED' }, do: { reorder: 2 } }]);
    assert.deepEqual(desk.post('NDMP_NOTIFY_MOVER_HALTED', { reason: 1 }).atClient, []);
    assert.deepEqual(sequences(desk.post('NDMP_NOTIFY_DATA_HALTED', { reason: 1 }).atClient), [1]);
    const both = desk.reply('NDMP_DATA_STOP', 1);
    assert.deepEqual(
      both.atClient.map(({ header }) => [header.sequence, header.code]),
      [
        [2, findCode('NDMP_DATA_STOP')],
        [3, findCode('NDMP_NOTIFY_MOVER_HALTED')],
      ],
    );
    assert.deepEqual(both.marks, ['fault 1: message 1, which waited, comes here']);
    assert.deepEqual(sequences(desk.post('NDMP_LOG_MESSAGE').atClient), [4]);
  });

  it('that wait for others are lost with their connection, which is said', () => {
    const desk = new FaultDesk([{ on: { message: 'NDMP_NOTIFY_MOVER_HALTED' }, do: { reorder: 2 } }]);
    desk.post('NDMP_NOTIFY_MOVER_HALTED', { reason: 1 });
    desk.gate.closed(1);
    assert.deepEqual(desk.marked, ['fault 1: a message that waited for others was lost with the connection']);
  });

  it('come with made-up posts, which are numbered in their place', () => {
    const desk = new FaultDesk([
      {
        on: { message: 'NDMP_DATA_START_BACKUP', kind: 'reply' },
        do: {
          inject: [
            { message: 'NDMP_LOG_MESSAGE', body: { log_type: 'ERROR', entry: 'smoke' }, place: 'before' },
            { message: 'NDMP_NOTIFY_MOVER_PAUSED', body: { reason: 'EOM', seek_position: -1 } },
            { message: 'NDMP_NOTIFY_DATA_HALTED', body: { reason: 'INTERNAL_ERROR', text_reason: 'not in v4' } },
          ],
        },
      },
    ]);
    desk.post('NDMP_NOTIFY_CONNECTION_STATUS', { reason: 0, protocol_version: 4 });
    const { atClient } = desk.reply('NDMP_DATA_START_BACKUP', 5, { error: 0 });
    assert.deepEqual(
      atClient.map(({ header, body }) => [header.sequence, header.replySequence, body]),
      [
        [
          2,
          0,
          {
            log_type: 2,
            message_id: 0,
            entry: 'smoke',
            associated_message_valid: 0,
            associated_message_sequence: 0,
          },
        ],
        [3, 5, { error: 0 }],
        [4, 0, { reason: 1, seek_position: 0xffffffffffffffffn }],
        [5, 0, { reason: 3 }],
      ],
    );
    const about = { associated_message_valid: 1, associated_message_sequence: 2 };
    const [log] = desk.post('NDMP_LOG_MESSAGE', about).atClient;
    assert.deepEqual([log.header.sequence, log.body.associated_message_sequence], [6, 3], 'its message 2 went on as 3');
  });

  it('are never a reply to a request that was made up', () => {
    const desk = new FaultDesk([
      { on: { message: 'NDMP_MOVER_GET_STATE', kind: 'request' }, do: { inject: { message: 'NDMP_DATA_ABORT' } } },
    ]);
    assert.deepEqual(sequences(desk.request('NDMP_MOVER_GET_STATE').atTarget), [1, 2]);
    const state = desk.reply('NDMP_MOVER_GET_STATE', 1, { error: 0 });
    assert.deepEqual(sequences(state.atClient), [1]);
    assert.deepEqual(desk.reply('NDMP_DATA_ABORT', 2, { error: 0 }).atClient, []);
    const post = desk.post('NDMP_NOTIFY_DATA_HALTED', { reason: 2 });
    assert.deepEqual(sequences(post.atClient), [2]);
  });

  it('come later, in their place all the same', () => {
    const desk = new FaultDesk([
      { on: { message: 'NDMP_TAPE_WRITE', kind: 'request' }, do: { delay: 250 } },
      { on: { message: 'NDMP_TAPE_WRITE', kind: 'request' }, after: 1, times: 50, do: { delay: [10, 20] } },
    ]);
    const first = desk.request('NDMP_TAPE_WRITE', { data_out: new Uint8Array(8) });
    assert.equal(first.waited, 250);
    assert.deepEqual(first.marks, ['fault 1: 250 ms later']);
    const waits = Array.from({ length: 50 }, () => desk.request('NDMP_TAPE_WRITE').waited);
    assert.ok(waits.every((wait) => wait >= 10 && wait <= 20) && new Set(waits).size > 5, waits.join());
  });

  it('are garbled in the body only', () => {
    const desk = new FaultDesk([{ on: { message: 'NDMP_DATA_GET_ENV', kind: 'reply' }, do: { garble: 5 } }]);
    const env = Array.from({ length: 20 }, (_, n) => ({ name: `N${n}`, value: 'v' }));
    const { atClient, passage } = desk.reply('NDMP_DATA_GET_ENV', 1, { error: 0, env });
    assert.equal(passage.do, 'replace');
    assert.deepEqual(sequences(atClient), [1]);
    assert.notDeepEqual(atClient[0].body.env, env);
  });
});

describe('faults: connections', () => {
  it('are cut in place of a message, behind it, or within it', () => {
    const at = (place: unknown, how = 'rst') =>
      new FaultDesk([{ on: { message: 'NDMP_DATA_STOP' }, do: { cut: how, at: place } }]);
    assert.deepEqual(at('before').request('NDMP_DATA_STOP').passage, { do: 'cut', how: 'rst', behind: false });
    assert.deepEqual(at('behind', 'fin').request('NDMP_DATA_STOP').passage, { do: 'cut', how: 'fin', behind: true });
    const within = at(10);
    assert.equal(within.gate.bytesLeft?.(1, 'client', 'control'), undefined);
    assert.deepEqual(within.request('NDMP_DATA_STOP').passage, { do: 'pass' });
    assert.equal(within.gate.bytesLeft?.(1, 'client', 'control'), 10);
    assert.equal(within.gate.bytesLeft?.(1, 'target', 'control'), undefined);
  });

  it('are cut behind what went before, when the message is another', () => {
    const desk = new FaultDesk([
      { on: { message: 'NDMP_DATA_STOP' }, do: { answer: 'ILLEGAL_STATE', cut: 'fin', at: 'behind' } },
    ]);
    const { passage, cut, atClient } = desk.request('NDMP_DATA_STOP');
    assert.equal(passage.do, 'replace');
    assert.equal(cut, 'fin');
    assert.equal(atClient[0].body.error, ErrorCode.ILLEGAL_STATE);
  });

  it('count bytes down over messages', () => {
    const desk = new FaultDesk([{ on: { message: 'NDMP_DATA_STOP' }, do: { cut: 'rst', at: 100 } }]);
    const left = () => desk.gate.bytesLeft?.(1, 'client', 'control');
    desk.request('NDMP_DATA_STOP');
    desk.request('NDMP_DATA_GET_STATE');
    assert.equal(left(), 72, 'the first took 28');
    for (let n = 0; n < 4; n++) desk.request('NDMP_DATA_GET_STATE');
    assert.equal(left(), 0);
  });

  it('are slowed down from a message on, and no more from another', () => {
    const desk = new FaultDesk([
      { on: { message: 'NDMP_DATA_START_BACKUP', kind: 'reply' }, do: { throttle: 1000 } },
      { on: { message: 'NDMP_NOTIFY_DATA_HALTED' }, do: { throttle: 0 } },
    ]);
    const rate = () => desk.gate.rate?.(1, 'target', 'control');
    assert.equal(rate(), undefined);
    assert.deepEqual(desk.reply('NDMP_DATA_START_BACKUP', 1).passage, { do: 'pass' });
    assert.equal(rate(), 1000);
    assert.equal(desk.gate.rate?.(1, 'client', 'control'), undefined);
    desk.post('NDMP_NOTIFY_DATA_HALTED', { reason: 1 });
    assert.equal(rate(), undefined);
  });

  it('of data are slowed down and cut', () => {
    const desk = new FaultDesk([
      { data: { throttle: 5000 }, times: 'always' },
      { data: { from: 'client', cutAt: 1_000_000 }, after: 1 },
    ]);
    const of = (connection: number) =>
      (['client', 'target'] as const).map((side) => [
        desk.gate.rate?.(connection, side, 'data'),
        desk.gate.bytesLeft?.(connection, side, 'data'),
      ]);
    assert.deepEqual(of(4), [
      [5000, undefined],
      [5000, undefined],
    ]);
    assert.deepEqual(of(9), [
      [5000, 1_000_000],
      [5000, undefined],
    ]);
    assert.deepEqual(
      desk.gate.list().map(({ hits }) => hits),
      [2, 1],
    );
    assert.deepEqual(desk.marked, [
      'fault 1: 5000 bytes a second',
      'fault 1: 5000 bytes a second',
      'fault 2: reset after 1000000 bytes',
    ]);
  });
});

describe('faults: which messages', () => {
  it('are told by kind, version, connection and fields', () => {
    const desk = new FaultDesk([
      {
        on: {
          message: ['NDMP_TAPE_MTIO', 'NDMP_TAPE_OPEN'],
          kind: 'request',
          connection: 2,
          where: { tape_op: ['REW', 'FSF'], count: 1 },
        },
        times: 'always',
        do: 'drop',
      },
    ]);
    const mtio = (tape_op: number, count: number, connection: number) =>
      desk.request('NDMP_TAPE_MTIO', { tape_op, count }, { connection }).marks.length;
    assert.deepEqual([mtio(4, 1, 2), mtio(0, 1, 2), mtio(4, 1, 1), mtio(4, 2, 2), mtio(1, 1, 2)], [1, 1, 0, 0, 0]);
    assert.equal(desk.request('NDMP_TAPE_OPEN', { device: 'x', mode: 0 }, { connection: 2 }).marks.length, 0);
  });

  it('are told by variables, addresses, errors and the header', () => {
    const marked = (where: object, body: object, more = {}) =>
      new FaultDesk([{ on: { message: 'NDMP_DATA_START_BACKUP', where }, do: 'drop' }]).request(
        'NDMP_DATA_START_BACKUP',
        body as never,
        more,
      ).marks.length;
    const env = [{ name: 'A.B[0]', value: '1' }];
    assert.equal(marked({ 'env.A.B[0]': '1' }, { env }), 1);
    assert.equal(marked({ 'env.A.B[0]': '2' }, { env }), 0);
    assert.equal(marked({ 'env.OTHER': '1' }, { env }), 0);
    assert.equal(marked({ 'env[0].name': 'A.B[0]' }, { env }), 1);
    assert.equal(marked({ 'header.sequence': 9 }, { env }, { sequence: 9 }), 1);
    assert.equal(marked({ 'header.sequence': 8 }, { env }, { sequence: 9 }), 0);
  });

  it('are counted over all connections, or for each', () => {
    const hits = (count: string) => {
      const desk = new FaultDesk([{ on: { message: 'NDMP_DATA_STOP' }, after: 1, count, do: 'drop' }]);
      return [1, 1, 2, 2, 2, 1].map((connection) => desk.request('NDMP_DATA_STOP', {}, { connection }).marks.length);
    };
    assert.deepEqual(hits('overall'), [0, 1, 0, 0, 0, 0]);
    assert.deepEqual(hits('connection'), [0, 1, 0, 1, 0, 0]);
  });

  it('are struck by chance, the same ones for the same seed', () => {
    const struck = (seed: number) => {
      const fault = { on: { message: 'NDMP_DATA_GET_STATE' }, times: 'always', percent: 30, do: 'drop' };
      const desk = new FaultDesk([fault], { seed });
      return Array.from({ length: 400 }, () => desk.request('NDMP_DATA_GET_STATE').marks.length);
    };
    assert.deepEqual(struck(5), struck(5));
    assert.notDeepEqual(struck(5), struck(6));
    const count = struck(5).filter((each) => each > 0).length;
    assert.ok(count > 70 && count < 170, `${count} of 400`);
  });

  it('suffer several faults, in their order', () => {
    const desk = new FaultDesk([
      { on: { message: 'NDMP_TAPE_READ', kind: 'request' }, do: { change: { count: 1 } } },
      { name: 'twice', on: { message: 'NDMP_TAPE_READ', kind: 'request' }, do: { duplicate: 2, delay: 5 } },
    ]);
    const { atTarget, waited, marks } = desk.request('NDMP_TAPE_READ', { count: 512 });
    assert.deepEqual(
      atTarget.map(({ body, header }) => [body.count, header.sequence]),
      [
        [1, 1],
        [1, 2],
        [1, 3],
      ],
    );
    assert.equal(waited, 5);
    assert.deepEqual(marks, ['fault 1: changed (count = 1)', 'fault 2 (twice): sent 3 times, 5 ms later']);
  });
});

describe('faults: while a tap runs', () => {
  it('are added, listed, taken away', () => {
    const desk = new FaultDesk([]);
    assert.equal(desk.gate.add({ name: 'busy', on: { message: 'NDMP_TAPE_OPEN' }, do: { answer: 'DEVICE_BUSY' } }), 1);
    assert.equal(desk.gate.add({ on: { kind: 'post' }, times: 'always', do: 'drop' }), 2);
    assert.equal(desk.request('NDMP_TAPE_OPEN', { device: '', mode: 0 }).marks.length, 1);
    assert.deepEqual(desk.gate.list(), [
      { id: 1, text: 'busy: NDMP_TAPE_OPEN request: answered with DEVICE_BUSY, once', hits: 1 },
      { id: 2, text: 'any post: lost, always', hits: 0 },
    ]);
    assert.equal(desk.gate.remove(2), true);
    assert.equal(desk.gate.remove(2), false);
    assert.equal(desk.post('NDMP_LOG_MESSAGE').marks.length, 0);
    assert.throws(() => desk.gate.add({ do: 'explode' }), /do has to be/);
    desk.gate.clear();
    assert.deepEqual(desk.gate.list(), []);
  });
});
