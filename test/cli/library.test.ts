import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLibrary } from '../../src/server/library/open';
import { ndmp } from './harness';

describe('ndmp library', () => {
  let top: string;
  let folder: string;
  const library = (command: string, ...args: string[]) => ndmp(['library', command, folder, ...args]);
  beforeEach(async () => {
    top = mkdtempSync(join(tmpdir(), 'ndmp-cli-library-'));
    folder = join(top, 'tapes');
    const made = await library(
      'create',
      '--slots',
      '4',
      '--cartridges',
      '3',
      '--capacity',
      '10M',
      '--import-export',
      '1',
    );
    assert.equal(made.err, '');
    assert.equal(made.status, 0);
  });
  afterEach(() => rmSync(top, { recursive: true, force: true }));

  it('makes a library and shows it', async () => {
    const { lines, status } = await library('show');
    assert.equal(status, 0);
    assert.deepEqual(
      lines.slice(1).map((line) => line.trim().split(/ {2,}/)),
      [
        ['16', 'import/export', '-'],
        ['128', 'drive nst0', '-'],
        ['129', 'drive nst1', '-'],
        ['1024', 'slot', 'NDM001L8'],
        ['1025', 'slot', 'NDM002L8'],
        ['1026', 'slot', 'NDM003L8'],
        ['1027', 'slot', '-'],
      ],
    );
    const { out } = await library('show', '--json');
    const json = JSON.parse(out) as { elements: { element: number; cartridge?: { barcode: string } }[] };
    assert.equal(json.elements.find(({ element }) => element === 1025)?.cartridge?.barcode, 'NDM002L8');
  });

  it('does in the folder what an operator does', async () => {
    const did: [string[], string][] = [
      [['add', 'CLN001L1', '--cleaning'], 'Made cartridge CLN001L1, in slot 1027.'],
      [['add', 'OUT008L8', '2', '--outside', '--capacity', '1M'], 'Made 2 cartridges, outside the library.'],
      [['put', 'OUT009L8'], 'Cartridge OUT009L8 is in element 16.'],
      [['take', 'OUT009L8'], 'Cartridge OUT009L8 is outside the library.'],
      [['move', 'NDM001L8', 'nst1'], 'Cartridge NDM001L8 is in nst1.'],
      [['move', 'NDM002L8', '1024'], 'Cartridge NDM002L8 is in 1024.'],
      [['unload', 'nst1'], 'Cartridge NDM001L8 is out of nst1.'],
      [['protect', 'NDM001L8'], 'Cartridge NDM001L8 is write-protected.'],
      [['protect', 'NDM001L8', 'off'], 'Cartridge NDM001L8 is writable.'],
      [['discard', 'OUT009L8'], 'Cartridge OUT009L8 is no more.'],
    ];
    for (const [[command, ...args], text] of did) {
      const { out, err, status } = await library(command, ...args);
      assert.deepEqual({ out, err, status }, { out: `${text}\n`, err: '', status: 0 });
    }
    const { lines } = await library('show');
    assert.match(lines.at(-1) ?? '', /^outside: OUT008L8$/);
    assert.ok(
      lines.some((line) => /1025 +slot +NDM001L8/.test(line)),
      'into a free slot when its own one is taken',
    );
    assert.ok(lines.some((line) => line.includes('CLN001L1 (cleaning)')));
  });

  const refusals: [args: string[], text: RegExp][] = [
    [['move', 'NDM001L8', 'nst7'], /no drive and no element "nst7"/],
    [['move', 'NDM001L8', '1025'], /cannot go from element 1024 to 1025: something is there already/],
    [['move', 'NDM001L8', '1'], /Element 1 is no place for a cartridge/],
    [['unload', 'nst0'], /Element 128 is empty/],
    [['take', 'NDM001L8'], /Slot 1024 is behind the door/],
    [['add', 'NDM009L8', '9'], /Only 1 of the slots is free, and 9 are needed/],
    [['protect', 'NDM001L8', 'maybe'], /on or off/],
    [['door', 'open'], /No server has the library in .* open/],
  ];
  for (const [[command, ...args], text] of refusals)
    it(`says why not: ${[command, ...args].join(' ')}`, async () => {
      const { err, out, status } = await library(command, ...args);
      assert.match(err, text);
      assert.deepEqual([out, status], ['', 1]);
    });

  it('speaks to the server that has the library open', async () => {
    const served = await openLibrary(folder);
    try {
      served.changer.attach?.(1);
      assert.match((await library('move', 'NDM001L8', 'nst0')).out, /is in nst0/);
      assert.equal(served.drives[0].drive.cartridge?.barcode, 'NDM001L8');
      const ready = { cdb: new Uint8Array(6), dataOut: new Uint8Array(), dataInLength: 0, timeout: 0, initiator: 1 };
      assert.equal((await served.changer.execute(ready)).sense[12], 0x28, 'clients are told');
      assert.match((await library('door', 'open')).out, /The door is open/);
      assert.match((await library('show')).out, /^The door is open\.$/m);
      assert.equal((await served.changer.execute(ready)).sense[12], 0x04, 'not ready');
      assert.match((await library('move', 'NDM002L8', 'nst1')).err, /door is open: close it first/);
      assert.match((await library('take', 'NDM002L8')).out, /outside/);
      assert.match((await library('door', 'close')).out, /closed/);
      const prevent = { ...ready, cdb: Buffer.from('1e0000000100', 'hex') };
      assert.equal((await served.changer.execute(prevent)).sense[12], 0x28);
      assert.equal((await served.changer.execute(prevent)).status, 0);
      assert.match((await library('put', 'NDM002L8')).err, /station is locked: a client prevents/);
      assert.match((await library('show')).out, /^A client prevents that media are removed\.$/m);
      const tape = await served.drives[0].drive.open('READ');
      assert.match((await library('unload', 'nst0')).err, /a client has the drive open/);
      await tape.close();
    } finally {
      await served.close();
    }
  });

  it('says what is wrong with a folder, and with words', async () => {
    assert.match((await ndmp(['library', 'show', join(top, 'none')])).err, /no tape library in .*none/);
    assert.match((await library('create')).err, /There is a tape library in .* already/);
    const wrong = await ndmp(['library', 'create', join(top, 'b'), '--slots', '2', '--cartridges', '3']);
    assert.deepEqual([wrong.status, /3 cartridges do not fit/.test(wrong.err)], [2, true]);
    assert.equal((await library('add', 'X1', '--capacity', 'much')).status, 2);
    writeFileSync(join(folder, 'library.json'), 'garbage');
    const damaged = await library('show');
    assert.deepEqual([damaged.status, /is not JSON; the file is damaged/.test(damaged.err)], [1, true]);
  });
});
