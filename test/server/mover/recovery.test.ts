import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { HaltReason, PauseReason } from '../../../src/server/mover/model';
import { MemoryTape } from '../../support/memoryTape';
import { ALL_ONES, MoverBench, pattern, READ, take, TCP, WRITE } from '../../support/moverBench';

const VERSIONS = [2, 3, 4] as const;
const RECORD = 1000;
const data = pattern(100_000);

/** A tape with other things before the stream of 100 records, and a mark behind it; it stands before the stream. */
function recorded(recordSize = RECORD): MemoryTape {
  const tape = new MemoryTape({ mode: 'READ' }).record(pattern(2000), 1000).mark();
  tape.at = tape.items.length;
  return tape.record(data, recordSize).mark();
}

/** Records that were read in all. */
const recordsRead = (tape: MemoryTape): number =>
  tape.operations.map((text) => /^read (\d+)/.exec(text)?.[1] ?? '0').reduce((sum, count) => sum + Number(count), 0);

for (const version of VERSIONS)
  describe(`mover v${version}: tape to data connection`, () => {
    async function start(tape = recorded(), offset = 0n, length = ALL_ONES) {
      const bench = new MoverBench(tape, version);
      await bench.set(RECORD, offset, length);
      const end = await bench.join(WRITE, TCP);
      return { bench, tape, end };
    }

    it('sends the whole stream and pauses at the file mark, before it', async () => {
      const { bench, tape, end } = await start();
      await bench.expect('NDMP_MOVER_READ', { offset: 0n, length: ALL_ONES });
      assert.deepEqual(await take(end, data.length), data);
      const post = await bench.paused();
      assert.equal(post.reason, PauseReason.EOF);
      assert.equal(post.seek_position, BigInt(data.length));
      assert.equal(tape.items[tape.at], 'mark');
      const state = await bench.expect('NDMP_MOVER_GET_STATE');
      assert.equal(state.bytes_moved, BigInt(data.length));
      assert.equal(state.bytes_left_to_read, ALL_ONES);
      await bench.expect('NDMP_MOVER_CLOSE');
      assert.equal(await bench.halted(), HaltReason.CONNECT_CLOSED);
      assert.equal(await end.read(), undefined);
    });

    it('sends exactly what is asked for, waits for the next read, and reads no record twice', async () => {
      const { bench, tape, end } = await start();
      for (const [offset, length] of [
        [0, 10],
        [10, 2000],
        [2010, 990],
        [50_500, 1],
        [50_501, 400],
        [99_999, 1],
      ]) {
        await bench.expect('NDMP_MOVER_READ', { offset: BigInt(offset), length: BigInt(length) });
        assert.deepEqual(await take(end, length), data.subarray(offset, offset + length));
      }
      await sleep(10);
      const state = await bench.expect('NDMP_MOVER_GET_STATE');
      assert.equal(state.state, 2, 'still ACTIVE');
      assert.equal(state.bytes_left_to_read, 0n);
      assert.equal(state.seek_position, 99_999n);
      assert.equal(recordsRead(tape), 5);
      await bench.expect('NDMP_MOVER_CLOSE');
      assert.equal(await bench.halted(), HaltReason.CONNECT_CLOSED);
    });

    it('goes back to what it has passed', async () => {
      const { bench, end } = await start();
      for (const offset of [90_123, 123, 50_000, 49_999, 0]) {
        await bench.expect('NDMP_MOVER_READ', { offset: BigInt(offset), length: 1500n });
        assert.deepEqual(await take(end, 1500), data.subarray(offset, offset + 1500));
      }
      await bench.dispose();
    });

    it('pauses with SEEK outside the window and continues the same read in the next', async () => {
      const { bench, tape, end } = await start(recorded(), 0n, 40_000n);
      const position = tape.at;
      await bench.expect('NDMP_MOVER_READ', { offset: 39_000n, length: 3000n });
      assert.deepEqual(await take(end, 1000), data.subarray(39_000, 40_000));
      const post = await bench.paused();
      assert.equal(post.reason, PauseReason.SEEK);
      assert.equal(post.seek_position, 40_000n);
      if (version === 4) await bench.expect('NDMP_MOVER_CONTINUE', {}, 'PRECONDITION');
      tape.at = position + 30;
      await bench.expect('NDMP_MOVER_SET_WINDOW', { offset: 30_000n, length: 70_000n });
      await bench.expect('NDMP_MOVER_CONTINUE');
      assert.deepEqual(await take(end, 2000), data.subarray(40_000, 42_000));
      await bench.expect('NDMP_MOVER_READ', { offset: 29_999n, length: 1n });
      assert.equal((await bench.paused(2)).seek_position, 29_999n);
      await bench.dispose();
    });

    it('ends a window inside a record: the padding of the last one is not sent', async () => {
      const { bench, end } = await start(recorded(), 0n, 99_500n);
      await bench.expect('NDMP_MOVER_READ', { offset: 99_000n, length: ALL_ONES });
      assert.deepEqual(await take(end, 500), data.subarray(99_000, 99_500));
      assert.equal((await bench.paused()).seek_position, 99_500n);
      await bench.dispose();
    });

    it('pauses with EOM at the end of the data, with EOF before a mark that lies in the way', async () => {
      const tape = recorded();
      tape.items.pop();
      const { bench } = await start(tape);
      await bench.expect('NDMP_MOVER_READ', { offset: 500_000n, length: 10n });
      assert.equal((await bench.paused()).reason, PauseReason.EOM);
      await bench.dispose();
      const second = await start(recorded());
      await second.bench.expect('NDMP_MOVER_READ', { offset: 500_000n, length: 10n });
      assert.equal((await second.bench.paused()).reason, PauseReason.EOF);
      await second.bench.dispose();
    });

    it('goes on behind a file mark when the DMA has passed it', async () => {
      const tape = recorded();
      tape.record(pattern(5000), RECORD);
      const { bench, end } = await start(tape);
      await bench.expect('NDMP_MOVER_READ', { offset: 99_000n, length: 3000n });
      assert.deepEqual(await take(end, 1000), data.subarray(99_000));
      assert.equal((await bench.paused()).reason, PauseReason.EOF);
      await tape.space('marks', 1);
      await bench.expect('NDMP_MOVER_CONTINUE');
      assert.deepEqual(await take(end, 2000), pattern(2000));
      await bench.expect('NDMP_MOVER_READ', { offset: 0n, length: 1n });
      assert.equal((await bench.paused(2)).reason, PauseReason.SEEK, 'the way back leads over the mark');
      await bench.dispose();
    });

    it('counts beyond what a double can', async () => {
      const first = 10n ** 18n;
      const { bench, end } = await start(recorded(), first, 100_000n);
      await bench.expect('NDMP_MOVER_READ', { offset: first + 50_001n, length: 2000n });
      assert.deepEqual(await take(end, 2000), data.subarray(50_001, 52_001));
      await bench.expect('NDMP_MOVER_READ', { offset: first + 99_990n, length: ALL_ONES - first - 99_990n });
      assert.deepEqual(await take(end, 10), data.subarray(99_990));
      const post = await bench.paused();
      assert.deepEqual([post.reason, post.seek_position], [PauseReason.SEEK, first + 100_000n]);
      await bench.dispose();
    });

    it('sends a short record as it is and takes a longer one for an error of the medium', async () => {
      const tape = new MemoryTape({ mode: 'READ' }).record(data.subarray(0, 2500), RECORD);
      const { bench, end } = await start(tape);
      await bench.expect('NDMP_MOVER_READ', { offset: 0n, length: ALL_ONES });
      assert.deepEqual(await take(end, 2500), data.subarray(0, 2500));
      assert.equal((await bench.paused()).reason, PauseReason.EOM);
      await bench.dispose();
      const long = await start(new MemoryTape({ mode: 'READ' }).record(data, 1001));
      await long.bench.expect('NDMP_MOVER_READ', { offset: 0n, length: ALL_ONES });
      if (version === 4) assert.equal(await long.bench.halted(), HaltReason.MEDIA_ERROR);
      else assert.equal((await long.bench.paused()).reason, PauseReason.MEDIA_ERROR);
      await long.bench.dispose();
    });

    it('refuses a second read while one is served, and reads of nothing', async () => {
      const { bench } = await start();
      await bench.expect('NDMP_MOVER_READ', { offset: 0n, length: 0n }, 'ILLEGAL_ARGS');
      await bench.expect('NDMP_MOVER_READ', { offset: 0n, length: 50_000n });
      const error = version === 4 ? 'READ_IN_PROGRESS' : 'ILLEGAL_STATE';
      await bench.expect('NDMP_MOVER_READ', { offset: 0n, length: 10n }, error);
      await bench.dispose();
    });

    it('halts when the data server closes: while it waits, while it sends, while it is paused', async () => {
      const waiting = await start();
      await waiting.end.end();
      assert.equal(await waiting.bench.halted(), HaltReason.CONNECT_CLOSED);

      const big = new MemoryTape({ mode: 'READ' });
      for (let i = 0; i < 200; i++) big.record(data, RECORD);
      const sending = await start(big);
      await sending.bench.expect('NDMP_MOVER_READ', { offset: 0n, length: ALL_ONES });
      await take(sending.end, 10_000);
      await sending.end.end();
      assert.equal(await sending.bench.halted(), HaltReason.CONNECT_CLOSED);

      const paused = await start();
      await paused.bench.expect('NDMP_MOVER_READ', { offset: 0n, length: ALL_ONES });
      await paused.bench.paused();
      await paused.end.end();
      assert.equal(await paused.bench.halted(), HaltReason.CONNECT_CLOSED);
    });

    it('is aborted while the data server does not read', async () => {
      const big = new MemoryTape({ mode: 'READ' });
      for (let i = 0; i < 300; i++) big.record(data, RECORD);
      const { bench, end, tape } = await start(big);
      await bench.expect('NDMP_MOVER_READ', { offset: 0n, length: ALL_ONES });
      let before = -1;
      for (let tries = 0; before !== tape.operations.length && tries < 40; tries++) {
        before = tape.operations.length;
        await sleep(100);
      }
      assert.ok(recordsRead(tape) < 20_000, 'held back long before the end');
      await bench.expect('NDMP_MOVER_ABORT');
      assert.equal(await bench.halted(), HaltReason.ABORTED);
      end.destroy();
    });
  });

