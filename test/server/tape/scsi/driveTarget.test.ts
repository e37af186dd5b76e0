import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import fc from 'fast-check';
import { describeSense, senseCodes } from '../../../../src/protocol';
import type { ScsiResult } from '../../../../src/server/scsi/target';
import { TapeAlert } from '../../../../src/server/tape/scsi/mechanism';
import type { VirtualDrive } from '../../../../src/server/tape/virtual';
import { TapeFolder } from '../../../support/tapes';

const ME = 1;

interface Answer extends ScsiResult {
  /** 'GOOD', or the sense: 'BLANK CHECK 00/05'. */
  says: string;
  /** Information field, signed; undefined when it is not valid. */
  information: number | undefined;
  /** Of FILEMARK, EOM and ILI. */
  bits: string;
}

describe('server: SCSI commands of a virtual drive', () => {
  const folder = new TapeFolder();
  let drive: VirtualDrive;

  const send = async (cdb: number[], dataOut: Uint8Array | number[] = [], initiator = ME): Promise<Answer> => {
    const result = await drive.target.execute({
      cdb: Uint8Array.from(cdb),
      dataOut: Uint8Array.from(dataOut),
      dataInLength: 1 << 20,
      timeout: 0,
      initiator,
    });
    const { sense, status } = result;
    const bits = sense.length < 3 ? 0 : sense[2];
    return {
      ...result,
      says: status === 0 ? 'GOOD' : (describeSense(sense) ?? `status 0x${status.toString(16)}`),
      information: (sense[0] & 0x80) !== 0 ? Buffer.from(sense).readInt32BE(3) : undefined,
      bits: `${bits & 0x80 ? 'F' : ''}${bits & 0x40 ? 'E' : ''}${bits & 0x20 ? 'I' : ''}`,
    };
  };
  const says = async (...args: Parameters<typeof send>): Promise<string> => (await send(...args)).says;
  const u24 = (value: number): number[] => [(value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff];
  const write = (length: number, fill = length): Promise<Answer> =>
    send([0x0a, 0, ...u24(length), 0], new Uint8Array(length).fill(fill));
  const read = (length: number, flags = 0): Promise<Answer> => send([0x08, flags, ...u24(length), 0]);
  const space = (code: number, count: number): Promise<Answer> => send([0x11, code, ...u24(count & 0xff_ffff), 0]);
  const marks = (count = 1): Promise<Answer> => send([0x10, 0, ...u24(count), 0]);
  const rewind = (): Promise<Answer> => send([0x01, 0, 0, 0, 0, 0]);
  const place = async (): Promise<number> =>
    Buffer.from((await send([0x34, 0, 0, 0, 0, 0, 0, 0, 0, 0])).dataIn).readUInt32BE(4);

  before(() => folder.create());
  after(() => folder.remove());
  beforeEach(async () => {
    drive = await folder.drive();
    drive.target.attach(ME);
  });

  it('says who it is', async () => {
    const { dataIn } = await send([0x12, 0, 0, 0, 96, 0]);
    assert.equal(dataIn[0], 1);
    assert.equal(Buffer.from(dataIn).toString('latin1', 8, 32), 'NDMPWB  Virtual Drive   ');
    assert.equal(Buffer.from((await send([0x12, 1, 0x80, 0, 96, 0])).dataIn).toString('latin1', 4), 'S0001');
    assert.deepEqual([...(await send([0x12, 1, 0, 0, 96, 0])).dataIn], [1, 0, 0, 3, 0x00, 0x80, 0x83]);
    assert.match(Buffer.from((await send([0x12, 1, 0x83, 0, 96, 0])).dataIn).toString('latin1'), /NDMPWB.*S0001/);
    assert.equal(await says([0x12, 1, 0xb7, 0, 96, 0]), 'ILLEGAL REQUEST 24/00');
    assert.equal((await send([0xa0, 0, 0, 0, 0, 0, 0, 0, 0, 16, 0, 0])).dataIn.length, 16);
  });

  it('writes and reads records, with sense for what is not as asked', async () => {
    assert.equal((await write(100, 1)).says, 'GOOD');
    assert.equal((await write(300, 2)).dataOutLength, 300);
    assert.equal((await marks()).says, 'GOOD');
    assert.equal((await write(50, 3)).says, 'GOOD');
    await rewind();
    assert.deepEqual(
      [...(await read(100)).dataIn],
      Array.from({ length: 100 }, () => 1),
    );
    const long = await read(200);
    assert.deepEqual([long.says, long.bits, long.information, long.dataIn.length], ['NO SENSE 00/00', 'I', -100, 200]);
    const mark = await read(64);
    assert.deepEqual([mark.says, mark.bits, mark.information], ['NO SENSE 00/01', 'F', 64]);
    assert.equal(await place(), 3, 'a drive ends behind the mark');
    const short = await read(80);
    assert.deepEqual([short.says, short.bits, short.information, short.dataIn.length], ['NO SENSE 00/00', 'I', 30, 50]);
    const end = await read(80);
    assert.deepEqual([end.says, end.information], ['BLANK CHECK 00/05', 80]);
    await space(0, -1);
    assert.equal((await read(80, 2)).says, 'GOOD', 'SILI suppresses it');
    assert.equal((await read(0)).says, 'GOOD');
  });

  it('reads and writes blocks of fixed length once it is told one', async () => {
    assert.equal((await read(1, 1)).says, 'ILLEGAL REQUEST 24/00');
    const list = [0, 0, 0x10, 8, 0, 0, 0, 0, 0, 0, 2, 0];
    assert.equal(await says([0x15, 0x10, 0, 0, 12, 0], list), 'GOOD');
    assert.deepEqual([...(await send([0x1a, 0, 0, 0, 12, 0])).dataIn.subarray(9)], [0, 2, 0]);
    const data = Uint8Array.from({ length: 1536 }, (_, i) => i & 0xff);
    assert.equal((await send([0x0a, 1, 0, 0, 3, 0], data)).says, 'GOOD');
    await marks();
    await rewind();
    const met = await read(5, 1);
    assert.deepEqual([met.says, met.bits, met.information, met.dataIn.length], ['NO SENSE 00/01', 'F', 2, 1536]);
    assert.deepEqual(met.dataIn, data);
    assert.equal((await read(5, 3)).says, 'ILLEGAL REQUEST 24/00');
    const tape = await drive.open('RDWR', ME);
    assert.equal(tape.status().blockSize, 512);
    await tape.close();
  });

  it('moves over records and marks and tells what is left', async () => {
    for (const length of [10, 10, 10]) await write(length);
    await marks(2);
    await write(10);
    await rewind();
    const answers: unknown[] = [];
    for (const [code, count] of [
      [0, 2],
      [0, 5],
      [0, -1],
      [1, 5],
      [1, -1],
      [0, -9],
      [3, 0],
      [0, 1],
      [1, -9],
    ]) {
      const { says: text, information } = await space(code, count);
      answers.push([text, information, await place()]);
    }
    assert.deepEqual(answers, [
      ['GOOD', undefined, 2],
      ['NO SENSE 00/01', 4, 4],
      ['NO SENSE 00/01', 1, 3],
      ['BLANK CHECK 00/05', 3, 6],
      ['GOOD', undefined, 4],
      ['NO SENSE 00/01', 9, 3],
      ['GOOD', undefined, 6],
      ['BLANK CHECK 00/05', 1, 6],
      ['NO SENSE 00/04', 7, 0],
    ]);
    assert.equal((await space(2, 1)).says, 'ILLEGAL REQUEST 24/00');
    assert.equal(await says([0x91, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]), 'GOOD');
    assert.equal(await place(), 5);
    assert.equal(
      await says([0x91, 0, 0, 0, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0]),
      'NO SENSE 00/01',
    );
  });

  it('locates by object, by file and at the end', async () => {
    for (let i = 0; i < 3; i++) {
      await write(20);
      await marks();
    }
    assert.equal(await says([0x2b, 0, 0, 0, 0, 0, 3, 0, 0, 0]), 'GOOD');
    assert.equal(await place(), 3);
    const far = await send([0x2b, 0, 0, 0, 0, 1, 0, 0, 0, 0]);
    assert.equal(far.says, 'BLANK CHECK 00/05');
    assert.equal(await says([0x92, 1 << 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0]), 'GOOD');
    const long = Buffer.from((await send([0x34, 6, 0, 0, 0, 0, 0, 0, 0, 0])).dataIn);
    assert.deepEqual([long.length, long.readBigUInt64BE(8), long.readBigUInt64BE(16)], [32, 4n, 2n]);
    assert.equal(await says([0x92, 3 << 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 'GOOD');
    assert.equal((await send([0x34, 8, 0, 0, 0, 0, 0, 0, 32, 0])).dataIn.length, 32);
    assert.equal(await says([0x92, 7 << 3, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 'ILLEGAL REQUEST 24/00');
  });

  it('warns before the end of the tape and refuses behind it', async () => {
    drive = await folder.drive({ capacity: 4 * 108, earlyWarning: 2 * 108 });
    drive.target.attach(ME);
    const answers: string[] = [];
    for (let i = 0; i < 5; i++) {
      const { says: text, bits, information } = await write(100);
      answers.push(`${text} ${bits} ${information}`);
    }
    assert.deepEqual(answers, [
      'GOOD  undefined',
      'NO SENSE 00/02 E 0',
      'NO SENSE 00/02 E 0',
      'NO SENSE 00/02 E 0',
      'VOLUME OVERFLOW 00/02 E 100',
    ]);
    assert.equal((await marks()).says, 'NO SENSE 00/02');
    assert.equal((await marks(1_000_000)).says, 'VOLUME OVERFLOW 00/02');
  });

  it('erases what is behind the head', async () => {
    await write(100);
    await write(100);
    await space(0, -1);
    assert.equal(await says([0x19, 0, 0, 0, 0, 0]), 'GOOD');
    assert.equal((await read(100)).says, 'BLANK CHECK 00/05');
  });

  it('keeps what is write-protected', async () => {
    drive = await folder.drive({ writeProtected: true });
    drive.target.attach(ME);
    for (const refused of [write(10), marks(), send([0x19, 0, 0, 0, 0, 0])])
      assert.equal((await refused).says, 'DATA PROTECT 27/00');
    assert.equal((await send([0x1a, 8, 0x3f, 0, 255, 0])).dataIn[2] & 0x80, 0x80);
    assert.ok(drive.alerts.has(TapeAlert.WRITE_PROTECT));
  });

  it('loads, unloads, and holds on to the cartridge when told to', async () => {
    await write(10);
    assert.equal(await says([0x1e, 0, 0, 0, 1, 0]), 'GOOD');
    assert.equal(drive.removalPrevented, true);
    assert.equal(await says([0x1b, 0, 0, 0, 0, 0]), 'ILLEGAL REQUEST 53/02');
    await says([0x1e, 0, 0, 0, 0, 0]);
    assert.equal(await says([0x1b, 0, 0, 0, 0, 0]), 'GOOD');
    assert.equal(await says([0x00, 0, 0, 0, 0, 0]), 'NOT READY 04/02');
    assert.equal((await read(10)).says, 'NOT READY 04/02');
    assert.equal(await says([0x1b, 0, 0, 0, 1, 0]), 'GOOD');
    assert.equal((await read(10)).dataIn.length, 10);
    await drive.eject();
    assert.equal(await says([0x00, 0, 0, 0, 0, 0]), 'UNIT ATTENTION 28/00');
    assert.equal(await says([0x00, 0, 0, 0, 0, 0]), 'NOT READY 3A/00');
    assert.equal(await says([0x1b, 0, 0, 0, 1, 0]), 'NOT READY 3A/00');
  });

  it('cleans with a cleaning cartridge until that is used up', async () => {
    const cartridge = await folder.cartridge({ kind: 'cleaning' });
    await drive.eject();
    drive.alerts.add(TapeAlert.CLEAN_NOW);
    await drive.load(cartridge);
    await says([0x00, 0, 0, 0, 0, 0]);
    assert.equal(await says([0x00, 0, 0, 0, 0, 0]), 'NOT READY 30/03');
    assert.deepEqual([...drive.alerts], [TapeAlert.CLEANING_CARTRIDGE]);
    await cartridge.count({ loads: 100 });
    await drive.eject();
    await drive.load(cartridge);
    assert.ok(drive.alerts.has(TapeAlert.EXPIRED_CLEANING_CARTRIDGE));
  });

  it('senses modes and takes a block length, and nothing else that it cannot keep', async () => {
    const all = (await send([0x1a, 0, 0x3f, 0, 255, 0])).dataIn;
    assert.equal(all.length, all[0] + 1);
    const ten = (await send([0x5a, 8, 0x10, 0, 0, 0, 0, 1, 0, 0])).dataIn;
    assert.deepEqual([ten.length, ten[8], ten[9]], [8 + 16, 0x10, 14]);
    assert.equal(await says([0x1a, 0, 0x3e, 0, 255, 0]), 'ILLEGAL REQUEST 24/00');
    assert.equal(await says([0x1a, 0, 0xd0, 0, 255, 0]), 'ILLEGAL REQUEST 39/00');
    const refusals: [number[], string][] = [
      [[0, 0, 0], 'ILLEGAL REQUEST 1A/00'],
      [[0, 0, 0, 4, 0, 0, 0, 0], 'ILLEGAL REQUEST 26/00'],
      [[0, 0, 0, 8, 0, 0], 'ILLEGAL REQUEST 1A/00'],
      [[0, 0, 0, 0, 0x11, 0], 'ILLEGAL REQUEST 26/00'],
      [[0, 0, 0, 0, 0x10, 3, 0, 0], 'ILLEGAL REQUEST 1A/00'],
    ];
    for (const [list, sense] of refusals) assert.equal(await says([0x15, 0x10, 0, 0, list.length, 0], list), sense);
    assert.equal(await says([0x15, 0x10, 0, 0, 12, 0], [0, 0]), 'ILLEGAL REQUEST 1A/00');
  });

  it('logs usage, capacity and alerts', async () => {
    const page = async (code: number): Promise<Buffer> =>
      Buffer.from((await send([0x4d, 0, 0x40 | code, 0, 0, 0, 0, 4, 0, 0])).dataIn);
    await write(1000);
    assert.deepEqual([...(await page(0))], [0, 0, 0, 7, 0x00, 0x02, 0x03, 0x0c, 0x2e, 0x30, 0x31]);
    assert.equal((await page(0x31)).readUInt32BE(8), 99);
    assert.equal((await page(0x31)).readUInt32BE(8 + 16), 100);
    assert.equal((await page(0x30)).readUInt32BE(8), 1);
    assert.equal((await page(0x0c)).readBigUInt64BE(8), 1000n);
    drive.alerts.add(3);
    assert.equal((await page(0x2e))[4 + 2 * 5 + 4], 1);
    assert.equal((await page(0x2e))[4 + 2 * 5 + 4], 0, 'told once');
    assert.equal(await says([0x4d, 0, 0x40 | 0x15, 0, 0, 0, 0, 4, 0, 0]), 'ILLEGAL REQUEST 24/00');
    assert.equal(await says([0x4d, 0, 0x40 | 0x31, 0, 0, 0, 9, 4, 0, 0]), 'ILLEGAL REQUEST 24/00');
  });

  it('tells block limits and densities', async () => {
    assert.deepEqual([...(await send([0x05, 0, 0, 0, 0, 0])).dataIn], [0, 0xff, 0xff, 0xff, 0, 1]);
    const densities = (await send([0x44, 0, 0, 0, 0, 0, 0, 1, 0, 0])).dataIn;
    assert.equal(densities.length, 4 + 52);
  });

  it('tells everyone once of a reset, and keeps others away from a drive that somebody has', async () => {
    drive.target.attach(2);
    drive.target.reset();
    assert.equal(await says([0x12, 0, 0, 0, 36, 0]), 'GOOD');
    const sense = (await send([0x03, 0, 0, 0, 18, 0])).dataIn;
    assert.deepEqual(senseCodes(sense), { key: 6, asc: 0x29, ascq: 0 });
    assert.equal(await says([0x00, 0, 0, 0, 0, 0]), 'GOOD');
    assert.equal(await says([0x00, 0, 0, 0, 0, 0], [], 2), 'UNIT ATTENTION 29/00');
    const tape = await drive.open('RDWR', ME);
    assert.equal((await send([0x01, 0, 0, 0, 0, 0], [], 2)).status, 0x18);
    assert.equal(await says([0x12, 0, 0, 0, 36, 0], [], 2), 'GOOD');
    await tape.close();
    assert.equal(await says([0x16, 0, 0, 0, 0, 0], [], 2), 'GOOD');
    assert.equal((await rewind()).status, 0x18);
    drive.target.detach(2);
    assert.equal((await rewind()).says, 'GOOD');
    assert.equal(await says([0xff, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]), 'ILLEGAL REQUEST 20/00');
  });

  it('meets the loss of its cartridge with a medium error', async () => {
    await write(10);
    await rm(drive.cartridge?.folder ?? '', { recursive: true });
    assert.equal((await write(10)).says, 'MEDIUM ERROR 0C/00');
    await rewind();
    assert.equal((await read(10)).says, 'MEDIUM ERROR 11/00');
  });

  it('answers any bytes', async () => {
    const cdb = fc.uint8Array({ minLength: 16, maxLength: 16 });
    await fc.assert(
      fc.asyncProperty(cdb, fc.uint8Array({ maxLength: 64 }), async (bytes, dataOut) => {
        const { status, sense } = await send([...bytes], dataOut);
        assert.equal(sense.length, status === 2 ? 18 : 0);
      }),
      { numRuns: 300 },
    );
  });
});
