import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { openCatalog } from '../../../src/dma/catalog/open';
import type { Catalog, FileEntry, SetRecord } from '../../../src/dma/catalog/model';
import { expireSets } from '../../../src/dma/media/expireTapes';
import { encodeHeader, encodeRecords, writeRecords, type PartHeader } from '../../../src/dma/media/layout';
import { HistoryWriter } from '../../../src/dma/media/scan/history';
import { CatalogRebuild, type Rebuilt } from '../../../src/dma/media/scan/rebuild';
import { scanTape } from '../../../src/dma/media/scan/tapeScan';
import { TapeMode, type TapeService } from '../../../src/dma/services/tape';
import { RECORD, TapeHand, writeStream } from '../../support/tapeHand';
import { TestServer } from '../../support/testServer';

const ALL_ONES = 0xffffffffffffffffn;
const entry = (path: string, change: Partial<FileEntry> = {}): FileEntry => ({
  name: path.slice(path.lastIndexOf('/') + 1),
  path,
  kind: 'file',
  size: 42n,
  mtime: 1_700_000_000,
  mode: 0o644,
  owner: 1000,
  group: 100,
  node: ALL_ONES,
  position: undefined,
  inSet: true,
  ...change,
});
const TREE = [
  entry('/', { kind: 'directory', node: 2n, position: 0n }),
  entry('/a', { kind: 'directory', node: 3n, position: 512n }),
  entry('/a/\udcff odd', { node: 4n, position: 1024n, size: 5_000_000_000n }),
  entry('/b', { kind: 'link', node: 5n, position: 4096n }),
];

async function walked(catalog: Catalog, set: number): Promise<FileEntry[]> {
  const all: FileEntry[] = [];
  for await (const batch of catalog.walk(set, '/')) all.push(...batch);
  return all.sort((a, b) => (a.path < b.path ? -1 : 1));
}

