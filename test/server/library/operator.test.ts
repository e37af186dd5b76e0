import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { barcodesFrom } from '../../../src/server/library/barcodes';
import { TestLibrary } from '../../support/changer';

const MAIL = 16;
const DRIVE = 128;
const SLOT = 1024;
const READY = '00 00 00 00 00 00';

describe('tape library: the operator', () => {
  let test: TestLibrary;
  beforeEach(async () => {
    test = await TestLibrary.make({ slots: 4, cartridges: [{ barcodes: ['A001L8', 'A002L8'], capacity: 1_000_000 }] });
    test.library.changer.attach?.(1);
  });
  afterEach(() => test.remove());

  it('takes a cartridge out of the import/export station and puts it in again', async () => {
    const { operator } = test.library;
    await test.move(SLOT, MAIL + 1);
    assert.equal((await operator.takeOut('A001L8')).barcode, 'A001L8');
    assert.equal(await test.outcome(READY), 'UNIT ATTENTION 28/01');
    assert.deepEqual(await test.tags(), { [SLOT + 1]: 'A002L8' });
    assert.equal(await operator.putIn('A001L8'), MAIL);
    assert.equal(await test.outcome(READY), 'UNIT ATTENTION 28/01');
    const [mail] = await test.elements('b813 0010 0001 00 ffffff 00 00');
    assert.deepEqual([mail.flags, mail.tag, mail.source], [0x3b, 'A001L8', undefined], 'put there by the operator');
    assert.equal(await test.move(MAIL, SLOT), 'GOOD');
  });

  it('reaches slots only through the open door, and drives never', async () => {
    const { operator } = test.library;
    await assert.rejects(operator.takeOut(SLOT), /Slot 1024 is behind the door: have the cartridge moved/);
    await test.move(SLOT, DRIVE);
    await operator.openDoor();
    await operator.takeOut(SLOT + 1);
    await assert.rejects(operator.takeOut(DRIVE), /neither a slot nor/);
    await operator.putIn('A002L8', SLOT + 3);
    await operator.closeDoor();
    assert.deepEqual((await test.tags(9))[SLOT + 3], 'A002L8');
  });

  it('leaves a cartridge in a drive that is opened while the robot comes', async () => {
    const slow = await TestLibrary.make({
      slots: 2,
      cartridges: [{ barcodes: ['A001L8'], capacity: 1_000_000 }],
      moveMilliseconds: 50,
    });
    try {
      const { operator, drives } = slow.library;
      await operator.move('A001L8', DRIVE);
      const moving = operator.move('A001L8', SLOT);
      await delay(20);
      const tape = await drives[0].drive.open('RDWR', 7);
      await assert.rejects(moving, /a client has the drive open/);
      assert.equal(tape.status().loaded, true);
      await tape.close();
      await operator.move('A001L8', SLOT);
    } finally {
      await slow.remove();
    }
  });

  it('says what cannot be done', async () => {
    const { operator } = test.library;
    await assert.rejects(operator.putIn('A001L8'), /in the library already, in element 1024/);
    await assert.rejects(operator.putIn('B001L8'), /knows no cartridge B001L8/);
    await assert.rejects(operator.takeOut(MAIL), /Element 16 is empty/);
    await assert.rejects(operator.discard('A001L8'), /take it out of the library first/);
    await assert.rejects(operator.add({ barcodes: ['A001L8'] }), /There is a cartridge A001L8 already/);
    await assert.rejects(operator.add({ barcodes: ['B1', 'B1'] }), /already/);
    await assert.rejects(
      operator.add({ barcodes: barcodesFrom('B1', 3) }),
      /Only 2 of the slots are free, and 3 are needed/,
    );
    await assert.rejects(operator.add({ barcodes: ['two words'] }), /no spaces/);
    assert.throws(() => barcodesFrom('B8', 3), /use more digits/);
    assert.throws(() => barcodesFrom('B', 1), /no number to count on/);
  });

  it('brings new cartridges: into slots, the station, or nowhere yet', async () => {
    const { operator } = test.library;
    await operator.add({ barcodes: ['B001L8'], into: 'import-export' });
    assert.equal(await test.outcome(READY), 'UNIT ATTENTION 28/01');
    await operator.add({ barcodes: ['', ''], kind: 'cleaning' });
    assert.equal(await test.outcome(READY), 'UNIT ATTENTION 28/00');
    await operator.add({ barcodes: ['C001L8'], into: 'outside', writeProtected: true });
    assert.equal(await test.outcome(READY), 'GOOD');
    assert.deepEqual(await test.tags(), { 16: 'B001L8', 1024: 'A001L8', 1025: 'A002L8', 1026: '', 1027: '' });
    assert.deepEqual(
      operator.outside().map(({ barcode }) => barcode),
      ['C001L8'],
    );
    const names = test.library.inventory().flatMap(({ cartridge }) => cartridge?.folder ?? []);
    assert.deepEqual(names, ['B001L8', 'A001L8', 'A002L8', 'cartridge', 'cartridge-2'], 'folders of their own');
  });

  it('moves the write-protect switch, but not in a drive', async () => {
    const { operator } = test.library;
    await operator.protect('A001L8', true);
    await test.move(SLOT, DRIVE);
    const { drive } = test.library.drives[0];
    await assert.rejects(drive.open('RDWR'), /write-protected/);
    await assert.rejects(operator.protect('A001L8', false), /is in a drive .*: unload it first/);
    await test.move(DRIVE, SLOT);
    await operator.protect('A001L8', false);
    await test.move(SLOT, DRIVE);
    await (await drive.open('RDWR')).close();
  });

  it('destroys a cartridge with what is on it', async () => {
    const { operator } = test.library;
    await test.move(SLOT, MAIL);
    await operator.takeOut(MAIL);
    await operator.discard('A001L8');
    assert.equal(existsSync(join(test.folder, 'cartridges', 'A001L8')), false);
    assert.equal(readFileSync(join(test.folder, 'library.json'), 'utf8').includes('A001L8'), false);
    await operator.add({ barcodes: ['A001L8'] });
  });

  it('counts barcodes on', () => {
    assert.deepEqual(barcodesFrom('NDM009L8', 3), ['NDM009L8', 'NDM010L8', 'NDM011L8']);
    assert.deepEqual(barcodesFrom('TAPE98', 2), ['TAPE98', 'TAPE99']);
  });
});
