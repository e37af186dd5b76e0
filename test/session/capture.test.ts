import assert from 'node:assert/strict';
import { relativeSeconds, latencySeconds, latencyText, nanosBetween, timeText } from '../../src/session/messageTimes';
import type { FilePacket } from '../support/captureFiles';
import { PcapngBlocks, pcap, START, wordsOf } from '../support/captureFiles';
import { indexed, rowsOf } from '../support/indexed';
import { Conversation } from '../support/packets';
import { Code, reply, request } from '../support/records';

const words = wordsOf(false);

describe('capture', () => {
  describe('version set by hand', () => {
    // the state of the data service: in version 2 the error comes first, later an unsupported mask does
    const stateReply = reply(1, 1, Code.DATA_GET_STATE, 11, Buffer.concat([words(22), Buffer.alloc(60)]));
    const talk = new Conversation()
      .send('client', request(1))
      .send('server', stateReply, reply(2, 2, Code.CONFIG_GET_HOST_INFO, 3));

    it('moves the errors of bodies to their place, and back', () => {
      const session = indexed(pcap(talk.packets));
      const errors = (): number[] => rowsOf(session).map(({ bodyError }) => bodyError);
      assert.deepEqual(errors(), [-1, 22, 3]);
      session.setVersion(0, 2);
      assert.deepEqual(errors(), [-1, 11, 3]);
      assert.deepEqual(
        rowsOf(session).map(({ version }) => version),
        [2, 2, 2],
      );
      assert.equal(session.context(1).version, 2);
      const [connection] = session.index.connections;
      assert.deepEqual([connection.version, connection.versionSource], [2, 'user']);
      session.setVersion(0, 3);
      session.setVersion(0, undefined);
      assert.deepEqual(errors(), [-1, 22, 3]);
      assert.deepEqual([connection.version, connection.versionSource], [4, 'guess']);
    });

    it('of a connection that is not there does nothing', () => {
      const session = indexed(pcap(talk.packets));
      session.setVersion(7, 2);
      assert.deepEqual(
        rowsOf(session).map(({ version }) => version),
        [4, 4, 4],
      );
    });
  });

  it('says what a decoder must know', () => {
    const session = indexed(pcap(new Conversation().send('client', request(1)).packets));
    assert.deepEqual(session.context(0), { code: Code.DATA_GET_STATE, kind: 'request', version: 4, headerError: 0 });
  });

  it('knows the file', () => {
    const { info } = indexed(pcap(new Conversation().open().send('client', request(1)).packets));
    assert.equal(info.format, 'pcap');
    assert.equal(info.packets, 4);
    assert.deepEqual(info.interfaces, [{ linkType: 1, name: undefined, digits: 6, packets: 4 }]);
    assert.equal(info.tcpConnections, 1);
  });
});

describe('times', () => {
  const exchange = new Conversation().send('client', request(1)).send('server', reply(1, 1)).packets;

  function at(times: readonly [seconds: number, fraction: number][], nanoseconds = false) {
    const packets = exchange.map((bytes, i): FilePacket => ({ bytes, seconds: times[i][0], fraction: times[i][1] }));
    return indexed(pcap(packets, { nanoseconds })).index;
  }

  it('have the digits of the capture', () => {
    assert.equal(
      timeText(
        at([
          [START, 7],
          [START, 8],
        ]),
        0,
      ),
      `${START}.000007`,
    );
    assert.equal(
      timeText(
        at(
          [
            [START, 7],
            [START, 8],
          ],
          true,
        ),
        0,
      ),
      `${START}.000000007`,
    );
    const blocks = new PcapngBlocks();
    const file = (resolution: number): Buffer =>
      Buffer.concat([
        blocks.section(),
        blocks.interface(1, [[9, Buffer.of(resolution)]]),
        ...exchange.map((bytes, i) => blocks.packet(bytes, 5n + BigInt(i))),
      ]);
    assert.equal(timeText(indexed(file(0)).index, 0), '5');
    assert.equal(timeText(indexed(file(3)).index, 0), '0.005');
    assert.equal(latencyText(indexed(file(0)).index, 1), '1');
  });

  it('latencies are exact over the second, and beyond 32 bits of nanoseconds', () => {
    const index = at(
      [
        [START, 999_999_999],
        [START + 90_000, 1],
      ],
      true,
    );
    assert.equal(latencyText(index, 1), '89999.000000002');
    assert.equal(latencySeconds(index, 1), 89999.000000002);
    assert.equal(latencyText(index, 0), undefined, 'a request has none');
    assert.equal(nanosBetween(index, 1, 0), -89_999_000_000_002);
    assert.equal(relativeSeconds(index, 1), 89999.000000002);
  });

  it('where the clock went back no latency is told', () => {
    assert.equal(
      latencySeconds(
        at([
          [START, 5],
          [START - 3600, 0],
        ]),
        1,
      ),
      undefined,
    );
  });

  it('before 1980 and after 2038 are times', () => {
    const index = at([
      [1, 0],
      [0xfffffff0, 0],
    ]);
    assert.equal(timeText(index, 1), '4294967280.000000');
    assert.equal(latencyText(index, 1), '4294967279.000000');
  });
});
