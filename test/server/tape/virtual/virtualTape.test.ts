import assert from 'node:assert/strict';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { RequestFailure } from '../../../../src/server/failure';
import type { ServerLog } from '../../../../src/server/log';
import type { OpenTape } from '../../../../src/server/tape/drive';
import { VirtualDrive } from '../../../../src/server/tape/virtual';
import { errorNamed } from '../../../support/fakeSession';
import { TapeFolder } from '../../../support/tapes';

const record = (length: number, seed = length): Uint8Array =>
  Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 7) & 0xff);

async function readAll(tape: OpenTape): Promise<(number | 'mark')[]> {
  await tape.rewind();
  const seen: (number | 'mark')[] = [];
  for (;;) {
    const outcome = await tape.read(new Uint8Array(100_000));
    if (outcome.kind === 'end') return seen;
    seen.push(outcome.kind === 'mark' ? 'mark' : outcome.length);
    if (outcome.kind === 'mark') await tape.space('marks', 1);
  }
}

async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    assert.ok(error instanceof RequestFailure, String(error));
    return errorNamed(error.error);
  }
}

describe('server: virtual tape', () => {
  const folder = new TapeFolder();
  before(() => folder.create());
  after(() => folder.remove());

  it('keeps records, their lengths and marks, also over a change of cartridge', async () => {
    const drive = await folder.drive();
    let tape = await drive.open('RDWR');
    await tape.write(record(1000), 300);
    await tape.writeMarks(1);
    await tape.write(record(513), 513);
    await tape.close();
    const cartridge = await drive.eject();
    assert.ok(cartridge);
    await drive.load(cartridge);
    tape = await drive.open('READ');
    assert.deepEqual(await readAll(tape), [300, 300, 300, 100, 'mark', 513]);
    await tape.rewind();
    const into = new Uint8Array(300);
    await tape.read(into);
    assert.deepEqual(into, record(1000).subarray(0, 300));
    await tape.close();
  });

  it('lies in the SIMH layout', async () => {
    const drive = await folder.drive();
    const tape = await drive.open('RDWR');
    await tape.write(Uint8Array.of(1, 2, 3), 3);
    await tape.writeMarks(2);
    await tape.close();
    const data = await readFile(join((await drive.eject())?.folder ?? '', 'data.tap'));
    assert.equal(data.toString('hex'), '03000000' + '010203' + '00' + '03000000' + '00000000' + '00000000');
  });

  it('writes more file marks than go to the disk at a time', async () => {
    const drive = await folder.drive();
    const tape = await drive.open('RDWR');
    await tape.write(record(10), 10);
    const count = 600_000;
    assert.deepEqual(await tape.writeMarks(count), { written: count });
    await tape.write(record(20), 20);
    assert.deepEqual(await tape.space('marks', -count), { remaining: 0 });
    assert.deepEqual(await tape.space('marks', count), { remaining: 0 });
    const into = new Uint8Array(20);
    assert.deepEqual(await tape.read(into), { kind: 'record', length: 20 });
    assert.deepEqual(into, record(20));
    await tape.close();
  });

  it('forgets what stood behind a place that is written over', async () => {
    const drive = await folder.drive();
    const tape = await drive.open('RDWR');
    for (let i = 0; i < 3; i++) {
      await tape.write(record(400), 100);
      await tape.writeMarks(1);
    }
    await tape.rewind();
    await tape.space('records', 2);
    await tape.write(record(50), 50);
    assert.deepEqual(await readAll(tape), [100, 100, 50]);
  });

  it('reads many records at once and stops at marks, other lengths and the end', async () => {
    const drive = await folder.drive();
    const tape = await drive.open('RDWR');
    await tape.write(record(950), 100);
    await tape.writeMarks(1);
    await tape.write(record(200), 100);
    await tape.rewind();
    const into = new Uint8Array(450);
    assert.deepEqual(await tape.readRecords(into, 100), { lengths: [100, 100, 100, 100] });
    assert.deepEqual(into.subarray(0, 400), record(950).subarray(0, 400));
    assert.deepEqual(await tape.readRecords(new Uint8Array(1000), 100), { lengths: [100, 100, 100, 100, 100, 50] });
    assert.deepEqual(await tape.readRecords(new Uint8Array(1000), 100), { lengths: [], stopped: 'mark' });
    await tape.space('marks', 1);
    assert.deepEqual(await tape.readRecords(new Uint8Array(1000), 100), { lengths: [100, 100], stopped: 'end' });
  });

  it('leaves a record that does not fit for the next call, and cuts one that never fits', async () => {
    const drive = await folder.drive();
    const tape = await drive.open('RDWR');
    await tape.write(record(100), 100);
    await tape.write(record(900), 900);
    await tape.rewind();
    assert.deepEqual(await tape.readRecords(new Uint8Array(300), 100), { lengths: [100] });
    assert.deepEqual(await tape.readRecords(new Uint8Array(300), 100), { lengths: [900] });
    assert.deepEqual(await tape.readRecords(new Uint8Array(300), 100), { lengths: [], stopped: 'end' });
  });

  it('warns once, goes on, and ends', async () => {
    const drive = await folder.drive({ capacity: 10 * 1008, earlyWarning: 3 * 1008 });
    const tape = await drive.open('RDWR');
    assert.deepEqual(await tape.write(record(6000), 1000), { written: 6 });
    assert.deepEqual(await tape.write(record(1000), 1000), { written: 1 });
    assert.deepEqual(await tape.write(record(1000), 1000), { written: 0, stopped: 'early-warning' });
    assert.deepEqual(await tape.write(record(2000), 1000), { written: 2 });
    assert.deepEqual(await tape.write(record(5000), 1000), { written: 1, stopped: 'full' });
    assert.deepEqual(await tape.write(record(1000), 1000), { written: 0, stopped: 'full' });
    assert.deepEqual(await tape.writeMarks(2), { written: 2 });
    await tape.rewind();
    assert.deepEqual(await tape.write(record(9000), 1000), { written: 7, stopped: 'early-warning' });
  });

  it('tells the early warning from the end when both lie in one call', async () => {
    const drive = await folder.drive({ capacity: 5 * 108, earlyWarning: 0 });
    const tape = await drive.open('RDWR');
    assert.deepEqual(await tape.write(record(900), 100), { written: 5, stopped: 'early-warning' });
    assert.deepEqual(await tape.write(record(100), 100), { written: 0, stopped: 'full' });
  });

  it('is opened by one at a time, and by the rules of its medium', async () => {
    const drive = await folder.drive({ writeProtected: true });
    assert.equal(await failureOf(drive.open('RDWR')), 'WRITE_PROTECT');
    const tape = await drive.open('RAW');
    assert.equal(await failureOf(drive.open('READ')), 'DEVICE_BUSY');
    assert.equal(await failureOf(tape.write(record(10), 10)), 'WRITE_PROTECT');
    assert.equal(await failureOf(tape.writeMarks(1)), 'WRITE_PROTECT');
    await tape.unload();
    assert.equal(await failureOf(tape.rewind()), 'NO_TAPE_LOADED');
    assert.equal(tape.status().loaded, false);
    await tape.close();
    assert.equal(await failureOf(drive.open('READ')), 'NO_TAPE_LOADED');
    const empty = await drive.open('RAW');
    await empty.close();
    assert.equal(await failureOf(empty.rewind()), 'DEV_NOT_OPEN');
  });

  it('does not take a cleaning cartridge for a tape', async () => {
    const drive = await folder.drive({ kind: 'cleaning' });
    assert.equal(await failureOf(drive.open('READ')), 'NO_TAPE_LOADED');
    assert.equal((await drive.eject())?.usage.loads, 1);
  });

  it('acknowledges nothing when its folder is removed, and tells the log', async () => {
    const lines: string[] = [];
    const log: ServerLog = { write: (level, text) => void lines.push(`${level} ${text}`), child: () => log };
    const drive = new VirtualDrive({ name: 'drive0', serial: 'S0001', log });
    await drive.load(await folder.cartridge());
    const tape = await drive.open('RDWR');
    await tape.write(record(100), 100);
    await rm(drive.cartridge?.folder ?? '', { recursive: true });
    assert.equal(await failureOf(tape.write(record(100), 100)), 'NO_TAPE_LOADED');
    assert.deepEqual(lines, ['warning drive drive0: writing the tape: the files of the cartridge are gone']);
    assert.equal(await failureOf(tape.writeMarks(1)), 'NO_TAPE_LOADED');
    await tape.rewind();
    assert.equal(await failureOf(tape.read(new Uint8Array(100))), 'NO_TAPE_LOADED');
    await tape.close();
    const cartridge = await drive.eject();
    assert.ok(cartridge);
    await drive.load(cartridge);
    assert.equal(await failureOf(drive.open('READ')), 'NO_TAPE_LOADED');
    await drive.eject();
  });

  it('moves as a list of records and marks would', async () => {
    const objects = fc.array(fc.constantFrom(0, 0, 100, 101, 7), { minLength: 1, maxLength: 12 });
    const moves = fc.array(
      fc.record({
        over: fc.constantFrom('records' as const, 'marks' as const),
        count: fc.integer({ min: -6, max: 6 }),
      }),
      { maxLength: 12 },
    );
    await fc.assert(
      fc.asyncProperty(objects, moves, async (list, steps) => {
        const drive = await folder.drive();
        const tape = await drive.open('RDWR');
        for (const length of list) {
          if (length === 0) await tape.writeMarks(1);
          else await tape.write(record(length), length);
        }
        await tape.rewind();
        let place = 0;
        for (const { over, count } of steps) {
          const direction = Math.sign(count);
          let left = Math.abs(count);
          while (left > 0) {
            const next = list[direction > 0 ? place : place - 1];
            if (next === undefined || (over === 'records' && next === 0)) break;
            if (over === 'records' || next === 0) left--;
            place += direction;
          }
          assert.deepEqual(await tape.space(over, count), { remaining: left });
          const before = list.slice(0, place);
          assert.equal(tape.status().file, before.filter((length) => length === 0).length);
          assert.equal(tape.status().block, place - (before.lastIndexOf(0) + 1));
        }
        await tape.close();
        await drive.eject();
      }),
      { numRuns: 60 },
    );
  });
});
