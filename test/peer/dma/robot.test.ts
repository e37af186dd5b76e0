import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLibrary, type Library } from '../../../src/dma/media/library';
import { labelTape } from '../../../src/dma/media/preparing';
import { newTape } from '../../../src/dma/media/pools';
import { readLabel } from '../../../src/dma/media/label';
import { TapeMode, TapeService } from '../../../src/dma/services/tape';
import { TestSurroundings } from '../../support/dmaSurroundings';
import { NdmjobServer } from '../../support/ndmjob';
import { describeWithPeer } from '../../support/peers';

const PATIENCE = { seconds: 2, pause: 100 };
const FIRST_DRIVE = 128;
const FIRST_SLOT = 1024;

describeWithPeer('ndmjob', "dma media: the library of ndmjob's server", () => {
  for (const version of [2, 3, 4] as const)
    describe(`v${version}`, () => {
      let folder: string;
      let robot: string;
      let server: NdmjobServer;
      let world: TestSurroundings;
      let library: Library;
      const drive = (n: number): string => join(robot, `drive${n}`);

      beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'ndmjob-robot-'));
        robot = join(folder, 'robot');
        mkdirSync(robot);
        server = await NdmjobServer.start(folder);
        const described = { tapes: [drive(0), drive(1)], changers: [robot] };
        world = await TestSurroundings.make([{ port: server.port, version, ...described }]);
        library = await openLibrary(world, { server: 'tapes', changer: undefined, drives: [], patience: PATIENCE });
      });
      afterEach(async () => {
        await library.close();
        await world.remove();
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
      });

      it('reads the inventory', async () => {
        const { elements, vendor, product } = await library.inventory();
        const count = (type: string): number => elements.filter((each) => each.type === type).length;
        assert.deepEqual(['transport', 'slot', 'import-export', 'drive'].map(count), [1, 10, 2, 2]);
        assert.equal(elements.find(({ address }) => address === FIRST_SLOT)?.barcode, 'PTAG00XX');
        assert.notEqual(vendor + product, '');
        assert.deepEqual(
          library.drives().map(({ element }) => element),
          [FIRST_DRIVE, FIRST_DRIVE + 1],
        );
      });

      it('mounts, labels and changes tapes; the label travels with the cartridge', async () => {
        const barcodes = (await library.inventory()).elements
          .filter(({ type }) => type === 'slot')
          .map(({ barcode }) => barcode ?? '');
        const [first, second] = barcodes;
        for (const [n, barcode] of [first, second].entries()) {
          await library.mount(barcode, drive(0));
          const tape = await opened(drive(0), TapeMode.WRITE);
          await labelTape(tape, newTape(barcode), {
            catalog: world.catalog,
            pool: 'daily',
            recordSize: 10_240 * (n + 1),
            now: Date.now,
          });
          await tape.close();
          await tape.connection.close();
        }
        await library.mount(first, drive(1));
        const tape = await opened(drive(1), TapeMode.READ);
        const finding = await readLabel(tape);
        assert.ok(finding.kind === 'ours', JSON.stringify(finding));
        assert.equal(finding.label.barcode, first);
        await tape.close();
        await library.dismount(drive(1), tape.connection);
        await tape.connection.close();
        await library.dismount(drive(0));
        const places = (await library.inventory()).elements.filter(({ isFull }) => isFull);
        assert.deepEqual(
          places.map(({ type, barcode }) => [type, barcode]),
          barcodes.map((barcode) => ['slot', barcode]),
        );
      });

      it('exports, imports, and says what is refused', async () => {
        const { to } = await library.export('PTAG02XX');
        assert.ok(to < 2);
        assert.deepEqual(
          (await library.import()).map(({ barcode, from }) => [barcode, from]),
          [['PTAG02XX', to]],
        );
        await assert.rejects(
          library.move(FIRST_SLOT, FIRST_SLOT + 1),
          /did not move .*PTAG00XX is still in element 1024/,
        );
        await assert.rejects(library.move(FIRST_SLOT, 4000), /It has no element 4000; nothing was moved/);
      });

      async function opened(device: string, mode: 0 | 1): Promise<TapeService> {
        const tape = new TapeService(await world.connect('tapes'));
        await tape.open(device, mode);
        return tape;
      }
    });
});
