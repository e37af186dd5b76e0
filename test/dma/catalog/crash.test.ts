import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Database } from 'node-sqlite3-wasm';
import { openCatalog } from '../../../src/dma/catalog/open';
import { someSet } from '../../support/catalogs';

const NODE = ['--require', 'chevrotain', '--import', 'tsx', resolve(__dirname, 'writer.ts')];
const ROUNDS = 4;

describe('catalog: programs that die, and several at once', function () {
  this.timeout(240_000);
  let folder: string;
  let file: string;
  const children: ChildProcess[] = [];
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'catalog-'));
    file = join(folder, 'catalog.db');
  });
  afterEach(() => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  });

  function start(command: string, args: readonly string[]): { child: ChildProcess; said: () => string } {
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
    children.push(child);
    let text = '';
    child.stdout.on('data', (data: Buffer) => (text += data.toString()));
    return { child, said: () => text };
  }
  const writer = () => start(process.execPath, [...NODE, file]);

  async function until(test: () => boolean, child: ChildProcess): Promise<void> {
    while (!test() && child.exitCode === null) await sleep(10);
    assert.ok(test(), 'the writer ended early');
  }

  it('loses nothing that was acknowledged when the writer is killed', async () => {
    for (let round = 0; round < ROUNDS; round++) {
      const { child, said } = writer();
      await until(() => /part/.test(said()), child);
      await sleep(Math.random() * 2500);
      child.kill('SIGKILL');
      await once(child, 'exit');
      const ids = (word: string) => [...said().matchAll(new RegExp(`${word} (\\d+)`, 'g'))].map(([, id]) => Number(id));
      const catalog = await openCatalog(file);
      for (const id of ids('done')) {
        const set = await catalog.set(id);
        assert.equal(set?.state, 'complete');
        assert.equal((await catalog.parts(id))[0].closed, true);
        assert.equal((await catalog.list(id, '/dir-3', { limit: 2000 })).entries.length, 1000);
      }
      for (const id of ids('part')) assert.equal((await catalog.parts(id)).length, 1);
      const states = new Set((await catalog.runs()).map(({ state }) => state));
      assert.ok(!states.has('running'), 'no run of a dead program goes on');
      const open = (await catalog.sets()).filter(({ state }) => state === 'writing');
      assert.deepEqual(open, []);
      const [last] = await catalog.runs({ limit: 1 });
      if (last.state === 'died') assert.match(last.message, /The program ended before the run did\./);
      for (const { severity, text } of await catalog.check({ repair: true })) assert.equal(severity, 'warning', text);
      assert.deepEqual(await catalog.check(), []);
      await catalog.close();
    }
  });

  it('lets two programs write in turns', async () => {
    const { child, said } = writer();
    await until(() => /part/.test(said()), child);
    const catalog = await openCatalog(file);
    for (let i = 0; i < 20; i++) await catalog.beginSet(someSet());
    const [run] = await catalog.runs({ limit: 1 });
    assert.equal(run.state, 'running', 'the run of a program that is there goes on');
    await until(() => /done/.test(said()), child);
    assert.ok((await catalog.sets()).length > 20);
    child.kill('SIGKILL');
    await catalog.close();
  });

  it('takes over from a program that was killed while it held the file', async () => {
    writeFileSync(file, '');
    writeFileSync(`${file}-owner`, JSON.stringify({ host: hostname(), pid: 4_000_000, started: 'then' }));
    mkdirSync(`${file}.lock`);
    const catalog = await openCatalog(file);
    await catalog.beginSet(someSet());
    await catalog.close();
    assert.ok(!existsSync(`${file}-owner`) && !existsSync(`${file}.lock`));
  });

  it('says that the disk is full, and goes on when it is not', async function () {
    if (process.platform === 'win32') this.skip();
    // a limit of the file's size stands for a full disk
    const { child, said } = start('bash', ['-c', `ulimit -f 3000; exec "$@"`, 'bash', process.execPath, ...NODE, file]);
    await once(child, 'exit');
    assert.match(said(), /failed DmaFailure The catalog .* cannot be written/);
    const catalog = await openCatalog(file);
    for (const { severity, text } of await catalog.check({ repair: true })) assert.equal(severity, 'warning', text);
    assert.deepEqual(await catalog.check(), []);
    await catalog.beginSet(someSet());
    await catalog.close();
  });

  it('refuses files that are none of its own', async () => {
    writeFileSync(file, 'this is no database, and long enough to tell. '.repeat(100));
    await assert.rejects(openCatalog(file), /is damaged \(file is not a database\)/);
    const other = join(folder, 'other.db');
    await (await openCatalog(other)).close();
    const database = new Database(other);
    database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA user_version = 99');
    database.close();
    await assert.rejects(openCatalog(other), /newer version/);
    const foreign = join(folder, 'foreign.db');
    const third = new Database(foreign);
    third.exec('CREATE TABLE x (y)');
    third.close();
    await assert.rejects(openCatalog(foreign), /another program/);
    await assert.rejects(openCatalog(join(file, 'catalog.db')), /cannot be opened/);
  });
});
