import assert from 'node:assert/strict';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import { createLocalExchange, localPair } from '../../../src/server/dataConnection/local';
import { DataConnectionLost, type DataEnd } from '../../../src/server/dataConnection/model';
import { connectTcp, listenTcp } from '../../../src/server/dataConnection/tcp';
import { RequestFailure } from '../../../src/server/failure';
import { errorNamed } from '../../support/fakeSession';
import { pattern, take } from '../../support/moverBench';

const hasIpv6 = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === '::1'));

async function tcpPair(address = '127.0.0.1'): Promise<[DataEnd, DataEnd]> {
  const listener = await listenTcp({ address, seconds: 5 });
  assert.ok(listener.address.kind === 'tcp');
  const here = await connectTcp({ to: listener.address.addresses, from: address });
  return [here, await listener.accepted];
}

const KINDS: [string, () => Promise<[DataEnd, DataEnd]>][] = [
  ['LOCAL', () => Promise.resolve(localPair())],
  ['TCP', () => tcpPair()],
];
if (hasIpv6) KINDS.push(['TCP over IPv6', () => tcpPair('::1')]);

const isRefusal = (name: string) => (error: unknown) =>
  error instanceof RequestFailure && errorNamed(error.error) === name;

for (const [name, pair] of KINDS)
  describe(`data connection: ${name}`, () => {
    let ends: DataEnd[] = [];
    const make = async (): Promise<[DataEnd, DataEnd]> => {
      const made = await pair();
      ends.push(...made);
      return made;
    };
    afterEach(() => {
      for (const end of ends) end.destroy();
      ends = [];
    });

    it('carries every byte in both directions, then the end', async () => {
      const [one, two] = await make();
      const bytes = pattern(300_000);
      for (const [from, to] of [
        [one, two],
        [two, one],
      ]) {
        void from.write(bytes.subarray(0, 100_001)).then(() => from.write(bytes.subarray(100_001)));
        assert.deepEqual(await take(to, bytes.length), bytes);
      }
      await one.end();
      assert.equal(await two.read(), undefined);
      assert.equal(await two.readInto(Buffer.alloc(10)), 0);
      await two.closed;
      assert.equal(two.isLost, false);
    });

    it('holds the writer back when nobody reads, and lets it go on', async () => {
      const [one, two] = await make();
      let written = 0;
      const piece = 256 * 1024;
      const writing = (async () => {
        for (let i = 0; i < 200; i++) {
          await one.write(new Uint8Array(piece));
          written++;
        }
        await one.end();
      })();
      await sleep(200);
      assert.ok(written < 100, `${written} pieces were taken without a reader`);
      let read = 0;
      for (let chunk = await two.read(); chunk; chunk = await two.read()) read += chunk.length;
      await writing;
      assert.equal(read, 200 * piece);
    });

    it('keeps what came before an end that nobody waited for', async () => {
      const [one, two] = await make();
      await one.write(pattern(5000));
      await one.end();
      one.destroy();
      await two.closed;
      await sleep(20);
      assert.deepEqual(await take(two, 5000), pattern(5000));
      assert.equal(await two.read(), undefined);
      assert.equal(two.isLost, false);
    });

    it('tells a loss from an end, to readers and writers that wait', async () => {
      const [one, two] = await make();
      const reading = assert.rejects(two.read(), DataConnectionLost);
      one.destroy();
      await reading;
      await two.closed;
      assert.equal(two.isLost, true);
      await assert.rejects(two.write(Buffer.alloc(10)), DataConnectionLost);

      const [three, four] = await make();
      const writing = assert.rejects(async () => {
        for (;;) await three.write(new Uint8Array(256 * 1024));
      }, DataConnectionLost);
      await sleep(50);
      four.destroy();
      await writing;
    });

    it('a reader that has enough ends in order while the writer still writes', async () => {
      const [one, two] = await make();
      const writing = assert.rejects(async () => {
        for (;;) await one.write(new Uint8Array(64 * 1024));
      }, DataConnectionLost);
      await take(two, 100_000);
      await two.end();
      await one.closed;
      assert.equal(one.isLost, false, 'the writer sees an end');
      one.destroy();
      await writing;
    });

    it('bears very many tiny pieces for a reader that does not come', async () => {
      const [one, two] = await make();
      for (let i = 0; i < 900; i++) await one.write(Uint8Array.of(i & 0xff));
      await one.end();
      const all = await take(two, 900);
      assert.ok(all.every((byte, i) => byte === (i & 0xff)));
    });
  });

