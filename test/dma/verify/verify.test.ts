import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { runVerify } from '../../../src/dma/verify/verify';
import type { VerifyReport, VerifyRequest } from '../../../src/dma/verify/model';
import { writeFiles } from '../../support/dma';
import { DmaHand, type PartialJob } from '../../support/dmaHand';
import { TestServer } from '../../support/testServer';

const READ = { tape: { server: undefined, changer: undefined, drives: [] }, copy: undefined, once: false };

describe('dma/verify', () => {
  let server: TestServer;
  let hand: DmaHand;

  const start = async (library = { slots: 4, drives: 2, capacity: 2 ** 30 }): Promise<void> => {
    server = await TestServer.start({ library });
    hand = await DmaHand.make();
    hand.serve('filer', server.port);
    writeFiles(server.root, { 'a.txt': 'one', 'dir/b.txt': 'two', 'dir/big': randomBytes(3_000_000) });
  };
  afterEach(async () => {
    await hand.remove();
    await server.stop();
  });

  const backUp = async (more: Partial<PartialJob> = {}): Promise<number> => {
    const report = await hand.backUp({ sources: [server.root], ...more });
    assert.equal(report.state, 'done', `${report.message}\n${hand.messages.join('\n')}`);
    return report.sources[0].set ?? 0;
  };
  const verify = (set: number, more: Partial<VerifyRequest> = {}): Promise<VerifyReport> =>
    runVerify({ ...READ, sets: [set], ...more }, hand.surroundings);

  for (const version of [2, 3, 4] as const)
    it(`v${version}: a set that is well is read twice, then once more with its digest known`, async () => {
      await start();
      const names = { filesystems: [server.root], tapes: server.tapes, changers: ['mc0'] };
      hand.serve('filer', server.port, version, version === 2 ? names : {});
      const set = await backUp();
      const first = await verify(set);
      assert.deepEqual([first.state, first.message], ['done', '']);
      const [finding] = first.sets;
      assert.equal(finding.bytes, finding.expected);
      assert.equal(finding.format, 'tar');
      assert.deepEqual([finding.listed, finding.entries], [4, 4]);
      assert.deepEqual([finding.problems, finding.missing, finding.unlisted], [[], [], []]);
      assert.equal(finding.digestFinding, 'same-twice');
      assert.equal((await hand.catalog.set(set))?.digest, finding.digest);
      const second = await verify(set);
      assert.equal(second.sets[0].digestFinding, 'matches');
      const [run] = await hand.catalog.runs({ kind: 'verify' });
      assert.equal(run.state, 'done');
    });

  it('an increment has what changed, and directories are no strangers to it', async () => {
    await start();
    await backUp({ type: 'dump' });
    writeFiles(server.root, { 'dir/new': 'new', 'other/c': 'c' });
    const { sets, state } = await verify(await backUp({ type: 'dump' }));
    assert.equal(state, 'done', sets[0].problems.join('\n'));
    assert.equal((await hand.catalog.set(sets[0].set))?.level, 1);
  });

  it('reads over several tapes', async () => {
    await start({ slots: 6, drives: 1, capacity: 4_000_000 });
    writeFiles(server.root, { more: randomBytes(6_000_000) });
    const set = await backUp();
    const parts = await hand.catalog.parts(set);
    assert.ok(parts.length > 1);
    const { sets, state } = await verify(set);
    assert.equal(state, 'done', sets[0].problems.join('\n'));
    assert.deepEqual(sets[0].barcodes, [...new Set(parts.map(({ barcode }) => barcode))]);
  });

  it('says that the bytes are others than those that were written', async () => {
    await start();
    const set = await backUp();
    await hand.catalog.updateSet(set, { digest: '0'.repeat(64) });
    const { state, message, sets } = await verify(set);
    assert.equal(state, 'failed');
    assert.equal(sets[0].digestFinding, 'differs');
    assert.match(message, /The bytes on tape are not those that were written/);
  });

  it('says that bytes are missing at the end', async () => {
    await start();
    const set = await backUp();
    const [part] = await hand.catalog.parts(set);
    await hand.catalog.updateSet(set, { bytes: part.bytes + 200_000n });
    await hand.catalog.putPart({ ...part, bytes: part.bytes + 200_000n });
    const { state, sets } = await verify(set);
    assert.equal(state, 'failed');
    assert.match(sets[0].problems.join(), /the rest is missing/);
  });

  it('says that a tape was written over', async () => {
    await start();
    const set = await backUp();
    const [{ barcode }] = await hand.catalog.parts(set);
    const tape = await hand.catalog.tape(barcode);
    assert.ok(tape);
    await hand.catalog.putTape({ ...tape, label: '00000000-0000-4000-8000-000000000000' });
    const { state, sets } = await verify(set);
    assert.equal(state, 'failed');
    assert.match(sets[0].problems[0], new RegExp(`Tape "${barcode}" is wanted`));
  });

  it('names files that the catalog and the stream do not both have', async () => {
    await start();
    const set = await backUp();
    const walk = hand.catalog.walk.bind(hand.catalog);
    hand.catalog.walk = async function* (id, directory) {
      for await (const batch of walk(id, directory))
        yield batch.map((entry) => (entry.path === '/a.txt' ? { ...entry, path: '/lost.txt' } : entry));
    };
    const { sets, state } = await verify(set);
    assert.equal(state, 'failed');
    assert.deepEqual([sets[0].missing, sets[0].unlisted], [['/lost.txt'], ['/a.txt']]);
    assert.deepEqual(sets[0].problems, [
      '1 entry (/lost.txt) is in the catalog, but not in the stream.',
      '1 entry (/a.txt) is in the stream, but not in the catalog.',
    ]);
  });

  it('a set that is unknown, or has no tape, is refused in a sentence', async () => {
    await start();
    const unknown = await verify(99);
    assert.equal(unknown.state, 'failed');
    assert.match(unknown.message, /The catalog has no set 99/);
    const set = await backUp();
    const none = await verify(set, { copy: 7 });
    assert.match(none.message, /has no copy 7/);
  });

  it('ends at a signal, and leaves the tape server free', async () => {
    await start();
    const set = await backUp();
    hand.opened = (_connection, role) => {
      if (role === 'tape') hand.abort.abort();
    };
    const { state } = await verify(set);
    assert.equal(state, 'aborted');
  });
});
