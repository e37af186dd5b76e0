import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openCatalog } from '../../../src/dma/catalog/open';
import { writeFiles } from '../../support/dma';
import { TestServer } from '../../support/testServer';
import { compareTrees, pseudoRandomBytes } from '../../support/trees';

/** The command line in a process of its own, killed without warning in the middle of a restore. */
describe('dma faults: kill -9 of a restore', function () {
  this.timeout(180_000);
  let server: TestServer;
  let home: string;
  let source: string;

  before(async () => {
    server = await TestServer.start({ library: { slots: 3, drives: 1 } });
    home = mkdtempSync(join(tmpdir(), 'ndmp-restore-killed-'));
    source = join(server.root, 'source');
    const filer = { host: '127.0.0.1', port: server.port };
    writeFileSync(join(home, 'ndmp-servers.json'), JSON.stringify({ servers: { filer } }));
    const content = { name: 'nightly', server: 'filer', type: 'tar', sources: [{ path: source }] };
    writeFileSync(join(home, 'nightly.ndmpjob.json'), JSON.stringify(content));
    writeFiles(
      source,
      Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`d${n % 7}/f${n}`, pseudoRandomBytes(200_000, n)])),
    );
  });
  after(async () => {
    await server.stop();
    rmSync(home, { recursive: true, force: true });
  });

  /** @param killWhen looked at again and again; the process is killed as soon as it says so */
  const ndmp = async (args: readonly string[], killWhen?: () => boolean): Promise<[number | null, string]> => {
    const tsx = ['--require', 'chevrotain', '--import', 'tsx', 'src/cli/main.ts'];
    const all = [...tsx, ...args, '--home', home, '--servers', join(home, 'ndmp-servers.json')];
    const child = spawn(process.execPath, all, {
      env: { ...process.env, NDMP_PASSWORD: 'ndmp' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (piece: string) => (text += piece));
    const ended = once(child, 'close') as Promise<[number | null]>;
    try {
      if (killWhen) await server.eventually(() => killWhen() || child.exitCode !== null, 60);
      else await ended;
    } finally {
      child.kill('SIGKILL');
    }
    const [status] = await ended;
    return [status, text];
  };
  const restoreTo = (target: string): string[] => ['restore', '--job', 'nightly', '--to', join(server.root, target)];

  it('shows as died, leaves server and drive free, and the next restore brings everything back', async () => {
    const [backedUp, said] = await ndmp(['backup', join(home, 'nightly.ndmpjob.json'), '--yes']);
    assert.equal(backedUp, 0, said);
    const begun = (): boolean => server.lines.some(({ text }) => /[Rr]ecover/.test(text));
    await ndmp(restoreTo('first'), begun);
    assert.ok(await server.eventually(() => server.running.connections === 0, 30));
    const [status, text] = await ndmp(restoreTo('second'));
    assert.equal(status, 0, text);
    assert.deepEqual(compareTrees(source, join(server.root, 'second'), { ignoreDirectoryTimes: true }), []);
    const catalog = await openCatalog(join(home, 'catalog.db'));
    try {
      const states = (await catalog.runs({ kind: 'restore' })).map(({ state }) => state);
      assert.deepEqual(states, ['done', 'died']);
      assert.deepEqual(await catalog.check(), []);
    } finally {
      await catalog.close();
    }
  });
});
