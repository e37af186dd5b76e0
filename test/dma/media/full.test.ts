import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { NdmpFailure } from '../../../src/dma/connection/failures';
import { TapeRefused } from '../../../src/dma/media/failures';
import { HistoryWriter } from '../../../src/dma/media/scan/history';
import { positionAtPart } from '../../../src/dma/media/reading';
import type { TapeService } from '../../../src/dma/services/tape';
import { readStream, RECORD, TapeHand } from '../../support/tapeHand';
import { TestServer } from '../../support/testServer';

const KILOBYTE = 1024;

describe('dma media: the end of the tape', () => {
  let server: TestServer | undefined;
  let hand: TapeHand;

  beforeEach(async () => (hand = await TapeHand.make()));
  afterEach(async () => {
    await hand.close();
    await server?.stop();
  });

  async function openTape(capacity: number, earlyWarning: number): Promise<TapeService> {
    server = await TestServer.start({ cartridges: [{ barcode: 'A00001L8', capacity, earlyWarning }] });
    return hand.open(server, 4, 'nst0');
  }

  /** Writes records until the tape warns or is full. @returns how many it took */
  async function fill(tape: TapeService, { untilFull }: { untilFull: boolean }): Promise<number> {
    for (let records = 0; ; records++)
      try {
        if ((await tape.write(randomBytes(RECORD))).isNearEnd) return records + 1;
      } catch (error) {
        assert.ok(error instanceof NdmpFailure);
        if (error.error === 'EOM' && !untilFull) return records;
        if (error.error === 'EOM') records--;
        else return records;
      }
  }

  it('has room for the trailer behind the early warning', async () => {
    const tape = await openTape(512 * KILOBYTE, 128 * KILOBYTE);
    const set = await hand.newSet();
    const writer = hand.writer(set);
    await writer.begin({ tape, barcode: 'A00001L8', number: 1, offset: 0n });
    const records = await fill(tape, { untilFull: false });
    const part = await writer.end({ state: 'continues', bytes: BigInt(records * RECORD) });
    assert.equal(part.closed, true);
    const record = await hand.catalog.tape('A00001L8');
    assert.deepEqual([record?.state, record?.files], ['full', 4]);
    await positionAtPart(tape, part, { label: record?.label, set: set.uuid });
    assert.equal((await readStream(tape, RECORD)).length, records * RECORD);
  });

  it('leaves a part closed though there was no room for the trailer, and says what that means', async () => {
    const tape = await openTape(256 * KILOBYTE, 2 * RECORD);
    const set = await hand.newSet();
    const writer = hand.writer(set);
    await writer.begin({ tape, barcode: 'A00001L8', number: 1, offset: 0n });
    const records = await fill(tape, { untilFull: true });
    const part = await writer.end({ state: 'continues', bytes: BigInt(records * RECORD) });
    const record = await hand.catalog.tape('A00001L8');
    assert.equal(record?.state, 'full');
    assert.match(hand.messages.join('\n'), /no room for the closing record|did not take the file mark/);
    await positionAtPart(tape, part, { label: record.label, set: set.uuid });
    assert.equal((await readStream(tape, RECORD)).length, records * RECORD);
  });

  it('cuts a file tree that has no room, and the backup is whole all the same', async () => {
    const tape = await openTape(256 * KILOBYTE, 2 * RECORD);
    const set = await hand.newSet();
    const sink = await hand.catalog.fileHistory(set.id);
    const tree = new HistoryWriter('paths');
    const names = Array.from({ length: 20_000 }, () => `/${randomBytes(12).toString('hex')}`);
    const entry = {
      kind: 'file',
      size: 1n,
      mtime: 1,
      mode: 0,
      owner: 0,
      group: 0,
      node: 1n,
      position: 1n,
      inSet: true,
    } as const;
    const entries = names.map((path) => ({ ...entry, path, name: path.slice(1) }));
    for (const payload of tree.posts(entries)) await sink.post(payload, 4);
    await sink.finish();
    const writer = hand.writer(set);
    await writer.begin({ tape, barcode: 'A00001L8', number: 1, offset: 0n });
    await tape.write(randomBytes(RECORD));
    const part = await writer.end({ state: 'complete', bytes: BigInt(RECORD), tree: hand.tree(set) });
    assert.equal(part.closed, true);
    assert.equal((await hand.catalog.tape('A00001L8'))?.state, 'full');
    assert.match(writer.lack ?? '', /A00001L8" had no room for the closing record/);
  });

  it('refuses a tape on which not even a header has room', async () => {
    const tape = await openTape(256 * KILOBYTE, 2 * RECORD);
    const first = await hand.newSet();
    const writer = hand.writer(first);
    await writer.begin({ tape, barcode: 'A00001L8', number: 1, offset: 0n });
    const records = await fill(tape, { untilFull: true });
    await writer.end({ state: 'continues', bytes: BigInt(records * RECORD) });
    const record = await hand.catalog.tape('A00001L8');
    assert.ok(record);
    await hand.catalog.putTape({ ...record, state: 'active' });
    const next = hand.writer(await hand.newSet()).begin({ tape, barcode: 'A00001L8', number: 1, offset: 0n });
    await assert.rejects(next, (error) => error instanceof TapeRefused && /takes no more data/.test(error.message));
    assert.equal((await hand.catalog.tape('A00001L8'))?.state, 'full');
  });

  it('takes the next tape by itself when the catalog says that one is full', async () => {
    const tape = await openTape(512 * KILOBYTE, 128 * KILOBYTE);
    await hand.writeImage(tape, 'A00001L8', randomBytes(RECORD));
    const record = await hand.catalog.tape('A00001L8');
    assert.ok(record);
    await hand.catalog.putTape({ ...record, state: 'full' });
    const next = hand.writer(await hand.newSet()).begin({ tape, barcode: 'A00001L8', number: 1, offset: 0n });
    await assert.rejects(next, /is full and kept for ever/);
  });
});
