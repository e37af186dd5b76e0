import assert from 'node:assert/strict';
import { setTimeout as sleep } from 'node:timers/promises';
import { HaltReason, PauseReason } from '../../../src/server/mover/model';
import { MemoryTape } from '../../support/memoryTape';
import { ALL_ONES, LOCAL, MoverBench, pattern, READ, TCP } from '../../support/moverBench';

const VERSIONS = [2, 3, 4] as const;
const RECORD = 1000;

for (const version of VERSIONS)
  for (const [kind, type] of [
    ['LOCAL', LOCAL],
    ['TCP', TCP],
  ] as const)
    describe(`mover v${version} ${kind}: data connection to tape`, () => {
      it('cuts the stream into records and fills the last one with zeros', async () => {
        const tape = new MemoryTape();
        const bench = new MoverBench(tape, version);
        await bench.set(RECORD);
        const end = await bench.join(READ, type);
        const data = pattern(25_300);
        for (let at = 0; at < data.length; at += 777) await end.write(data.subarray(at, at + 777));
        await end.end();
        assert.equal(await bench.halted(), HaltReason.CONNECT_CLOSED);
        assert.equal(tape.items.length, 26);
        assert.ok(tape.items.every((item) => item.length === RECORD));
        assert.deepEqual(tape.bytes.subarray(0, data.length), data);
        assert.ok(tape.bytes.subarray(data.length).every((byte) => byte === 0));
        const state = await bench.expect('NDMP_MOVER_GET_STATE');
        assert.equal(state.bytes_moved, BigInt(data.length), 'without the padding');
        assert.equal(state.record_num, 26);
        assert.ok(bench.wrote > 0, 'the tape service owes a file mark');
        await bench.expect('NDMP_MOVER_STOP');
        assert.equal(bench.state, 'IDLE');
        assert.equal((await bench.expect('NDMP_MOVER_GET_STATE')).bytes_moved, 0n);
      });

      it('writes nothing for an empty stream', async () => {
        const bench = new MoverBench(new MemoryTape(), version);
        await bench.set(RECORD);
        const end = await bench.join(READ, type);
        await end.end();
        assert.equal(await bench.halted(), HaltReason.CONNECT_CLOSED);
        assert.deepEqual(bench.tape?.items, []);
      });

      it('pauses behind a full window, not at its end, and goes on in the next', async () => {
        const tape = new MemoryTape();
        const bench = new MoverBench(tape, version);
        await bench.set(RECORD, 0n, 3000n);
        const end = await bench.join(READ, type);
        const data = pattern(7500);
        await end.write(data.subarray(0, 3000));
        await sleep(30);
        assert.equal(bench.state, 'ACTIVE', 'the window is full, but nothing more has come');
        await end.write(data.subarray(3000));
        await end.end();
        assert.equal((await bench.paused()).reason, version === 2 ? PauseReason.EOF : PauseReason.EOW);
        assert.equal(tape.items.length, 3);
        if (version === 4) await bench.expect('NDMP_MOVER_CONTINUE', {}, 'PRECONDITION');
        await bench.expect('NDMP_MOVER_SET_WINDOW', { offset: 3000n, length: 4000n });
        assert.equal((await bench.expect('NDMP_MOVER_GET_STATE')).record_num, 3);
        await bench.expect('NDMP_MOVER_CONTINUE');
        await bench.paused(2);
        assert.equal(tape.items.length, 7);
        await bench.expect('NDMP_MOVER_SET_WINDOW', { offset: 7000n, length: ALL_ONES - 7000n });
        await bench.expect('NDMP_MOVER_CONTINUE');
        assert.equal(await bench.halted(), HaltReason.CONNECT_CLOSED);
        assert.deepEqual(tape.bytes.subarray(0, data.length), data);
      });

      it('keeps the record that a full tape had no place for, and writes it first on the next', async () => {
        const tape = new MemoryTape({ capacity: 4500 });
        const bench = new MoverBench(tape, version);
        await bench.set(RECORD);
        const end = await bench.join(READ, type);
        const data = pattern(9990);
        await end.write(data.subarray());
        await end.end();
        const volumes: Buffer[] = [];
        for (let volume = 1; volume <= 2; volume++) {
          assert.equal((await bench.paused(volume)).reason, PauseReason.EOM);
          assert.equal(tape.bytes.length, 4000);
          volumes.push(tape.bytes);
          tape.swap();
          await bench.expect('NDMP_MOVER_SET_WINDOW', { offset: BigInt(4000 * volume), length: ALL_ONES });
          await bench.expect('NDMP_MOVER_CONTINUE');
        }
        assert.equal(await bench.halted(), HaltReason.CONNECT_CLOSED);
        volumes.push(tape.bytes);
        assert.deepEqual(Buffer.concat(volumes).subarray(0, data.length), data);
      });

      it('pauses at the early warning and writes on when the DMA says so', async () => {
        const tape = new MemoryTape({ earlyWarning: 2000, capacity: 100_000 });
        const bench = new MoverBench(tape, version);
        await bench.set(RECORD);
        const end = await bench.join(READ, type);
        const data = pattern(6000);
        await end.write(data.subarray());
        await end.end();
        assert.equal((await bench.paused()).reason, PauseReason.EOM);
        await bench.expect('NDMP_MOVER_CONTINUE');
        assert.equal(await bench.halted(), HaltReason.CONNECT_CLOSED);
        assert.deepEqual(tape.bytes, data);
      });

      it('reports a broken tape as its version does', async () => {
        const tape = new MemoryTape();
        const bench = new MoverBench(tape, version);
        await bench.set(RECORD);
        const end = await bench.join(READ, type);
        tape.failIn = 0;
        await end.write(pattern(1000));
        if (version === 4) assert.equal(await bench.halted(), HaltReason.MEDIA_ERROR);
        else {
          assert.equal((await bench.paused()).reason, PauseReason.MEDIA_ERROR);
          await bench.expect('NDMP_MOVER_CONTINUE');
          await end.end();
          assert.equal(await bench.halted(), HaltReason.CONNECT_CLOSED);
          assert.deepEqual(tape.bytes, pattern(1000));
        }
      });

      it('halts at once when the connection breaks, also while it is paused', async () => {
        for (const isPaused of [false, true]) {
          const bench = new MoverBench(new MemoryTape({ capacity: isPaused ? 2000 : 1e6 }), version);
          await bench.set(RECORD);
          const end = await bench.join(READ, type);
          await end.write(pattern(5000));
          if (isPaused) await bench.paused();
          await sleep(60); // a reset that comes together with data looks like an end to Node
          end.destroy();
          assert.equal(await bench.halted(), HaltReason.CONNECT_ERROR);
        }
      });

      it('gives up the kept record when it is closed while it is paused', async () => {
        const bench = new MoverBench(new MemoryTape({ capacity: 2000 }), version);
        await bench.set(RECORD);
        const end = await bench.join(READ, type);
        await end.write(pattern(5000));
        await bench.paused();
        await bench.expect('NDMP_MOVER_CLOSE');
        assert.equal(await bench.halted(), HaltReason.CONNECT_CLOSED);
        await end.closed;
        assert.equal(end.isLost, false);
      });

      it('aborts whatever it does', async () => {
        for (const feed of [0, 500, 100_000]) {
          const bench = new MoverBench(new MemoryTape(), version);
          await bench.set(RECORD);
          const end = await bench.join(READ, type);
          if (feed > 0) await end.write(pattern(feed));
          await bench.expect('NDMP_MOVER_ABORT');
          assert.equal(await bench.halted(), HaltReason.ABORTED);
          await end.closed;
          assert.equal(end.isLost, true);
          await bench.expect('NDMP_MOVER_ABORT'); // once more changes nothing
          assert.equal(await bench.halted(), HaltReason.ABORTED);
        }
      });
    });

describe('mover: where it cannot listen', () => {
  for (const version of VERSIONS)
    it(`stays IDLE (v${version})`, async () => {
      const bench = new MoverBench(new MemoryTape(), version, { dataAddress: () => '192.0.2.1' });
      await bench.set(RECORD);
      await bench.expect('NDMP_MOVER_LISTEN', { mode: READ, addr_type: TCP }, version === 2 ? 'IO' : 'CONNECT');
      assert.equal(bench.state, 'IDLE');
      await bench.expect('NDMP_MOVER_LISTEN', { mode: READ, addr_type: LOCAL });
      await bench.dispose();
    });
});
