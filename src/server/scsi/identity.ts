import { good, refuseField } from './sense';
import type { ScsiResult } from './target';

/** Peripheral device types (SPC-4, table 141). */
export const DeviceType = { TAPE: 1, CHANGER: 8 } as const;

/** Who a device says it is. Cut or padded with spaces to the lengths of INQUIRY: 8, 16 and 4 characters. */
export interface ScsiIdentity {
  deviceType: (typeof DeviceType)[keyof typeof DeviceType];
  vendor: string;
  product: string;
  revision: string;
  /** Printable ASCII. */
  serial: string;
}

/** The virtual library's parts: vendor and product as INQUIRY tells them. Serial numbers come from the library's folder. */
export const VIRTUAL_CHANGER = {
  deviceType: DeviceType.CHANGER,
  vendor: 'NDMPWB',
  product: 'Virtual Library',
  revision: '0001',
};
export const VIRTUAL_DRIVE = {
  deviceType: DeviceType.TAPE,
  vendor: 'NDMPWB',
  product: 'Virtual Drive',
  revision: '0001',
};

const VERSION_SPC4 = 6;
const RESPONSE_FORMAT = 2;
/** Standard INQUIRY data up to the version descriptors; clients ask for 36 to 96 bytes of it. */
const INQUIRY_LENGTH = 96;
/** Version descriptors: SAM-5, SPC-4, and SMC-3 or SSC-4. */
const VERSION_DESCRIPTORS = {
  [DeviceType.CHANGER]: [0x00a0, 0x0460, 0x0480],
  [DeviceType.TAPE]: [0x00a0, 0x0460, 0x0520],
};

/**
 * Answers INQUIRY: standard data and the vital product pages 00 (which pages there are), 80 (serial number) and 83
 * (designators by which a drive in a library's element status and a tape device are known for the same one).
 * @param cdb the whole command block
 */
export function inquiry(identity: ScsiIdentity, cdb: Uint8Array): ScsiResult {
  const vital = (cdb[1] & 1) !== 0;
  if (!vital && cdb[2] !== 0) refuseField(2, 7);
  const data = vital ? vitalPage(identity, cdb[2]) : standardData(identity);
  return good(data.subarray(0, (cdb[3] << 8) | cdb[4]));
}

/** Bytes of an ASCII text in a field of fixed length; what is not printable becomes a space. */
export function asciiField(text: string, length: number): Uint8Array {
  return Buffer.from(
    text
      .slice(0, length)
      .padEnd(length)
      .replaceAll(/[^ -~]/g, ' '),
    'latin1',
  );
}

/** The designator by vendor, product and serial number (SPC-4, section 7.8.6.4), with its header of four bytes. */
export function vendorDesignator({ vendor, product, serial }: ScsiIdentity): Uint8Array {
  const text = [asciiField(vendor, 8), asciiField(product, 16), asciiField(serial, serial.length)];
  const length = 8 + 16 + serial.length;
  return Buffer.concat([Uint8Array.of(0x02, 0x01, 0, length), ...text]);
}

function standardData(identity: ScsiIdentity): Uint8Array {
  const data = new Uint8Array(INQUIRY_LENGTH);
  data.set([identity.deviceType, 0x80, VERSION_SPC4, RESPONSE_FORMAT, INQUIRY_LENGTH - 5]);
  data.set(asciiField(identity.vendor, 8), 8);
  data.set(asciiField(identity.product, 16), 16);
  data.set(asciiField(identity.revision, 4), 32);
  const view = new DataView(data.buffer);
  VERSION_DESCRIPTORS[identity.deviceType].forEach((descriptor, n) => view.setUint16(58 + 2 * n, descriptor));
  return data;
}

function vitalPage(identity: ScsiIdentity, page: number): Uint8Array {
  const make = VITAL_PAGES.get(page) ?? refuseField(2, 7);
  const content = make(identity);
  return Buffer.concat([Uint8Array.of(identity.deviceType, page, content.length >> 8, content.length & 0xff), content]);
}

const VITAL_PAGES: ReadonlyMap<number, (identity: ScsiIdentity) => Uint8Array> = new Map([
  [0x00, () => Uint8Array.of(0x00, 0x80, 0x83)],
  [0x80, ({ serial }: ScsiIdentity) => asciiField(serial, serial.length)],
  [0x83, vendorDesignator],
]);
