import assert from 'node:assert/strict';
import { pcap, START } from '../support/captureFiles';
import { indexed, rowsOf, sequencesOf } from '../support/indexed';
import { ACK, CLIENT, Conversation, SERVER, SYN, segment } from '../support/packets';
import { Code, greeting, history, message, open, reply, request, split } from '../support/records';
import { encodeRecord } from '../../src/xdr';

const session = (talk: Conversation, options = {}) => indexed(pcap(talk.packets), options);

/** A connection on which versions are agreed. */
function agreed(announced: number, asked: number, error = 0): Conversation {
  const talk = new Conversation().open().send('server', greeting(1, announced)).send('client', open(1, asked));
  return talk
    .send('server', reply(2, 1, Code.CONNECT_OPEN, error))
    .send('client', request(2, Code.CONFIG_GET_HOST_INFO));
}

describe('index of messages', () => {
  it('says of every message what a row needs', () => {
    const talk = agreed(4, 4).send('server', reply(3, 2, Code.CONFIG_GET_HOST_INFO, 9, Buffer.from('more')));
    talk.send('server', history(4, 20));
    const rows = rowsOf(session(talk));
    assert.deepEqual(rows[4], {
      frame: 8,
      time: `${START}.007000`,
      connection: 0,
      fromServer: true,
      kind: 'reply',
      version: 4,
      code: Code.CONFIG_GET_HOST_INFO,
      sequence: 3,
      replySequence: 2,
      headerError: 0,
      bodyError: 9,
      pair: 3,
      latency: '0.001000',
      length: 32,
      fragments: 1,
      problems: [],
    });
    assert.deepEqual(
      rows.map(({ kind }) => kind),
      ['post', 'request', 'reply', 'request', 'reply', 'post'],
    );
    assert.deepEqual(
      rows.map(({ pair }) => pair),
      [-1, 2, 1, 4, 3, -1],
    );
    assert.deepEqual(
      rows.map(({ bodyError }) => bodyError),
      [-1, -1, 0, -1, 9, -1],
    );
  });

  describe('versions', () => {
    const connectionOf = (talk: Conversation, options = {}) => session(talk, options).index.connections[0];

    it('asked for by the DMA and accepted', () => {
      const { version, versionSource, announced } = connectionOf(agreed(4, 3));
      assert.deepEqual([version, versionSource, announced], [3, 'open', 4]);
      const rows = rowsOf(session(agreed(4, 3)));
      assert.deepEqual(
        rows.map((row) => row.version),
        [4, 4, 4, 3],
        'from the next message on',
      );
    });

    it('refused: as announced', () => {
      const { version, versionSource } = connectionOf(agreed(3, 4, 7));
      assert.deepEqual([version, versionSource], [3, 'announced']);
    });

    it('unknown: 4, or what the caller says', () => {
      const talk = new Conversation().send('client', request(7), request(8));
      assert.deepEqual([connectionOf(talk).version, connectionOf(talk).versionSource], [4, 'guess']);
      assert.equal(connectionOf(talk, { version: 2 }).version, 2);
    });

    it('that do not exist are brought into the range that does', () => {
      assert.equal(connectionOf(agreed(0xffffffff, 0x7fffffff)).version, 4);
      assert.equal(connectionOf(agreed(0, 0)).version, 1);
    });

    it('learned late, where the reply stands before its request, hold for the rows before as well', () => {
      const talk = agreed(4, 2);
      const [request0, reply0] = talk.packets.splice(4, 2);
      talk.packets.splice(4, 0, reply0, request0);
      assert.deepEqual(
        rowsOf(session(talk)).map((row) => row.version),
        [2, 2, 2, 2],
      );
      assert.equal(connectionOf(talk).versionSource, 'open');
    });
  });

  describe('who is who', () => {
    it('the server is who replies and posts, whoever opened the connection', () => {
      const talk = new Conversation(SERVER, CLIENT).open().send('client', greeting(1, 4)).send('server', request(1));
      const { index } = session(talk);
      assert.deepEqual(index.connections[0].server, SERVER);
      assert.deepEqual(index.connections[0].client, CLIENT);
      assert.deepEqual(sequencesOf({ index }), [-1, 1]);
    });

    it('bytes are counted by direction, and ends are told', () => {
      const talk = new Conversation()
        .open()
        .send('client', request(1))
        .send('server', reply(1, 1), history(2, 50))
        .end('client');
      const [connection] = session(talk).index.connections;
      assert.deepEqual(connection.bytes, [28, 32 + 78]);
      assert.deepEqual(
        [connection.started, connection.ended, connection.messages, connection.firstRow],
        ['seen', 'fin', 3, 0],
      );
    });
  });

  describe('requests and replies', () => {
    it('pair by direction: the server counts for itself', () => {
      const talk = new Conversation().open().send('client', request(1), request(2));
      const unknown = Buffer.from(encodeRecord(message({ sequence: 1, code: 0x20500001 })));
      talk.send('server', history(1, 10), unknown, reply(2, 1), reply(3, 2));
      const rows = rowsOf(session(talk));
      assert.deepEqual(
        rows.map(({ sequence, pair }) => [sequence, pair]),
        [
          [1, 4],
          [2, 5],
          [1, -1],
          [1, -1],
          [2, 0],
          [3, 1],
        ],
      );
    });

    it('replies may come in any order', () => {
      const talk = new Conversation().open().send('client', request(1), request(2), request(3));
      talk.send('server', reply(1, 3), reply(2, 1), reply(3, 2));
      assert.deepEqual(
        rowsOf(session(talk)).map(({ pair }) => pair),
        [4, 5, 3, 2, 0, 1],
      );
    });

    it('a reply of another code, or a second one, is nobody’s', () => {
      const talk = new Conversation().open().send('client', request(1, Code.DATA_GET_STATE));
      talk.send(
        'server',
        reply(1, 1, Code.MOVER_GET_STATE),
        reply(2, 1, Code.DATA_GET_STATE),
        reply(3, 1, Code.DATA_GET_STATE),
      );
      assert.deepEqual(
        rowsOf(session(talk)).map(({ pair }) => pair),
        [2, -1, 0, -1],
      );
    });

    it('a reply to a number that is used long after is not the answer', () => {
      const talk = new Conversation().open().send('client', request(1)).send('server', reply(1, 1), reply(2, 500));
      for (let n = 2; n < 500; n++) talk.send('client', request(n)).send('server', reply(n + 1, n));
      talk.send('client', request(500)).send('server', reply(501, 500));
      const rows = rowsOf(session(talk));
      assert.equal(rows.at(-1)?.pair, rows.length - 2);
      assert.equal(rows[2].pair, -1);
    });

    it('packets of the two sides may be swapped; no latency is told then', () => {
      const talk = new Conversation().open().send('client', request(1)).send('server', reply(1, 1));
      talk.packets.splice(3, 2, ...talk.packets.slice(3, 5).reverse());
      const rows = rowsOf(session(talk));
      assert.deepEqual(
        rows.map(({ kind, pair, latency }) => [kind, pair, latency]),
        [
          ['reply', 1, undefined],
          ['request', 0, undefined],
        ],
      );
    });

    it('thousands without an answer are not all remembered', () => {
      const talk = new Conversation().open();
      for (let n = 1; n <= 6000; n++) talk.send('client', request(n));
      talk.send('server', reply(1, 10), reply(2, 5990));
      const rows = rowsOf(session(talk));
      assert.deepEqual(
        rows.slice(-2).map(({ pair }) => pair),
        [-1, 5989],
      );
    });
  });

  describe('what is NDMP', () => {
    const http = Buffer.from('GET / HTTP/1.1\r\nHost: example\r\nUser-Agent: somebody\r\n\r\n');

    it('is told by content, on any port', () => {
      const talk = new Conversation(CLIENT, { ...SERVER, port: 443 })
        .open()
        .send('client', request(1))
        .send('server', reply(1, 1));
      assert.deepEqual(sequencesOf(session(talk)), [1, -1]);
    });

    it('other traffic is left alone, also on the port of NDMP', () => {
      const talk = new Conversation().open().send('client', http).send('server', http, request(1), reply(1, 1));
      const { index, info } = session(talk);
      assert.deepEqual([index.count, index.connections.length, index.damage.length], [0, 0, 0]);
      assert.equal(info.tcpConnections, 1);
    });

    it('a server that is sent something else is shown, the other side is named', () => {
      const talk = new Conversation().open().send('client', http).send('server', greeting(1, 4), reply(2, 77));
      const { index } = session(talk);
      assert.deepEqual(sequencesOf({ index }), [-1, -2]);
      assert.equal(index.connections[0].skippedBytes, http.length);
    });

    it('what looks encrypted is counted', () => {
      const hello = Buffer.concat([Buffer.of(0x16, 3, 1, 2, 0, 1), Buffer.alloc(500, 7)]);
      assert.equal(session(new Conversation().open().send('client', hello)).info.tlsConnections, 1);
      assert.equal(session(new Conversation().open().send('client', http)).info.tlsConnections, 0);
    });

    it('a named port is NDMP even where it does not begin like it', () => {
      const talk = new Conversation().open().send('client', http, request(1)).send('server', reply(1, 1));
      assert.equal(session(talk).index.connections[0]?.messages, 1);
      const forced = session(talk, { ports: [SERVER.port] });
      assert.deepEqual(sequencesOf(forced), [1, -1]);
      assert.equal(forced.index.connections[0].skippedBytes, http.length);
    });

    it('a stream without a beginning is searched for a while, then only where packets begin', () => {
      const noise = Array.from({ length: 300 }, () => Buffer.alloc(1400, 0x55));
      const talk = new Conversation().send(
        'server',
        ...noise,
        Buffer.concat([Buffer.alloc(3), reply(8, 4)]),
        reply(9, 5),
        reply(10, 6),
      );
      assert.deepEqual(sequencesOf(session(talk)), [-9, -10], 'the one inside a packet is not looked for any more');
      const early = new Conversation().send(
        'server',
        ...noise.slice(0, 100),
        Buffer.concat([Buffer.alloc(3), reply(8, 4)]),
        reply(9, 5),
      );
      const { index } = session(early);
      assert.deepEqual(sequencesOf({ index }), [-8, -9]);
      assert.equal(index.connections[0].skippedBytes, 140_003);
    });

    it('a connection whose first bytes the capture lost is searched no longer than that', () => {
      const bulk = Array.from({ length: 300 }, () => Buffer.alloc(1400, 0x55));
      const talk = new Conversation()
        .open()
        .lose('server', 100)
        .send('server', ...bulk, reply(9, 5), reply(10, 6));
      assert.equal(session(talk).index.count, 0);
    });
  });

  describe('storms', () => {
    const addressOf = (i: number): string => `10.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;

    it('tens of thousands of connections that are nothing leave the one that is something', function () {
      this.timeout(30_000);
      const talk = new Conversation().open().send('client', request(1));
      const storm = Array.from({ length: 60_000 }, (_, i) => {
        const ends = { source: { address: addressOf(i), port: 30_000 }, destination: SERVER };
        return segment({ ...ends, sequence: 5, flags: i % 2 ? ACK : SYN, payload: Buffer.alloc(8, i) });
      });
      const packets = [...talk.packets, ...storm];
      talk.packets.length = 0;
      packets.push(...talk.send('server', reply(1, 1)).packets);
      const { index, info } = indexed(pcap(packets));
      assert.deepEqual(sequencesOf({ index }), [1, -1]);
      assert.equal(info.tcpConnections, 60_001);
    });

    it('thousands of NDMP connections are told apart', () => {
      const talks = Array.from({ length: 3000 }, (_, i) =>
        new Conversation({ address: addressOf(i), port: 30_000 }, SERVER)
          .open()
          .send('client', request(i))
          .send('server', reply(1, i)),
      );
      const { index } = indexed(pcap([0, 1, 2, 3, 4].flatMap((at) => talks.map(({ packets }) => packets[at]))));
      assert.equal(index.connections.length, 3000);
      assert.equal(index.count, 6000);
      for (let row = 0; row < 3000; row++) {
        assert.equal(index.pair(row), row + 3000);
        assert.equal(index.connections[index.connection(row)].client.address, addressOf(index.sequence(row)));
      }
    });

    it('more damage and problems than anybody reads are counted, not kept', () => {
      const talk = new Conversation().open().send('client', request(1));
      for (let n = 2; n < 12_000; n++) talk.lose('client', 10).send('client', request(n));
      for (let i = 0; i < 20; i++) talk.acknowledge('server');
      const { index } = session(talk);
      assert.equal(index.count, 11_999);
      assert.equal(index.damage.length, 10_000);
      assert.equal(index.damageDropped, 1998);
    });
  });

  it('rows that are read late stand in the order of their packets', () => {
    const talk = new Conversation().open().send('client', request(1)).lose('client', 40).send('client', request(3));
    for (let i = 1; i <= 10; i++) talk.send('server', history(i, 10));
    for (let i = 0; i < 10; i++) talk.acknowledge('server');
    talk.send('server', reply(11, 3));
    const result = session(talk);
    const rows = rowsOf(result);
    assert.deepEqual(
      rows.map(({ frame }) => frame),
      [...rows.map(({ frame }) => frame)].sort((a, b) => a - b),
    );
    assert.deepEqual(sequencesOf(result).slice(0, 4), [1, 3, -1, -2]);
    assert.equal(rows[1].pair, rows.length - 1, 'pairs follow');
    assert.match(rows[1].problems[0], /40 bytes before this message/, 'problems follow');
    assert.equal(result.index.connections[0].firstRow, 0);
  });

  it('a body’s error that the capture does not hold is none', () => {
    const whole = new Conversation()
      .open()
      .send('client', request(1, Code.CONFIG_GET_HOST_INFO))
      .send('server', reply(1, 1, Code.CONFIG_GET_HOST_INFO, 5));
    const [last] = whole.packets.slice(-1);
    const packets = [
      ...whole.packets.slice(0, -1),
      { bytes: last.subarray(0, last.length - 4), wireLength: last.length },
    ];
    const rows = rowsOf(indexed(pcap(packets)));
    assert.equal(rows[1].bodyError, -1);
    assert.deepEqual(rows[1].problems.at(-1), '4 of its 28 bytes are not in the capture.');
  });

  it('messages cut into single bytes have their errors all the same', () => {
    const talk = new Conversation().open().send('client', request(1, Code.CONFIG_GET_HOST_INFO));
    talk.send('server', ...split(reply(1, 1, Code.CONFIG_GET_HOST_INFO, 5), ...Array<number>(32).fill(1)));
    assert.equal(rowsOf(session(talk))[1].bodyError, 5);
  });
});
