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
});
