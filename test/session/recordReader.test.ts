import assert from 'node:assert/strict';
import type { FilePacket } from '../support/captureFiles';
import { pcap, pcapng } from '../support/captureFiles';
import { indexed, rowsOf } from '../support/indexed';
import { CLIENT, Conversation, SERVER, SYN, ethernet, ipv4, segment, tcp } from '../support/packets';
import { history, message, request, split } from '../support/records';
import { encodeRecord } from '../../src/xdr';

const BIG = history(2, 5000);

/** The bytes of the message with sequence number 2. */
function bytesOfBig(packets: (FilePacket | Uint8Array)[], file = pcap(packets)) {
  const session = indexed(file);
  const row = rowsOf(session).findIndex(({ sequence }) => sequence === 2);
  assert.ok(row >= 0, 'the message is there');
  return session.record(row);
}

function assertWhole({ payload, missing }: ReturnType<typeof bytesOfBig>): void {
  assert.deepEqual(missing, []);
  assert.deepEqual(Buffer.from(payload), BIG.subarray(4));
}

/** A connection with a large message in packets 5 to 14. */
function talkWithBig(): Conversation {
  return new Conversation().open().send('client', request(1), ...split(BIG, ...Array<number>(9).fill(500)), request(3));
}

describe('bytes of a message', () => {
  it('in one packet, in several, among others', () => {
    assertWhole(bytesOfBig([...new Conversation().open().send('client', request(1), BIG, request(3)).packets]));
    assertWhole(bytesOfBig(talkWithBig().packets));
    assertWhole(
      bytesOfBig(new Conversation().open().send('client', Buffer.concat([request(1), BIG, request(3)])).packets),
    );
    assertWhole(bytesOfBig([], pcapng(talkWithBig().packets)));
    assertWhole(bytesOfBig([], pcapng(talkWithBig().packets, false)));
  });

  it('out of order, twice, overlapping, with other connections between', () => {
    const { packets } = talkWithBig();
    const other = new Conversation({ ...CLIENT, port: 40_001 })
      .open()
      .send('client', ...split(history(9, 3000), 500, 500)).packets;
    const shuffled = [
      ...packets.slice(0, 5),
      packets[8],
      packets[6],
      ...other,
      packets[7],
      packets[6],
      packets[5],
      ...packets.slice(9),
    ];
    assertWhole(bytesOfBig(shuffled));
    const again = [...packets.slice(0, 12), ...packets.slice(4, 9), ...packets.slice(12)];
    assertWhole(bytesOfBig(again));
  });

  it('around the wrap of sequence numbers', () => {
    const talk = new Conversation(CLIENT, SERVER, { client: 0xffffff00 }).open();
    assertWhole(bytesOfBig(talk.send('client', request(1), ...split(BIG, 700, 700)).packets));
  });

  it('that begin in the packet which opens the connection', () => {
    const payload = BIG.subarray(0, 300);
    const opening = segment({ source: CLIENT, destination: SERVER, sequence: 999, flags: SYN, payload });
    const rest = segment({ source: CLIENT, destination: SERVER, sequence: 1300, payload: BIG.subarray(300) });
    assertWhole(bytesOfBig([opening, rest]));
  });

  it('in IP fragments', () => {
    const talk = new Conversation().open().send('client', request(1));
    const whole = tcp({ source: CLIENT, destination: SERVER, sequence: talk.position('client'), payload: BIG });
    const parts: Buffer[] = [];
    for (let offset = 0; offset < whole.length; offset += 1024) {
      const part = whole.subarray(offset, offset + 1024);
      parts.push(
        ethernet(ipv4(CLIENT.address, SERVER.address, part, { id: 9, offset, more: offset + 1024 < whole.length })),
      );
    }
    assertWhole(bytesOfBig([...talk.packets, ...parts]));
    assertWhole(bytesOfBig([...talk.packets, ...parts.reverse()]));
  });

  it('with holes where the capture lost or cut packets', () => {
    const { packets } = talkWithBig();
    const lost = [...packets.slice(0, 7), ...packets.slice(8)];
    for (let i = 0; i < 20; i++) lost.push(packets[2]);
    const { payload, missing } = bytesOfBig(lost);
    assert.deepEqual(missing, [{ offset: 1496, length: 500 }]);
    assert.deepEqual(Buffer.from(payload.subarray(0, 1496)), BIG.subarray(4, 1500));
    assert.deepEqual(Buffer.from(payload.subarray(1496, 1996)), Buffer.alloc(500), 'shown as zeros');
    assert.deepEqual(Buffer.from(payload.subarray(1996)), BIG.subarray(2000));

    const cut = packets.map((bytes): FilePacket => ({ bytes: bytes.subarray(0, 154), wireLength: bytes.length }));
    const record = bytesOfBig(cut);
    assert.equal(record.missing.length, 10);
    assert.equal(record.payload.length, BIG.length - 4);
    assert.deepEqual(record.missing[0], { offset: 96, length: 400 });
  });

  it('with holes and fragments', () => {
    const payload = message({ sequence: 2, code: 0x703, body: Buffer.alloc(2000, 7) });
    const record = Buffer.from(encodeRecord(payload, 600));
    const talk = new Conversation().open().send('client', request(1), record.subarray(0, 100));
    talk.lose('client', 50).send('client', record.subarray(150), request(3));
    const read = bytesOfBig(talk.packets);
    assert.deepEqual(read.fragments, [600, 600, 600, 224]);
    assert.deepEqual(read.missing, [{ offset: 96, length: 50 }]);
    assert.equal(read.payload.length, payload.length);
  });

  it('of a connection whose ports were used before and are used again', () => {
    const before = new Conversation(CLIENT, SERVER, { client: 1_000 })
      .open()
      .send('client', request(1), ...split(history(9, 5000), 900, 900));
    const after = new Conversation(CLIENT, SERVER, { client: 1_500 })
      .open()
      .send('client', request(1), ...split(history(8, 5000), 900));
    const mine = new Conversation(CLIENT, SERVER, { client: 1_200 })
      .open()
      .send('client', request(1), ...split(BIG, 900, 900));
    assertWhole(bytesOfBig([...before.packets, ...mine.packets, ...after.packets]));
  });

  it('is not searched for beyond its last packet', () => {
    const { packets } = talkWithBig();
    const cut = packets.map((bytes): FilePacket => ({ bytes: bytes.subarray(0, 154), wireLength: bytes.length }));
    const rest = new Conversation({ ...CLIENT, port: 50_000 }).open();
    for (let n = 1; n < 20_000; n++) rest.send('client', history(n, 400));
    const session = indexed(
      pcap([
        ...cut,
        ...rest.packets.map((bytes): FilePacket => ({ bytes: bytes.subarray(0, 100), wireLength: bytes.length })),
      ]),
    );
    const start = performance.now();
    for (let row = 10; row < 3000; row++) assert.ok(session.record(row).missing.length > 0);
    assert.ok(performance.now() - start < 3000, 'thousands of cut messages are read in no time');
  });

  it('of segments beside a damaged part of the file', () => {
    const { packets } = talkWithBig();
    const file = pcap(packets);
    const at = 24 + packets.slice(0, 7).reduce((sum, { length }) => sum + 16 + length, 0);
    file.writeUInt32LE(0xffffffff, at + 8);
    const { missing, payload } = bytesOfBig([], file);
    assert.deepEqual(missing, [{ offset: 1496, length: 500 }]);
    assert.deepEqual(Buffer.from(payload.subarray(1996)), BIG.subarray(2000));
  });

  it('two copies of a byte that differ: the first one counts, in the row as in the bytes', () => {
    const talk = new Conversation().open().send('client', request(1));
    const sequence = talk.position('client');
    const put = (offset: number, payload: Uint8Array): Buffer =>
      segment({ source: CLIENT, destination: SERVER, sequence: sequence + offset, payload });
    const record = history(2, 100);
    const wrong = Buffer.alloc(60, 0xee);
    const packets = [
      ...talk.packets,
      put(50, record.subarray(50)),
      put(20, Buffer.concat([record.subarray(20, 50), wrong])),
      put(0, record.subarray(0, 20)),
    ];
    const { payload, missing } = bytesOfBig(packets);
    assert.deepEqual(missing, []);
    assert.deepEqual(Buffer.from(payload), record.subarray(4));
  });
});
