import assert from 'node:assert/strict';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { hexBytes, outcomeOf, TestLibrary } from '../../support/changer';

const TRANSPORT = 1;
const MAIL = 16;
const DRIVE = 128;
const SLOT = 1024;

describe('media changer', () => {
  let test: TestLibrary;
  beforeEach(async () => (test = await TestLibrary.make({ slots: 4, serial: 'NWTEST01' })));
  afterEach(() => test.remove());

  it('says what it is', async () => {
    const { dataIn } = await test.send('12 00 00 00 60 00');
    const data = Buffer.from(dataIn);
    assert.equal(data[0], 0x08, 'medium changer');
    assert.equal(data.length, 5 + data[4]);
    assert.equal(data.toString('latin1', 8, 36), 'NDMPWB  Virtual Library 0001');
  });

  it('gives its vital pages', async () => {
    const page = async (code: string) => Buffer.from((await test.send(`12 01 ${code} 00 ff 00`)).dataIn);
    assert.deepEqual([...(await page('00'))], [8, 0, 0, 3, 0x00, 0x80, 0x83]);
    assert.equal((await page('80')).toString('latin1', 4), 'NWTEST01');
    assert.equal((await page('83')).toString('latin1', 8), 'NDMPWB  Virtual Library NWTEST01');
    assert.equal(await test.outcome('12 01 b0 00 ff 00'), 'ILLEGAL REQUEST 24/00');
    assert.equal(await test.outcome('12 00 80 00 ff 00'), 'ILLEGAL REQUEST 24/00', 'a page without EVPD');
  });

  it('cuts what does not fit', async () => {
    assert.equal((await test.send('12 00 00 00 24 00')).dataIn.length, 36, 'by the allocation length');
    assert.equal((await test.send('12 00 00 00 60 00', { room: 5 })).dataIn.length, 5, 'by what the client takes');
    assert.equal((await test.send('12 00 00 00 00 00')).dataIn.length, 0);
  });

  it('tells where its elements are', async () => {
    const { dataIn } = await test.send('1a 08 1d 00 ff 00');
    const page = Buffer.from(dataIn).subarray(4);
    const fields = [2, 4, 6, 8, 10, 12, 14, 16].map((at) => page.readUInt16BE(at));
    assert.deepEqual([page[0], page[1]], [0x1d, 0x12]);
    assert.deepEqual(fields, [TRANSPORT, 1, SLOT, 4, MAIL, 2, DRIVE, 2]);
    assert.equal(dataIn[0], dataIn.length - 1);
  });

  it('gives mode pages in both forms, all at once, changeable values and no saved ones', async () => {
    const long = Buffer.from((await test.send('5a 08 3f 00 00 00 00 00 ff 00')).dataIn);
    assert.equal(long.readUInt16BE(0), long.length - 2);
    assert.deepEqual([long[8], long[28], long[32]], [0x1d, 0x1e, 0x1f]);
    const changeable = (await test.send('1a 08 5d 00 ff 00')).dataIn;
    assert.ok(changeable.subarray(6).every((byte) => byte === 0));
    assert.equal(await test.outcome('1a 08 dd 00 ff 00'), 'ILLEGAL REQUEST 39/00');
    assert.equal(await test.outcome('1a 08 02 00 ff 00'), 'ILLEGAL REQUEST 24/00');
    assert.equal(await test.outcome('1a 08 1d 01 ff 00'), 'ILLEGAL REQUEST 24/00', 'a subpage');
  });

  it('takes a mode page that changes nothing, and no other', async () => {
    const page = Buffer.from((await test.send('1a 08 1d 00 ff 00')).dataIn);
    page[0] = 0;
    const select = async (data: Buffer) =>
      outcomeOf(await test.send('15 10 00 00 18 00', { data: data.toString('hex') }));
    assert.equal(await select(page), 'GOOD');
    page[7]++;
    const refused = await test.send('15 10 00 00 18 00', { data: page.toString('hex') });
    assert.equal(outcomeOf(refused), 'ILLEGAL REQUEST 26/00');
    assert.deepEqual([...refused.sense.subarray(15, 18)], [0x80, 0, 7], 'the byte that is wrong');
    assert.equal(await select(page.subarray(0, 9)), 'ILLEGAL REQUEST 1A/00');
  });

  it('reads elements with tags, kinds of media and the drives by their serial numbers', async () => {
    const elements = await test.elements('b810 0000 ffff 01 ffffff 00 00');
    assert.deepEqual(
      elements.map(({ type, address, flags, tag, mediumType }) => [type, address, flags, tag, mediumType]),
      [
        [1, 1, 0x00, '', 0],
        [3, 16, 0x38, '', 0],
        [3, 17, 0x38, '', 0],
        [4, 128, 0x08, '', 0],
        [4, 129, 0x08, '', 0],
        [2, 1024, 0x09, 'NDM001L8', 1],
        [2, 1025, 0x09, 'NDM002L8', 1],
        [2, 1026, 0x09, 'NDM003L8', 1],
        [2, 1027, 0x09, 'CLNU01L1', 2],
      ],
    );
    const drives = elements.filter(({ type }) => type === 4);
    assert.deepEqual(
      drives.map(({ identifier, idFlags, id }) => [identifier.slice(-10), idFlags, id]),
      [
        ['NWTEST0101', 0x30, 1],
        ['NWTEST0102', 0x30, 2],
      ],
    );
  });

  it('names a drive as the drive names itself', async () => {
    const { target } = test.library.drives[1].drive;
    const { dataIn } = await target.execute({
      cdb: hexBytes('12 01 83 00 ff 00'),
      dataOut: new Uint8Array(),
      dataInLength: 255,
      timeout: 0,
    });
    const elements = await test.elements('b814 0000 ffff 01 ffffff 00 00');
    assert.equal(Buffer.from(dataIn).toString('latin1', 8), elements[1].identifier);
  });

  it('reads ranges and kinds of elements', async () => {
    const addresses = async (block: string) => (await test.elements(block)).map(({ address }) => address);
    assert.deepEqual(await addresses('b812 0000 ffff 00 ffffff 00 00'), [1024, 1025, 1026, 1027], 'slots');
    assert.deepEqual(await addresses('b800 0081 0003 00 ffffff 00 00'), [129, 1024, 1025], 'three from 129 on');
    assert.deepEqual(await addresses('b803 0011 0001 00 ffffff 00 00'), [17]);
    assert.deepEqual(await addresses('b802 ffff ffff 00 ffffff 00 00'), [], 'none');
    assert.deepEqual(await addresses('b800 0000 0000 00 ffffff 00 00'), []);
    assert.equal(await test.outcome('b805 0000 ffff 00 ffffff 00 00'), 'ILLEGAL REQUEST 24/00', 'a kind that is none');
  });

  it('tells how much room element status needs, and cuts no descriptor', async () => {
    const header = Buffer.from((await test.send('b810 0000 ffff 00 000008 00 00')).dataIn);
    const whole = (await test.send('b810 0000 ffff 00 ffffff 00 00')).dataIn;
    assert.equal(header.length, 8);
    assert.equal(8 + header.readUIntBE(5, 3), whole.length);
    assert.equal(header.readUInt16BE(2), 9);
    for (const room of [9, 60, 100, 200, whole.length - 1]) {
      const part = (await test.send(`b810 0000 ffff 00 ${room.toString(16).padStart(6, '0')} 00 00`)).dataIn;
      assert.ok(part.length <= room);
      assert.deepEqual(Buffer.from(part), Buffer.from(whole.subarray(0, part.length)));
    }
    assert.equal((await test.send('b810 0000 ffff 00 000005 00 00')).dataIn.length, 5);
  });

  it('moves media and remembers where they came from', async () => {
    assert.equal(await test.move(SLOT, DRIVE), 'GOOD');
    assert.equal(test.library.drives[0].drive.cartridge?.barcode, 'NDM001L8');
    const [drive] = await test.elements('b814 0080 0001 00 ffffff 00 00');
    assert.deepEqual([drive.tag, drive.source, drive.flags & 1], ['NDM001L8', SLOT, 1]);
    assert.equal(await test.move(DRIVE, DRIVE + 1), 'GOOD');
    assert.equal(await test.move(DRIVE + 1, MAIL), 'GOOD');
    const [mail] = await test.elements('b813 0010 0001 00 ffffff 00 00');
    assert.deepEqual([mail.tag, mail.source, mail.flags], ['NDM001L8', SLOT, 0x39], 'put there by the robot');
    assert.equal(await test.move(MAIL, MAIL), 'GOOD', 'to where it is');
    assert.equal(await test.move(MAIL, SLOT), 'GOOD');
  });

  const refusals: [what: string, from: number, to: number, sense: string][] = [
    ['an empty source', MAIL, DRIVE, 'ILLEGAL REQUEST 3B/0E'],
    ['a full destination', SLOT, SLOT + 1, 'ILLEGAL REQUEST 3B/0D'],
    ['a source that is none', 9, SLOT, 'ILLEGAL REQUEST 21/01'],
    ['a destination that is none', SLOT, SLOT + 4, 'ILLEGAL REQUEST 21/01'],
    ['the robot as a place', SLOT, TRANSPORT, 'ILLEGAL REQUEST 21/01'],
  ];
  for (const [what, from, to, sense] of refusals)
    it(`refuses ${what}: ${sense}`, async () => {
      const before = await test.tags();
      assert.equal(await test.move(from, to), sense);
      assert.deepEqual(await test.tags(), before);
    });

  it('refuses another transport, and to turn media over', async () => {
    assert.equal(await test.outcome('a500 0001 0400 0080 0000 00 00'), 'GOOD', 'its own one by address');
    assert.equal(await test.outcome('a500 0002 0080 0400 0000 00 00'), 'ILLEGAL REQUEST 21/01');
    const turned = await test.send('a500 0000 0080 0400 0000 01 00');
    assert.equal(outcomeOf(turned), 'ILLEGAL REQUEST 24/00');
    assert.deepEqual([...turned.sense.subarray(15, 18)], [0xc8, 0, 10], 'bit 0 of byte 10 of the block');
  });

  it('keeps a cartridge in a drive that somebody has open', async () => {
    await test.move(SLOT, DRIVE);
    const tape = await test.library.drives[0].drive.open('READ');
    assert.equal(await test.move(DRIVE, SLOT), 'ILLEGAL REQUEST 53/02');
    const [drive] = await test.elements('b814 0080 0001 00 ffffff 00 00');
    assert.equal(drive.flags & 0x08, 0, 'not accessible');
    await tape.close();
    assert.equal(await test.move(DRIVE, SLOT), 'GOOD');
  });

  it('exchanges media, also in a circle', async () => {
    await test.move(SLOT, DRIVE);
    assert.equal(await test.exchange(SLOT + 1, DRIVE, SLOT + 1), 'GOOD');
    assert.equal(test.library.drives[0].drive.cartridge?.barcode, 'NDM002L8');
    assert.deepEqual(await test.tags(), { 128: 'NDM002L8', 1025: 'NDM001L8', 1026: 'NDM003L8', 1027: 'CLNU01L1' });
    assert.equal(await test.exchange(SLOT + 1, DRIVE, SLOT), 'GOOD', 'by a free slot');
    assert.deepEqual(await test.tags(), { 128: 'NDM001L8', 1024: 'NDM002L8', 1026: 'NDM003L8', 1027: 'CLNU01L1' });
    const [drive] = await test.elements('b814 0080 0001 00 ffffff 00 00');
    assert.equal(drive.source, SLOT + 1);
  });

  it('carries a cleaning cartridge into a drive and out again', async () => {
    const { drive } = test.library.drives[0];
    assert.equal(await test.move(SLOT + 3, DRIVE), 'GOOD');
    await assert.rejects(drive.open('READ'), /cleaning cartridge/);
    const [element] = await test.elements('b814 0080 0001 00 ffffff 00 00');
    assert.deepEqual([element.tag, element.mediumType, element.flags], ['CLNU01L1', 2, 0x09], 'no exception');
    assert.equal(await test.move(DRIVE, SLOT + 3), 'GOOD');
    assert.equal(await test.move(SLOT, DRIVE), 'GOOD');
    await (await drive.open('READ')).close();
  });

  it('says so of a drive that cannot read its cartridge', async () => {
    const { drive } = test.library.drives[0];
    rmSync(join(test.folder, 'cartridges', 'NDM001L8', 'data.tap'));
    assert.equal(await test.move(SLOT, DRIVE), 'GOOD', 'the robot has done its part');
    await assert.rejects(drive.open('READ'));
    const [element] = await test.elements('b814 0080 0001 00 ffffff 00 00');
    assert.deepEqual([element.flags, element.asc, element.ascq], [0x0d, 0x30, 0x02]);
    assert.equal(await test.move(DRIVE, SLOT), 'GOOD');
  });

  it('minds that SCSI commands lock the cartridge into a drive', async () => {
    const { target } = test.library.drives[0].drive;
    const lock = (prevent: number) =>
      target.execute({
        cdb: Uint8Array.of(0x1e, 0, 0, 0, prevent, 0),
        dataOut: new Uint8Array(),
        dataInLength: 0,
        timeout: 0,
        initiator: 1,
      });
    await test.move(SLOT, DRIVE);
    await lock(1);
    await lock(1);
    assert.equal(await test.move(DRIVE, SLOT), 'ILLEGAL REQUEST 53/02');
    await lock(0);
    assert.equal(await test.move(DRIVE, SLOT), 'GOOD');
  });

  it('refuses exchanges that cannot be', async () => {
    assert.equal(await test.exchange(SLOT, DRIVE, MAIL), 'ILLEGAL REQUEST 3B/0E', 'nothing to exchange');
    assert.equal(await test.exchange(MAIL, SLOT, DRIVE), 'ILLEGAL REQUEST 3B/0E', 'nothing to put there');
    assert.equal(await test.exchange(SLOT, SLOT + 1, SLOT + 2), 'ILLEGAL REQUEST 3B/0D');
    assert.equal(await test.exchange(SLOT, 7, SLOT), 'ILLEGAL REQUEST 21/01');
  });

  it('knows which commands it knows', async () => {
    for (const block of ['a4 00 00 00 00 00 00 00 00 00 00 00', '08 00 00 00 00 00', '00', 'ff'])
      assert.match(await test.outcome(block), /^ILLEGAL REQUEST (20|24)\/00$/);
    assert.equal(await test.outcome('08 00 00 00 00 00'), 'ILLEGAL REQUEST 20/00');
    const all = Buffer.from((await test.send('a30c 00 00 0000 0000 ffff 00 00')).dataIn);
    assert.equal(all.readUInt32BE(0), all.length - 4);
    for (let at = 4; at < all.length; at += 8) {
      const code = all[at];
      const one = Buffer.from(
        (await test.send(`a30c 01 ${code.toString(16).padStart(2, '0')} 0000 0000 00ff 00 00`)).dataIn,
      );
      assert.equal(one[1], 3);
      assert.equal(one.readUInt16BE(2), all.readUInt16BE(at + 6));
      assert.equal(one[4], code);
    }
    assert.equal((await test.send('a30c 01 08 0000 0000 00ff 00 00')).dataIn[1], 1);
  });

  it('refuses reserved bits of every command, and points at them', async () => {
    const all = Buffer.from((await test.send('a30c 00 00 0000 0000 ffff 00 00')).dataIn);
    for (let at = 4; at < all.length; at += 8) {
      const block = Buffer.alloc(all.readUInt16BE(at + 6));
      block[0] = all[at];
      block[1] = 0xe0;
      const { sense } = await test.send(block.toString('hex'));
      assert.deepEqual([sense[12], ...sense.subarray(15, 18)], [0x24, 0xcf, 0, 1], `command ${all[at].toString(16)}`);
    }
  });

  it('never fails, whatever it is sent', async () => {
    let seed = 7;
    const random = (below: number) => (seed = (seed * 1103515245 + 12345) % 2 ** 31) % below;
    for (let n = 0; n < 3000; n++) {
      const block = Buffer.from(Array.from({ length: random(18) }, () => random(256)));
      const result = await test.library.changer.execute({
        cdb: block,
        dataOut: Buffer.alloc(random(40), random(256)),
        dataInLength: random(300),
        timeout: 0,
        initiator: random(3),
      });
      assert.ok([0, 2, 0x18].includes(result.status), block.toString('hex'));
      assert.equal(result.sense.length, result.status === 2 ? 18 : 0);
    }
    assert.deepEqual(hexBytes(''), Buffer.alloc(0));
  });
});
