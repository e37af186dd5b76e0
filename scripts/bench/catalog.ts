// npm run bench -- --catalog: how fast the catalog takes file history, lists and searches, beside plain rows of the same
// SQLite. Prints; judges nothing.
import { mkdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Database } from 'node-sqlite3-wasm';
import type { Catalog } from '../../src/dma/catalog/model';
import { openCatalog } from '../../src/dma/catalog/open';
import { median } from './measure';
import { historyMessages, pathOf, type HistoryStyle } from './historyMessages';

const ENTRIES = 10_000_000;
const PLAIN_ENTRIES = 300_000;
const LOOKS = 51;

type Say = (line: string) => void;

/** @param entries of each style; ten million when left out */
export async function benchCatalog(dataFolder: string, say: Say, entries = ENTRIES): Promise<void> {
  const folder = join(dataFolder, 'catalog');
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  const file = join(folder, 'catalog.db');
  const plain = plainRows(join(folder, 'plain.db'));
  say(`plain rows of SQLite, a primary key of directory and name: ${perSecond(PLAIN_ENTRIES, plain)}`);
  const catalog = await openCatalog(file);
  for (const style of ['paths', 'nodes'] as const) {
    const set = await newSet(catalog);
    const { taken, made, processor } = await take(catalog, set, style, entries);
    const ratio = entries / (taken + made) / (PLAIN_ENTRIES / plain);
    say(
      `${style}: ${entries} entries: ${perSecond(entries, taken)} while they come, then ${made.toFixed(0)} s for the tree`,
    );
    say(
      `  all told ${perSecond(entries, taken + made)}, ${ratio.toFixed(1)} times plain rows; file ${mega(statSync(file).size)} MB`,
    );
    say(`  of processor time, the making of the messages included: ${perSecond(entries, processor)}`);
    if (style === 'paths') await look(catalog, set, entries, say);
  }
  say(`peak memory of the process ${peakMegabytes().toFixed(0)} MB`);
  await catalog.close();
  rmSync(folder, { recursive: true, force: true });
}

async function newSet(catalog: Catalog): Promise<number> {
  const names = {
    uuid: crypto.randomUUID(),
    run: 1,
    job: 'bench',
    serverIdentity: 'a',
    server: 'a',
    path: '/',
    type: 'dump',
  };
  const numbers = { level: 0, base: undefined, started: 0, ended: undefined, bytes: 0n, files: 0, recordSize: 65_536 };
  const rest = {
    state: 'complete',
    environment: [],
    digest: undefined,
    withoutFiles: undefined,
    expires: undefined,
    topology: 'local',
  } as const;
  return (await catalog.beginSet({ ...names, ...numbers, ...rest })).id;
}

async function take(
  catalog: Catalog,
  set: number,
  style: HistoryStyle,
  entries: number,
): Promise<{ taken: number; made: number; processor: number }> {
  const began = performance.now();
  const cpu = process.cpuUsage();
  const sink = await catalog.fileHistory(set);
  for (const message of historyMessages(style, entries)) await sink.post(message, 4);
  const taken = (performance.now() - began) / 1000;
  await sink.finish();
  const { user, system } = process.cpuUsage(cpu);
  return { taken, made: (performance.now() - began) / 1000 - taken, processor: (user + system) / 1e6 };
}

async function look(catalog: Catalog, set: number, entries: number, say: Say): Promise<void> {
  const measured = async (what: string, work: (i: number) => Promise<unknown>): Promise<void> => {
    const times: number[] = [];
    for (let i = 0; i < LOOKS; i++) {
      const began = performance.now();
      await work(Math.floor((i * entries) / LOOKS));
      times.push(performance.now() - began);
    }
    say(`  ${what}: median ${median(times).toFixed(1)} ms, worst ${Math.max(...times).toFixed(1)} ms`);
  };
  const nameOf = (i: number): string => pathOf(i).slice(pathOf(i).lastIndexOf('/') + 1);
  await measured('list a directory', (i) => catalog.list(set, pathOf(i).slice(0, pathOf(i).lastIndexOf('/'))));
  await measured('find a path', (i) => catalog.stat(set, pathOf(i)));
  await measured('search a name', (i) => catalog.search(nameOf(i), { set }));
  await measured('search a part that many have', () => catalog.search('.dat', { set }));
  await measured('search a part that none has', (i) => catalog.search(`file-none-${i}`, { set }));
  await measured('search by a pattern', (i) => catalog.search(`*${i}.d?t`, { set }));
}

/** Seconds that SQLite takes for the same entries as rows. */
function plainRows(file: string): number {
  const database = new Database(file);
  database.exec('PRAGMA locking_mode = EXCLUSIVE; PRAGMA journal_mode = WAL');
  database.exec(
    'CREATE TABLE files (directory TEXT, name TEXT, size INTEGER, mtime INTEGER, mode INTEGER, owner INTEGER, node INTEGER, position INTEGER, PRIMARY KEY (directory, name)) WITHOUT ROWID',
  );
  const began = performance.now();
  database.exec('BEGIN');
  const insert = database.prepare('INSERT INTO files VALUES (?, ?, ?, ?, ?, ?, ?, ?)');
  for (let i = 0; i < PLAIN_ENTRIES; i++) {
    const path = pathOf(i);
    const cut = path.lastIndexOf('/');
    insert.run([path.slice(0, cut), path.slice(cut + 1), i * 37, 1_700_000_000, 0o644, 1000, 100_000 + i, i * 4096]);
  }
  insert.finalize();
  database.exec('COMMIT');
  const seconds = (performance.now() - began) / 1000;
  database.close();
  return seconds;
}

function perSecond(entries: number, seconds: number): string {
  return `${Math.round(entries / seconds)} entries/s`;
}

function mega(bytes: number): string {
  return (bytes / 1e6).toFixed(0);
}

function peakMegabytes(): number {
  return Number(/VmHWM:\s+(\d+)/.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
}
