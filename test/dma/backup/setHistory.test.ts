import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { HistoryRoll } from '../../../src/dma/backup/historyRoll';
import { SetHistory } from '../../../src/dma/backup/setHistory';
import type { Catalog, FileHistorySink } from '../../../src/dma/catalog/model';
import { decodeTree } from '../../../src/dma/media/layout';

async function messagesIn(packed: AsyncIterable<Uint8Array>) {
  const found: Uint8Array[] = [];
  const versions = new Set<number>();
  for await (const piece of decodeTree(packed)) {
    assert.ok(piece.kind === 'messages');
    versions.add(piece.version);
    found.push(...piece.messages.map((message) => Uint8Array.from(message)));
  }
  return { found, versions: [...versions] };
}

async function bytesOf(packed: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const all: Uint8Array[] = [];
  for await (const piece of packed) all.push(Uint8Array.from(piece));
  return Buffer.concat(all);
}

async function* some(...pieces: readonly Uint8Array[]): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  yield* pieces;
}

describe('File history for the tape', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ndmp-roll-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function rolled(messages: readonly Uint8Array[], version: 2 | 3 | 4 = 4): Promise<HistoryRoll> {
    const roll = new HistoryRoll(folder, version);
    for (const message of messages) await roll.add(message);
    await roll.end();
    return roll;
  }

  it('comes back message by message, whatever is in them', async () => {
    const version = fc.constantFrom(2 as const, 3 as const, 4 as const);
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 3000 }), { maxLength: 40 }), version, async (all, of) => {
        const roll = await rolled(all, of);
        const { found, versions } = await messagesIn(roll.content());
        assert.deepEqual(found, all);
        assert.deepEqual(versions, all.length > 0 ? [of] : []);
        await roll.close();
      }),
      { numRuns: 50 },
    );
  });

  it('lies in a file without a name once there is much of it, and can be read again and again', async () => {
    const messages = Array.from({ length: 90 }, () => noise(100_000));
    const roll = await rolled(messages);
    assert.deepEqual(readdirSync(folder), []);
    for (let time = 0; time < 2; time++) assert.deepEqual((await messagesIn(roll.content())).found, messages);
    await roll.close();
  });

  it('tells when it cannot be kept, and takes no more', async () => {
    const roll = new HistoryRoll(join(folder, 'missing'), 4);
    for (let n = 0; n < 90; n++) await roll.add(noise(100_000));
    await assert.rejects(roll.end(), /ENOENT/);
    assert.equal(roll.add(noise(10)), undefined);
    await roll.close();
  });

  it('what was cut off or changed on tape is damage, never other messages', async () => {
    const messages = [noise(500), noise(700)];
    const whole = await bytesOf((await rolled(messages)).content());
    for (const end of [1, 20, whole.length >> 1, whole.length - 1])
      await assert.rejects(messagesIn(some(whole.subarray(0, end))));
    const changed = Uint8Array.from(whole);
    changed[whole.length - 6] ^= 1;
    await assert.rejects(messagesIn(some(changed)));
  });
});

describe('The file history of a set', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'ndmp-history-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  async function begun(change: Partial<FileHistorySink>) {
    const calls: string[] = [];
    const sink: FileHistorySink = {
      post: () => Promise.resolve(),
      settle: () => Promise.resolve({ files: 3, problems: ['1 name was odd.'] }),
      finish: () => Promise.resolve({ files: 2, directories: 1, problems: [] }),
      abandon: () => Promise.resolve(void calls.push('abandon')),
      ...change,
    };
    const catalog = { file: join(folder, 'catalog.db'), fileHistory: () => Promise.resolve(sink) };
    return { history: await SetHistory.begin(catalog as unknown as Catalog, 1, 4), calls };
  }

  it('is known as it was told, then as the catalog has it', async () => {
    const { history, calls } = await begun({});
    await history.take(noise(100));
    assert.deepEqual(await history.settle(), { files: 3, problems: ['1 name was odd.'], loss: undefined });
    const { files, loss } = await history.finish();
    assert.deepEqual({ files, loss, calls }, { files: 2, loss: undefined, calls: [] });
    await history.close();
  });

  it('goes on the tape also where the catalog takes no more', async () => {
    const { history, calls } = await begun({ post: () => Promise.reject(new Error('the disk is full')) });
    const messages = [noise(100), noise(200)];
    for (const message of messages) await history.take(message);
    const { loss } = await history.settle();
    assert.equal(loss, 'the disk is full');
    assert.deepEqual(calls, ['abandon']);
    assert.ok(history.tree);
    assert.deepEqual((await messagesIn(history.tree)).found, messages);
    assert.equal((await history.finish()).loss, 'the disk is full');
    await history.close();
  });

  it('goes to the catalog also where nothing can be kept for the tape', async () => {
    rmSync(folder, { recursive: true });
    const { history } = await begun({});
    for (let n = 0; n < 90; n++) await history.take(noise(100_000));
    assert.equal((await history.settle()).loss, undefined);
    assert.equal(history.tree, undefined);
    assert.match(history.treeProblem ?? '', /ENOENT/);
    await history.close();
  });
});

let state = 1;
function noise(length: number): Uint8Array {
  return Uint8Array.from({ length }, () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) >>> 24);
}
