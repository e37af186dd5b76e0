import type { Speaker } from './speaker';

const DATA_IN = 1;
const TIMEOUT = 300_000;
const SLOTS = 4;

/** Looks into the library and loads the tape of a slot (from 0) into the drive. */
export function loadTape(speaker: Speaker, slot: number): void {
  speaker.ask('NDMP_SCSI_OPEN', { device: 'mc0' }, { error: 0 });
  command(speaker, [0x12, 0, 0, 0, 36, 0], inquiry());
  command(speaker, [0xb8, 0x10, 0, 0, 0xff, 0xff, 0, 0, 0xff, 0xff, 0, 0], elements());
  const source = 0x1000 + slot;
  command(speaker, [0xa5, 0, 0, 0, source >> 8, source & 0xff, 1, 0, 0, 0, 0, 0], new Uint8Array(0), 1.4);
  speaker.ask('NDMP_SCSI_CLOSE', {}, { error: 0 });
}

function command(speaker: Speaker, cdb: readonly number[], datain: Uint8Array, takes?: number): void {
  speaker.ask(
    'NDMP_SCSI_EXECUTE_CDB',
    {
      flags: datain.length > 0 ? DATA_IN : 0,
      timeout: TIMEOUT,
      datain_len: datain.length,
      cdb: Uint8Array.from(cdb),
      dataout: new Uint8Array(0),
    },
    { error: 0, status: 0, dataout_len: 0, datain, ext_sense: new Uint8Array(0) },
    { takes },
  );
}

/** Standard INQUIRY data of a medium changer. */
function inquiry(): Uint8Array {
  const bytes = Buffer.alloc(36);
  bytes.set([0x08, 0x80, 5, 2, 31]);
  bytes.write('EXAMPLE '.padEnd(8), 8);
  bytes.write('LIBRARY 24'.padEnd(16), 16);
  bytes.write('1.00', 32);
  return new Uint8Array(bytes);
}

/** READ ELEMENT STATUS: four full slots and an empty drive, with volume tags. */
function elements(): Uint8Array {
  const slots = Array.from({ length: SLOTS }, (_, i) => descriptor(0x1000 + i, `VOL00${i + 1}L8`));
  const pages = [page(2, slots), page(4, [descriptor(0x0100, '')])];
  const head = Buffer.alloc(8);
  head.writeUInt16BE(0x0100, 0);
  head.writeUInt16BE(SLOTS + 1, 2);
  head.writeUIntBE(pages.reduce((sum, { length }) => sum + length, 0), 5, 3);
  return new Uint8Array(Buffer.concat([head, ...pages]));
}

function page(type: number, descriptors: readonly Buffer[]): Buffer {
  const head = Buffer.alloc(8);
  head[0] = type;
  head[1] = 0x80;
  head.writeUInt16BE(descriptors[0].length, 2);
  head.writeUIntBE(descriptors.length * descriptors[0].length, 5, 3);
  return Buffer.concat([head, ...descriptors]);
}

function descriptor(address: number, tag: string): Buffer {
  const bytes = Buffer.alloc(52);
  bytes.writeUInt16BE(address, 0);
  bytes[2] = tag === '' ? 0x08 : 0x09;
  bytes.write(tag.padEnd(32), 12);
  return bytes;
}
