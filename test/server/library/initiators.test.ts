import assert from 'node:assert/strict';
import { outcomeOf, TestLibrary } from '../../support/changer';

const MAIL = 16;
const DRIVE = 128;
const SLOT = 1024;
const READY = '00 00 00 00 00 00';
const INQUIRY = '12 00 00 00 24 00';
const SENSE = '03 00 00 00 12 00';
const PREVENT = '1e 00 00 00 01 00';
const ALLOW = '1e 00 00 00 00 00';
const RESERVE = '16 00 00 00 00 00';
const RELEASE = '17 00 00 00 00 00';
const SCAN = '07 00 00 00 00 00';

describe('media changer: several initiators', () => {
  let test: TestLibrary;
  beforeEach(async () => {
    test = await TestLibrary.make({ slots: 4 });
    test.library.changer.attach?.(1);
    test.library.changer.attach?.(2);
  });
  afterEach(() => test.remove());

  it('tells others, once, that media were moved', async () => {
    assert.equal(await test.move(SLOT, DRIVE, 1), 'GOOD');
    assert.equal(await test.outcome(READY, 1), 'GOOD', 'who moved it knows');
    assert.equal(await test.outcome(INQUIRY, 2), 'GOOD', 'not told by INQUIRY');
    assert.equal(await test.outcome(READY, 2), 'UNIT ATTENTION 28/00');
    assert.equal(await test.outcome(READY, 2), 'GOOD');
    test.library.changer.attach?.(3);
    assert.equal(await test.outcome(READY, 3), 'GOOD', 'no news to who comes later');
  });

  it('a command that meets unit attention is not carried out', async () => {
    await test.move(SLOT, DRIVE, 1);
    assert.equal(await test.move(DRIVE, SLOT, 2), 'UNIT ATTENTION 28/00');
    assert.equal((await test.tags(1))[DRIVE], 'NDM001L8');
    assert.equal(await test.move(DRIVE, SLOT, 2), 'GOOD');
  });

  it('tells by REQUEST SENSE too, as data', async () => {
    await test.move(SLOT, DRIVE, 1);
    const { status, dataIn } = await test.send(SENSE, { initiator: 2 });
    assert.deepEqual([status, dataIn[2], dataIn[12], dataIn[13]], [0, 6, 0x28, 0]);
    assert.equal((await test.send(SENSE, { initiator: 2 })).dataIn[2], 0);
    const descriptor = (await test.send('03 01 00 00 12 00', { initiator: 2 })).dataIn;
    assert.deepEqual([...descriptor.subarray(0, 4)], [0x72, 0, 0, 0]);
  });

  it('tells everyone of a reset, and of nothing older', async () => {
    await test.move(SLOT, DRIVE, 1);
    test.library.changer.reset();
    for (const initiator of [1, 2]) {
      assert.equal(await test.outcome(READY, initiator), 'UNIT ATTENTION 29/00');
      assert.equal(await test.outcome(READY, initiator), 'GOOD');
    }
  });

  it('keeps the operator out while any initiator prevents removal', async () => {
    const { operator } = test.library;
    await test.move(SLOT, MAIL);
    await test.outcome(READY, 2);
    assert.equal(await test.outcome(PREVENT, 1), 'GOOD');
    assert.equal(await test.outcome(PREVENT, 2), 'GOOD');
    assert.equal(await test.outcome(ALLOW, 1), 'GOOD');
    await assert.rejects(operator.takeOut(MAIL), /import\/export station is locked/);
    await assert.rejects(operator.openDoor(), /door is locked/);
    test.library.changer.detach?.(2);
    assert.equal((await operator.takeOut(MAIL)).barcode, 'NDM001L8', 'the lock went with who had it');
    assert.equal(await test.outcome('1e 00 00 00 02 00'), 'UNIT ATTENTION 28/01');
    assert.equal(await test.outcome('1e 00 00 00 02 00'), 'ILLEGAL REQUEST 24/00', 'only 0 and 1');
  });

  it('robots still reach the import/export station while removal is prevented', async () => {
    await test.outcome(PREVENT, 1);
    assert.equal(await test.move(SLOT, MAIL), 'GOOD');
    assert.equal(await test.move(MAIL, SLOT), 'GOOD');
  });

  it('reserves the unit for one initiator', async () => {
    assert.equal(await test.outcome(RESERVE, 1), 'GOOD');
    assert.equal(await test.outcome(READY, 2), 'status 24');
    assert.equal(await test.move(SLOT, DRIVE, 2), 'status 24');
    assert.equal(await test.outcome(RESERVE, 2), 'status 24');
    assert.equal(await test.outcome(INQUIRY, 2), 'GOOD');
    assert.equal(await test.outcome(RELEASE, 2), 'GOOD', 'releases nothing of others');
    assert.equal(await test.move(SLOT, DRIVE, 1), 'GOOD');
    assert.equal(await test.outcome(READY, 2), 'status 24', 'a conflict does not use up unit attention');
    assert.equal(await test.outcome(RELEASE, 1), 'GOOD');
    assert.equal(await test.outcome(READY, 2), 'UNIT ATTENTION 28/00');
    assert.equal(await test.outcome(RESERVE, 2), 'GOOD');
    test.library.changer.reset();
    assert.equal(await test.outcome(READY, 1), 'UNIT ATTENTION 29/00', 'a reset releases');
    assert.equal(
      await test.outcome('16 01 00 00 00 00', 1),
      'ILLEGAL REQUEST 24/00',
      'single elements are not reserved',
    );
  });

  it('is not ready while the door is open, and tells everyone afterwards', async () => {
    const { operator } = test.library;
    await operator.openDoor();
    assert.equal(await test.outcome(READY), 'NOT READY 04/03');
    assert.equal(await test.move(SLOT, DRIVE), 'NOT READY 04/03');
    assert.equal(await test.outcome(SCAN), 'NOT READY 04/03');
    assert.deepEqual(
      [...(await test.send(SENSE)).dataIn.subarray(2, 14)].filter((_byte, at) => at % 10 === 0),
      [2, 4],
    );
    const elements = await test.elements();
    assert.ok(
      elements.every(({ flags }) => (flags & 0x08) === 0),
      'nothing can be reached',
    );
    assert.deepEqual([...alerts(await alertPage())], [16]);
    await operator.takeOut(SLOT);
    await operator.closeDoor();
    for (const initiator of [1, 2]) {
      assert.equal(await test.outcome(READY, initiator), 'UNIT ATTENTION 28/00');
      assert.equal(await test.outcome(READY, initiator), 'GOOD');
    }
    assert.equal((await test.tags())[SLOT], undefined);
    assert.deepEqual([...alerts(await alertPage())], []);
  });

  it('one command at a time, whoever sends them', async () => {
    const moves = [
      test.move(SLOT, DRIVE, 1),
      test.move(SLOT, DRIVE + 1, 1),
      test.move(DRIVE, MAIL, 1),
      test.move(SLOT + 1, DRIVE, 1),
      test.exchange(MAIL, DRIVE, SLOT, 1),
    ];
    assert.deepEqual(await Promise.all(moves), ['GOOD', 'ILLEGAL REQUEST 3B/0E', 'GOOD', 'GOOD', 'GOOD']);
    const tags = await test.tags(1);
    assert.deepEqual([tags[DRIVE], tags[SLOT], tags[MAIL]], ['NDM001L8', 'NDM002L8', undefined]);
  });

  it('tells which log pages it has, and no other', async () => {
    assert.deepEqual([...(await test.send('4d 00 40 00 00 00 00 00 ff 00')).dataIn], [0, 0, 0, 2, 0x00, 0x2e]);
    assert.equal(await test.outcome('4d 00 6c 00 00 00 00 00 ff 00'), 'ILLEGAL REQUEST 24/00');
    const part = (await test.send('4d 00 6e 00 00 00 3f 01 ff 00')).dataIn;
    assert.equal(part.length, 4 + 2 * 5, 'parameters 63 and 64');
    assert.equal(outcomeOf(await test.send('4d 00 6e 00 00 00 41 01 ff 00')), 'ILLEGAL REQUEST 24/00');
  });

  async function alertPage(): Promise<Uint8Array> {
    return (await test.send('4d 00 6e 00 00 00 00 03 ff 00')).dataIn;
  }
});

/** Numbers of the TapeAlert flags that are set. */
function* alerts(page: Uint8Array): Iterable<number> {
  const data = Buffer.from(page);
  assert.equal(data.readUInt16BE(2), data.length - 4);
  for (let at = 4; at < data.length; at += 5) if (data[at + 4] === 1) yield data.readUInt16BE(at);
}
