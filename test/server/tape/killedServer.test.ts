import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { NdmpClient } from '../../support/ndmpClient';

const MAIN = resolve(__dirname, '../../../src/cli/main.ts');
const PASSWORD = 'secret';
const RECORD = 60 * 1024;
/** The stream: words of a piece, and of all of it. */
const PIECE_WORDS = 16_384;
const MOST_WORDS = 2 ** 23;
const SLOT = 1024;
const DRIVE = 128;
const MTIO = { FSF: 0, REW: 4, EOF: 5 } as const;
const KILLS = 2;

const children: ChildProcess[] = [];

/** The command line's server in a process of its own. */
async function serve(library: string): Promise<{ child: ChildProcess; port: number }> {
  const args = ['serve', '--library', library, '--drives', '1', '--slots', '1', '--listen', '127.0.0.1:0'];
  const child = spawn(process.execPath, ['--require', 'chevrotain', '--import', 'tsx', MAIN, ...args], {
    env: { ...process.env, NDMP_PASSWORD: PASSWORD },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  children.push(child);
  let text = '';
  child.stdout?.setEncoding('utf8');
  for await (const chunk of child.stdout ?? []) {
    text += String(chunk);
    const port = /listening on 127\.0\.0\.1:(\d+)[^]*^ready$/m.exec(text)?.[1];
    if (port !== undefined) return { child, port: Number(port) };
  }
  throw new Error(`the server did not start: ${text}`);
}

async function kill(child: ChildProcess): Promise<void> {
  const gone = once(child, 'close');
  child.kill('SIGKILL');
  await gone;
}

const login = (port: number): Promise<NdmpClient> =>
  NdmpClient.connect({ port, version: 4, login: { user: 'ndmp', password: PASSWORD } });

/** A stream in which every word of 32 bits is its number. */
function words(from: number, count: number): Uint8Array {
  return new Uint8Array(Uint32Array.from({ length: count }, (_, i) => from + i).buffer);
}

describe('server: a backup whose server is killed', function () {
  this.timeout(120_000);
  let library: string;
  before(() => (library = mkdtempSync(join(tmpdir(), 'ndmp-killed-'))));
  after(() => {
    for (const child of children) child.kill('SIGKILL');
    rmSync(library, { recursive: true, force: true });
  });

  /** Writes a label and lets a mover write a stream; kills the server in its midst. @returns bytes that the server had acknowledged */
  async function backup(port: number, child: ChildProcess): Promise<number> {
    const tape = await login(port);
    await tape.expect('NDMP_TAPE_OPEN', { device: 'nst0', mode: 1 });
    await tape.expect('NDMP_TAPE_MTIO', { tape_op: MTIO.REW, count: 1 });
    await tape.expect('NDMP_TAPE_WRITE', { data_out: words(7, 128) });
    await tape.expect('NDMP_TAPE_MTIO', { tape_op: MTIO.EOF, count: 1 });
    await tape.expect('NDMP_MOVER_SET_RECORD_SIZE', { len: RECORD });
    await tape.expect('NDMP_MOVER_SET_WINDOW', { offset: 0n, length: 0xffff_ffff_ffff_ffffn });
    const { connect_addr } = await tape.expect('NDMP_MOVER_LISTEN', { mode: 0, addr_type: 1 });
    const [{ port: dataPort }] = (connect_addr as { tcp_addr: { port: number }[] }).tcp_addr;
    const data = connect(dataPort, '127.0.0.1');
    data.on('error', () => undefined);
    let next = 0;
    const feed = (): void => {
      if (data.destroyed || next >= MOST_WORDS) return;
      data.write(words(next, PIECE_WORDS), () => setImmediate(feed));
      next += PIECE_WORDS;
    };
    data.on('connect', feed);
    const end = Date.now() + Math.random() * 300;
    let acknowledged = 0;
    while (Date.now() < end || (acknowledged === 0 && Date.now() < end + 10_000))
      acknowledged = Number((await tape.expect('NDMP_MOVER_GET_STATE')).bytes_moved);
    await kill(child);
    assert.notEqual(acknowledged, 0);
    data.destroy();
    tape.destroy();
    return acknowledged;
  }

  /** Reads the tape to its end. @returns how many bytes of the stream it holds, all as they were */
  async function readBack(port: number): Promise<number> {
    const tape = await login(port);
    await tape.expect('NDMP_TAPE_OPEN', { device: 'nst0', mode: 0 });
    await tape.expect('NDMP_TAPE_MTIO', { tape_op: MTIO.REW, count: 1 });
    const label = await tape.expect('NDMP_TAPE_READ', { count: 65_536 });
    assert.deepEqual(Buffer.from(label.data_in), Buffer.from(words(7, 128)));
    await tape.expect('NDMP_TAPE_READ', { count: 65_536 }, 'EOF');
    await tape.expect('NDMP_TAPE_MTIO', { tape_op: MTIO.FSF, count: 1 });
    for (let bytes = 0; ;) {
      const { error, body } = await tape.request('NDMP_TAPE_READ', { count: 65_536 });
      if (error !== 'NO_ERR') {
        assert.equal(error, 'EOM');
        await tape.close();
        return bytes;
      }
      const record = Buffer.from(body.data_in);
      assert.equal(record.length, RECORD);
      assert.ok(record.equals(words(bytes / 4, RECORD / 4)), `the record at ${bytes} is another`);
      bytes += record.length;
    }
  }

  it(`has on its tape what had been acknowledged, ${KILLS} times`, async () => {
    for (let n = 0; n < KILLS; n++) {
      const first = await serve(library);
      if (n === 0) {
        const robot = await login(first.port);
        await robot.expect('NDMP_SCSI_OPEN', { device: 'mc0' });
        const cdb = Uint8Array.of(0xa5, 0, 0, 0, SLOT >> 8, SLOT & 0xff, DRIVE >> 8, DRIVE & 0xff, 0, 0, 0, 0);
        const order = { flags: 0, timeout: 0, datain_len: 0, cdb, dataout: new Uint8Array() };
        assert.equal((await robot.expect('NDMP_SCSI_EXECUTE_CDB', order)).status, 0);
        await robot.close();
      }
      const acknowledged = await backup(first.port, first.child);
      const second = await serve(library);
      try {
        const bytes = await readBack(second.port);
        assert.ok(bytes >= acknowledged, `${bytes} bytes are there, ${acknowledged} had been acknowledged`);
      } finally {
        await kill(second.child);
      }
    }
  });
});
