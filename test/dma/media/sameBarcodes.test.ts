import assert from 'node:assert/strict';
import { tapeMeant } from '../../../src/dma/media/identity';
import { openLibrary, type Library } from '../../../src/dma/media/library';
import { newTape } from '../../../src/dma/media/pools';
import { prepareTape } from '../../../src/dma/media/preparing';
import { readLabel } from '../../../src/dma/media/label';
import { runScan } from '../../../src/dma/media/scan/run';
import type { TapeRecord } from '../../../src/dma/catalog/model';
import { TapeMode, TapeService } from '../../../src/dma/services/tape';
import { TestSurroundings } from '../../support/dmaSurroundings';
import { TestServer } from '../../support/testServer';

const PATIENCE = { seconds: 1, pause: 50 };

describe('dma media: libraries whose cartridges have the same barcodes', () => {
  const servers: TestServer[] = [];
  const libraries: Library[] = [];
  let world: TestSurroundings;

  beforeEach(async () => {
    for (let n = 0; n < 2; n++) servers.push(await TestServer.start({ library: { slots: 3, drives: 1 } }));
    const [one, two] = servers;
    world = await TestSurroundings.make([
      { name: 'one', port: one.port },
      { name: 'two', port: two.port },
      { name: 'one-again', port: one.port },
    ]);
  });
  afterEach(async () => {
    for (const library of libraries.splice(0)) await library.close();
    assert.equal(world.left, 0, 'connections left open');
    await world.remove();
    for (const server of servers.splice(0)) await server.stop();
  });

  async function open(server: string): Promise<Library> {
    const library = await openLibrary(world, { server, changer: undefined, drives: [], patience: PATIENCE });
    libraries.push(library);
    return library;
  }

  /** Loads a tape and prepares it as a backup does. @returns its record, and the barcode in its label */
  async function prepared(
    library: Library,
    barcode: string,
    meanwhile?: () => Promise<void>,
  ): Promise<{ record: TapeRecord; written: string }> {
    const tape = new TapeService(await world.connect(library.server));
    try {
      await library.mount(barcode, 'nst0', tape.connection);
      await tape.open('nst0', TapeMode.WRITE);
      const { catalog, now } = world;
      const place = library.placeOf(barcode);
      const record = await prepareTape(tape, { catalog, barcode, pool: 'daily', recordSize: 10_240, now, place });
      await catalog.putTape(record);
      await meanwhile?.();
      const finding = await readLabel(tape);
      await tape.close();
      await library.dismount('nst0', tape.connection);
      return { record, written: finding.kind === 'ours' ? finding.label.barcode : finding.kind };
    } finally {
      await tape.connection.close();
    }
  }

  async function namesIn(library: Library): Promise<(string | undefined)[]> {
    const { elements } = await library.inventory();
    return elements.filter(({ type, isFull }) => type === 'slot' && isFull).map(({ barcode }) => barcode);
  }

  it('tells their tapes apart, and writes on each what stands on it', async () => {
    const [one, two] = [await open('one'), await open('two')];
    assert.deepEqual(await namesIn(two), ['TEST01L8', 'TEST02L8', 'TEST03L8']);
    const first = await prepared(one, 'TEST01L8');
    assert.deepEqual(await namesIn(two), ['TEST01L8@two', 'TEST02L8', 'TEST03L8']);
    assert.equal(two.named('TEST01L8'), 'TEST01L8@two');
    const second = await prepared(two, 'TEST01L8@two');
    assert.deepEqual([first.record.barcode, first.written], ['TEST01L8', 'TEST01L8']);
    assert.deepEqual([second.record.barcode, second.written], ['TEST01L8@two', 'TEST01L8']);
    assert.notEqual(first.record.label, second.record.label);
    // neither takes the place of the other, whichever library is looked at
    assert.deepEqual(await namesIn(one), ['TEST01L8', 'TEST02L8', 'TEST03L8']);
    const places = (await world.catalog.tapes()).map(({ barcode, library }) => [barcode, library]);
    assert.deepEqual(places, [
      ['TEST01L8', 'one mc0'],
      ['TEST01L8@two', 'two mc0'],
    ]);
    await assert.rejects(one.mount('TEST01L8@two', 'nst0'), /TEST01L8@two is not in the library of one/);
  });

  it('tells a tape that is being written from one of another library that is looked at meanwhile', async () => {
    const [one, two] = [await open('one'), await open('two')];
    const { record } = await prepared(one, 'TEST01L8', async () => {
      assert.deepEqual(await namesIn(two), ['TEST01L8@two', 'TEST02L8', 'TEST03L8']);
    });
    assert.deepEqual(await namesIn(one), ['TEST01L8', 'TEST02L8', 'TEST03L8']);
    assert.equal((await world.catalog.tape('TEST01L8'))?.label, record.label);
  });

  it('a scan of one forgets nothing of the other', async () => {
    const { record } = await prepared(await open('one'), 'TEST01L8');
    const two = await open('two');
    await prepared(two, two.named('TEST01L8'));
    const report = await runScan({ server: 'two', barcodes: ['TEST01L8'] }, world);
    assert.deepEqual([report.state, report.tapes[0].barcode], ['done', 'TEST01L8@two']);
    assert.equal((await world.catalog.tape('TEST01L8'))?.label, record.label);
  });

  it('is the same library by its serial number, by whatever name its server goes', async () => {
    const { record } = await prepared(await open('one'), 'TEST01L8');
    const again = await open('one-again');
    assert.deepEqual(await namesIn(again), ['TEST01L8', 'TEST02L8', 'TEST03L8']);
    assert.equal((await prepared(again, 'TEST01L8')).record.label, record.label);
    assert.equal((await world.catalog.tapes()).length, 1);
  });

  it('knows a cartridge by its label that has come from another library', async () => {
    const two = await open('two');
    const { record } = await prepared(two, 'TEST02L8');
    const elsewhere = { library: 'vault mc9', libraryId: 'serial 9', element: 7 };
    await world.catalog.putTape({ ...record, ...elsewhere });
    assert.deepEqual(await namesIn(two), ['TEST01L8', 'TEST02L8@two', 'TEST03L8']);
    const found = await prepared(two, 'TEST02L8@two');
    assert.deepEqual([found.record.barcode, found.record.label], ['TEST02L8', record.label]);
    assert.deepEqual(await namesIn(two), ['TEST01L8', 'TEST02L8', 'TEST03L8']);
    assert.deepEqual(
      (await world.catalog.tapes()).map(({ barcode, library }) => [barcode, library]),
      [['TEST02L8', 'two mc0']],
    );
  });

  it('takes one that was on the shelf for the tape that has come back', async () => {
    await world.catalog.putTape({ ...newTape('TEST03L8'), pool: 'daily', label: 'a', state: 'full', files: 4 });
    const two = await open('two');
    assert.deepEqual(await namesIn(two), ['TEST01L8', 'TEST02L8', 'TEST03L8']);
    assert.equal((await world.catalog.tape('TEST03L8'))?.library, 'two mc0');
  });

  it('a person says which one is meant', () => {
    const place = { library: 'one mc0', libraryId: 'serial 1' };
    const first = { ...newTape('A'), ...place };
    const second = { ...newTape('A@two'), sticker: 'A', library: 'two mc0', libraryId: 'serial 2' };
    const tapes = [first, second, newTape('B')];
    assert.throws(() => tapeMeant(tapes, 'A'), /A@one \(one mc0\), A@two \(two mc0\)/);
    assert.equal(tapeMeant(tapes, 'A@one'), first);
    assert.equal(tapeMeant(tapes, 'A@two'), second);
    assert.equal(tapeMeant(tapes, 'B')?.barcode, 'B');
    assert.equal(tapeMeant(tapes, 'C'), undefined);
  });
});
