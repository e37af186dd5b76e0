import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createCartridge } from '../../../src/server/tape/virtual/cartridge';
import type { NdmpClient } from '../../support/ndmpClient';
import { TestServer } from '../../support/testServer';

const INFINITE = 0xffffffffffffffffn;
const RDWR = 1;
const REWIND = { tape_op: 4, count: 1 };
const RECORD = Buffer.alloc(60_000, 'm');
const IDLE = 0;

describe('media that fail', function () {
  this.timeout(30_000);
  let server: TestServer;
  let client: NdmpClient;
  beforeEach(async () => {
    server = await TestServer.start();
    client = await server.connect(4);
  });
  afterEach(async () => {
    await client.close();
    await server.stop();
  });

  async function open(drive: number): Promise<void> {
    await client.expect('NDMP_TAPE_OPEN', { device: server.tapes[drive], mode: RDWR });
    await client.expect('NDMP_TAPE_MTIO', REWIND);
  }

  /** Writes until it is refused. @returns acknowledged records and the error */
  async function writeUntilRefused(): Promise<[count: number, error: string]> {
    for (let n = 0; n < 1000; n++) {
      const { error } = await client.request('NDMP_TAPE_WRITE', { data_out: RECORD });
      if (error !== 'NO_ERR') return [n, error];
    }
    return assert.fail('never refused');
  }

  /** This connection and the other drive serve as before. */
  async function goesOn(): Promise<void> {
    // the first one tells that the file mark behind what was written is missing, and the next one closes all the same
    const { error } = await client.request('NDMP_TAPE_CLOSE');
    if (error !== 'NO_ERR') await client.expect('NDMP_TAPE_CLOSE');
    await open(1);
    await client.expect('NDMP_TAPE_WRITE', { data_out: RECORD });
    await client.expect('NDMP_TAPE_MTIO', REWIND);
    const { data_in: bytes } = await client.expect('NDMP_TAPE_READ', { count: RECORD.length });
    assert.deepEqual(Buffer.from(bytes), RECORD);
    await client.expect('NDMP_TAPE_CLOSE');
  }

  it('a cartridge whose folder is removed: no write is acknowledged into nowhere, and the server goes on', async () => {
    await open(0);
    await client.expect('NDMP_TAPE_WRITE', { data_out: RECORD });
    rmSync(join(server.folder, 'tape0'), { recursive: true });
    const errors = [];
    for (let n = 0; n < 3; n++) errors.push((await client.request('NDMP_TAPE_WRITE', { data_out: RECORD })).error);
    errors.push((await client.request('NDMP_TAPE_MTIO', { tape_op: 5, count: 1 })).error);
    assert.ok(
      errors.every((error) => ['IO', 'NO_TAPE_LOADED'].includes(error)),
      errors.join(),
    );
    assert.ok(server.lines.some(({ text }) => /tape0|nst0/.test(text)));
    await goesOn();
    const { error } = await client.request('NDMP_TAPE_OPEN', { device: server.tapes[0], mode: RDWR });
    if (error === 'NO_ERR') {
      const { error: refused } = await client.request('NDMP_TAPE_WRITE', { data_out: RECORD });
      assert.ok(['IO', 'NO_TAPE_LOADED'].includes(refused), `nothing is there, but a write is answered ${refused}`);
    } else assert.ok(['IO', 'NO_TAPE_LOADED'].includes(error), error);
  });

  it('in a backup: the mover halts with MEDIA_ERROR, the data server with it, and both can be stopped', async () => {
    for (let n = 0; n < 20; n++) writeFileSync(join(server.root, `file ${n}`), Buffer.alloc(2_000_000, n));
    await open(0);
    await client.expect('NDMP_MOVER_SET_RECORD_SIZE', { len: 65536 });
    await client.expect('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: 65536n });
    await client.expect('NDMP_MOVER_LISTEN', { mode: 0, addr_type: 0 });
    await client.expect('NDMP_DATA_CONNECT', { addr: { type: 0 } });
    const env = [{ name: 'FILESYSTEM', value: server.root }];
    await client.expect('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env });
    await client.post('NDMP_NOTIFY_MOVER_PAUSED');
    rmSync(join(server.folder, 'tape0'), { recursive: true });
    await client.expect('NDMP_MOVER_SET_WINDOW', { offset: 65536n, length: INFINITE - 65536n });
    await client.expect('NDMP_MOVER_CONTINUE');
    assert.equal((await client.post('NDMP_NOTIFY_MOVER_HALTED')).body.reason, 5, 'MEDIA_ERROR');
    assert.equal((await client.post('NDMP_NOTIFY_DATA_HALTED')).body.reason, 4, 'CONNECT_ERROR');
    await client.expect('NDMP_MOVER_STOP');
    await client.expect('NDMP_DATA_STOP');
    assert.equal((await client.expect('NDMP_MOVER_GET_STATE')).state, IDLE);
    await goesOn();
  });

  it('a disk that is full', async function () {
    const folder = join(server.folder, 'small');
    mkdirSync(folder);
    const mounted = spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'none', folder]);
    if (mounted.status !== 0) this.skip(); // only root may mount
    try {
      await server.drives[0].eject();
      const options = {
        barcode: 'FULL01L8',
        capacity: 2 ** 30,
        earlyWarning: 1000,
        kind: 'data',
        writeProtected: false,
      };
      await server.drives[0].load(await createCartridge(join(folder, 'tape'), { ...options, kind: 'data' }));
      await open(0);
      const [count, error] = await writeUntilRefused();
      assert.ok(count > 5 && count < 18, `${count} records`);
      assert.ok(['IO', 'EOM'].includes(error), error);
      await client.expect('NDMP_TAPE_MTIO', REWIND);
      for (let n = 0; n < count; n++) {
        const { data_in: bytes } = await client.expect('NDMP_TAPE_READ', { count: RECORD.length });
        assert.deepEqual(Buffer.from(bytes), RECORD, `record ${n}`);
      }
      await goesOn();
      await server.drives[0].eject();
    } finally {
      spawnSync('umount', ['-l', folder]);
    }
  });
});