describe('dma media: a scan rebuilds the catalog from tapes alone', () => {
  let server: TestServer;
  let hand: TapeHand;
  let problems: string[];

  beforeEach(async () => {
    server = await TestServer.start({ cartridges: [{ barcode: 'A00001L8' }, { barcode: 'A00002L8' }] });
    hand = await TapeHand.make();
    problems = [];
  });
  afterEach(async () => {
    await hand.close();
    await server.stop();
  });

  /** A new catalog in place of the old one, which stays open for comparison. */
  async function forget(): Promise<Catalog> {
    const old = hand.catalog;
    hand.catalog = await openCatalog(join(hand.folder, 'new.db'));
    return old;
  }

  async function scan(tape: TapeService, barcode?: string): Promise<Rebuilt> {
    const { catalog } = hand;
    const { id: run } = await catalog.beginRun({ kind: 'scan' });
    const rebuild = new CatalogRebuild({
      catalog,
      run,
      server: 'tapes',
      barcode,
      problem: (text) => problems.push(text),
    });
    return rebuild.done(await scanTape(tape, rebuild));
  }

  async function withTree(tape: TapeService, barcode: string, change: Partial<SetRecord> = {}): Promise<SetRecord> {
    const set = await hand.newSet(change);
    const sink = await hand.catalog.fileHistory(set.id);
    const tree = new HistoryWriter('nodes');
    const entries = set.level > 0 ? TREE.map((each) => ({ ...each, inSet: each.path !== '/b' })) : TREE;
    for (const payload of tree.posts(entries)) await sink.post(payload, 4);
    const { files } = await sink.finish();
    const writer = hand.writer(set);
    await writer.begin({ tape, barcode, number: 1, offset: 0n });
    await writeStream(tape, randomBytes(5 * RECORD), RECORD);
    const environment = [
      { name: 'FILESYSTEM', value: set.path },
      { name: 'DUMP_DATE', value: '12345' },
    ];
    const bytes = 5n * BigInt(RECORD) - 100n;
    const known = { environment, bytes, files, digest: 'ab'.repeat(32), ended: hand.time };
    await hand.catalog.updateSet(set.id, { ...known, state: 'complete' });
    await writer.end({ state: 'complete', bytes, environment, files, digest: known.digest, tree: hand.tree(set) });
    const finished = await hand.catalog.set(set.id);
    assert.ok(finished);
    return finished;
  }

  for (const version of [2, 3, 4] as const)
    it(`v${version}: sets, parts, file trees and the tape itself`, async () => {
      const tape = await hand.open(server, version, 'nst0');
      const full = await withTree(tape, 'A00001L8', { expires: hand.time + 1_000_000 });
      const increment = await withTree(tape, 'A00001L8', { level: 1, base: full.id });
      await tape.close();
      const before = await hand.catalog.tape('A00001L8');
      const old = await forget();
      const reader = await hand.open(server, version, 'nst0', TapeMode.READ);
      const result = await scan(reader);
      assert.deepEqual(problems, []);
      assert.deepEqual([result.parts, result.newSets, result.mendedSets], [2, 2, 0]);
      const sets = await hand.catalog.sets();
      assert.deepEqual(
        sets.map(({ uuid }) => uuid),
        [full.uuid, increment.uuid],
      );
      for (const [n, was] of [full, increment].entries()) {
        const base = was.base === undefined ? undefined : sets[0].id;
        assert.deepEqual({ ...sets[n], id: was.id, run: was.run, base: was.base }, was);
        assert.equal(sets[n].base, base);
        const [part] = await hand.catalog.parts(sets[n].id);
        assert.deepEqual({ ...part, set: was.id }, (await old.parts(was.id))[0]);
        assert.deepEqual(await walked(hand.catalog, sets[n].id), await walked(old, was.id));
      }
      const after = await hand.catalog.tape('A00001L8');
      assert.deepEqual({ ...after, lastWritten: 0, mounts: 0 }, { ...before, lastWritten: 0, mounts: 0 });
      await old.close();
    });

  it('joins an image on several tapes in whatever order they come, and waits for what is missing', async () => {
    const first = await hand.open(server, 4, 'nst0');
    const second = await hand.open(server, 4, 'nst1');
    const set = await hand.newSet();
    const writer = hand.writer(set);
    await writer.begin({ tape: first, barcode: 'A00001L8', number: 1, offset: 0n });
    await writeStream(first, randomBytes(2 * RECORD), RECORD);
    await writer.end({ state: 'continues', bytes: 2n * BigInt(RECORD) });
    await writer.begin({ tape: second, barcode: 'A00002L8', number: 2, offset: 2n * BigInt(RECORD) });
    await writeStream(second, randomBytes(RECORD), RECORD);
    await writer.end({ state: 'complete', bytes: BigInt(RECORD), environment: [{ name: 'A', value: 'b' }] });
    const old = await forget();
    await scan(second);
    const [half] = await hand.catalog.sets();
    assert.equal(half.state, 'incomplete');
    const result = await scan(first);
    assert.equal(result.mendedSets, 1);
    const [whole] = await hand.catalog.sets();
    assert.equal(whole.state, 'complete');
    assert.equal(whole.bytes, 3n * BigInt(RECORD));
    assert.equal((await hand.catalog.tape('A00001L8'))?.state, 'full');
    assert.equal((await hand.catalog.tape('A00002L8'))?.state, 'active');
    await old.close();
  });

  it('keeps the tapes that a backup needs, in whatever order they come, and those whose rest was not found yet', async () => {
    const first = await hand.open(server, 4, 'nst0');
    const second = await hand.open(server, 4, 'nst1');
    const expires = hand.time + 1_000_000;
    const set = await hand.newSet({ expires });
    const writer = hand.writer(set);
    await writer.begin({ tape: first, barcode: 'A00001L8', number: 1, offset: 0n });
    await writeStream(first, randomBytes(RECORD), RECORD);
    await writer.end({ state: 'continues', bytes: BigInt(RECORD) });
    await writer.begin({ tape: second, barcode: 'A00002L8', number: 2, offset: BigInt(RECORD) });
    await writeStream(second, randomBytes(RECORD), RECORD);
    const environment = [{ name: 'A', value: 'b' }];
    await writer.end({ state: 'complete', bytes: BigInt(RECORD), totalBytes: 2n * BigInt(RECORD), environment });
    await hand.catalog.updateSet(set.id, { state: 'complete', ended: hand.time, bytes: 2n * BigInt(RECORD) });
    const increment = await hand.writeImage(second, 'A00002L8', randomBytes(RECORD), {
      level: 1,
      base: set.id,
      expires: expires + 500_000,
    });
    const old = await forget();
    await scan(first);
    assert.equal((await hand.catalog.tape('A00001L8'))?.expires, expires);
    await scan(second);
    for (const barcode of ['A00001L8', 'A00002L8'])
      assert.equal((await hand.catalog.tape(barcode))?.expires, increment.expires, barcode);
    await old.close();
  });

  for (const order of [
    [0, 1],
    [1, 0],
  ])
    it(`joins tapes that were too full for a trailer, tape ${String(order[0] + 1)} first`, async () => {
      const tapes = [await hand.open(server, 4, 'nst0'), await hand.open(server, 4, 'nst1')];
      const set = await hand.newSet();
      const writer = hand.writer(set);
      await writer.begin({ tape: tapes[0], barcode: 'A00001L8', number: 1, offset: 0n });
      await writeStream(tapes[0], randomBytes(2 * RECORD), RECORD);
      await tapes[0].close();
      tapes[0] = await hand.open(server, 4, 'nst0', TapeMode.READ);
      const last = hand.writer(set);
      await last.begin({ tape: tapes[1], barcode: 'A00002L8', number: 2, offset: 2n * BigInt(RECORD) });
      await writeStream(tapes[1], randomBytes(RECORD), RECORD);
      const environment = [{ name: 'A', value: 'b' }];
      await last.end({ state: 'complete', bytes: BigInt(RECORD), totalBytes: 3n * BigInt(RECORD), environment });
      const old = await forget();
      for (const n of order) await scan(tapes[n]);
      const [whole] = await hand.catalog.sets();
      assert.equal(whole.state, 'complete');
      const parts = await hand.catalog.parts(whole.id);
      assert.deepEqual(
        parts.map(({ closed, bytes }) => [closed, bytes]),
        [
          [true, 2n * BigInt(RECORD)],
          [true, BigInt(RECORD)],
        ],
      );
      assert.equal((await hand.catalog.tape('A00001L8'))?.expires, undefined);
      await old.close();
    });

  it('keeps a place for a full backup that was not found, so that a restore knows that it is missing', async () => {
    const tape = await hand.open(server, 4, 'nst0');
    const other = await hand.open(server, 4, 'nst1');
    const full = await hand.writeImage(other, 'A00002L8', randomBytes(RECORD));
    await hand.writeImage(tape, 'A00001L8', randomBytes(RECORD), { level: 1, base: full.id });
    const old = await forget();
    await scan(tape);
    const increment = (await hand.catalog.sets()).find(({ level }) => level === 1);
    const chain = await hand.catalog.chain(increment?.id ?? 0);
    assert.deepEqual(
      chain.map(({ state, uuid }) => [state, uuid]),
      [
        ['partial', full.uuid],
        ['complete', increment?.uuid],
      ],
    );
    await scan(other);
    assert.deepEqual(
      (await hand.catalog.chain(increment?.id ?? 0)).map(({ state }) => state),
      ['complete', 'complete'],
    );
    await old.close();
  });

  it('finds what a run left that never ended, and does not take it for a backup', async () => {
    const lost = await hand.open(server, 4, 'nst0');
    const set = await hand.newSet();
    await hand.writer(set).begin({ tape: lost, barcode: 'A00001L8', number: 1, offset: 0n });
    await writeStream(lost, randomBytes(3 * RECORD), RECORD);
    await lost.close();
    const old = await forget();
    const tape = await hand.open(server, 4, 'nst0');
    await scan(tape);
    const [found] = await hand.catalog.sets();
    const [part] = await hand.catalog.parts(found.id);
    assert.equal(part.closed, false);
    assert.equal(part.bytes, 3n * BigInt(RECORD));
    // it may go on with another tape: nothing is written behind it, and it is kept
    const kept = await hand.catalog.tape('A00001L8');
    assert.deepEqual([found.state, kept?.state, kept?.expires], ['incomplete', 'full', undefined]);
    assert.match(problems.join(), /ends in part 1 of \/vs1\/vol1 .* taken for full, and kept/);
    await expireSets(hand.catalog, [found], [], hand.time);
    assert.equal((await hand.catalog.tape('A00001L8'))?.expires, hand.time);
    await old.close();
  });

  it('knows that a backup broke off when another one follows on its tape', async () => {
    const lost = await hand.open(server, 4, 'nst0');
    await hand.writer(await hand.newSet()).begin({ tape: lost, barcode: 'A00001L8', number: 1, offset: 0n });
    await writeStream(lost, randomBytes(3 * RECORD), RECORD);
    await lost.close();
    const tape = await hand.open(server, 4, 'nst0');
    const expires = hand.time + 1000;
    await hand.writeImage(tape, 'A00001L8', randomBytes(RECORD), { started: hand.time + 1, expires });
    const old = await forget();
    await scan(tape);
    assert.deepEqual(
      (await hand.catalog.sets()).map(({ state }) => state),
      ['partial', 'complete'],
    );
    const found = await hand.catalog.tape('A00001L8');
    assert.deepEqual([found?.state, found?.expires, found?.protected], ['active', expires, false]);
    await old.close();
  });

  it('protects a tape with a file that nobody can read', async () => {
    const tape = await hand.open(server, 4, 'nst0');
    await hand.writeImage(tape, 'A00001L8', randomBytes(RECORD), { expires: hand.time + 1000 });
    await tape.write(randomBytes(RECORD));
    await tape.move('EOF', 1);
    const old = await forget();
    await scan(tape);
    assert.equal((await hand.catalog.tape('A00001L8'))?.protected, true);
    assert.match(problems.join(), /tape file 4: it is not ours.*is protected now/);
    await old.close();
  });

  it('changes nothing that the catalog knows', async () => {
    const tape = await hand.open(server, 4, 'nst0');
    const set = await withTree(tape, 'A00001L8');
    const before = [await hand.catalog.sets(), await hand.catalog.parts(set.id), await hand.catalog.tapes()];
    const result = await scan(tape, 'A00001L8');
    assert.deepEqual([result.newSets, result.mendedSets, result.files], [0, 0, 0]);
    assert.deepEqual([await hand.catalog.sets(), await hand.catalog.parts(set.id), await hand.catalog.tapes()], before);
  });

  it('is not led astray by headers that somebody made up', async () => {
    const tape = await hand.open(server, 4, 'nst0');
    const kept = await hand.writeImage(tape, 'A00001L8', randomBytes(RECORD), { expires: hand.time + 1000 });
    const label = (await hand.catalog.tape('A00001L8'))?.label ?? '';
    const { uuid: set, job, serverIdentity, server: name, path, type, level, started, topology } = kept;
    const known = { label, set, part: 1, copy: 1, offset: 0n, recordSize: RECORD, job, serverIdentity, server: name };
    const header: PartHeader = {
      ...known,
      path,
      type,
      level,
      base: undefined,
      started,
      written: 1,
      expires: 1,
      topology,
    };
    const forged: Partial<PartHeader>[] = [
      { set: '11111111-1111-4111-8111-111111111111', expires: 9e15 },
      { set: '22222222-2222-4222-8222-222222222222', offset: 2n ** 64n - 1n, part: 2 ** 50, recordSize: RECORD },
      { set: '33333333-3333-4333-8333-333333333333', base: '33333333-3333-4333-8333-333333333333' },
      { set, part: 1, offset: 77n, path: '/elsewhere' },
      { set, job: 'another' },
    ];
    for (const change of forged) {
      await writeRecords(tape, encodeRecords('header', encodeHeader({ ...header, ...change }), RECORD));
      await tape.move('EOF', 1);
      await writeStream(tape, randomBytes(RECORD), RECORD);
      await tape.move('EOF', 1);
    }
    const old = await forget();
    const result = await scan(tape);
    assert.equal(result.parts, 5);
    assert.match(problems.join('\n'), /expires[^]*of job nightly one of job another; it is passed over/);
    const sets = await hand.catalog.sets({ state: 'complete' });
    assert.deepEqual(
      sets.map(({ uuid, path: from }) => [uuid, from]),
      [[set, path]],
    );
    assert.equal((await hand.catalog.tape('A00001L8'))?.protected, true);
    assert.deepEqual(
      (await hand.catalog.check()).filter(({ severity, text }) => severity === 'error' && !/builds on/.test(text)),
      [],
    );
    await old.close();
  });

  it('does not touch tapes of others', async () => {
    const tape = await hand.open(server, 4, 'nst0');
    await tape.write(Buffer.from('VOL1OTHERS'.padEnd(80)));
    const result = await scan(tape, 'A00001L8');
    assert.equal(result.label, undefined);
    assert.deepEqual(await hand.catalog.tapes(), []);
  });
});
