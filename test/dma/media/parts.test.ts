import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { TapeRefused, WrongTape } from '../../../src/dma/media/failures';
import { readLabel, writeLabel } from '../../../src/dma/media/label';
import { decodeTrailer, readContent } from '../../../src/dma/media/layout';
import { positionAtPart } from '../../../src/dma/media/reading';
import { TapeMode } from '../../../src/dma/services/tape';
import { readStream, RECORD, TapeHand, writeStream } from '../../support/tapeHand';
import { TestServer } from '../../support/testServer';

const DAY = 86_400_000;
const VERSIONS = [2, 3, 4] as const;

describe('dma media: parts of an image on tape', () => {
  let server: TestServer;
  let hand: TapeHand;

  beforeEach(async () => {
    server = await TestServer.start({ cartridges: [{ barcode: 'A00001L8' }, { barcode: 'A00002L8' }] });
    hand = await TapeHand.make();
  });
  afterEach(async () => {
    await hand.close();
    await server.stop();
  });

  for (const version of VERSIONS) {
    it(`v${version}: labels a blank tape, writes two images one behind the other, and finds them again`, async () => {
      const tape = await hand.open(server, version, 'nst0');
      const streams = [randomBytes(3 * RECORD), randomBytes(RECORD + 7)];
      const first = await hand.writeImage(tape, 'A00001L8', streams[0]);
      const second = await hand.writeImage(tape, 'A00001L8', streams[1], { path: '/vs1/vol2' });
      const record = await hand.catalog.tape('A00001L8');
      assert.equal(record?.files, 7);
      assert.equal(record.state, 'active');
      assert.equal(record.pool, 'daily');
      assert.equal(record.bytes, BigInt(streams[0].length + streams[1].length));
      await tape.close();

      const reader = await hand.open(server, version, 'nst0', TapeMode.READ);
      for (const [n, set] of [second, first].entries()) {
        const stream = streams[1 - n];
        const [part] = await hand.catalog.parts(set.id);
        assert.equal(part.closed, true);
        const header = await positionAtPart(reader, part, { label: record.label, set: set.uuid });
        assert.equal(header.path, set.path);
        const read = await readStream(reader, RECORD);
        assert.deepEqual(read.subarray(0, stream.length), stream);
        assert.equal(read.length, Math.ceil(stream.length / RECORD) * RECORD);
        // v4 servers stay before a file mark that a read has met
        if (version === 4) await reader.move('FSF', 1);
        const trailer = await readContent(reader, 'trailer', decodeTrailer, RECORD);
        assert.ok(trailer.kind === 'content');
        assert.equal(trailer.content.bytes, BigInt(stream.length));
        assert.equal(trailer.content.state, 'complete');
        assert.deepEqual(trailer.content.environment, [{ name: 'FILESYSTEM', value: set.path }]);
      }
    });
  }

  it('goes behind what a run left that never ended, and says so', async () => {
    const lost = await hand.open(server, 4, 'nst0');
    const set = await hand.newSet();
    await hand.writer(set).begin({ tape: lost, barcode: 'A00001L8', number: 1, offset: 0n });
    await writeStream(lost, randomBytes(2 * RECORD), RECORD);
    lost.connection.destroy();
    await server.eventually(async () => {
      const tape = await hand.open(server, 4, 'nst0').catch(() => undefined);
      await tape?.close();
      return tape !== undefined;
    });
    const tape = await hand.open(server, 4, 'nst0');
    const stream = randomBytes(RECORD);
    const after = await hand.writeImage(tape, 'A00001L8', stream);
    const [part] = await hand.catalog.parts(after.id);
    assert.equal(part.tapeFile, 4);
    assert.match(hand.messages.join('\n'), /left by a run that did not come to its end/);
    const record = await hand.catalog.tape('A00001L8');
    assert.equal(record?.files, 6);
    await positionAtPart(tape, part, { label: record.label, set: after.uuid });
    assert.deepEqual(await readStream(tape, RECORD), stream);
  });

  it('writes an expired tape from its beginning, and the catalog forgets what was there', async () => {
    const tape = await hand.open(server, 4, 'nst0');
    const old = await hand.writeImage(tape, 'A00001L8', randomBytes(RECORD), { expires: hand.time + DAY });
    const before = await hand.catalog.tape('A00001L8');
    assert.equal(before?.expires, hand.time + DAY);
    hand.time += 2 * DAY;
    const fresh = await hand.writeImage(tape, 'A00001L8', randomBytes(RECORD));
    const after = await hand.catalog.tape('A00001L8');
    assert.notEqual(after?.label, before.label);
    assert.equal(after?.files, 4);
    assert.equal(after.expires, undefined);
    assert.deepEqual(await hand.catalog.parts(old.id), []);
    assert.equal((await hand.catalog.parts(fresh.id))[0].tapeFile, 2);
  });

  it('keeps an expired set as long as one lives that builds on it', async () => {
    const tape = await hand.open(server, 4, 'nst0');
    const full = await hand.writeImage(tape, 'A00001L8', randomBytes(RECORD), { expires: hand.time + DAY });
    await hand.newSet({ base: full.id, level: 1, state: 'complete', expires: hand.time + 9 * DAY });
    hand.time += 2 * DAY;
    await hand.writeImage(tape, 'A00001L8', randomBytes(RECORD));
    assert.equal((await hand.catalog.parts(full.id)).length, 1);
    assert.equal((await hand.catalog.tape('A00001L8'))?.files, 7);
  });

  it('refuses a tape that is not the one it was told, or not what the catalog knows, and writes nothing', async () => {
    const tape = await hand.open(server, 4, 'nst0');
    await hand.writeImage(tape, 'A00001L8', randomBytes(RECORD));
    const set = await hand.newSet();
    const refused = async (barcode: string, why: RegExp): Promise<void> => {
      const began = hand.writer(set).begin({ tape, barcode, number: 1, offset: 0n });
      await assert.rejects(began, (error) => error instanceof TapeRefused && why.test(error.message));
    };
    await refused('B00009L8', /is labelled "A00001L8"/);
    const record = await hand.catalog.tape('A00001L8');
    assert.ok(record);
    await hand.catalog.putTape({ ...record, protected: true });
    await refused('A00001L8', /protected/);
    await hand.catalog.putTape({ ...record, files: 10 });
    await refused('A00001L8', /holds 4 tape files, but the catalog knows of 10/);
    await hand.catalog.putTape({ ...record, label: '00000000-0000-0000-0000-000000000000' });
    await refused('A00001L8', /another label than the catalog knows/);
    const finding = await readLabel(tape);
    assert.ok(finding.kind === 'ours' && finding.label.uuid === record.label);
  });

  it('refuses a write-protected tape', async () => {
    const set = await hand.newSet();
    const other = await TestServer.start({ cartridges: [{ barcode: 'P00001L8', writeProtected: true }] });
    try {
      const locked = await hand.open(other, 4, 'nst0', TapeMode.READ);
      const began = hand.writer(set).begin({ tape: locked, barcode: 'P00001L8', number: 1, offset: 0n });
      await assert.rejects(began, /write-protected/);
    } finally {
      await other.stop();
    }
  });

  it('names a tape without a barcode by its pool', async () => {
    const tape = await hand.open(server, 4, 'nst1');
    await hand.writeImage(tape, undefined, randomBytes(RECORD));
    assert.deepEqual(
      (await hand.catalog.tapes()).map(({ barcode }) => barcode),
      ['daily-0001'],
    );
    await hand.writeImage(tape, undefined, randomBytes(RECORD));
    assert.equal((await hand.catalog.tape('daily-0001'))?.files, 7);
  });

  for (const version of [2, 3, 4] as const)
    it(`v${version}: reads a label once, and winds on to what lies behind`, async () => {
      const writer = await hand.open(server, version, 'nst0');
      const streams = [0, 1, 2].map(() => randomBytes(3 * RECORD));
      const sets = [];
      for (const stream of streams) sets.push(await hand.writeImage(writer, 'A00001L8', stream));
      await writer.close();
      const tape = await hand.open(server, version, 'nst0', TapeMode.READ);
      const moves: string[] = [];
      const move = tape.move.bind(tape);
      tape.move = (operation, count) => {
        moves.push(operation);
        return move(operation, count);
      };
      let seen: string | undefined;
      for (const n of [0, 1, 2, 1]) {
        const [part] = await hand.catalog.parts(sets[n].id);
        const { label } = await positionAtPart(tape, part, { label: seen, set: sets[n].uuid, seen });
        seen = label;
        // part of the stream is enough for the next one to be found
        assert.deepEqual((await tape.read(RECORD)).kind, 'block');
      }
      // the first one, its label and its file; then only for the one that lies before
      assert.equal(moves.filter((operation) => operation === 'REW').length, 3);
      const [part] = await hand.catalog.parts(sets[0].id);
      const other = { label: '00000000-0000-4000-8000-000000000000', set: undefined, seen };
      await assert.rejects(positionAtPart(tape, part, other), /carries another label/);
    });

  it('tells that a tape is not the one that a restore wants', async () => {
    const tape = await hand.open(server, 4, 'nst0');
    const set = await hand.writeImage(tape, 'A00001L8', randomBytes(RECORD));
    const [part] = await hand.catalog.parts(set.id);
    const label = (await hand.catalog.tape('A00001L8'))?.label;
    const wrong = async (promise: Promise<unknown>, why: RegExp): Promise<void> =>
      assert.rejects(promise, (error) => error instanceof WrongTape && why.test(error.message));
    const other = await hand.newSet();
    await wrong(positionAtPart(tape, part, { label, set: other.uuid }), /not the part that the catalog expects/);
    await wrong(positionAtPart(tape, { ...part, tapeFile: 9 }, { label, set: set.uuid }), /ends before tape file 9/);
    await wrong(positionAtPart(tape, { ...part, tapeFile: 3 }, { label, set: set.uuid }), /there is no header/);
    await writeLabel(tape, { uuid: set.uuid, barcode: 'A00001L8', pool: 'x', written: 1 }, RECORD);
    await wrong(positionAtPart(tape, part, { label, set: set.uuid }), /another label/);
    const blank = await hand.open(server, 4, 'nst1');
    await wrong(positionAtPart(blank, part, { label, set: set.uuid }), /is blank/);
  });
});
