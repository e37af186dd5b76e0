import assert from 'node:assert/strict';
import { rm } from 'node:fs/promises';
import type { BodyValue, MessageName, NdmpVersion } from '../../../src/protocol';
import { refuse } from '../../../src/server/failure';
import type { DriveBehaviour, TapeDrive } from '../../../src/server/tape/drive';
import { tapeHandlers } from '../../../src/server/tape/handlers';
import { createTapeService } from '../../../src/server/tape/tapeService';
import type { CartridgeOptions } from '../../../src/server/tape/virtual';
import { ask, fakeSession, type FakeSession } from '../../support/fakeSession';
import { TapeFolder } from '../../support/tapes';

const FSF = 0;
const BSF = 1;
const FSR = 2;
const BSR = 3;
const REW = 4;
const EOF = 5;
const OFF = 6;
const TUR = 7;
const UNKNOWN = 0xffff_ffff;

/** A connection with one tape drive, as a play of requests. */
class Play {
  readonly session: FakeSession;

  constructor(drive: TapeDrive, version: NdmpVersion = 4, services: Partial<FakeSession['services']> = {}) {
    this.session = fakeSession({
      version,
      view: { tape: (device) => (device === 'nst0' ? drive : refuse('NO_DEVICE', 'no such tape')) },
      services: (session) => ({ tape: createTapeService(session), ...services }),
    });
  }

  ask(name: MessageName, body: BodyValue = {}): Promise<{ error: string; body: BodyValue }> {
    return ask(this.session, tapeHandlers, name, body);
  }

  async open(mode = 1, device = 'nst0'): Promise<string> {
    return (await this.ask('NDMP_TAPE_OPEN', { device, mode })).error;
  }

  async close(): Promise<string> {
    return (await this.ask('NDMP_TAPE_CLOSE')).error;
  }

  async write(length: number): Promise<string> {
    return (await this.ask('NDMP_TAPE_WRITE', { data_out: new Uint8Array(length).fill(7) })).error;
  }

  async read(count: number): Promise<string | number> {
    const { error, body } = await this.ask('NDMP_TAPE_READ', { count });
    return error === 'NO_ERR' ? (body.data_in as Uint8Array).length : error;
  }

  /** Residual count, or the error. */
  async mtio(tape_op: number, count = 1): Promise<string | number> {
    const { error, body } = await this.ask('NDMP_TAPE_MTIO', { tape_op, count });
    return error === 'NO_ERR' ? Number(body.resid_count) : error;
  }

  async at(): Promise<[file: number, block: number]> {
    const { body } = await this.ask('NDMP_TAPE_GET_STATE');
    return [Number(body.file_num), Number(body.blockno)];
  }

  async state(): Promise<BodyValue> {
    return (await this.ask('NDMP_TAPE_GET_STATE')).body;
  }
}

