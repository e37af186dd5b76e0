import assert from 'node:assert/strict';
import type { NdmpClient } from '../../support/ndmpClient';
import { TestServer } from '../../support/testServer';

const READ = 0;
const RDWR = 1;
const RAW = 2;
const OP = { FSF: 0, BSF: 1, FSR: 2, BSR: 3, REW: 4, EOF: 5, OFF: 6, TUR: 7 };
const WR_PROT = 0x10;
const RECORD = Buffer.alloc(1000, 'r');
const TEST_UNIT_READY = Buffer.alloc(6);
const INQUIRY = Buffer.from([0x12, 0, 0, 0, 96, 0]);
const READ_POSITION = Buffer.from([0x34, 0, 0, 0, 0, 0, 0, 0, 0, 0]);

describe('conformance: tape interface', () => {
  let server: TestServer;
  let client: NdmpClient;
  const EMPTY = 1;
  const PROTECTED = 2;
  const SMALL = 3;

  before(async () => {
    server = await TestServer.start({
      cartridges: [{}, undefined, { writeProtected: true }, { capacity: 400_000, earlyWarning: 100_000 }],
    });
  });
  after(() => server.stop());
  afterEach(async () => {
    if (!client.isClosed) await client.close();
  });

  const open = (drive: number, mode: number, error?: string) =>
    client.expect('NDMP_TAPE_OPEN', { device: server.tapes[drive], mode }, error);
  const mtio = async (op: number, count: number, left = 0) => {
    const { resid_count } = await client.expect('NDMP_TAPE_MTIO', { tape_op: op, count });
    assert.equal(resid_count, left, `left over of ${count}`);
  };
  const write = async (bytes: Uint8Array = RECORD, error?: string) =>
    (await client.expect('NDMP_TAPE_WRITE', { data_out: bytes }, error)).count;
  const read = async (count: number, error?: string) =>
    Buffer.from((await client.expect('NDMP_TAPE_READ', { count }, error)).data_in);
  const position = async () => {
    const { file_num, blockno } = await client.expect('NDMP_TAPE_GET_STATE');
    return [file_num, blockno];
  };
  const cdb = (bytes: Uint8Array, datain_len = 0) =>
    client.expect('NDMP_TAPE_EXECUTE_CDB', { flags: datain_len > 0 ? 1 : 0, timeout: 5000, datain_len, cdb: bytes });
  const start = async (version: 2 | 3 | 4) => (client = await server.connect(version));

  for (const version of [2, 3, 4] as const) {
    describe(`v${version}`, () => {
      beforeEach(() => start(version));

      it('without an open tape everything is DEV_NOT_OPEN', async () => {
        await client.expect('NDMP_TAPE_CLOSE', {}, 'DEV_NOT_OPEN');
        await client.expect('NDMP_TAPE_GET_STATE', {}, 'DEV_NOT_OPEN');
        await client.expect('NDMP_TAPE_MTIO', { tape_op: OP.REW, count: 1 }, 'DEV_NOT_OPEN');
        await client.expect('NDMP_TAPE_MTIO', { tape_op: 99, count: 1 }, 'DEV_NOT_OPEN');
        await write(RECORD, 'DEV_NOT_OPEN');
        await read(10, 'DEV_NOT_OPEN');
        await client.expect('NDMP_TAPE_EXECUTE_CDB', { cdb: TEST_UNIT_READY }, 'DEV_NOT_OPEN');
      });

      it('opening: no such device, no such mode, nothing in it, protected, twice, by another', async () => {
        await client.expect('NDMP_TAPE_OPEN', { device: 'bogus', mode: READ }, 'NO_DEVICE');
        await client.expect('NDMP_TAPE_OPEN', { device: '', mode: READ }, 'NO_DEVICE');
        await client.expect('NDMP_TAPE_OPEN', { device: '../nst0', mode: READ }, 'NO_DEVICE');
        await open(0, 123, 'ILLEGAL_ARGS');
        await open(EMPTY, READ, 'NO_TAPE_LOADED');
        await open(EMPTY, RDWR, 'NO_TAPE_LOADED');
        await open(PROTECTED, RDWR, 'WRITE_PROTECT');
        await open(0, READ);
        await open(0, READ, 'DEVICE_OPENED');
        await open(PROTECTED, READ, 'DEVICE_OPENED');
        const other = await server.connect(version);
        await other.expect('NDMP_TAPE_OPEN', { device: server.tapes[0], mode: READ }, 'DEVICE_BUSY');
        await other.close();
        await client.expect('NDMP_TAPE_CLOSE');
        await open(PROTECTED, READ);
        const { flags } = await client.expect('NDMP_TAPE_GET_STATE');
        assert.equal(flags & WR_PROT, WR_PROT);
        const { error } = await client.request('NDMP_TAPE_WRITE', { data_out: RECORD });
        assert.ok(['PERMISSION', 'WRITE_PROTECT'].includes(error), error);
      });

      it('a tape opened for reading is not written', async () => {
        await open(0, READ);
        await write(RECORD, 'PERMISSION');
        await client.expect('NDMP_TAPE_MTIO', { tape_op: OP.EOF, count: 1 }, 'PERMISSION');
      });

      it('zero lengths do nothing, impossible ones are ILLEGAL_ARGS', async () => {
        await open(0, RDWR);
        await mtio(OP.REW, 1);
        assert.equal(await write(new Uint8Array(0)), 0);
        assert.equal((await read(0)).length, 0);
        assert.deepEqual(await position(), [0, 0]);
        await read(0x80000000, 'ILLEGAL_ARGS');
        await client.expect('NDMP_TAPE_MTIO', { tape_op: 55, count: 1 }, 'ILLEGAL_ARGS');
      });

      it('records are read as they were written: whole, in part, and never more than one at a time', async () => {
        await open(0, RDWR);
        await mtio(OP.REW, 1);
        const records = [1, 512, 1000, 65536, 3].map((length, n) => Buffer.alloc(length, 65 + n));
        for (const record of records) assert.equal(await write(record), record.length);
        await mtio(OP.EOF, 1);
        await mtio(OP.REW, 1);
        for (const record of records) assert.deepEqual(await read(100_000), record);
        assert.equal((await read(10, 'EOF')).length, 0);
        await mtio(OP.REW, 1);
        await mtio(OP.FSR, 2);
        assert.deepEqual(await read(7), records[2].subarray(0, 7), 'the rest of the record is lost');
        assert.deepEqual(await read(70_000), records[3]);
      });

      it('counts what it could not do', async () => {
        await open(0, RDWR);
        await mtio(OP.REW, 1);
        for (let n = 0; n < 3; n++) await write();
        await mtio(OP.EOF, 2);
        await write();
        await mtio(OP.EOF, 1);
        await mtio(OP.BSF, 100, 97);
        assert.deepEqual(await position(), [0, 0]);
        await mtio(OP.BSR, 5, 5);
        await mtio(OP.FSR, 5, 2);
        await mtio(OP.REW, 1);
        await mtio(OP.FSR, 3);
        await mtio(OP.BSR, 2);
        assert.deepEqual(await position(), [0, 1]);
        await mtio(OP.FSF, 2);
        assert.deepEqual(await position(), [2, 0]);
        await mtio(OP.FSF, 7, 6);
        await mtio(OP.FSF, 1, 1);
        await mtio(OP.REW, 77);
        assert.deepEqual(await position(), [0, 0]);
      });

      it('a write in the middle ends the tape there', async () => {
        await open(0, RDWR);
        await mtio(OP.REW, 1);
        for (let n = 0; n < 5; n++) await write(Buffer.alloc(100, n));
        await mtio(OP.EOF, 1);
        await mtio(OP.REW, 1);
        await mtio(OP.FSR, 2);
        await write(Buffer.from('new'));
        await mtio(OP.EOF, 1);
        await mtio(OP.REW, 1);
        await mtio(OP.FSR, 100, 97);
        await mtio(OP.REW, 1);
        await mtio(OP.FSR, 2);
        assert.equal((await read(100)).toString(), 'new');
      });

      it('early warning is told once, the end of the medium is IO', async () => {
        await open(SMALL, RDWR);
        await mtio(OP.REW, 1);
        const record = Buffer.alloc(20_000, 'e');
        const errors: string[] = [];
        for (let n = 0; n < 40 && errors.at(-1) !== 'IO'; n++) {
          const { error, body } = await client.request('NDMP_TAPE_WRITE', { data_out: record });
          assert.equal(body.count, error === 'NO_ERR' ? record.length : 0);
          errors.push(error);
        }
        const warned = errors.indexOf('EOM');
        assert.ok(warned >= 10 && warned <= 16, `warned at ${warned}`);
        assert.equal(errors.lastIndexOf('EOM'), warned, 'once');
        assert.equal(errors.at(-1), 'IO');
        assert.ok(errors.length - warned > 3, 'writes go on behind the warning');
        const written = errors.filter((error) => error === 'NO_ERR').length;
        await mtio(OP.REW, 1);
        for (let n = 0; n < written; n++) assert.deepEqual(await read(record.length), record);
      });

      it('OFF puts the cartridge out; then there is none', async () => {
        await open(0, READ);
        await mtio(OP.OFF, 1);
        const { error } = await client.request('NDMP_TAPE_READ', { count: 10 });
        assert.ok(['NO_TAPE_LOADED', 'IO'].includes(error), error);
        await client.expect('NDMP_TAPE_CLOSE');
        await open(0, READ, 'NO_TAPE_LOADED');
        const cartridge = await server.drives[0].eject();
        assert.ok(cartridge);
        await server.drives[0].load(cartridge);
        await open(0, READ);
      });

      it('TAPE_EXECUTE_CDB: INQUIRY names a tape drive, cut to what the client takes', async () => {
        await open(0, READ);
        const { status, datain, ext_sense: sense } = await cdb(INQUIRY, 96);
        assert.equal(status, 0);
        assert.equal(sense.length, 0);
        assert.equal(datain[0] & 0x1f, 1, 'sequential access device');
        assert.equal(datain[1] & 0x80, 0x80, 'removable medium');
        assert.equal(datain.length, Math.min(96, datain[4] + 5));
        const short = await cdb(INQUIRY, 10);
        assert.deepEqual(Buffer.from(short.datain), Buffer.from(datain.subarray(0, 10)));
      });

      it('TAPE_EXECUTE_CDB: what the drive refuses is NO_ERR with CHECK CONDITION and sense data', async () => {
        await open(0, READ);
        const { status, ext_sense: sense } = await cdb(Buffer.from([0xff, 0, 0, 0, 0, 0]));
        assert.equal(status, 2);
        assert.equal(sense[0] & 0x7f, 0x70);
        assert.equal(sense[2] & 0x0f, 5, 'ILLEGAL REQUEST');
        assert.deepEqual([sense[12], sense[13]], [0x20, 0], 'INVALID COMMAND OPERATION CODE');
        const empty = await client.request('NDMP_TAPE_EXECUTE_CDB', { cdb: new Uint8Array(0) });
        assert.ok(empty.error === 'ILLEGAL_ARGS' || empty.body.status === 2, empty.error);
      });

      it('TAPE_EXECUTE_CDB and the tape interface see one position', async () => {
        await open(0, RDWR);
        await mtio(OP.REW, 1);
        for (let n = 0; n < 4; n++) await write();
        await mtio(OP.EOF, 1);
        const at = Buffer.from((await cdb(READ_POSITION, 20)).datain).readUInt32BE(4);
        assert.equal(at, 5, 'four records and a mark');
        await cdb(Buffer.from([0x01, 0, 0, 0, 0, 0])); // REWIND
        assert.deepEqual(await position(), [0, 0]);
        assert.deepEqual(await read(2000), RECORD);
      });
    });
  }

  describe('what versions do differently', () => {
    for (const [version, behind] of [
      [2, true],
      [3, true],
      [4, false],
    ] as const) {
      it(`v${version}: a read that meets a file mark leaves the tape ${behind ? 'behind' : 'before'} it`, async () => {
        await start(version);
        await open(0, RDWR);
        await mtio(OP.REW, 1);
        await write(Buffer.from('one'));
        await mtio(OP.EOF, 1);
        await write(Buffer.from('two'));
        await mtio(OP.EOF, 1);
        await mtio(OP.REW, 1);
        assert.equal((await read(10)).toString(), 'one');
        await read(10, 'EOF');
        if (behind) assert.equal((await read(10)).toString(), 'two');
        else {
          await read(10, 'EOF');
          await mtio(OP.FSF, 1);
          assert.equal((await read(10)).toString(), 'two');
        }
        await mtio(OP.FSF, 1);
        await read(10, behind ? 'EOF' : 'EOM');
        await read(10, behind ? 'EOF' : 'EOM');
      });
    }

    it('v4: TUR tells whether a tape is there, RAW opens an empty drive', async () => {
      await start(4);
      await open(EMPTY, RAW);
      await client.expect('NDMP_TAPE_MTIO', { tape_op: OP.TUR, count: 1 }, 'NO_TAPE_LOADED');
      await read(10, 'NO_TAPE_LOADED');
      const { status, ext_sense: sense } = await cdb(TEST_UNIT_READY);
      assert.equal(status, 2);
      assert.deepEqual([sense[2] & 0x0f, sense[12]], [2, 0x3a], 'NOT READY, MEDIUM NOT PRESENT');
      await client.expect('NDMP_TAPE_CLOSE');
      await open(0, RAW);
      await client.expect('NDMP_TAPE_MTIO', { tape_op: OP.TUR, count: 1 });
    });

    for (const version of [2, 3] as const) {
      it(`v${version}: there is no TUR`, async () => {
        await start(version);
        await open(0, READ);
        const { error } = await client.request('NDMP_TAPE_MTIO', { tape_op: OP.TUR, count: 1 });
        assert.ok(['NOT_SUPPORTED', 'ILLEGAL_ARGS'].includes(error), error);
      });
    }

    it('v4: closing after a write writes the file mark that is owed; after a mark it writes none', async () => {
      await start(4);
      await open(0, RDWR);
      await mtio(OP.REW, 1);
      await write();
      await client.expect('NDMP_TAPE_CLOSE');
      await open(0, RDWR);
      await mtio(OP.REW, 1);
      await mtio(OP.FSF, 9, 8);
      await write();
      await mtio(OP.EOF, 1);
      await client.expect('NDMP_TAPE_CLOSE');
      await open(0, READ);
      await mtio(OP.REW, 1);
      await mtio(OP.FSF, 9, 7);
    });

    it('v4 reports space as a number or says that it does not know it', async () => {
      await start(4);
      await open(SMALL, READ);
      const state = await client.expect('NDMP_TAPE_GET_STATE');
      if ((state.unsupported & 0x30) === 0) {
        assert.equal(state.total_space, 400_000n);
        assert.ok(state.space_remain <= state.total_space);
      }
      assert.equal(state.block_size, 0, 'records of any length');
    });
  });
});
