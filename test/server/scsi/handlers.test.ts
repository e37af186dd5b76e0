import assert from 'node:assert/strict';
import { refuse } from '../../../src/server/failure';
import { good } from '../../../src/server/scsi/sense';
import { scsiHandlers } from '../../../src/server/scsi/handlers';
import { createScsiService } from '../../../src/server/scsi/scsiService';
import type { ScsiCommand, ScsiTarget } from '../../../src/server/scsi/target';
import type { BodyValue, MessageName, NdmpVersion } from '../../../src/protocol';
import { ask, fakeSession, type FakeSession } from '../../support/fakeSession';

/** A device that answers whatever it was sent and remembers it. */
class RecordingTarget implements ScsiTarget {
  readonly did: string[] = [];
  readonly commands: ScsiCommand[] = [];
  readonly address = { controller: 0, id: 3, lun: 0 };
  answer = () => Promise.resolve(good(Uint8Array.of(1, 2, 3, 4), 2));

  execute(command: ScsiCommand) {
    this.commands.push(command);
    return this.answer();
  }
  reset = () => void this.did.push('reset');
  resetBus = () => void this.did.push('bus');
  attach = (initiator: number) => void this.did.push(`attach ${initiator}`);
  detach = (initiator: number) => void this.did.push(`detach ${initiator}`);
}

const TUR = Buffer.from('000000000000', 'hex');