describe('LOCAL connection', () => {
  it('that is lost in the same moment in which bytes came is no end', async () => {
    for (const read of [(end: DataEnd) => end.read(), (end: DataEnd) => end.readInto(Buffer.alloc(100))]) {
      const [one, two] = localPair();
      const reading = assert.rejects(read(two), DataConnectionLost);
      void one.write(Buffer.from('half a stream'));
      one.destroy();
      await reading;
    }
  });
});

describe('LOCAL exchange', () => {
  it('has one listener at a time, who can go away again', async () => {
    const exchange = createLocalExchange();
    assert.throws(() => exchange.connect(), isRefusal('CONNECT'));
    const listener = exchange.listen();
    assert.throws(() => exchange.listen(), isRefusal('ILLEGAL_STATE'));
    listener.close();
    assert.throws(() => exchange.connect(), isRefusal('CONNECT'));
    const second = exchange.listen();
    listener.close(); // once more does not harm the second one
    const end = exchange.connect();
    await end.write(Buffer.from('x'));
    assert.equal((await (await second.accepted).read())?.length, 1);
    assert.throws(() => exchange.connect(), isRefusal('CONNECT'));
  });
});

describe('TCP listener', () => {
  it('takes one peer and closes its port', async () => {
    const listener = await listenTcp({ address: '127.0.0.1', seconds: 5 });
    assert.ok(listener.address.kind === 'tcp');
    const { addresses } = listener.address;
    const end = await connectTcp({ to: addresses });
    await listener.accepted;
    await assert.rejects(connectTcp({ to: addresses }), isRefusal('CONNECT'));
    end.destroy();
    (await listener.accepted).destroy();
  });

  it('gives up when nobody comes', async () => {
    const listener = await listenTcp({ address: '127.0.0.1', seconds: 0.05 });
    await assert.rejects(listener.accepted, DataConnectionLost);
  });

  it('is closed without anybody having come', async () => {
    const listener = await listenTcp({ address: '127.0.0.1', seconds: 5 });
    assert.ok(listener.address.kind === 'tcp');
    listener.close();
    const [{ port }] = listener.address.addresses;
    const socket = connect({ host: '127.0.0.1', port });
    const refused = await new Promise((resolve) => {
      socket.once('error', () => resolve(true)).once('connect', () => resolve(false));
    });
    socket.destroy();
    assert.equal(refused, true);
  });

  it('refuses an address that is not of this host', async () => {
    await assert.rejects(listenTcp({ address: '192.0.2.1', seconds: 1 }), isRefusal('CONNECT'));
  });
});

describe('TCP connect', () => {
  it('tries every address of a list, and says of each why not', async () => {
    const listener = await listenTcp({ address: '127.0.0.1', seconds: 5 });
    assert.ok(listener.address.kind === 'tcp');
    const [good] = listener.address.addresses;
    const end = await connectTcp({ to: [{ address: '127.0.0.1', port: 1 }, good] });
    assert.deepEqual(end.address, { kind: 'tcp', family: 4, addresses: [good] });
    end.destroy();
    (await listener.accepted).destroy();
    await assert.rejects(connectTcp({ to: [] }), isRefusal('CONNECT'));
    await assert.rejects(connectTcp({ to: [{ address: '127.0.0.1', port: 1 }] }), /127\.0\.0\.1:1/);
  });

  it('comes from the address it is told to, where that can reach the peer', async () => {
    const listener = await listenTcp({ address: '127.0.0.3', seconds: 5 });
    assert.ok(listener.address.kind === 'tcp');
    const end = await connectTcp({ to: listener.address.addresses, from: '127.0.0.2' });
    end.destroy();
    (await listener.accepted).destroy();
    const second = await listenTcp({ address: '127.0.0.1', seconds: 5 });
    assert.ok(second.address.kind === 'tcp');
    const other = await connectTcp({ to: second.address.addresses, from: '192.0.2.7' });
    other.destroy();
    (await second.accepted).destroy();
  });
});
