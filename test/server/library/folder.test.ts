import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createLibrary, openLibrary } from '../../../src/server/library/open';
import { TestLibrary } from '../../support/changer';

const MAIL = 16;
const DRIVE = 128;
const SLOT = 1024;
const SCAN = '07 00 00 00 00 00';

describe('tape library: its folder', () => {
  let test: TestLibrary;
  const record = () => join(test.folder, 'library.json');
  const loaded = (drive: number) => test.library.drives[drive].drive.cartridge?.barcode;
  const cartridge = (name: string) => join(test.folder, 'cartridges', name);
  beforeEach(async () => (test = await TestLibrary.make({ slots: 4, devices: ['nst0', 'nst1'] })));
  afterEach(() => test.remove());

  it('is the same library after a restart', async () => {
    await test.move(SLOT, DRIVE + 1);
    await test.move(SLOT + 1, MAIL);
    await test.library.operator.takeOut(MAIL);
    const before = { inventory: test.library.inventory(), serial: test.library.serial };
    await test.reopen();
    assert.deepEqual({ inventory: test.library.inventory(), serial: test.library.serial }, before);
    assert.equal(loaded(1), 'NDM001L8', 'loaded again');
    assert.deepEqual(
      test.library.operator.outside().map(({ barcode }) => barcode),
      ['NDM002L8'],
    );
    assert.equal(test.library.inventory().find(({ element }) => element === DRIVE)?.device, 'nst0');
  });

  it('has written down what it says is done', async () => {
    await test.move(SLOT, DRIVE);
    const written = JSON.parse(readFileSync(record(), 'utf8')) as { cartridges: { folder: string; element: number }[] };
    assert.equal(written.cartridges.find(({ folder }) => folder === 'NDM001L8')?.element, DRIVE);
  });

  it('takes a move back that cannot be written down', async () => {
    mkdirSync(`${record()}.new`);
    assert.equal(await test.move(SLOT, DRIVE), 'HARDWARE ERROR 44/00');
    assert.equal(loaded(0), undefined);
    assert.equal((await test.tags())[SLOT], 'NDM001L8');
    assert.match(test.lines.at(-1)?.text ?? '', /record .* cannot be written/);
    rmSync(`${record()}.new`, { recursive: true });
    assert.equal(await test.move(SLOT, DRIVE), 'GOOD');
    mkdirSync(`${record()}.new`);
    assert.equal(await test.exchange(SLOT + 1, DRIVE, SLOT + 1), 'HARDWARE ERROR 44/00');
    assert.equal(loaded(0), 'NDM001L8', 'both of an exchange');
    await assert.rejects(
      test.library.operator.add({ barcodes: ['NEW001L8'] }),
      /cannot be written: look for a full disk/,
    );
    assert.equal(existsSync(cartridge('NEW001L8')), false, 'nothing is left of it');
    rmSync(`${record()}.new`, { recursive: true });
  });

  it('finds that a cartridge is gone when it reaches for it, and finds it again', async () => {
    renameSync(cartridge('NDM001L8'), cartridge('away'));
    assert.equal((await test.tags())[SLOT], 'NDM001L8', 'believed until somebody looks');
    assert.equal(await test.move(SLOT, DRIVE), 'ILLEGAL REQUEST 3B/0E');
    assert.equal((await test.tags())[SLOT], undefined);
    assert.match(test.lines.at(-1)?.text ?? '', /NDM001L8 of element 1024: its folder is gone/);
    const alerts = Buffer.from((await test.send('4d 00 6e 00 00 00 18 00 09 00')).dataIn);
    assert.deepEqual([alerts.readUInt16BE(4), alerts[8]], [24, 1], 'TapeAlert: library inventory');
    renameSync(cartridge('away'), cartridge('NDM001L8'));
    assert.equal(await test.outcome(SCAN), 'GOOD');
    assert.equal(await test.move(SLOT, DRIVE), 'GOOD');
  });

  it('tells other initiators when a scan finds something else', async () => {
    test.library.changer.attach?.(1);
    test.library.changer.attach?.(2);
    await test.outcome(SCAN);
    assert.equal(await test.outcome('00 00 00 00 00 00', 2), 'GOOD', 'all as it was');
    rmSync(cartridge('NDM002L8'), { recursive: true });
    await test.outcome('37 01 0400 0000 0001 00 00');
    assert.equal(await test.outcome('00 00 00 00 00 00', 2), 'UNIT ATTENTION 28/00');
    assert.equal(await test.outcome('37 01 0009 0000 0001 00 00'), 'ILLEGAL REQUEST 21/01');
  });

  it('lives on when its whole folder is removed, with errors for everything', async () => {
    await test.move(SLOT, DRIVE);
    rmSync(test.folder, { recursive: true });
    assert.match(await test.move(SLOT + 1, SLOT), /^(ILLEGAL REQUEST 3B\/0E|HARDWARE ERROR 44\/00)$/);
    assert.match(await test.move(DRIVE, SLOT), /^(ILLEGAL REQUEST 3B\/0E|HARDWARE ERROR)/);
    assert.equal(await test.outcome(SCAN), 'GOOD');
    assert.deepEqual(await test.tags(), {}, 'nothing is there');
    await assert.rejects(test.library.operator.add({ barcodes: ['X1'] }), /folder is gone/);
  });

  it('gives a place of a lost cartridge to another one', async () => {
    rmSync(cartridge('NDM001L8'), { recursive: true });
    await test.outcome(SCAN);
    assert.equal(await test.move(SLOT + 1, SLOT), 'GOOD');
    await test.reopen();
    assert.equal((await test.tags())[SLOT], 'NDM002L8');
  });

  it('does not put a cartridge into a drive that it does not understand', async () => {
    writeFileSync(join(cartridge('NDM001L8'), 'cartridge.json'), '{');
    assert.equal(await test.move(SLOT, DRIVE), 'MEDIUM ERROR 53/00');
    assert.equal((await test.tags())[SLOT], 'NDM001L8');
    assert.equal(await test.move(SLOT, MAIL), 'GOOD', 'the robot carries it all the same');
  });

  it('opens with a cartridge gone from a drive', async () => {
    await test.move(SLOT, DRIVE);
    await test.library.close();
    rmSync(cartridge('NDM001L8'), { recursive: true });
    test.library = await openLibrary(test.folder, { log: test.log });
    assert.equal((await test.tags())[DRIVE], undefined);
    assert.equal(await test.move(SLOT + 1, DRIVE), 'GOOD');
  });

  const damages: [what: string, text: string | ((record: string) => string), problem: RegExp][] = [
    ['half a record', (text) => text.slice(0, text.length / 2), /is not JSON/],
    ['another program’s file', '{"format":"x"}', /its format is not/],
    ['a later version', (text) => text.replace('"version": 1', '"version": 2'), /written by another version \(2\)/],
    ['a list', '[]', /no object/],
    ['no layout', (text) => text.replace('"layout"', '"lay"'), /layout is missing/],
    ['elements that overlap', (text) => text.replace('"first": 1024', '"first": 128'), /elements begin at 128/],
    ['elements without end', (text) => text.replace('"count": 4', '"count": 1e9'), /not within 0 to 65535/],
    ['drives missing', (text) => text.replace(/"drives": \[[^\]]*\]/, '"drives": []'), /0 drives for 2 places/],
    ['a path for a name', (text) => text.replace('"folder": "NDM001L8"', '"folder": "../x"'), /folder name/],
    [
      'a barcode of control characters',
      (text) => text.replace('"barcode": "NDM001L8"', '"barcode": "\\u001b[2J"'),
      /barcode/,
    ],
  ];
  for (const [what, text, problem] of damages)
    it(`refuses ${what}, and says so`, async () => {
      await test.library.close();
      const good = readFileSync(record(), 'utf8');
      writeFileSync(record(), typeof text === 'string' ? text : text(good));
      await assert.rejects(openLibrary(test.folder), (error: Error) => {
        assert.equal(error.name, 'LibraryError');
        assert.ok(error.message.startsWith(`The tape library in ${test.folder} cannot be opened`));
        return problem.test(error.message);
      });
    });

  it('corrects a record in which two cartridges lie in one place', async () => {
    await test.library.close();
    const text = readFileSync(record(), 'utf8').replace('"element": 1025', '"element": 1024');
    writeFileSync(record(), text);
    test.library = await openLibrary(test.folder, { log: test.log });
    assert.deepEqual(
      test.library.operator.outside().map(({ folder }) => folder),
      ['NDM002L8'],
    );
    assert.match(test.lines.map((line) => line.text).join('\n'), /NDM002L8 cannot lie in element 1024/);
  });

  it('says when there is no library, or one already', async () => {
    await assert.rejects(openLibrary(join(test.folder, 'none')), /There is no tape library in .*none: make one first/);
    await assert.rejects(createLibrary(test.folder), /already/);
  });

  it('is open in one process at a time', async () => {
    await assert.rejects(openLibrary(test.folder), /another server has it open/);
    await test.library.close();
    test.library = await openLibrary(test.folder, { log: test.log });
  });

  it('does not make what cannot be', async () => {
    const at = join(test.folder, 'other');
    await assert.rejects(createLibrary(at, { slots: 70_000 }), /not within 0 to 65535/);
    await assert.rejects(createLibrary(at, { slots: 30_000 }), /too large/);
    await assert.rejects(createLibrary(at, { addresses: { drive: 16 } }), /choose other addresses/);
    await assert.rejects(createLibrary(at, { addresses: { transport: 0 } }), /its address is not 0/);
    await assert.rejects(createLibrary(at, { drives: 2, devices: ['one'] }), /1 device names/);
    assert.equal(existsSync(join(at, 'library.json')), false);
  });
});
