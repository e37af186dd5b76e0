import fc from 'fast-check';
import { pcap } from '../support/captureFiles';
import type { FilePacket } from '../support/captureFiles';
import { assertSameRows, assertSound, indexed } from '../support/indexed';
import { CLIENT, Conversation, RST, SERVER } from '../support/packets';
import { greeting, history, open, reply, request } from '../support/records';

/** What happens next in one of the conversations. */
interface Step {
  what: 'exchange' | 'history' | 'keepAlive' | 'acknowledge' | 'end' | 'reset' | 'reopen' | 'lose' | 'cut';
  talk: number;
  /** How many are lost or cut. */
  bytes: number;
}

const whats: readonly { weight: number; of: Step['what'][] }[] = [
  { weight: 12, of: ['exchange', 'history'] },
  { weight: 3, of: ['keepAlive', 'acknowledge'] },
  { weight: 2, of: ['lose', 'cut'] },
  { weight: 1, of: ['end', 'reset', 'reopen'] },
];
const step: fc.Arbitrary<Step> = fc.record({
  what: fc.oneof(...whats.map(({ weight, of }) => ({ weight, arbitrary: fc.constantFrom(...of) }))),
  talk: fc.nat(2),
  bytes: fc.nat(200),
});

/** The same conversation with these VLAN tags; [from, to] of `swaps` exchange packets, `copies` are sent twice. */
function packetsOf(
  steps: readonly Step[],
  swaps: readonly [number, number][],
  copies: readonly number[],
  tags: number[],
) {
  const ends = [CLIENT, { ...CLIENT, port: 40_001 }, { address: '10.0.0.3', port: 40_000 }];
  const talks = ends.map((client) => new Conversation(client, SERVER, {}, tags));
  const packets: FilePacket[] = [];
  let sequence = 0;
  const take = (talk: Conversation): void => {
    packets.push(...talk.packets.splice(0).map((bytes): FilePacket => ({ bytes })));
  };
  for (const talk of talks) take(talk.open().send('server', greeting(1, 4)).send('client', open(1, 3)));
  for (const each of steps) {
    const talk = talks[each.talk];
    sequence++;
    if (each.what === 'exchange') talk.send('client', request(sequence)).send('server', reply(sequence, sequence));
    else if (each.what === 'history')
      talk.send('server', history(sequence, 300).subarray(0, 150), history(sequence, 300).subarray(150));
    else if (each.what === 'keepAlive') talk.keepAlive('client');
    else if (each.what === 'acknowledge') talk.acknowledge('server');
    else if (each.what === 'end') talk.end('client');
    else if (each.what === 'reset') talk.end('server', RST);
    else if (each.what === 'reopen')
      talks[each.talk] = new Conversation(talk.client, SERVER, { client: 7777 * sequence }, tags).open();
    else if (each.what === 'lose') talk.lose('server', each.bytes);
    else {
      const [bytes] = talk.send('server', history(sequence, 300)).packets.splice(0);
      packets.push({ bytes: bytes.subarray(0, bytes.length - each.bytes), wireLength: bytes.length });
    }
    take(talks[each.talk]);
  }
  for (const [from, by] of swaps) {
    const at = from % packets.length;
    packets.splice((at + by) % packets.length, 0, ...packets.splice(at, 1));
  }
  for (const copy of copies) packets.splice(copy % packets.length, 0, packets[copy % packets.length]);
  return packets;
}

describe('the short way for packets in order', () => {
  it('gives what the long way gives', () => {
    const conversation = fc.tuple(
      fc.array(step, { maxLength: 80 }),
      fc.array(fc.tuple(fc.nat(500), fc.nat(20)), { maxLength: 12 }),
      fc.array(fc.nat(500), { maxLength: 12 }),
    );
    fc.assert(
      fc.property(conversation, ([steps, swaps, copies]) => {
        // packets with a VLAN tag are none of those that may go the short way
        const short = indexed(pcap(packetsOf(steps, swaps, copies, [])));
        const long = indexed(pcap(packetsOf(steps, swaps, copies, [0x8100])));
        assertSameRows(short, long);
        assertSound(short);
        assertSound(long);
      }),
      { numRuns: 250 },
    );
  });
});