describe('mover: LOCAL recovery', () => {
  it('serves what the data server asks for, one after the other, and refuses MOVER_READ', async () => {
    const tape = recorded();
    const bench = new MoverBench(tape);
    await bench.set(RECORD);
    const end = await bench.join(WRITE);
    const { local } = bench.session.services;
    await bench.expect('NDMP_MOVER_READ', { offset: 0n, length: 10n }, 'ILLEGAL_STATE');
    local.reader?.requestRead(500n, 1000n);
    local.reader?.requestRead(70_000n, 10n);
    assert.deepEqual(await take(end, 1010), Buffer.concat([data.subarray(500, 1500), data.subarray(70_000, 70_010)]));
    local.reader?.requestRead(90_000n, ALL_ONES);
    assert.deepEqual(await take(end, 10_000), data.subarray(90_000));
    assert.equal((await bench.paused()).reason, PauseReason.EOF);
    await end.end();
    assert.equal(await bench.halted(), HaltReason.CONNECT_CLOSED);
    assert.equal(local.reader, undefined);
    await bench.expect('NDMP_MOVER_STOP');
  });
});

describe('mover to mover', () => {
  it('copies a tape over TCP, in both directions of connecting', async () => {
    for (const sourceConnects of [true, false]) {
      const source = new MoverBench(recorded());
      const target = new MoverBench(new MemoryTape());
      await source.set(RECORD);
      await target.set(RECORD);
      const [listener, other] = sourceConnects ? [target, source] : [source, target];
      const modeOf = (bench: MoverBench): number => (bench === source ? WRITE : READ);
      const { connect_addr } = await listener.expect('NDMP_MOVER_LISTEN', { mode: modeOf(listener), addr_type: TCP });
      await other.expect('NDMP_MOVER_CONNECT', { mode: modeOf(other), addr: connect_addr });
      await source.expect('NDMP_MOVER_READ', { offset: 0n, length: ALL_ONES });
      await source.paused();
      await source.expect('NDMP_MOVER_CLOSE');
      assert.equal(await source.halted(), HaltReason.CONNECT_CLOSED);
      assert.equal(await target.halted(), HaltReason.CONNECT_CLOSED);
      assert.deepEqual(target.tape?.bytes, data);
    }
  });
});