describe('server: tape service', () => {
  const folder = new TapeFolder();
  before(() => folder.create());
  after(() => folder.remove());

  const play = async (version?: NdmpVersion, options?: Partial<CartridgeOptions>): Promise<Play> =>
    new Play(await folder.drive(options), version);

  it('opens and closes one device', async () => {
    const drive = await folder.drive();
    const first = new Play(drive);
    const second = new Play(drive);
    assert.equal(await first.close(), 'DEV_NOT_OPEN');
    assert.equal(await first.open(0, 'bogus'), 'NO_DEVICE');
    assert.equal(await first.open(123), 'ILLEGAL_ARGS');
    assert.equal(await first.open(0x7fff_ffff), 'ILLEGAL_ARGS');
    assert.equal(await first.open(), 'NO_ERR');
    assert.equal(await first.open(), 'DEVICE_OPENED');
    assert.equal(await second.open(), 'DEVICE_BUSY');
    await first.session.services.tape.dispose();
    assert.equal(await second.open(), 'NO_ERR');
    assert.equal(await second.close(), 'NO_ERR');
  });

  it('gives a drive back that was being opened when the connection ended', async () => {
    const drive = await folder.drive();
    const lost = new Play(drive);
    const opening = lost.open();
    await lost.session.services.tape.dispose();
    assert.equal(await opening, 'ILLEGAL_STATE');
    assert.equal(drive.isOpen, false);
    assert.equal(await new Play(drive).open(), 'NO_ERR');
  });

  it('closes a device that rewinds or unloads, and has no tape any more', async () => {
    for (const onClose of ['rewind', 'unload'] as const) {
      const each = new Play(await folder.drive({}, { onClose }));
      assert.equal(await each.open(), 'NO_ERR');
      assert.equal(await each.mtio(OFF), 0);
      assert.equal(await each.close(), 'NO_ERR');
    }
  });

  it('opens raw without a tape, in v3 by either number, in v2 not at all', async () => {
    const drive = await folder.drive();
    await drive.eject();
    for (const [version, mode, error] of [
      [4, 2, 'NO_ERR'],
      [3, 2, 'NO_ERR'],
      [3, 0x7fff_ffff, 'NO_ERR'],
      [2, 2, 'ILLEGAL_ARGS'],
      [4, 1, 'NO_TAPE_LOADED'],
      [4, 0, 'NO_TAPE_LOADED'],
    ] as const) {
      const each = new Play(drive, version);
      assert.equal(await each.open(mode), error);
      if (error !== 'NO_ERR') continue;
      assert.equal(await each.read(100), 'NO_TAPE_LOADED');
      assert.equal(await each.write(100), 'NO_TAPE_LOADED');
      assert.equal(await each.mtio(REW), 'NO_TAPE_LOADED');
      assert.equal(await each.mtio(TUR), version === 4 ? 'NO_TAPE_LOADED' : 'ILLEGAL_ARGS');
      assert.deepEqual(await each.at(), [UNKNOWN, UNKNOWN]);
      assert.equal(await each.close(), 'NO_ERR');
    }
  });

  for (const version of [2, 3, 4] as const) {
    it(`meets file marks and the end of data as v${version} does`, async () => {
      const at = version < 4;
      const tape = await play(version);
      await tape.open();
      await tape.write(512);
      await tape.write(300);
      await tape.mtio(EOF);
      await tape.write(100);
      await tape.mtio(EOF);
      await tape.mtio(REW);
      assert.equal(await tape.read(1024), 512);
      assert.equal(await tape.read(200), 200);
      assert.equal(await tape.read(1024), 'EOF');
      assert.deepEqual(await tape.at(), at ? [1, 0] : [0, UNKNOWN]);
      if (!at) {
        assert.equal(await tape.read(1024), 'EOF');
        assert.equal(await tape.mtio(FSF), 0);
      }
      assert.equal(await tape.read(1024), 100);
      assert.equal(await tape.read(1024), 'EOF');
      if (!at) assert.equal(await tape.mtio(FSF), 0);
      assert.deepEqual(await tape.at(), [2, 0]);
      assert.equal(await tape.read(1024), at ? 'EOF' : 'EOM');
      assert.equal(await tape.read(1024), at ? 'EOF' : 'EOM');
      assert.equal(await tape.mtio(FSF, 3), 3);
      await tape.mtio(REW);
      assert.equal(await tape.mtio(FSR, 100), 98);
      assert.deepEqual(await tape.at(), at ? [1, 0] : [0, 2]);
      assert.equal(await tape.mtio(BSF, 1), at ? 0 : 1);
      assert.deepEqual(await tape.at(), at ? [0, UNKNOWN] : [0, 0]);
    });
  }

  it('writes a file mark behind data before it moves or closes, in v4 always', async () => {
    const tape = await play();
    await tape.open();
    await tape.write(100);
    assert.equal(await tape.mtio(TUR), 0);
    assert.deepEqual(await tape.at(), [0, 1]);
    assert.equal(await tape.mtio(BSR, 5), 5, 'it stands behind the mark, which records do not cross');
    assert.deepEqual(await tape.at(), [1, 0]);
    await tape.write(100);
    await tape.mtio(EOF, 1);
    await tape.mtio(REW);
    await tape.mtio(FSF, 2);
    assert.deepEqual(await tape.at(), [2, 0], 'no second mark for data that a mark follows');
    await tape.write(100);
    await tape.close();
    await tape.open(0);
    await tape.mtio(REW);
    assert.equal(await tape.mtio(FSF, 10), 7);
  });

  it('writes no mark for nothing: empty writes, counts of zero, reading', async () => {
    const tape = await play();
    await tape.open();
    assert.equal(await tape.write(0), 'NO_ERR');
    assert.equal(await tape.read(0), 0);
    await tape.write(100);
    assert.equal(await tape.mtio(FSF, 0), 0);
    assert.deepEqual(await tape.at(), [0, 1]);
    assert.equal(await tape.mtio(EOF, 0), 0);
    assert.deepEqual(await tape.at(), [0, 1]);
    await tape.mtio(REW);
    await tape.close();
    await tape.open();
    assert.equal(await tape.mtio(FSF, 9), 8);
  });

  it('spaces without a mark where the drive behaves so, and in v2 and v3 over records', async () => {
    const plays: [NdmpVersion, DriveBehaviour, number][] = [
      [2, {}, 4],
      [3, {}, 4],
      [4, { spacingWithoutMark: true }, 4],
      [4, {}, 5],
    ];
    for (const [version, behaviour, remaining] of plays) {
      const tape = new Play(await folder.drive({}, behaviour), version);
      await tape.open();
      await tape.write(100);
      assert.equal(await tape.mtio(BSR, 5), remaining);
      await tape.close();
    }
  });

  it('owes no mark where the tape was moved by other means', async () => {
    const drive = await folder.drive();
    const tape = new Play(drive);
    await tape.open();
    await tape.write(100);
    await tape.mtio(EOF);
    await tape.write(100);
    await tape.session.services.tape.tape?.rewind();
    await tape.close();
    await tape.open(0);
    assert.equal(await tape.mtio(FSF, 9), 8);
    assert.deepEqual(await tape.at(), [1, 1]);
  });

  it('lets the mover owe a mark', async () => {
    const tape = await play();
    await tape.open();
    await tape.session.services.tape.tape?.write(new Uint8Array(1000), 100);
    tape.session.services.tape.noteMoverWrote();
    await tape.mtio(REW);
    assert.equal(await tape.mtio(FSF, 9), 8);
  });

  it('keeps to the mode it was opened with', async () => {
    const tape = await play();
    await tape.open(0);
    assert.equal(await tape.write(10), 'PERMISSION');
    assert.equal(await tape.write(0), 'PERMISSION');
    assert.equal(await tape.mtio(EOF), 'PERMISSION');
    const protectedTape = await play(4, { writeProtected: true });
    assert.equal(await protectedTape.open(1), 'WRITE_PROTECT');
    assert.equal(await protectedTape.open(2), 'NO_ERR');
    assert.equal(await protectedTape.write(10), 'WRITE_PROTECT');
    assert.equal(await protectedTape.mtio(EOF), 'WRITE_PROTECT');
    assert.equal(Number((await protectedTape.state()).flags) & 0x10, 0x10);
  });

  it('refuses lengths that no record has', async () => {
    const tape = await play();
    await tape.open();
    assert.equal(await tape.read(0x8000_0000), 'ILLEGAL_ARGS');
    assert.equal(await tape.write(2 * 1024 * 1024), 'ILLEGAL_ARGS');
    assert.equal(await tape.read(0x7fff_ffff), 'EOM');
    assert.equal(await tape.mtio(8), 'ILLEGAL_ARGS');
    assert.equal(await tape.mtio(0xffff_ffff), 'ILLEGAL_ARGS');
  });

  it('is left alone while the mover has the tape', async () => {
    for (const state of ['LISTEN', 'ACTIVE'] as const) {
      const mover = { state, facts: () => ({}) } as FakeSession['services']['mover'];
      const tape = new Play(await folder.drive(), 4, { mover });
      await tape.open();
      for (const busy of [tape.close(), tape.write(1), tape.read(1), tape.mtio(REW)])
        assert.equal(await busy, 'DEVICE_BUSY');
      assert.deepEqual(await tape.at(), [0, 0]);
    }
  });

  it('says EOM once at the early warning and IO at the end', async () => {
    const tape = await play(4, { capacity: 5 * 108, earlyWarning: 2 * 108 });
    await tape.open();
    const answers: string[] = [];
    for (let i = 0; i < 7; i++) answers.push(await tape.write(100));
    assert.deepEqual(answers, ['NO_ERR', 'NO_ERR', 'NO_ERR', 'EOM', 'NO_ERR', 'NO_ERR', 'IO']);
    assert.equal(await tape.mtio(EOF, 2), 0);
    const { total_space, space_remain } = await tape.state();
    assert.deepEqual([total_space, space_remain], [540n, 0n]);
  });

  it('keeps a tape open that could not be closed in order, until it is closed again', async () => {
    const drive = await folder.drive();
    const tape = new Play(drive);
    await tape.open();
    await tape.write(100);
    await rm(drive.cartridge?.folder ?? '', { recursive: true });
    assert.equal(await tape.close(), 'NO_TAPE_LOADED');
    assert.equal(Number((await tape.state()).flags) & 0x20, 0x20);
    assert.equal(await tape.open(), 'DEVICE_OPENED');
    assert.equal(await tape.close(), 'NO_ERR');
    assert.equal(await tape.close(), 'DEV_NOT_OPEN');
  });

  it('rewinds or unloads at closing where the device does, and says so', async () => {
    for (const [onClose, flags] of [
      [undefined, 0x08],
      ['rewind', 0],
      ['unload', 0x40],
    ] as const) {
      const tape = new Play(await folder.drive({}, { onClose }));
      await tape.open();
      await tape.write(10);
      assert.equal((await tape.state()).flags, flags);
      await tape.close();
      assert.equal(await tape.open(), onClose === 'unload' ? 'NO_TAPE_LOADED' : 'NO_ERR');
      if (onClose !== 'unload') assert.deepEqual(await tape.at(), onClose === 'rewind' ? [0, 0] : [1, 0]);
    }
  });

  it('unloads', async () => {
    const tape = await play();
    await tape.open();
    await tape.write(10);
    assert.equal(await tape.mtio(OFF), 0);
    assert.equal(await tape.mtio(TUR), 'NO_TAPE_LOADED');
    assert.equal(await tape.close(), 'NO_ERR');
    assert.equal(await tape.open(), 'NO_TAPE_LOADED');
  });

  it('carries SCSI commands to the drive', async () => {
    const tape = await play();
    const order = (cdb: number[]): BodyValue => ({
      flags: 1,
      timeout: 1000,
      datain_len: 36,
      cdb: Uint8Array.from(cdb),
      dataout: new Uint8Array(),
    });
    const inquiry = order([0x12, 0, 0, 0, 255, 0]);
    assert.equal((await tape.ask('NDMP_TAPE_EXECUTE_CDB', inquiry)).error, 'DEV_NOT_OPEN');
    await tape.open();
    const { body } = await tape.ask('NDMP_TAPE_EXECUTE_CDB', inquiry);
    assert.equal(body.status, 0);
    assert.equal((body.datain as Uint8Array).length, 36);
    await tape.write(100);
    const rewind = await tape.ask('NDMP_TAPE_EXECUTE_CDB', { ...order([0x01, 0, 0, 0, 0, 0]), flags: 0 });
    assert.equal(rewind.body.status, 0);
    assert.deepEqual(await tape.at(), [0, 0]);
    await tape.close();
    await tape.open(0);
    assert.equal(await tape.mtio(FSF, 3), 3, 'no mark was written over the data');
    assert.equal((await tape.ask('NDMP_TAPE_EXECUTE_CDB', order([0xff]))).body.status, 2);
    assert.equal((await tape.ask('NDMP_TAPE_EXECUTE_CDB', order([]))).error, 'ILLEGAL_ARGS');
  });

  it('takes no SCSI commands for a drive that has none', async () => {
    const drive = await folder.drive();
    const plain: TapeDrive = { name: 'plain', open: (mode) => drive.open(mode) };
    const tape = new Play(plain);
    await tape.open();
    const order = { flags: 0, timeout: 0, datain_len: 0, cdb: new Uint8Array(6), dataout: new Uint8Array() };
    assert.equal((await tape.ask('NDMP_TAPE_EXECUTE_CDB', order)).error, 'NOT_SUPPORTED');
  });
});
