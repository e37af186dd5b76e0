import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import fc from 'fast-check';
import { RequestFailure } from '../../../../src/server/failure';
import { LinuxTapeDrive, type LinuxDriveOptions } from '../../../../src/server/tape/device/linuxDrive';
import type { OpenTape } from '../../../../src/server/tape/drive';
import { errorNamed } from '../../../support/fakeSession';
import { describeWithPeer, peerVersion } from '../../../support/peers';
import { TapeFolder } from '../../../support/tapes';

const DRIVER = resolve(__dirname, 'stDriver.c');
/** Version managers put slow scripts before it. */
const PYTHON = '/usr/bin/python3';

async function failureOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
    return 'none';
  } catch (error) {
    assert.ok(error instanceof RequestFailure, String(error));
    return errorNamed(error.error);
  }
}

describeWithPeer('python3', 'server: Linux tape device, by a stand-in for its driver', function () {
  this.timeout(60_000);
  const cartridges = new TapeFolder();
  let folder: string;
  let device: string;
  let made = 0;

  before(async function () {
    if (process.platform !== 'linux' || peerVersion('gcc') === undefined) this.skip();
    await cartridges.create();
    folder = mkdtempSync(join(tmpdir(), 'ndmp-st-'));
    device = join(folder, 'nst0');
    const compiled = spawnSync('gcc', ['-Wall', '-shared', '-fPIC', '-o', join(folder, 'st.so'), DRIVER, '-ldl']);
    assert.equal(compiled.status, 0, String(compiled.stderr));
  });
  after(async () => {
    await cartridges.remove();
    if (folder) rmSync(folder, { recursive: true, force: true });
  });
  beforeEach(() => {
    made++;
    writeFileSync(trace(), '');
  });

  const trace = (): string => join(folder, `trace${made}`);
  const drive = (settings: Record<string, string | number> = {}, options: Partial<LinuxDriveOptions> = {}) =>
    new LinuxTapeDrive({
      path: device,
      python: existsSync(PYTHON) ? PYTHON : undefined,
      blockSize: 0,
      environment: {
        LD_PRELOAD: join(folder, 'st.so'),
        ST_DEVICE: device,
        ST_IMAGE: join(folder, `image${made}`),
        ST_TRACE: trace(),
        ...Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)])),
      },
      ...options,
    });
  const calls = (): string[] =>
    readFileSync(trace(), 'utf8')
      .trim()
      .split('\n')
      .filter((line) => !line.startsWith('MTIOC'))
      .map((line) => line.replace(/^(open \S+) = \d+$/, '$1'));
  const record = (length: number, seed = length): Uint8Array =>
    Uint8Array.from({ length }, (_, i) => (i * 31 + seed * 7) & 0xff);

  it('spaces by counts beyond those of the driver', async () => {
    const tape = await drive().open('RDWR');
    for (const length of [100, 200]) {
      await tape.write(record(length), length);
      await tape.writeMarks(1);
    }
    await tape.rewind();
    assert.deepEqual(await tape.space('marks', 0xffff_ffff), { remaining: 0xffff_ffff - 2 });
    await tape.rewind();
    assert.deepEqual(await tape.space('records', 0xffff_ffff), { remaining: 0xffff_ffff - 1 });
    await tape.rewind();
    assert.deepEqual(await tape.read(new Uint8Array(1000)), { kind: 'record', length: 100 });
    await tape.close();
  });

  it('makes these system calls for a label, a tape file and reading it back', async () => {
    const tape = await drive().open('RDWR');
    await tape.rewind();
    await tape.write(record(512), 512);
    await tape.writeMarks(1);
    await tape.write(record(25_000), 10_240);
    await tape.writeMarks(1);
    await tape.rewind();
    const into = new Uint8Array(1024);
    assert.deepEqual(await tape.read(into), { kind: 'record', length: 512 });
    assert.deepEqual(into.subarray(0, 512), record(512));
    assert.deepEqual(await tape.read(into), { kind: 'mark' });
    assert.deepEqual([tape.status().file, tape.status().block], [0, 1]);
    assert.deepEqual(await tape.space('marks', 1), { remaining: 0 });
    const all = new Uint8Array(40_000);
    assert.deepEqual(await tape.readRecords(all, 10_240), { lengths: [10_240, 10_240, 4520] });
    assert.deepEqual(all.subarray(0, 25_000), record(25_000));
    await tape.close();
    assert.deepEqual(calls(), [
      'open O_RDWR',
      'MTSETBLK 0 = 0',
      'MTREW 1 = 0',
      'write 512 = 512',
      'MTWEOF 1 = 0',
      'write 10240 = 10240',
      'write 10240 = 10240',
      'write 4520 = 4520',
      'MTWEOF 1 = 0',
      'MTREW 1 = 0',
      'read 1048576 = 512',
      'read 1048576 = 0',
      'read 1048576 = 10240',
      'read 1048576 = 10240',
      'read 1048576 = 4520',
      'close = 0',
    ]);
  });

  it('behaves as a virtual tape does, whatever is asked', async () => {
    const operation = fc.oneof(
      {
        weight: 3,
        arbitrary: fc.record({ write: fc.constantFrom(100, 101, 512), records: fc.integer({ min: 1, max: 4 }) }),
      },
      fc.record({ marks: fc.integer({ min: 1, max: 2 }) }),
      {
        weight: 4,
        arbitrary: fc.record({
          space: fc.integer({ min: -7, max: 7 }),
          over: fc.constantFrom<'records' | 'marks'>('records', 'marks'),
        }),
      },
      { weight: 3, arbitrary: fc.record({ read: fc.constantFrom(50, 100, 600) }) },
      {
        weight: 2,
        arbitrary: fc.record({ readRecords: fc.constantFrom(100, 512), room: fc.integer({ min: 1, max: 6 }) }),
      },
      fc.constant({ rewind: 1 }),
    );
    type Operation = typeof operation extends fc.Arbitrary<infer T> ? T : never;
    const perform = async (tape: OpenTape, step: Operation): Promise<unknown> => {
      if ('write' in step) return tape.write(record(step.write * step.records), step.write);
      if ('marks' in step) return tape.writeMarks(step.marks);
      if ('space' in step) return tape.space(step.over, step.space);
      if ('rewind' in step) return tape.rewind();
      if ('read' in step) {
        const into = new Uint8Array(step.read);
        return [await tape.read(into), Buffer.from(into).toString('hex')];
      }
      const into = new Uint8Array(step.readRecords * step.room);
      const { lengths, stopped } = await tape.readRecords(into, step.readRecords);
      return [lengths, lengths.length > 0 ? undefined : stopped, Buffer.from(into).toString('hex')];
    };
    await fc.assert(
      fc.asyncProperty(fc.array(operation, { maxLength: 25 }), fc.boolean(), async (steps, hasPlaces) => {
        rmSync(join(folder, `image${made}`), { force: true });
        const real = await drive(hasPlaces ? {} : { ST_NO_POSITION: 1 }).open('RDWR');
        const virtualDrive = await cartridges.drive();
        const virtual = await virtualDrive.open('RDWR');
        try {
          let owes = false;
          for (const step of steps) {
            // the driver writes a mark before these by itself, as NDMP asks of the tape service, which comes first
            if (owes && ('rewind' in step || ('over' in step && step.over === 'marks')))
              for (const tape of [real, virtual]) await tape.writeMarks(1);
            if (!('read' in step)) owes = 'write' in step;
            assert.deepEqual(await perform(real, step), await perform(virtual, step), JSON.stringify(step));
            const [is, must] = [real.status(), virtual.status()];
            assert.equal(is.file, must.file, JSON.stringify(step));
            assert.ok(is.block === undefined || is.block === must.block, JSON.stringify(step));
          }
        } finally {
          await real.close();
          await virtual.close();
          await virtualDrive.eject();
        }
      }),
      { numRuns: 40 },
    );
  });

  it('is told the early warning once and writes on until the end, though the driver refuses every other write', async () => {
    const tape = await drive({ ST_CAPACITY: 1000, ST_WARNING: 400 }).open('RDWR');
    assert.deepEqual(await tape.write(record(600), 100), { written: 6 });
    assert.deepEqual(await tape.write(record(100), 100), { written: 1 });
    assert.deepEqual(await tape.write(record(100), 100), { written: 0, stopped: 'early-warning' });
    assert.deepEqual(await tape.write(record(200), 100), { written: 2 });
    assert.deepEqual(await tape.write(record(300), 100), { written: 1, stopped: 'full' });
    assert.deepEqual(await tape.writeMarks(1), { written: 1 });
    await tape.close();
  });

  it('works in fixed block mode', async () => {
    const tape = await drive({}, { blockSize: 512 }).open('RDWR');
    assert.equal(tape.status().blockSize, 512);
    await tape.write(record(2048), 512);
    await tape.writeMarks(1);
    await tape.rewind();
    const into = new Uint8Array(10 * 512);
    const { lengths } = await tape.readRecords(into, 512);
    assert.deepEqual(lengths, [512, 512, 512, 512]);
    assert.deepEqual(into.subarray(0, 2048), record(2048));
    assert.deepEqual(await tape.readRecords(into, 512), { lengths: [], stopped: 'mark' });
    await tape.close();
  });

  it('tells errors of opening apart', async () => {
    assert.equal(await failureOf(drive({ ST_EMPTY: 1 }).open('READ')), 'NO_TAPE_LOADED');
    assert.equal(await failureOf(drive({ ST_PROTECTED: 1 }).open('RDWR')), 'WRITE_PROTECT');
    assert.equal(await failureOf(drive({}, { path: join(folder, 'nothing') }).open('READ')), 'NO_DEVICE');
    assert.equal(await failureOf(drive({}, { python: join(folder, 'nothing') }).open('READ')), 'IO');
    const used = drive();
    const tape = await used.open('READ');
    assert.equal(await failureOf(used.open('READ')), 'DEVICE_BUSY');
    assert.equal(await failureOf(tape.write(record(10), 10)), 'PERMISSION');
    await tape.close();
    await (await used.open('READ')).close();
  });

  it('opens raw without a tape and with a protected one', async () => {
    const empty = await drive({ ST_EMPTY: 1 }).open('RAW');
    assert.equal(empty.status().loaded, false);
    assert.equal(await failureOf(empty.read(new Uint8Array(10))), 'NO_TAPE_LOADED');
    assert.equal(await failureOf(empty.rewind()), 'NO_TAPE_LOADED');
    assert.equal(await failureOf(empty.write(record(10), 10)), 'NO_TAPE_LOADED');
    await empty.close();
    const kept = await drive({ ST_PROTECTED: 1 }).open('RAW');
    assert.equal(kept.status().writeProtected, true);
    assert.equal(await failureOf(kept.write(record(10), 10)), 'WRITE_PROTECT');
    await kept.close();
  });

  it('unloads, and tells a damaged record from the end of the data', async () => {
    const settings = { ST_BAD_RECORD: 1 };
    const tape = await drive(settings).open('RDWR');
    await tape.write(record(300), 100);
    await tape.rewind();
    assert.deepEqual(await tape.read(new Uint8Array(100)), { kind: 'record', length: 100 });
    assert.equal(await failureOf(tape.read(new Uint8Array(100))), 'IO');
    await tape.unload();
    assert.equal(tape.status().loaded, false);
    assert.equal(await failureOf(tape.rewind()), 'NO_TAPE_LOADED');
    await tape.close();
  });

  it('answers IO when its helper dies, and can be opened again', async () => {
    const mortal = drive({ ST_DIE: 1 });
    const tape = await mortal.open('RDWR');
    assert.equal(await failureOf(tape.write(record(100), 100)), 'IO');
    assert.equal(await failureOf(tape.rewind()), 'IO');
    await tape.close();
    await (await mortal.open('READ')).close();
  });

  it('may be closed while something is under way', async () => {
    const tape = await drive().open('RDWR');
    const under = [tape.rewind(), tape.write(record(1000), 100), tape.writeMarks(1)];
    await tape.close();
    await Promise.all(under);
    assert.deepEqual(calls().slice(-3), ['write 100 = 100', 'MTWEOF 1 = 0', 'close = 0']);
    await tape.close();
  });
});
