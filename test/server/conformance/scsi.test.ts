import assert from 'node:assert/strict';
import type { NdmpClient } from '../../support/ndmpClient';
import { CHANGER, TestServer } from '../../support/testServer';

const GOOD = 0;
const CHECK_CONDITION = 2;
const TRANSPORT = 1;
const DRIVE = 128;
const SLOT = 1024;
const TEST_UNIT_READY = [0, 0, 0, 0, 0, 0];
const READ_ELEMENT_STATUS = [0xb8, 0x10, 0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff, 0, 0];
const move = (from: number, to: number) => [
  0xa5,
  0,
  0,
  TRANSPORT,
  from >> 8,
  from & 255,
  to >> 8,
  to & 255,
  0,
  0,
  0,
  0,
];

describe('conformance: SCSI interface', () => {
  let server: TestServer;
  let client: NdmpClient;
  before(async () => (server = await TestServer.start({ library: { slots: 4, drives: 1 } })));
  after(() => server.stop());
  afterEach(() => client.close());

  const open = (device = CHANGER, error?: string) => client.expect('NDMP_SCSI_OPEN', { device }, error);
  const run = (cdb: number[], datain_len = 0, by = client) =>
    by.expect('NDMP_SCSI_EXECUTE_CDB', {
      flags: datain_len > 0 ? 1 : 0,
      timeout: 5000,
      datain_len,
      cdb: Uint8Array.from(cdb),
    });
  /** Key, code and qualifier of the sense data; they take the place of a reply's data. */
  const senseOf = ({ status, ext_sense: sense }: Awaited<ReturnType<typeof run>>) =>
    status === CHECK_CONDITION ? [sense[2] & 0x0f, sense[12], sense[13]] : [status];
  /** What has happened since is told once. */
  const settle = async (by = client) => {
    for (let n = 0; n < 5; n++) if ((await run(TEST_UNIT_READY, 0, by)).status === GOOD) return;
    assert.fail('never ready');
  };

  for (const version of [2, 3, 4] as const) {
    describe(`v${version}`, () => {
      beforeEach(async () => (client = await server.connect(version)));

      it('without an open device everything is DEV_NOT_OPEN', async () => {
        await client.expect('NDMP_SCSI_CLOSE', {}, 'DEV_NOT_OPEN');
        await client.expect('NDMP_SCSI_GET_STATE', {}, 'DEV_NOT_OPEN');
        await client.expect('NDMP_SCSI_RESET_DEVICE', {}, 'DEV_NOT_OPEN');
        await client.expect('NDMP_SCSI_EXECUTE_CDB', { cdb: Uint8Array.from(TEST_UNIT_READY) }, 'DEV_NOT_OPEN');
      });

      it('one device at a time: a changer or a tape', async () => {
        await open('bogus', 'NO_DEVICE');
        await open('', 'NO_DEVICE');
        await open();
        await open(CHANGER, 'DEVICE_OPENED');
        await client.expect('NDMP_TAPE_OPEN', { device: server.tapes[0], mode: 0 }, 'DEVICE_OPENED');
        await client.expect('NDMP_SCSI_CLOSE');
        await client.expect('NDMP_SCSI_CLOSE', {}, 'DEV_NOT_OPEN');
        await run(TEST_UNIT_READY).then(
          () => assert.fail('served without a device'),
          () => undefined,
        );
        await open();
        await settle();
        await run(move(SLOT, DRIVE));
        await client.expect('NDMP_SCSI_CLOSE');
        await client.expect('NDMP_TAPE_OPEN', { device: server.tapes[0], mode: 0 });
        await open(CHANGER, 'DEVICE_OPENED');
        await client.expect('NDMP_TAPE_CLOSE');
        await open();
        await settle();
        assert.equal((await run(move(DRIVE, SLOT))).status, GOOD);
      });

      it('GET_STATE tells where the device is', async () => {
        await open();
        const { target_controller, target_id, target_lun } = await client.expect('NDMP_SCSI_GET_STATE');
        for (const value of [target_controller, target_id, target_lun]) assert.ok(value >= -1 && value < 0x8000);
      });

      it('a reset is told to everyone as UNIT ATTENTION, once', async () => {
        await open();
        await settle();
        const other = await server.connect(version);
        await other.expect('NDMP_SCSI_OPEN', { device: CHANGER });
        await settle(other);
        await client.expect('NDMP_SCSI_RESET_DEVICE');
        for (const each of [client, other]) {
          const [key, code] = senseOf(await run(TEST_UNIT_READY, 0, each));
          assert.deepEqual([key, code], [6, 0x29]);
          assert.equal((await run(TEST_UNIT_READY, 0, each)).status, GOOD);
        }
        await other.close();
      });

      it('data is cut to what the client takes, and to the allocation length', async () => {
        await open();
        const inquiry = [0x12, 0, 0, 0, 96, 0];
        const full = Buffer.from((await run(inquiry, 200)).datain);
        assert.equal(full[0] & 0x1f, 8, 'medium changer');
        assert.equal(full.length, Math.min(96, full[4] + 5));
        assert.deepEqual(Buffer.from((await run(inquiry, 5)).datain), full.subarray(0, 5));
        assert.deepEqual(Buffer.from((await run([0x12, 0, 0, 0, 36, 0], 200)).datain), full.subarray(0, 36));
      });

      it('refusals are carried as sense data, never as an NDMP error', async () => {
        await open();
        await settle();
        const REFUSED: [number[], number[]][] = [
          [
            [0xc5, 0, 0, 0, 0, 0],
            [5, 0x20, 0],
          ],
          [move(4000, SLOT), [5, 0x21, 1]],
          [move(SLOT, 4000), [5, 0x21, 1]],
          [move(SLOT, SLOT + 1), [5, 0x3b, 0x0d]],
          [move(DRIVE, SLOT), [5, 0x3b, 0x0e]],
          [
            [0x12, 1, 0xee, 0, 96, 0],
            [5, 0x24, 0],
          ],
        ];
        for (const [cdb, sense] of REFUSED)
          assert.deepEqual(senseOf(await run(cdb, 96)), sense, Buffer.from(cdb).toString('hex'));
      });

      it('a command that is too short or has a wrong length is refused', async () => {
        await open();
        await settle();
        for (const cdb of [[], [0xa5], [0xb8, 0, 0]]) {
          const { error, body } = await client.request('NDMP_SCSI_EXECUTE_CDB', {
            timeout: 1000,
            datain_len: 100,
            flags: 1,
            cdb: Uint8Array.from(cdb),
          });
          assert.ok(error === 'ILLEGAL_ARGS' || body.status === CHECK_CONDITION, `${cdb.length} bytes: ${error}`);
        }
      });

      it('READ ELEMENT STATUS lists every element with its barcode', async () => {
        await open();
        await settle();
        const { status, datain } = await run(READ_ELEMENT_STATUS, 65535);
        assert.equal(status, GOOD);
        const text = Buffer.from(datain).toString('latin1');
        for (let n = 1; n <= 4; n++) assert.ok(text.includes(`TEST0${n}L8`.padEnd(32)), `TEST0${n}L8`);
        assert.equal(Buffer.from(datain).readUInt16BE(2), 1 + 2 + 1 + 4, 'robot, station, drive, slots');
      });

      it('an enormous length of data is no reason to promise so much memory', async () => {
        await open();
        const { error, body } = await client.request('NDMP_SCSI_EXECUTE_CDB', {
          flags: 1,
          timeout: 1000,
          datain_len: 0xffffffff,
          cdb: Uint8Array.from([0x12, 0, 0, 0, 96, 0]),
        });
        assert.ok(error === 'ILLEGAL_ARGS' || body.datain.length <= 96, error);
      });

      if (version === 4)
        it('SET_TARGET and RESET_BUS do not exist any more', async () => {
          for (const code of [0x203, 0x205]) {
            const reply = await client.ask(code, Buffer.alloc(16));
            assert.deepEqual([reply.error, reply.bare], ['NOT_SUPPORTED', true]);
          }
        });
      else
        it('SET_TARGET takes the address that GET_STATE tells and no other; RESET_BUS resets', async () => {
          await open();
          const state = await client.expect('NDMP_SCSI_GET_STATE');
          if (state.target_id >= 0) {
            const { target_controller, target_id, target_lun } = state;
            const target = { device: CHANGER, target_controller, target_id, target_lun };
            await client.expect('NDMP_SCSI_SET_TARGET', target);
            const wrong = await client.request('NDMP_SCSI_SET_TARGET', { ...target, target_id: 99 });
            assert.ok(['NO_DEVICE', 'ILLEGAL_ARGS'].includes(wrong.error), wrong.error);
            await client.expect('NDMP_SCSI_SET_TARGET', { ...target, target_controller: 99 }, 'NO_BUS');
          }
          await settle();
          await client.expect('NDMP_SCSI_RESET_BUS');
          const [key, code] = senseOf(await run(TEST_UNIT_READY));
          assert.deepEqual([key, code], [6, 0x29]);
        });
    });
  }
});
