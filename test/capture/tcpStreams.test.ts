import assert from 'node:assert/strict';
import fc from 'fast-check';
import { StreamMode } from '../../src/capture/tcpConnection';
import { CLIENT, Conversation, FIN, ACK, RST, SERVER, SYN, segment } from '../support/packets';
import { bytesOf, play } from './support';

const text = (value: string): Buffer => Buffer.from(value, 'latin1');

/** Packets of a side that begins at `first`, by hand: position in the stream and text. */
function from(side: 'client' | 'server', first: number, ...parts: [position: number, value: string][]): Buffer[] {
  const [source, destination] = side === 'client' ? [CLIENT, SERVER] : [SERVER, CLIENT];
  return parts.map(([position, value]) =>
    segment({ source, destination, sequence: first + position, payload: text(value) }),
  );
}

/** A handshake, then these parts from the client. */
function sent(...parts: [position: number, value: string][]): Buffer[] {
  return [...new Conversation().open().packets, ...from('client', 1000, ...parts)];
}

describe('TCP streams', () => {
  it('bytes in order are delivered as they come', () => {
    const talk = new Conversation().open().send('client', text('abc'), text('def')).send('server', text('xyz'));
    talk.end('client').end('server');
    assert.deepEqual(play(talk.packets), ['open by c', 'c abc @4', 'c def @5', 's xyz @6', 'close fin']);
  });

  it('a segment that comes too early waits; what it completes belongs to the packet that filled the gap', () => {
    const packets = sent([3, 'def'], [6, 'ghi'], [0, 'abc'], [9, 'jkl']);
    assert.deepEqual(play(packets), ['open by c', 'c abc @6', 'c def @6', 'c ghi @6', 'c jkl @7', 'close open']);
  });

  it('a retransmission is delivered once', () => {
    assert.equal(bytesOf(play(sent([0, 'abc'], [0, 'abc'], [3, 'def'], [0, 'abcdef'])), 'c'), 'abcdef');
  });

  it('of overlapping segments the new bytes count; the first copy of a byte wins', () => {
    assert.equal(bytesOf(play(sent([0, 'abcd'], [2, 'XXef'])), 'c'), 'abcdef');
    assert.equal(bytesOf(play(sent([4, 'efgh'], [0, 'abcdXX'], [8, 'ij'])), 'c'), 'abcdefghij', 'behind a gap as well');
    assert.equal(bytesOf(play(sent([4, 'ef'], [2, 'cdXXgh'], [0, 'ab'])), 'c'), 'abcdefgh', 'around one that waits');
  });

  it('sequence numbers wrap', () => {
    const talk = new Conversation(CLIENT, SERVER, { client: 0xfffffffe }).open();
    talk.send('client', text('abcd'), text('efgh'), text('ijkl'));
    const [a, b, c] = talk.packets.splice(3);
    assert.equal(bytesOf(play([...talk.packets, c, a, b]), 'c'), 'abcdefghijkl');
  });

  it('a keep-alive probe adds nothing', () => {
    const talk = new Conversation().open().send('client', text('abc')).keepAlive('client').acknowledge('server');
    talk.keepAlive('client').send('client', text('def'));
    assert.equal(bytesOf(play(talk.packets), 'c'), 'abcdef');
  });

  it('a capture that begins with keep-alive probes has none of their bytes', () => {
    const talk = new Conversation().keepAlive('client').acknowledge('server').keepAlive('client');
    for (let i = 0; i < 6; i++) talk.acknowledge('server').keepAlive('client');
    talk.send('client', text('abc'), text('def'));
    assert.equal(bytesOf(play(talk.packets), 'c'), 'abcdef');
    const early = new Conversation().keepAlive('client').send('client', text('abc'));
    assert.equal(bytesOf(play(early.packets), 'c'), 'abc');
  });

  it('a capture that begins in a stream of single bytes loses none', () => {
    assert.equal(
      bytesOf(play(from('client', 5000, ...[...'abcdefghijkl'].map((c, i) => [i, c] as [number, string]))), 'c'),
      'abcdefghijkl',
    );
  });

  describe('lost segments', () => {
    it('a gap that the receiver acknowledged is given up soon', () => {
      const talk = new Conversation().open().send('client', text('abc')).lose('client', 5).send('client', text('ijk'));
      for (let i = 0; i < 20; i++) talk.acknowledge('server');
      talk.send('client', text('lmn'));
      assert.deepEqual(play(talk.packets), [
        'open by c',
        'c abc @4',
        'c gap 5 @5',
        'c ijk @5',
        'c lmn @26',
        'close open',
      ]);
    });

    it('a gap that nobody acknowledged waits longer, for shuffled and one-sided captures', () => {
      const one = (count: number): string[] => {
        const parts = Array.from({ length: count }, (_, i): [number, string] => [3 + i, 'x']);
        return play(sent(...parts, [0, 'abc']));
      };
      assert.equal(bytesOf(one(300), 'c').slice(0, 4), 'abcx');
      assert.ok(one(600).includes('c gap 3 @4'));
    });

    it('is given up at the end of the capture', () => {
      assert.deepEqual(play(sent([3, 'def'])), ['open by c', 'c gap 3 @4', 'c def @4', 'close open']);
    });

    it('one packet with a broken sequence number does not end its side', () => {
      const talk = new Conversation().open().send('client', text('abc'));
      talk.packets.push(...from('client', 1000, [0x20000000, 'XXX']));
      for (let i = 0; i < 600; i++) talk.send('server', text('.'));
      const events = play(talk.send('client', text('def'), text('ghi')).packets);
      assert.equal(bytesOf(events, 'c'), 'abcdefghi');
      assert.ok(!events.some((event) => event.startsWith('c gap')));
    });

    it('two gaps are two', () => {
      const events = play(sent([2, 'c'], [5, 'f']));
      assert.deepEqual(events, ['open by c', 'c gap 2 @4', 'c c @4', 'c gap 2 @5', 'c f @5', 'close open']);
    });

    it('packets cut by the snap length end in a gap', () => {
      const whole = sent([0, 'abcdef'], [6, 'ghi']);
      const cut = { bytes: whole[3].subarray(0, whole[3].length - 4), wireLength: whole[3].length };
      assert.deepEqual(play([...whole.slice(0, 3), cut, whole[4]]), [
        'open by c',
        'c ab @4',
        'c gap 4 @4',
        'c ghi @5',
        'close open',
      ]);
      const early = [...whole.slice(0, 3), whole[4], cut];
      assert.deepEqual(play(early).slice(1, 4), ['c ab @5', 'c gap 4 @5', 'c ghi @5'], 'when they waited as well');
    });
  });

  describe('beginnings and ends', () => {
    it('a capture may begin in the middle, even with shuffled packets', () => {
      const events = play(from('client', 5000, [3, 'def'], [0, 'abc'], [6, 'ghi']));
      assert.deepEqual(events, ['open without a start', 'c abc @2', 'c def @2', 'c ghi @3', 'close open']);
    });

    it('what was shuffled at the beginning belongs to the latest packet that it needs', () => {
      assert.deepEqual(play(from('client', 5000, [3, 'def'], [0, 'abc'])).slice(1, 3), ['c abc @2', 'c def @2']);
    });

    it('a handshake after the first data still tells the beginning', () => {
      const [syn, answer, ack] = new Conversation().open().packets;
      const data = from('client', 1000, [3, 'def'], [0, 'abc']);
      const events = play([data[0], syn, answer, ack, data[1]]);
      assert.equal(bytesOf(events, 'c'), 'abcdef');
      assert.ok(!events.some((event) => event.includes('gap')));
    });

    it('the answer to a handshake tells the beginning of both sides', () => {
      const [, answer] = new Conversation().open().packets;
      const events = play([answer, ...from('client', 1000, [3, 'def'])]);
      assert.deepEqual(events, ['open by c', 'c gap 3 @2', 'c def @2', 'close open']);
    });

    it('data in the handshake and in the last segment counts', () => {
      const syn = segment({ source: CLIENT, destination: SERVER, sequence: 999, flags: SYN, payload: text('ab') });
      const fin = segment({
        source: CLIENT,
        destination: SERVER,
        sequence: 1002,
        flags: FIN | ACK,
        payload: text('cd'),
      });
      assert.deepEqual(play([syn, fin]), ['open by c', 'c ab @1', 'c cd @2', 'close fin']);
      assert.deepEqual(play([fin]), ['open without a start', 'c cd @1', 'close fin']);
    });

    it('data with a handshake in the middle of a connection is none', () => {
      const stray = segment({
        source: CLIENT,
        destination: SERVER,
        sequence: 1003,
        flags: SYN | FIN | RST,
        payload: text('XX'),
      });
      const talk = new Conversation().send('client', text('abc'), text('def')).send('client', text('ghi'));
      talk.packets.splice(1, 0, stray);
      assert.equal(bytesOf(play(talk.packets), 'c'), 'abcdefghi');
    });

    it('a reset is told, also after an orderly end', () => {
      const talk = new Conversation().open().send('client', text('a')).end('client').end('server', RST);
      assert.equal(play(talk.packets).at(-1), 'close rst');
    });

    it('ports that are used again are another connection', () => {
      const first = new Conversation().open().send('client', text('one')).end('client');
      const second = new Conversation(CLIENT, SERVER, { client: 77_000, server: 88_000 }).open();
      second.send('client', text('two')).send('server', text('new'));
      assert.deepEqual(play([...first.packets, ...second.packets]), [
        'open by c',
        'c one @4',
        'close fin',
        'open by c',
        'c two @9',
        's new @10',
        'close open',
      ]);
    });

    it('ports that are used again when the capture lost the first packet of the handshake', () => {
      const first = new Conversation().open().send('client', text('one')).send('server', text('1'));
      const second = new Conversation(CLIENT, SERVER, { client: 0x70000000, server: 0x60000000 }).open();
      second.send('client', text('two'));
      const events = play([...first.packets, ...second.packets.slice(1)]);
      assert.deepEqual(events.slice(-3), ['open by c', 'c two @8', 'close open']);
    });

    it('a repeated handshake is none', () => {
      const talk = new Conversation().open().send('client', text('abc'));
      const [syn, answer] = talk.packets;
      talk.packets.push(syn, answer);
      talk.send('client', text('def'));
      assert.deepEqual(
        play(talk.packets).filter((event) => event.startsWith('open')),
        ['open by c'],
      );
    });
  });

  it('whoever looks for a beginning sees every segment as it comes', () => {
    const events = play(sent([0, 'abc'], [100, 'def'], [50, 'ghi']), StreamMode.Probe);
    assert.deepEqual(events.slice(1, -1), ['c abc @4', 'c def @5', 'c ghi @6']);
  });

  it('any order within a window, with copies and overlaps, gives the same bytes', () => {
    const stream = Array.from({ length: 400 }, (_, i) => String.fromCharCode(33 + ((i * 7) % 90))).join('');
    const pieces = fc.array(fc.tuple(fc.nat(399), fc.integer({ min: 1, max: 60 }), fc.nat(12)), { maxLength: 40 });
    fc.assert(
      fc.property(pieces, fc.nat(0xffffffff), fc.integer({ min: 1, max: 40 }), (extra, isn, size) => {
        const parts: [position: number, value: string][] = [];
        for (let at = 0; at < stream.length; at += size) parts.push([at, stream.slice(at, at + size)]);
        for (const [at, length, later] of extra)
          parts.splice((at + later) % parts.length, 0, [at, stream.slice(at, at + length)]);
        const talk = new Conversation(CLIENT, SERVER, { client: isn }).open();
        const events = play([...talk.packets, ...from('client', isn, ...parts)]);
        assert.equal(bytesOf(events, 'c'), stream);
      }),
      { numRuns: 150 },
    );
  });

  describe('storms', () => {
    const address = (i: number): string => `10.${1 + (i >> 16)}.${(i >> 8) & 255}.${i & 255}`;

    it('handshakes without end are forgotten, connections that are listened to are not', () => {
      const talk = new Conversation().open().send('client', text('abc'));
      const storm = Array.from({ length: 200_000 }, (_, i) =>
        segment({ source: { address: address(i), port: 1 }, destination: SERVER, sequence: i, flags: SYN }),
      );
      const packets = [...talk.packets, ...storm];
      talk.packets.length = 0;
      talk.send('client', text('def')).send('server', text('xyz'));
      const events = play([...packets, ...talk.packets]);
      assert.deepEqual(events, [
        'open by c',
        'c abc @4',
        `c def @${packets.length + 1}`,
        `s xyz @${packets.length + 2}`,
        'close open',
      ]);
    });

    it('thousands of connections that wait hold a bounded number of bytes, and each delivers its own', () => {
      const count = 3000;
      const payload = Buffer.alloc(1400, 46);
      const ends = Array.from({ length: count }, (_, i) => ({ address: address(i), port: 30_000 }));
      const packets = Array.from({ length: 10 }, (_, k) =>
        ends.map((source, i) => {
          const mine = Buffer.concat([payload, text(`<${i}>`)]);
          return segment({ source, destination: SERVER, sequence: 10 + k * 2000, payload: mine });
        }),
      ).flat();
      const tags = play(packets).map((event) => /<(\d+)>/.exec(event)?.[1]);
      const counts = new Map<string, number>();
      for (const tag of tags) if (tag !== undefined) counts.set(tag, (counts.get(tag) ?? 0) + 1);
      assert.equal(counts.size, count);
      assert.deepEqual([...new Set(counts.values())], [10]);
    });
  });
});
