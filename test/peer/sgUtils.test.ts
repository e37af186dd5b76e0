import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { fixedSense, SENSE, type SenseName } from '../../src/server/scsi/sense';
import { TestLibrary } from '../support/changer';
import { describeWithPeer } from '../support/peers';

const hexText = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex').replaceAll(/../g, '$& ');

/** What a program of sg3-utils reads in bytes of ours. */
function read(program: 'sg_inq' | 'sg_vpd' | 'sg_logs', bytes: Uint8Array, ...options: string[]): string {
  return execFileSync(program, ['--inhex=-', ...options], { input: hexText(bytes), encoding: 'utf8' });
}

function readSense(sense: Uint8Array): string {
  return execFileSync('sg_decode_sense', hexText(sense).trim().split(' '), { encoding: 'utf8' }).replaceAll(
    /\s+/g,
    ' ',
  );
}

/** Words of T10 for the codes whose names here use others. */
const WORDS: Partial<Record<SenseName, string>> = {
  NO_ADDITIONAL_SENSE: 'no additional sense',
  INCORRECT_LENGTH: 'no additional sense',
  END_OF_MEDIUM: 'end-of-partition/medium',
  BEGINNING_OF_MEDIUM: 'beginning-of-partition/medium',
  VOLUME_IS_FULL: 'volume overflow',
  END_OF_DATA: 'end-of-data',
  MEDIUM_LOAD_FAILED: 'media load or eject failed',
  INVALID_OPERATION_CODE: 'invalid command operation code',
  INVALID_FIELD_IN_PARAMETERS: 'invalid field in parameter list',
  DESTINATION_FULL: 'destination element full',
  SOURCE_EMPTY: 'source element empty',
  IMPORT_EXPORT_ACCESSED: 'import or export element accessed',
  POWER_ON_OR_RESET: 'power on, reset, or',
};

describeWithPeer('sgUtils', 'sg3-utils read what the changer says', () => {
  let test: TestLibrary;
  before(async () => (test = await TestLibrary.make({ slots: 4, serial: 'NWTEST01' })));
  after(() => test.remove());
  const answer = async (block: string) => (await test.send(block)).dataIn;

  it('who it is', async () => {
    const standard = read('sg_inq', await answer('12 00 00 00 60 00'));
    assert.match(standard, /PDT=8 +RMB=1 .*version=0x06 +\[SPC-4\]/);
    assert.match(
      standard,
      /medium changer\n Vendor identification: NDMPWB +\n Product identification: Virtual Library/,
    );
    assert.match(read('sg_vpd', await answer('12 01 00 00 ff 00')), /\[sv\][^]*\[sn\][^]*\[di\]/);
    assert.match(read('sg_vpd', await answer('12 01 80 00 ff 00')), /Unit serial number: NWTEST01/);
    const designator = read('sg_vpd', await answer('12 01 83 00 ff 00'));
    assert.match(designator, /T10 vendor identification, +code set: ASCII/);
    assert.match(designator, /vendor specific: Virtual Library NWTEST01/);
  });

  it('which log pages it has', async () => {
    assert.match(read('sg_logs', await answer('4d 00 40 00 00 00 00 00 ff 00'), '--pdt=8'), /0x00 [^]*0x2e/);
  });

  it('which bit of which byte it refuses', async () => {
    const { sense } = await test.send('a500 0000 0080 0400 0000 01 00');
    assert.match(readSense(sense), /Illegal Request .*Invalid field in cdb .*Error in Command: byte 10 bit 0/);
  });

  it('every condition by the words that T10 has for its codes', () => {
    for (const name of Object.keys(SENSE) as SenseName[]) {
      const text = readSense(fixedSense(name)).toLowerCase();
      const words = WORDS[name] ?? name.toLowerCase().replaceAll('_', ' ');
      assert.ok(text.includes(words), `${name}: ${text}`);
    }
  });
});
