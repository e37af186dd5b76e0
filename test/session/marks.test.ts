import assert from 'node:assert/strict';
import { bodyOf } from '../../src/analysis/connections';
import { PcapngBlocks, START } from '../support/captureFiles';
import { indexed } from '../support/indexed';
import { Conversation } from '../support/packets';
import { open, reply, request, split } from '../support/records';

const blocks = new PcapngBlocks();

/** A capture of packets of which some have comments. */
function commented(packets: readonly Uint8Array[], comments: Readonly<Record<number, string[]>>): Buffer {
  const start = BigInt(START) * 1_000_000n;
  const items = packets.map((bytes, at) => {
    const options = (comments[at] ?? []).map((text) => [1, Buffer.from(text)] as const);
    return blocks.packet(bytes, start + BigInt(at) * 1000n, { options });
  });
  return Buffer.concat([blocks.section([[1, Buffer.from('of the file')]]), blocks.interface(), ...items]);
}

const marksOf = (bytes: Uint8Array) => {
  const { index, info } = indexed(bytes);
  return {
    marks: Array.from({ length: index.count }, (_unused, row) => [...index.marks.of(row)]),
    comments: info.comments,
  };
};

describe('comments of packets', () => {
  const talk = new Conversation().open().send('client', request(1)).send('server', reply(1, 1)).end('client');
  const [first, , , , , last] = talk.packets.keys();

  it('are marks of the messages that end in them', () => {
    assert.equal(first, 0);
    const { marks, comments } = marksOf(commented(talk.packets, { 3: ['held back for 2 s', 'again'], 4: ['changed'] }));
    assert.deepEqual(marks, [['held back for 2 s', 'again'], ['changed']]);
    assert.deepEqual(comments, ['of the file']);
  });

  it('on an empty packet mark the message before it on the connection', () => {
    const other = new Conversation({ address: '10.0.0.3', port: 7 });
    other.open().send('client', request(5));
    const packets = [...talk.packets.slice(0, last), ...other.packets, talk.packets[last]];
    const { marks } = marksOf(commented(packets, { [packets.length - 1]: ['cut'] }));
    assert.deepEqual(marks, [[], ['cut'], []]);
  });

  it('on a part of a message mark the message', () => {
    const pieces = split(request(2), 10, 10);
    const parts = new Conversation().open().send('client', request(1), ...pieces);
    parts.send('server', reply(1, 1), reply(2, 2));
    const { marks } = marksOf(commented(parts.packets, { 4: ['a'], 5: ['b'] }));
    assert.deepEqual(marks, [[], ['a', 'b'], [], []]);
  });

  it('of a message that never ends mark the last one there was', () => {
    const parts = new Conversation().open().send('client', request(1), request(2).subarray(0, 20));
    assert.deepEqual(marksOf(commented(parts.packets, { 4: ['cut after 20 bytes'] })).marks, [['cut after 20 bytes']]);
  });

  it('of packets that carry no message stand with those of the capture', () => {
    const web = new Conversation({ address: '10.0.0.1', port: 9 }, { address: '10.0.0.9', port: 80 });
    web.open().send('client', Buffer.from('GET / HTTP/1.0\r\n\r\n'.repeat(10)));
    const packets = [...web.packets, ...talk.packets];
    const { marks, comments } = marksOf(commented(packets, { 0: ['a'], 3: ['b'] }));
    assert.deepEqual(marks, [[], []]);
    assert.deepEqual(comments, ['of the file', 'Packet 1: a', 'Packet 4: b']);
  });

  it('move with their rows where rows are put into the order of their packets', () => {
    const late = new Conversation()
      .open()
      .send('client', open(1, 4))
      .send('server', reply(1, 1, 0x900));
    late.lose('client', 40).send('client', request(3));
    const other = new Conversation({ address: '10.0.0.3', port: 7 }).open();
    for (let n = 1; n < 20; n++) other.send('client', request(n)).send('server', reply(n, n));
    const packets = [...late.packets, ...other.packets];
    const file = commented(packets, { [late.packets.length - 1]: ['late'] });
    const { index } = indexed(file);
    const row = Array.from({ length: index.count }, (_unused, at) => at).find((at) => index.marks.of(at).length > 0);
    assert.ok(row !== undefined);
    assert.deepEqual([index.connection(row), index.sequence(row)], [0, 3]);
    assert.deepEqual(bodyOf(indexed(file), 0), { protocol_version: 4 });
  });

  it('are bounded', () => {
    const many = Object.fromEntries(
      [...talk.packets.keys()].map((at) => [at, Array<string>(500).fill('x'.repeat(9000))]),
    );
    const { marks } = marksOf(commented(talk.packets, many));
    assert.ok(marks.every((each) => each.length <= 100 && each.every((text) => text.length <= 4096)));
  });
});
