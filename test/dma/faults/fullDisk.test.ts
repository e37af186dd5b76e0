import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { TestServer } from '../../support/testServer';

const NDMP = resolve(__dirname, '../../../dist/ndmp.js');
const FILES = 8_000;
const NAME = 180;
/** Blocks of 512 bytes, or of 1024 in some shells, that no file of the process may exceed: the file history is larger. */
const MOST_BLOCKS = 1000;

interface Outcome {
  status: number | null;
  text: string;
}

/**
 * The DMA in a process whose files cannot grow beyond a size: as on a disk that is full, all that the catalog writes behind
 * that is refused by the kernel.
 */
describe('dma faults: no room for the catalog', function () {
  this.timeout(300_000);
  let server: TestServer;
  let home: string;
  let job: string;

  before(async () => {
    server = await TestServer.start({ library: { slots: 4, drives: 1 } });
    home = mkdtempSync(join(tmpdir(), 'ndmp-full-'));
    const filer = { host: '127.0.0.1', port: server.port };
    writeFileSync(join(home, 'ndmp-servers.json'), JSON.stringify({ servers: { filer } }));
    job = join(home, 'nightly.ndmpjob.json');
    const content = { name: 'nightly', server: 'filer', type: 'tar', sources: [{ path: server.root }] };
    writeFileSync(job, JSON.stringify(content));
    for (let n = 0; n < FILES; n++) {
      const folder = join(server.root, `d${n % 10}`);
      if (n < 10) mkdirSync(folder);
      writeFileSync(join(folder, `${n}-`.padEnd(NAME, 'x')), '');
    }
  });
  after(async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });

  const ndmp = async (limit: number | undefined, ...args: string[]): Promise<Outcome> => {
    const command = [process.execPath, NDMP, ...args, '--home', home];
    const limited = ['sh', '-c', `ulimit -f ${limit}; exec "$@"`, 'sh', ...command];
    const [program, ...rest] = limit === undefined ? command : limited;
    const child = spawn(program, rest, {
      env: { ...process.env, NDMP_PASSWORD: 'ndmp' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    try {
      const [status] = (await once(child, 'close')) as [number | null];
      return { status, text };
    } finally {
      child.kill('SIGKILL');
    }
  };
  const servers = (): string[] => ['--servers', join(home, 'ndmp-servers.json')];

  it('is said, with what to do; the catalog stays right, and the next run with room goes well', async () => {
    const full = await ndmp(MOST_BLOCKS, 'backup', job, '--yes', ...servers());
    assert.equal(full.status, 1, full.text);
    assert.match(full.text, /disk/i);
    assert.doesNotMatch(full.text, /\n\s+at .*:\d+:\d+/, 'no stack of the program');
    const check = await ndmp(undefined, 'catalog', 'check');
    assert.equal(check.status, 0, check.text);
    const next = await ndmp(undefined, 'backup', job, '--yes', '--full', ...servers());
    assert.equal(next.status, 0, next.text);
    const verify = await ndmp(undefined, 'verify', '--job', 'nightly', ...servers());
    assert.equal(verify.status, 0, verify.text);
  });
});
