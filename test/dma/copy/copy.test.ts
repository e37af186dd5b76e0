import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import type { PartRecord, SetRecord } from '../../../src/dma/catalog/model';
import { runCopy } from '../../../src/dma/copy/copy';
import type { CopyRequest } from '../../../src/dma/copy/model';
import { positionAtPart } from '../../../src/dma/media/reading';
import { openLibrary } from '../../../src/dma/media/library';
import type { RunReport, Surroundings } from '../../../src/dma/run/model';
import { TapeMode, TapeService } from '../../../src/dma/services/tape';
import { readStream, RECORD, TapeHand, writeStream } from '../../support/tapeHand';
import { TestServer } from '../../support/testServer';

const MEGABYTE = 1024 * 1024;
const request = (set: SetRecord, more: Partial<CopyRequest> = {}): CopyRequest => ({
  sets: [set.id],
  pool: 'offsite',
  from: undefined,
  to: undefined,
  fromDrive: undefined,
  toDrive: undefined,
  append: true,
  again: false,
  way: 'auto',
  ...more,
});

describe('dma copy: sets from tape to tape', () => {
  let server: TestServer;
  let other: TestServer;
  let hand: TapeHand;

  beforeEach(async () => {
    server = await TestServer.start({
      library: { slots: 6, drives: 2, capacity: 8 * MEGABYTE, earlyWarning: MEGABYTE },
    });
    other = await TestServer.start({
      library: { slots: 6, drives: 1, capacity: 3 * MEGABYTE, earlyWarning: MEGABYTE, firstBarcode: 'FAR001L8' },
    });
    hand = await TapeHand.make();
  });
  afterEach(async () => {
    await hand.close();
    await server.stop();
    await other.stop();
  });

  function meet(versions: readonly [2 | 3 | 4, 2 | 3 | 4], signal?: AbortSignal): Surroundings {
    const [one, two] = versions;
    const devices = { tapes: ['nst0', 'nst1'], changers: ['mc0'] };
    const hosts = {
      one: { port: server.port, version: one, ...devices },
      two: { port: other.port, version: two, ...devices, tapes: ['nst0'] },
    };
    return hand.surroundings(hosts, {}, signal);
  }

  /** A set in the library of the first server, its stream cut into parts at these lengths. */
  async function written(surroundings: Surroundings, stream: Buffer, cuts: readonly number[]): Promise<SetRecord> {
    const library = await openLibrary(surroundings, { server: 'one', changer: undefined, drives: [] });
    const connection = await surroundings.connect('one', { role: 'tape' });
    const tape = new TapeService(connection);
    const set = await hand.newSet();
    const writer = hand.writer(set);
    let offset = 0;
    for (const [n, length] of cuts.entries()) {
      const barcode = `TEST0${n + 1}L8`;
      await library.mount(barcode, 'nst0', connection);
      await tape.open('nst0', TapeMode.WRITE);
      await writer.begin({ tape, barcode, number: n + 1, offset: BigInt(offset) });
      await writeStream(tape, stream.subarray(offset, offset + length), RECORD);
      const isLast = n === cuts.length - 1;
      await writer.end({ state: isLast ? 'complete' : 'continues', bytes: BigInt(length) });
      await tape.close();
      offset += length;
    }
    await library.dismount('nst0', connection);
    await library.close();
    await connection.close();
    const environment = [{ name: 'FILESYSTEM', value: set.path }];
    return hand.catalog.updateSet(set.id, {
      state: 'complete',
      ended: hand.time,
      bytes: BigInt(stream.length),
      environment,
    });
  }

  async function copyOf(set: SetRecord, number: number): Promise<PartRecord[]> {
    return (await hand.catalog.parts(set.id)).filter(({ copy }) => copy === number);
  }

  /** What stands in the parts, read back. */
  async function content(surroundings: Surroundings, where: string, set: SetRecord, parts: readonly PartRecord[]) {
    const library = await openLibrary(surroundings, { server: where, changer: undefined, drives: [] });
    const connection = await surroundings.connect(where, { role: 'tape' });
    const tape = new TapeService(connection);
    const pieces: Buffer[] = [];
    for (const part of parts) {
      await library.mount(part.barcode, 'nst0', connection);
      await tape.open('nst0', TapeMode.READ);
      const label = (await hand.catalog.tape(part.barcode))?.label;
      const header = await positionAtPart(tape, part, { label, set: set.uuid });
      assert.equal(header.copy, part.copy);
      pieces.push((await readStream(tape, RECORD)).subarray(0, Number(part.bytes)));
      await tape.close();
    }
    await library.close();
    await connection.close();
    return Buffer.concat(pieces);
  }

  const fine = (report: RunReport): void => assert.deepEqual([report.state, report.message], ['done', '']);

  for (const versions of [
    [4, 4],
    [3, 4],
    [4, 3],
    [2, 4],
    [4, 2],
    [2, 2],
  ] as const)
    it(`v${versions.join(' to v')}: within one library and to another server`, async () => {
      const surroundings = meet(versions);
      const stream = randomBytes(10 * RECORD + 77);
      const set = await written(surroundings, stream, [6 * RECORD, 4 * RECORD + 77]);
      fine(await runCopy(request(set), surroundings));
      const second = await copyOf(set, 2);
      assert.deepEqual(
        second.map(({ barcode, closed, bytes }) => [barcode, closed, bytes]),
        [['TEST03L8', true, BigInt(stream.length)]],
      );
      assert.deepEqual(await content(surroundings, 'one', set, second), stream);
      assert.equal((await hand.catalog.tape('TEST03L8'))?.pool, 'offsite');
      fine(await runCopy(request(set, { to: 'two', pool: 'far' }), surroundings));
      const third = await copyOf(set, 3);
      assert.deepEqual(await content(surroundings, 'two', set, third), stream);
    });

  it('spans several tapes of the destination', async () => {
    const surroundings = meet([4, 4]);
    const stream = randomBytes(5 * MEGABYTE);
    const set = await written(surroundings, stream, [stream.length]);
    fine(await runCopy(request(set, { to: 'two' }), surroundings));
    const parts = await copyOf(set, 2);
    assert.ok(parts.length >= 2, `${parts.length}`);
    assert.deepEqual(await content(surroundings, 'two', set, parts), stream);
  });

  it('goes through this machine when it is told to', async () => {
    const surroundings = meet([4, 4]);
    const stream = randomBytes(MEGABYTE);
    const set = await written(surroundings, stream, [stream.length]);
    fine(await runCopy(request(set, { to: 'two', way: 'relay' }), surroundings));
    assert.deepEqual(await content(surroundings, 'two', set, await copyOf(set, 2)), stream);
  });

  it('that is aborted leaves tape and catalog true: the first copy as it was, the second one a part only', async () => {
    const abort = new AbortController();
    const surroundings = meet([4, 4], abort.signal);
    const stream = randomBytes(5 * MEGABYTE);
    const set = await written(surroundings, stream, [stream.length]);
    const events = { message: hand.note, progress: ({ bytes }: { bytes: bigint }) => bytes > 0n && abort.abort() };
    const report = await runCopy(request(set, { to: 'two' }), { ...surroundings, events });
    assert.ok(['aborted', 'done'].includes(report.state), report.message);
    const again = { ...meet([4, 4]), events: { message: hand.note } };
    assert.deepEqual(await content(again, 'one', set, await copyOf(set, 1)), stream);
    fine(await runCopy(request(set, { to: 'two', again: true }), again));
  });

  it('says why there is nothing to copy, or nothing to copy with', async () => {
    const surroundings = meet([4, 4]);
    const set = await written(surroundings, randomBytes(RECORD), [RECORD]);
    await hand.catalog.updateSet(set.id, { state: 'partial' });
    await assert.rejects(runCopy(request(set), surroundings), /did not come to its end/);
    await hand.catalog.updateSet(set.id, { state: 'complete', bytes: 99_999n });
    await assert.rejects(runCopy(request(set), surroundings), /not whole on any tapes/);
    await hand.catalog.updateSet(set.id, { bytes: BigInt(RECORD) });
    await assert.rejects(runCopy({ ...request(set), sets: [999] }, surroundings), /no set 999/);
    const oneDrive = await runCopy(request(set, { fromDrive: 'nst0', toDrive: 'nst0' }), surroundings);
    assert.match(oneDrive.message, /no second drive/);
    const record = await hand.catalog.tape('TEST01L8');
    assert.ok(record);
    await hand.catalog.putTape({ ...record, label: '00000000-0000-4000-8000-000000000000' });
    const wrong = await runCopy(request(set), surroundings);
    assert.match(wrong.message, /another label than the catalog knows/);
    assert.deepEqual(await copyOf(set, 2), []);
  });
});
