import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { NdmpClient } from '../support/ndmpClient';

const PASSWORD = 'secret';
const RECORD = 65536;
const FILES = 64;
const FILE_BYTES = 2 * 1024 * 1024;
/** Killed when the client has been told of so many bytes on the tape. */
const MOMENTS = [1, 20 * 2 ** 20, 60 * 2 ** 20, 100 * 2 ** 20];
const INFINITE = 0xffffffffffffffffn;

interface Running {
  process: ChildProcess;
  port: number;
}

/** Starts the built command as a process of its own, so that it can be killed. */
async function start(root: string, library: string): Promise<Running> {
  const args = ['dist/ndmp.js', 'serve', '--root', root, '--library', library, '--drives', '1', '--slots', '2'];
  const child = spawn(process.execPath, [...args, '--listen', '127.0.0.1:0'], {
    env: { ...process.env, NDMP_PASSWORD: PASSWORD },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let out = '';
  for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
    out += chunk.toString();
    if (out.includes('ready\n')) break;
  }
  return { process: child, port: Number(/:(\d+)/.exec(out)?.[1]) };
}

async function stop({ process: child }: Running): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill();
  await ended;
}

const connect = (port: number): Promise<NdmpClient> =>
  NdmpClient.connect({ port, version: 4, login: { user: 'ndmp', password: PASSWORD } });

/** The robot's first cartridge into the drive; once it is there it stays. */
async function load(client: NdmpClient): Promise<void> {
  await client.expect('NDMP_SCSI_OPEN', { device: 'mc0' });
  const cdb = Uint8Array.of(0xa5, 0, 0, 0, 4, 0, 0, 128, 0, 0, 0, 0);
  await client.expect('NDMP_SCSI_EXECUTE_CDB', { flags: 0, timeout: 0, datain_len: 0, cdb, dataout: new Uint8Array() });
  await client.expect('NDMP_SCSI_CLOSE');
}

async function beginBackup(client: NdmpClient, root: string): Promise<void> {
  await client.expect('NDMP_TAPE_OPEN', { device: 'nst0', mode: 1 });
  await client.expect('NDMP_TAPE_MTIO', { tape_op: 4, count: 1 });
  await client.expect('NDMP_MOVER_SET_RECORD_SIZE', { len: RECORD });
  await client.expect('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: INFINITE });
  await client.expect('NDMP_MOVER_LISTEN', { mode: 0, addr_type: 0 });
  await client.expect('NDMP_DATA_CONNECT', { addr: { type: 0 } });
  const env = [{ name: 'FILESYSTEM', value: root }];
  await client.expect('NDMP_DATA_START_BACKUP', { bu_type: 'tar', env });
}

/** Asks how far the mover is, has the server killed at a moment, and gives the last answer that came. */
async function followUntilLost(client: NdmpClient, moment: number, kill: () => void): Promise<number> {
  let told = 0;
  try {
    for (;;) {
      told = Number((await client.expect('NDMP_MOVER_GET_STATE')).bytes_moved);
      if (told >= moment) kill();
    }
  } catch {
    return told;
  }
}

/** All that is on the tape, from its beginning. */
async function readTape(client: NdmpClient): Promise<Buffer> {
  await client.expect('NDMP_TAPE_OPEN', { device: 'nst0', mode: 0 });
  await client.expect('NDMP_TAPE_MTIO', { tape_op: 4, count: 1 });
  const records: Buffer[] = [];
  for (;;) {
    const { body } = await client.request('NDMP_TAPE_READ', { count: RECORD });
    if (body.error !== 0) return Buffer.concat(records);
    records.push(Buffer.from(body.data_in));
  }
}

describe('server: killed in the middle of a backup', function () {
  this.timeout(60_000);
  let folder: string;
  const root = (): string => join(folder, 'data');
  before(() => {
    folder = mkdtempSync(join(tmpdir(), 'ndmp-crash-'));
    mkdirSync(root());
    // contents that say where they are, so that a hole or a shift shows
    for (let i = 0; i < FILES; i++) {
      const block = createHash('sha512').update(String(i)).digest();
      writeFileSync(join(root(), `file${i}`), Buffer.alloc(FILE_BYTES, block));
    }
  });
  after(() => rmSync(folder, { recursive: true }));

  for (const moment of MOMENTS) {
    it(`after ${moment} bytes has on tape what it had told of`, async () => {
      const library = join(folder, `library${moment}`);
      const first = await start(root(), library);
      const client = await connect(first.port);
      await load(client);
      await beginBackup(client, root());
      const told = await followUntilLost(client, moment, () => first.process.kill('SIGKILL'));
      assert.ok(told >= moment, 'it was killed in the middle');

      const second = await start(root(), library);
      try {
        const reader = await connect(second.port);
        const tape = await readTape(reader);
        reader.destroy();
        assert.ok(tape.length >= told, `${told} bytes were told of, ${tape.length} are there`);
        assert.equal(tape.length % RECORD, 0);
        checkFiles(tape);
      } finally {
        await stop(second);
      }
    });
  }
});

/** Every file that is whole on the tape has its contents. */
function checkFiles(tape: Buffer): void {
  for (let i = 0; i < FILES; i++) {
    const at = tape.indexOf(`file${i}\0`);
    if (at < 0 || at % 512 !== 0) continue;
    const block = createHash('sha512').update(String(i)).digest();
    const body = tape.subarray(at + 512, at + 512 + FILE_BYTES);
    for (let j = 0; j + 64 <= body.length; j += 64)
      assert.ok(body.subarray(j, j + 64).equals(block), `file${i} at ${j}`);
  }
}
