import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalog } from '../../../src/dma/catalog/open';
import { writeFiles } from '../../support/dma';
import { TestServer } from '../../support/testServer';
import { pseudoRandomBytes } from '../../support/trees';

const KILLS = 5;
/** Milliseconds within which a run is killed: from its first connection to behind its end. */
const SPAN = 3500;

/** The command line in a process of its own, killed without warning at random moments of a backup. */
describe('dma faults: kill -9', function () {
  this.timeout(300_000);
  let server: TestServer;
  let home: string;
  let job: string;

  before(async () => {
    server = await TestServer.start({ library: { slots: 6, drives: 2 } });
    home = mkdtempSync(join(tmpdir(), 'ndmp-killed-'));
    const filer = { host: '127.0.0.1', port: server.port };
    writeFileSync(join(home, 'ndmp-servers.json'), JSON.stringify({ servers: { filer } }));
    job = join(home, 'nightly.ndmpjob.json');
    const content = { name: 'nightly', server: 'filer', type: 'tar', sources: [{ path: server.root }] };
    writeFileSync(job, JSON.stringify(content));
    const files = Object.fromEntries(
      Array.from({ length: 300 }, (_, n) => [`d${n % 7}/f${n}`, pseudoRandomBytes(30_000, n)]),
    );
    writeFiles(server.root, files);
  });
  after(async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });

  const servers = (): string[] => ['--servers', join(home, 'ndmp-servers.json')];

  /** @param killAfter milliseconds after it has connected; undefined: it may come to its end */
  const ndmp = async (
    args: readonly string[],
    killAfter?: number,
  ): Promise<{ status: number | null; text: string }> => {
    const tsx = ['--require', 'chevrotain', '--import', 'tsx', 'src/cli/main.ts'];
    const child = spawn(process.execPath, [...tsx, ...args, '--home', home], {
      env: { ...process.env, NDMP_PASSWORD: 'ndmp' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    child.stdout.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    child.stderr.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    const ended = once(child, 'close') as Promise<[number | null]>;
    try {
      if (killAfter !== undefined) {
        await server.eventually(() => server.running.connections > 0 || child.exitCode !== null, 60);
        await new Promise((resolve) => setTimeout(resolve, killAfter));
      } else await ended;
    } finally {
      child.kill('SIGKILL');
    }
    const [status] = await ended;
    return { status, text };
  };

  /** What a check of the catalog finds wrong. */
  const errors = async (): Promise<string[]> => {
    const catalog = await openCatalog(join(home, 'catalog.db'));
    try {
      return (await catalog.check()).filter(({ severity }) => severity === 'error').map(({ text }) => text);
    } finally {
      await catalog.close();
    }
  };

  it('leaves a catalog that is right, says what died, and the next backup goes on', async () => {
    const moments: number[] = [];
    for (let n = 0; n < KILLS; n++) {
      const moment = Math.round(((n + Math.random()) * SPAN) / KILLS);
      moments.push(moment);
      await ndmp(['backup', job, '--yes', ...servers()], moment);
      await server.eventually(() => server.running.connections === 0, 20);
      assert.deepEqual(await errors(), [], `killed after ${moment} ms`);
    }
    const check = await ndmp(['catalog', 'check']);
    assert.equal(check.status, 0, check.text);
    const last = await ndmp(['backup', job, '--yes', '--full', ...servers()]);
    assert.equal(last.status, 0, `after kills at ${moments.join(', ')} ms: ${last.text}`);
    const catalog = await openCatalog(join(home, 'catalog.db'));
    try {
      const runs = await catalog.runs({ kind: 'backup' });
      assert.deepEqual(
        runs.filter(({ state }) => state === 'running'),
        [],
      );
      assert.ok(
        runs.some(({ state }) => state === 'died'),
        `none of the kills at ${moments.join(', ')} ms met a run`,
      );
      assert.deepEqual(await catalog.sets({ state: 'writing' }), []);
      for (const set of await catalog.sets({ state: 'complete' })) {
        const parts = await catalog.parts(set.id);
        assert.equal(
          parts.reduce((sum, { bytes }) => sum + bytes, 0n),
          set.bytes,
        );
        assert.ok(parts.every(({ closed }) => closed));
      }
    } finally {
      await catalog.close();
    }
    const verify = await ndmp(['verify', '--job', 'nightly', ...servers()]);
    assert.equal(verify.status, 0, verify.text);
  });
});
