import assert from 'node:assert/strict';
import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Socket } from 'node:net';
import fc from 'fast-check';
import { startRelay, type Relay, type RelayOrder } from '../../../src/dma/ownMover/relay';
import type { Side } from '../../../src/dma/ownMover/side';
import { dialTo, listenOnce, readAll } from '../../support/sockets';

const loopback = (address: string): boolean => address === '127.0.0.1';
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function listening(peer: string, more: Partial<Extract<Side, { kind: 'listen' }>> = {}): Side {
  return { kind: 'listen', peer, address: '127.0.0.1', allowed: loopback, ...more };
}

/** A relay that listens at both sides, and both peers. */
async function joined(more: Partial<RelayOrder> = {}): Promise<{ relay: Relay; source: Socket; sink: Socket }> {
  const order: RelayOrder = {
    source: listening('the data server'),
    sink: listening('the mover'),
    purpose: 'backup',
    ...more,
  };
  const relay = await startRelay(order);
  const [source, sink] = await Promise.all([dialTo(relay.sourceAddress), dialTo(relay.sinkAddress)]);
  await relay.connected;
  return { relay, source, sink };
}

describe('dma/ownMover/relay', () => {
  it('carries every byte from the source to the sink, with count and digest', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 5000 }), { maxLength: 20 }), async (pieces) => {
        const { relay, source, sink } = await joined();
        const received = readAll(sink);
        for (const piece of pieces) source.write(piece);
        source.end();
        const sent = Buffer.concat(pieces);
        assert.deepEqual(await relay.done, {
          how: 'source-closed',
          bytes: BigInt(sent.length),
          digest: sha256(sent),
          problem: undefined,
        });
        assert.deepEqual(await received, { bytes: sent, broke: false });
        await readAll(source);
      }),
      { numRuns: 20 },
    );
  });

  it('connects where a side listens', async () => {
    const [from, to] = await Promise.all([listenOnce(), listenOnce()]);
    const side = (peer: string, { address }: typeof from): Side => ({
      kind: 'connect',
      peer,
      to: address,
      allowed: loopback,
    });
    const relay = await startRelay({ source: side('filer', from), sink: side('mover', to), purpose: 'backup' });
    assert.equal(relay.sourceAddress, undefined);
    assert.equal(relay.sinkAddress, undefined);
    const [source, sink] = await Promise.all([from.accepted, to.accepted]);
    source.end('all of it');
    assert.equal((await readAll(sink)).bytes.toString(), 'all of it');
    assert.equal((await relay.done).how, 'source-closed');
    source.destroy();
  });

  it('takes no more from the source than the sink has room for', async () => {
    const { relay, source, sink } = await joined();
    sink.pause();
    const piece = randomBytes(1024 * 1024);
    const many = 64;
    let drained = 0;
    const writing = (async () => {
      for (let n = 0; n < many; n++) {
        if (!source.write(piece)) await once(source, 'drain');
        drained++;
      }
      source.end();
    })();
    await new Promise((resolve) => setTimeout(resolve, 300));
    assert.ok(drained < many / 2, `${drained} MiB were taken while nobody read`);
    const { bytes, broke } = await readAll(sink);
    await writing;
    assert.equal(bytes.length, many * piece.length);
    assert.equal(broke, false);
    assert.equal((await relay.done).bytes, BigInt(bytes.length));
    await readAll(source);
  });

  it('breaks the sink when the source breaks off, so that no mover takes half a stream for a whole one', async () => {
    const { relay, source, sink } = await joined();
    source.write('half');
    const [piece] = (await once(sink, 'data')) as [Buffer];
    assert.equal(piece.toString(), 'half');
    const received = readAll(sink);
    source.resetAndDestroy();
    assert.equal((await received).broke, true);
    const { how, problem } = await relay.done;
    assert.equal(how, 'broken');
    assert.equal(problem, 'the connection to the data server broke off');
  });

  for (const [way, leave] of [
    ['breaks off', (sink: Socket) => sink.resetAndDestroy()],
    ['closes in order', (sink: Socket) => sink.end()],
  ] as const) {
    it(`breaks the source of a backup when the sink ${way}`, async () => {
      const { relay, source, sink } = await joined();
      const told = readAll(source);
      leave(sink);
      assert.equal((await told).broke, true);
      assert.equal((await relay.done).how, 'broken');
    });
  }

  it('lets a data server that has enough end a recovery, and the mover sees an orderly close', async () => {
    const { relay, source, sink } = await joined({ purpose: 'recovery' });
    source.write('the file');
    await once(sink, 'data');
    sink.end();
    assert.equal((await relay.done).how, 'sink-closed');
    assert.equal((await readAll(source)).broke, false);
  });

  it('refuses connections from addresses outside the plan, and goes on waiting for the planned one', async () => {
    const relay = await startRelay({
      source: listening('the data server', { allowed: (address) => address === '127.0.0.2' }),
      sink: listening('the mover'),
      purpose: 'backup',
    });
    const stranger = await dialTo(relay.sourceAddress);
    assert.equal((await readAll(stranger)).bytes.length, 0);
    const [source, sink] = await Promise.all([dialTo(relay.sourceAddress, '127.0.0.2'), dialTo(relay.sinkAddress)]);
    source.end('x');
    assert.equal((await readAll(sink)).bytes.toString(), 'x');
    source.destroy();
  });

  it('never connects to an address outside the plan', async () => {
    const listener = await listenOnce();
    const sink: Side = { kind: 'connect', peer: 'the mover', to: listener.address, allowed: () => false };
    await assert.rejects(
      startRelay({ source: listening('the data server'), sink, purpose: 'backup' }),
      /no data connection to the mover: 127\.0\.0\.1 port \d+ is not in the plan/,
    );
    listener.server.close();
  });

  it('says who did not come', async () => {
    const relay = await startRelay({
      source: listening('the data server filer1', { seconds: 0.1 }),
      sink: listening('the mover'),
      purpose: 'backup',
    });
    const sink = await dialTo(relay.sinkAddress);
    const told = readAll(sink);
    await assert.rejects(relay.connected, /the data server filer1 did not connect to this machine/);
    assert.equal((await relay.done).how, 'broken');
    assert.equal((await told).broke, true);
  });

  it('ends at a signal, before and after the sides are there', async () => {
    const control = new AbortController();
    const early = await startRelay({
      source: listening('a'),
      sink: listening('b'),
      purpose: 'backup',
      signal: control.signal,
    });
    const { relay, source, sink } = await joined({ signal: control.signal });
    source.write('some');
    await once(sink, 'data');
    const ends = Promise.all([readAll(source), readAll(sink)]);
    control.abort();
    assert.equal((await early.done).how, 'aborted');
    assert.equal((await relay.done).how, 'aborted');
    assert.deepEqual(
      (await ends).map(({ broke }) => broke),
      [true, true],
    );
    const late = await startRelay({
      source: listening('a'),
      sink: listening('b'),
      purpose: 'backup',
      signal: control.signal,
    });
    assert.equal((await late.done).how, 'aborted');
  });
});
