import assert from 'node:assert/strict';
import { DriveTable } from '../../../src/dma/media/drives/driveTable';
import { TapeDesk } from '../../../src/dma/media/drives/tapeDesk';
import { openLibrary, type Library } from '../../../src/dma/media/library';
import { newTape } from '../../../src/dma/media/pools';
import type { Answer } from '../../../src/dma/run/model';
import { TapeMode, TapeService } from '../../../src/dma/services/tape';
import { TestSurroundings } from '../../support/dmaSurroundings';
import { CHANGER, TestServer } from '../../support/testServer';

const PATIENCE = { seconds: 1, pause: 100 };

describe('dma media: a library behind the embedded server', () => {
  let server: TestServer;
  let world: TestSurroundings;
  let library: Library;

  async function open(version: 2 | 3 | 4): Promise<Library> {
    const described = version === 2 ? { tapes: ['nst0', 'nst1'], changers: [CHANGER] } : {};
    world = await TestSurroundings.make([{ port: server.port, version, ...described }]);
    library = await openLibrary(world, { server: 'tapes', changer: undefined, drives: [], patience: PATIENCE });
    return library;
  }

  /** Barcodes by element. */
  async function tags(): Promise<Record<number, string>> {
    const { elements } = await library.inventory();
    return Object.fromEntries(elements.flatMap(({ address, barcode }) => (barcode ? [[address, barcode]] : [])));
  }

  async function slotOf(barcode: string): Promise<number> {
    return Number(Object.entries(await tags()).find(([, each]) => each === barcode)?.[0]);
  }

  beforeEach(async () => {
    server = await TestServer.start({ library: { slots: 6, drives: 2 } });
  });
  afterEach(async () => {
    await library.close();
    assert.equal(world.left, 0, 'connections left open');
    await world.remove();
    await server.stop();
  });

  for (const version of [2, 3, 4] as const)
    it(`v${version}: mounts by barcode, puts back what is in the way, and knows where its tapes are`, async () => {
      await open(version);
      const [first, second] = library.drives();
      assert.deepEqual([first.device, second.device], ['nst0', 'nst1']);
      assert.deepEqual([first.loaded, first.unusable], [undefined, undefined]);
      const home = await slotOf('TEST02L8');
      await world.catalog.putTape(newTape('TEST01L8'));

      await library.mount('TEST01L8', 'nst0');
      assert.equal(library.drives()[0].loaded, 'TEST01L8');
      assert.deepEqual(await placeOf('TEST01L8'), { library: 'tapes mc0', element: first.element, mounts: 1 });

      await library.mount('TEST02L8', 'nst0');
      assert.equal((await tags())[first.element ?? -1], 'TEST02L8');
      await library.mount('TEST02L8', 'nst1');
      assert.deepEqual(
        library.drives().map(({ loaded }) => loaded),
        [undefined, 'TEST02L8'],
      );
      await library.dismount('nst1');
      await library.dismount('nst1');
      assert.equal(await slotOf('TEST02L8'), home);

      async function placeOf(barcode: string) {
        const { library: where, element, mounts } = (await world.catalog.tape(barcode)) ?? newTape('');
        return { library: where, element, mounts };
      }
    });

  it('leaves a drive alone that somebody has open', async () => {
    await open(4);
    await library.mount('TEST01L8', 'nst0');
    const tape = new TapeService(await world.connect('tapes'));
    await tape.open('nst0', TapeMode.READ);
    await assert.rejects(library.mount('TEST02L8', 'nst0'), /nst0 of tapes is in use/);
    await assert.rejects(library.mount('TEST01L8', 'nst1'), /nst0 of tapes is in use/);
    await tape.close();
    await library.mount('TEST02L8', 'nst0', tape.connection);
    await tape.connection.close();
  });

  it('serves several runs at once', async () => {
    await open(4);
    await Promise.all([library.mount('TEST01L8', 'nst0'), library.mount('TEST02L8', 'nst1'), library.inventory()]);
    assert.deepEqual(
      library.drives().map(({ loaded }) => loaded),
      ['TEST01L8', 'TEST02L8'],
    );
    await Promise.all([library.dismount('nst0'), library.dismount('nst1')]);
  });

  it('gets on with another application that moves cartridges at the same time', async function () {
    this.timeout(30_000);
    await open(4);
    const order = { server: 'tapes', changer: undefined, drives: [], patience: PATIENCE };
    const other = await openLibrary(world, order);
    for (let n = 0; n < 5; n++)
      await Promise.all([library.mount(`TEST0${(n % 3) + 1}L8`, 'nst0'), other.mount(`TEST0${(n % 3) + 4}L8`, 'nst1')]);
    await Promise.all([library.dismount('nst0'), other.dismount('nst1')]);
    const { elements } = await library.inventory();
    assert.equal(elements.filter(({ type, isFull }) => type === 'slot' && isFull).length, 6);
    await other.close();
  });

  it('connects again where the server has given the connection up', async () => {
    await open(4);
    await library.mount('TEST01L8', 'nst0');
    world.breakAll();
    await library.mount('TEST02L8', 'nst0');
    assert.equal(library.drives()[0].loaded, 'TEST02L8');
  });

  it('learns serial numbers from the drives themselves, empty ones too', async () => {
    await open(4);
    const desk = new TapeDesk('tapes', () => world.connect('tapes'));
    const { drive, serial } = server.library?.drives[1] ?? {};
    assert.ok(drive && serial);
    assert.ok((await desk.serials('nst1')).includes(serial));
    assert.deepEqual(await desk.serials('nst9'), []);
    await library.mount('TEST01L8', 'nst1');
    assert.ok((await desk.serials('nst1')).includes(serial));
    await desk.close();
  });

  it('asks for a tape that is not there, and takes it when it has come', async () => {
    await open(4);
    await assert.rejects(library.mount('ELSE01L8', 'nst0'), /ELSE01L8 is not in the library of tapes/);
    assert.equal(world.questions.length, 1);
    await library.export('TEST03L8');
    await server.library?.operator.takeOut('TEST03L8');
    world.answer = async (): Promise<Answer> => {
      await server.library?.operator.putIn('TEST03L8');
      return 'go-on';
    };
    await library.mount('TEST03L8', 'nst0');
    assert.equal(library.drives()[0].loaded, 'TEST03L8');
  });

  it('exports and imports', async () => {
    await open(4);
    const home = await slotOf('TEST05L8');
    await library.mount('TEST05L8', 'nst1');
    const { to } = await library.export('TEST05L8');
    assert.equal((await library.inventory()).elements.find(({ address }) => address === to)?.type, 'import-export');
    assert.deepEqual(await library.export('TEST05L8'), { barcode: 'TEST05L8', from: to, to });
    assert.deepEqual(await library.import(), [{ barcode: 'TEST05L8', from: to, to: home }]);
    assert.deepEqual(await library.import(), []);
    await assert.rejects(library.import('TEST05L8'), /not in the import\/export station/);
    await assert.rejects(library.export('NOTAPE'), /NOTAPE is not in the library/);
  });

  it('puts a tape back into the station where the library is full', async () => {
    await open(4);
    const { to } = await library.export('TEST01L8');
    await server.library?.operator.add({ barcodes: ['NEW001L8'] });
    await library.mount('TEST01L8', 'nst0');
    await library.mount('TEST02L8', 'nst0');
    await library.mount('TEST01L8', 'nst0');
    await library.dismount('nst0');
    assert.equal((await tags())[to], 'TEST01L8');
    await assert.rejects(library.import(), /No slot of the library is free for TEST01L8/);
  });

  it('says what a changer refuses, and where the cartridge is', async () => {
    await open(4);
    const [from, to] = [await slotOf('TEST01L8'), await slotOf('TEST02L8')];
    await assert.rejects(
      library.move(from, to),
      /from element \d+ to \d+: the destination is full \(ILLEGAL REQUEST 3B\/0D\)\. TEST01L8 is still in element \d+; nothing was moved\./,
    );
    await assert.rejects(library.move(from, 4711), /It has no element 4711; nothing was moved/);
    await assert.rejects(library.mount('TEST01L8', 'nst7'), /has no drive nst7\. Its drives: nst0, nst1/);
  });

  it('tells what is where while the door is open, and why nothing moves', async () => {
    await open(4);
    await server.library?.operator.openDoor();
    const { elements } = await library.inventory();
    assert.equal(elements.filter(({ isFull }) => isFull).length, 6);
    await assert.rejects(library.mount('TEST01L8', 'nst0'), /somebody has to see to the changer: its door may be open/);
    await server.library?.operator.closeDoor();
    await library.mount('TEST01L8', 'nst0');
  });

  it('goes on after the operator has moved things about', async () => {
    await open(4);
    const free = (await library.inventory()).elements.find(({ type, isFull }) => type === 'import-export' && !isFull);
    await server.library?.operator.move('TEST01L8', free?.address ?? -1);
    await library.mount('TEST01L8', 'nst0');
    assert.equal(library.drives()[0].loaded, 'TEST01L8');
  });

  it('threads a tape again that was unloaded in the drive', async () => {
    await open(4);
    await library.mount('TEST01L8', 'nst0');
    const tape = new TapeService(await world.connect('tapes'));
    await tape.open('nst0', TapeMode.READ);
    await tape.move('OFF');
    await tape.close();
    await library.mount('TEST01L8', 'nst0', tape.connection);
    await tape.open('nst0', TapeMode.READ);
    await tape.close();
    await tape.connection.close();
  });

  it('does not take a name of a drive that unloads the tape at closing', () => {
    const drive = { device: 'urst0a', aliases: [], attributes: 2, serials: [] };
    const [state] = new DriveTable('x', [{ drive, element: 1, by: 'order' }], undefined).states(undefined);
    assert.match(state.unusable ?? '', /unloads the tape whenever it is closed/);
  });

  it('takes the word of the list of servers for which drive is which', async () => {
    await open(4);
    const [first, second] = library.drives();
    const driveElements = { nst0: second.element ?? 0, nst1: first.element ?? 0 };
    const told = await TestSurroundings.make([{ port: server.port, driveElements }]);
    const other = await openLibrary(told, { server: 'tapes', changer: undefined, drives: [], patience: PATIENCE });
    assert.deepEqual(
      other.drives().map(({ element }) => element),
      [second.element, first.element],
    );
    await assert.rejects(
      other.mount('TEST01L8', 'nst0'),
      /nst0 of tapes is not ready after 1 s: NO_TAPE_LOADED.*driveElements/,
    );
    await other.close();
    await told.remove();
  });

  it('has the changer look again', async () => {
    await open(4);
    assert.equal((await library.rescan()).elements.filter(({ isFull }) => isFull).length, 6);
  });

  it('names changers where there is a choice, and does without one where it is told to', async () => {
    await open(4);
    await assert.rejects(
      openLibrary(world, { server: 'tapes', changer: 'mc7', drives: [], patience: PATIENCE }),
      /NO_DEVICE/,
    );
    const byHand = await openLibrary(world, { server: 'tapes', changer: '', drives: ['nst1'], patience: PATIENCE });
    assert.deepEqual(
      byHand.drives().map(({ device, unusable }) => [device, unusable]),
      [['nst1', undefined]],
    );
    await assert.rejects(byHand.move(1, 2), /no media changer/);
    await assert.rejects(byHand.mount('TEST01L8', 'nst1'), /Put tape TEST01L8 into drive nst1 of tapes\. Nobody did\./);
    world.answer = async (): Promise<Answer> => {
      await library.mount('TEST01L8', 'nst1');
      return 'go-on';
    };
    await byHand.mount('TEST01L8', 'nst1');
    await byHand.dismount('nst1');
    await byHand.close();
  });
});
