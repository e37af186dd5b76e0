import assert from 'node:assert/strict';
import { openLibrary, type Library } from '../../../src/dma/media/library';
import { newTape } from '../../../src/dma/media/pools';
import { labelTape } from '../../../src/dma/media/preparing';
import { TapeMode, TapeService } from '../../../src/dma/services/tape';
import { TestSurroundings } from '../../support/dmaSurroundings';
import { TestServer } from '../../support/testServer';

const PATIENCE = { seconds: 0.5, pause: 50 };

describe('dma media: drives whose tapes people put in', () => {
  let server: TestServer;
  let world: TestSurroundings;
  let library: Library;

  beforeEach(async () => {
    server = await TestServer.start({ cartridges: [{ barcode: 'OLD' }, undefined] });
    world = await TestSurroundings.make([{ port: server.port }]);
    library = await openLibrary(world, { server: 'tapes', changer: undefined, drives: [], patience: PATIENCE });
  });
  afterEach(async () => {
    await library.close();
    assert.equal(world.left, 0, 'connections left open');
    await world.remove();
    await server.stop();
  });

  async function label(barcode: string): Promise<void> {
    const tape = new TapeService(await world.connect('tapes'));
    await tape.open('nst0', TapeMode.WRITE);
    const { catalog, now } = world;
    await labelTape(tape, newTape(barcode), { catalog, pool: 'daily', recordSize: 10_240, now });
    await tape.close();
    await tape.connection.close();
  }

  it('has drives but no inventory', async () => {
    assert.equal(library.changer, undefined);
    assert.deepEqual((await library.inventory()).elements, []);
    assert.deepEqual(
      library.drives().map(({ device, element, unusable }) => [device, element, unusable]),
      [
        ['nst0', undefined, undefined],
        ['nst1', undefined, undefined],
      ],
    );
    await assert.rejects(library.rescan(), /no media changer: its tapes are moved by hand/);
  });

  it('takes a tape with the right label that is in the drive, and asks nobody', async () => {
    await label('MINE01');
    await library.mount('MINE01', 'nst0');
    assert.deepEqual(world.questions, []);
    assert.equal((await world.catalog.tape('MINE01'))?.mounts, 1);
  });

  it('asks again as long as another labelled tape is in the drive', async () => {
    await label('MINE01');
    world.answer = () => (world.questions.length < 3 ? 'go-on' : 'give-up');
    await assert.rejects(
      library.mount('MINE02', 'nst0'),
      /is labelled "MINE01" for pool "daily"\. Put MINE02 in\. Nobody did/,
    );
    assert.equal(world.questions.length, 3);
  });

  it('takes the word of a person for a tape without a label', async () => {
    world.answer = () => 'go-on';
    await library.mount('NEW01', 'nst0');
    assert.deepEqual(
      world.questions.map(({ text }) => text),
      ['Put tape NEW01 into drive nst0 of tapes.'],
    );
  });

  it('says so when the drive stays empty, and ends when it is told to', async () => {
    world.answer = () => 'go-on';
    await assert.rejects(
      library.mount('NEW01', 'nst1'),
      /Drive nst1 of tapes is not ready after 0\.5 s: NO_TAPE_LOADED/,
    );
    world.answer = () => {
      world.abort.abort();
      return 'give-up';
    };
    await assert.rejects(library.mount('NEW01', 'nst1'), /It was ended while tape NEW01 was waited for/);
  });

  it('ejects for a person to take the tape', async () => {
    await library.dismount('nst0');
    await library.dismount('nst1');
    assert.equal(server.drives[0].deck, undefined);
  });
});
