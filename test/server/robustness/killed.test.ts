import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { NdmpClient, within } from '../../support/ndmpClient';

const NDMP = resolve(__dirname, '../../../dist/ndmp.js');
const INFINITE = 0xffffffffffffffffn;
const PASSWORD = 'secret';
const RECORD = 32768;
const RDWR = 1;
const REWIND = { tape_op: 4, count: 1 };
/** MOVE MEDIUM from the first slot to the drive. */
const LOAD = Uint8Array.from([0xa5, 0, 0, 0, 0x04, 0x00, 0, 128, 0, 0, 0, 0]);

/** ndmp serve, as a process of its own that can be killed. */
class Served {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
  ) {}

  static async start(folder: string): Promise<Served> {
    const options = ['--root', join(folder, 'export'), '--library', join(folder, 'library')];
    const size = ['--drives', '1', '--slots', '1', '--capacity', '1G'];
    const child = spawn(process.execPath, [NDMP, 'serve', '--listen', '127.0.0.1:0', ...options, ...size], {
      env: { ...process.env, NDMP_PASSWORD: PASSWORD },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    const ready = async () => {
      while (!/^ready$/m.test(output)) await once(child.stdout, 'data');
    };
    try {
      await within(ready(), 'ndmp serve');
    } catch (error) {
      child.kill('SIGKILL');
      throw error;
    }
    const [, port] = /listening on 127\.0\.0\.1:(\d+)/.exec(output) ?? [];
    return new Served(Number(port), child);
  }

  connect(): Promise<NdmpClient> {
    return NdmpClient.connect({ port: this.port, version: 4, login: { user: 'ndmp', password: PASSWORD } });
  }

  async kill(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await gone;
  }
}

describe('a server that is killed', function () {
  this.timeout(120_000);
  let folder: string;
  let served: Served;

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), 'ndmp-killed-'));
    mkdirSync(join(folder, 'export'));
    for (let n = 0; n < 40; n++) writeFileSync(join(folder, 'export', `file ${n}`), Buffer.alloc(500_000, 65 + n));
    served = await Served.start(folder);
    const client = await served.connect();
    await client.expect('NDMP_SCSI_OPEN', { device: 'mc0' });
    const load = { flags: 0, timeout: 5000, cdb: LOAD };
    let status = 2;
    for (let n = 0; n < 5 && status !== 0; n++) ({ status } = await client.expect('NDMP_SCSI_EXECUTE_CDB', load));
    assert.equal(status, 0, 'loaded');
    await client.close();
  });
  after(async () => {
    await served.kill().catch(() => undefined);
    rmSync(folder, { recursive: true, force: true });
  });

  /** A record that tells its number. */
  const record = (n: number): Buffer => {
    const bytes = Buffer.alloc(RECORD, n & 0xff);
    bytes.writeUInt32BE(n);
    return bytes;
  };

  async function openTape(): Promise<NdmpClient> {
    const client = await served.connect();
    await client.expect('NDMP_TAPE_OPEN', { device: 'nst0', mode: RDWR });
    await client.expect('NDMP_TAPE_MTIO', REWIND);
    return client;
  }

  for (const milliseconds of [20, 60, 150, 400]) {
    it(`${milliseconds} ms into writing a tape: every record that was acknowledged is there, and nothing broken`, async () => {
      const client = await openTape();
      let acknowledged = 0;
      const writing = (async () => {
        for (let n = 0; ; n++) {
          const { error } = await client.request('NDMP_TAPE_WRITE', { data_out: record(n) });
          if (error === 'NO_ERR') acknowledged = n + 1;
        }
      })().catch(() => undefined);
      await new Promise((done) => setTimeout(done, milliseconds));
      await served.kill();
      await writing;

      served = await Served.start(folder);
      const reader = await openTape();
      let found = 0;
      for (;;) {
        const { error, body } = await reader.request('NDMP_TAPE_READ', { count: 2 * RECORD });
        if (error !== 'NO_ERR') {
          assert.ok(error === 'EOM' || error === 'EOF', error);
          break;
        }
        assert.deepEqual(Buffer.from(body.data_in), record(found), `record ${found}`);
        found += 1;
      }
      assert.ok(found >= acknowledged, `${found} of ${acknowledged} acknowledged records`);
      await reader.expect('NDMP_TAPE_WRITE', { data_out: record(found) });
      await reader.close();
    });
  }

  for (const milliseconds of [50, 250]) {
    it(`${milliseconds} ms into a backup: what the mover said it has moved is on the tape`, async () => {
      const client = await openTape();
      await client.expect('NDMP_MOVER_SET_RECORD_SIZE', { len: RECORD });
      await client.expect('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: INFINITE });
      await client.expect('NDMP_MOVER_LISTEN', { mode: 0, addr_type: 0 });
      await client.expect('NDMP_DATA_CONNECT', { addr: { type: 0 } });
      const env = [{ name: 'FILESYSTEM', value: join(folder, 'export') }];
      await client.expect('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env });
      let moved = 0n;
      const asking = (async () => {
        for (;;) moved = (await client.expect('NDMP_MOVER_GET_STATE')).bytes_moved;
      })().catch(() => undefined);
      await new Promise((done) => setTimeout(done, milliseconds));
      await served.kill();
      await asking;

      served = await Served.start(folder);
      const reader = await openTape();
      let found = 0n;
      for (;;) {
        const { error, body } = await reader.request('NDMP_TAPE_READ', { count: RECORD });
        if (error !== 'NO_ERR') break;
        assert.equal(body.data_in.length, RECORD);
        found += BigInt(RECORD);
      }
      assert.ok(found >= moved, `${found} of ${moved} bytes`);
      await reader.close();
    });
  }
});