describe('SCSI interface', () => {
  let target: RecordingTarget;
  let session: FakeSession;

  function connect(version: NdmpVersion, device: ScsiTarget = target): FakeSession {
    const scsi = (name: string) => (name === 'mc0' ? device : refuse('NO_DEVICE', `there is no device ${name}`));
    return fakeSession({ version, view: { scsi }, services: (made) => ({ scsi: createScsiService(made) }) });
  }
  const request = (name: MessageName, body: BodyValue = {}) => ask(session, scsiHandlers, name, body);
  const execute = (body: BodyValue) =>
    request('NDMP_SCSI_EXECUTE_CDB', {
      flags: 0,
      timeout: 0,
      datain_len: 0,
      cdb: TUR,
      dataout: new Uint8Array(),
      ...body,
    });

  beforeEach(() => {
    target = new RecordingTarget();
    session = connect(4);
  });

  for (const version of [2, 3, 4] as const)
    it(`v${version}: opens, asks, closes`, async () => {
      session = connect(version);
      assert.equal((await request('NDMP_SCSI_GET_STATE')).error, 'DEV_NOT_OPEN');
      assert.equal((await request('NDMP_SCSI_OPEN', { device: 'mc1' })).error, 'NO_DEVICE');
      assert.equal((await request('NDMP_SCSI_OPEN', { device: 'mc0' })).error, 'NO_ERR');
      assert.equal((await request('NDMP_SCSI_OPEN', { device: 'mc0' })).error, 'DEVICE_OPENED');
      const { body } = await request('NDMP_SCSI_GET_STATE');
      assert.deepEqual(body, { target_controller: 0, target_id: 3, target_lun: 0 });
      assert.equal((await request('NDMP_SCSI_CLOSE')).error, 'NO_ERR');
      assert.equal((await request('NDMP_SCSI_CLOSE')).error, 'DEV_NOT_OPEN');
    });

  it('needs an open device for everything else', async () => {
    session = connect(3);
    for (const name of ['NDMP_SCSI_SET_TARGET', 'NDMP_SCSI_RESET_DEVICE', 'NDMP_SCSI_RESET_BUS'] as const)
      assert.equal((await request(name, { device: 'mc0' })).error, 'DEV_NOT_OPEN', name);
    assert.equal((await execute({})).error, 'DEV_NOT_OPEN');
  });

  it('is an initiator until the connection ends', async () => {
    await request('NDMP_SCSI_OPEN', { device: 'mc0' });
    await request('NDMP_SCSI_CLOSE');
    await request('NDMP_SCSI_OPEN', { device: 'mc0' });
    assert.deepEqual(target.did, ['attach 1', 'attach 1']);
    assert.equal(session.services.scsi.busy, true);
    await session.services.scsi.dispose();
    assert.deepEqual(target.did.slice(2), ['detach 1']);
    assert.equal(session.services.scsi.isOpen, false);
  });

  it('resets the device, and its bus', async () => {
    session = connect(2);
    await request('NDMP_SCSI_OPEN', { device: 'mc0' });
    await request('NDMP_SCSI_RESET_DEVICE');
    await request('NDMP_SCSI_RESET_BUS');
    assert.deepEqual(target.did.slice(1), ['reset', 'bus']);
  });

  it('sets no other target than the device', async () => {
    session = connect(3);
    await request('NDMP_SCSI_OPEN', { device: 'mc0' });
    const set = async (device: string, controller: number, id: number, lun = 0) =>
      (
        await request('NDMP_SCSI_SET_TARGET', {
          device,
          target_controller: controller,
          target_id: id,
          target_lun: lun,
        })
      ).error;
    assert.equal(await set('mc0', 0, 3), 'NO_ERR');
    assert.equal(await set('', 0, 3), 'NO_ERR');
    assert.equal(await set('mc0', 1, 3), 'NO_BUS');
    assert.equal(await set('mc0', 0, 4), 'NO_DEVICE');
    assert.equal(await set('mc0', 0, 3, 1), 'NO_DEVICE');
    assert.equal(await set('mc7', 0, 3), 'NO_DEVICE');
  });

  it('says so when it does not know where a device is', async () => {
    session = connect(3, { execute: () => target.answer(), reset: () => undefined });
    await request('NDMP_SCSI_OPEN', { device: 'mc0' });
    const { body } = await request('NDMP_SCSI_GET_STATE');
    assert.deepEqual(body, { target_controller: -1, target_id: -1, target_lun: -1 });
    assert.equal((await request('NDMP_SCSI_SET_TARGET', { device: 'mc0' })).error, 'NOT_SUPPORTED');
  });

  describe('EXECUTE_CDB', () => {
    beforeEach(() => request('NDMP_SCSI_OPEN', { device: 'mc0' }));

    it('carries the block as it is, and both kinds of data', async () => {
      const cdb = Buffer.from('120000002000', 'hex');
      const { body } = await execute({ flags: 1, datain_len: 3, cdb, dataout: Buffer.from('not sent') });
      assert.deepEqual(target.commands[0], {
        cdb,
        dataOut: new Uint8Array(),
        dataInLength: 3,
        timeout: 0,
        initiator: 1,
      });
      assert.deepEqual(body, {
        status: 0,
        dataout_len: 2,
        datain: Uint8Array.of(1, 2, 3),
        ext_sense: new Uint8Array(),
      });
      await execute({ flags: 2, datain_len: 3, dataout: Buffer.from('sent') });
      assert.deepEqual(
        [target.commands[1].dataInLength, Buffer.from(target.commands[1].dataOut).toString()],
        [0, 'sent'],
      );
    });

    it('a refused command is no error of NDMP', async () => {
      target.answer = () =>
        Promise.resolve({ status: 2, dataIn: new Uint8Array(), dataOutLength: 0, sense: Uint8Array.of(0x70, 0, 5) });
      const { error, body } = await execute({});
      assert.equal(error, 'NO_ERR');
      assert.deepEqual([body.status, body.ext_sense], [2, Uint8Array.of(0x70, 0, 5)]);
    });

    it('refuses what no device could be sent', async () => {
      for (const cdb of ['', '00', '0000000000', 'a50000000000000000', 'b80000000000000000000000'.repeat(30)])
        assert.equal((await execute({ cdb: Buffer.from(cdb, 'hex') })).error, 'ILLEGAL_ARGS', cdb);
      for (const flags of [3, 4, 0xffffffff]) assert.equal((await execute({ flags })).error, 'ILLEGAL_ARGS');
      assert.equal(target.commands.length, 0);
    });

    it('does not wait longer than the client does', async () => {
      target.answer = () => new Promise(() => undefined);
      const { error, why } = await execute({ timeout: 20 });
      assert.equal(error, 'TIMEOUT');
      assert.match(why, /0x0 took more than 20 ms/);
    });

    it('takes any length for an answer', async () => {
      const { body } = await execute({ flags: 1, datain_len: 0xffffffff });
      assert.equal((body.datain as Uint8Array).length, 4);
    });
  });
});
