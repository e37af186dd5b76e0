import { DeviceType, inquiry, VIRTUAL_DRIVE, type ScsiIdentity } from '../../scsi/identity';
import { good, refuseField } from '../../scsi/sense';
import type { ScsiResult } from '../../scsi/target';
import { MAX_RECORD_BYTES } from '../virtual/layout';
import type { CommandEntry, DriveCommand } from './command';
import { bytesOf, u16, u32 } from './fields';

const SHORT_FORM = 0;
const LONG_FORM = 6;
const EXTENDED_FORM = 8;
const BEGINNING = 0x80;
const PAST_WARNING = 0x40;
const UNKNOWN_COUNT = 0x20 | 0x10;
const OVERFLOW = 0x02;
/** Density that INQUIRY and mode data claim: LTO-8, so that clients do not take the drive for a small one. */
export const DENSITY = 0x5e;
const TRACKS = 6656;
const BITS_PER_MM = 20668;

/** Commands that only tell (SPC-4, SSC-4). */
export const reportCommands: ReadonlyMap<number, CommandEntry> = new Map<number, CommandEntry>([
  [0x05, { handle: () => good(Uint8Array.of(0, ...bytesOf(MAX_RECORD_BYTES, 3), 0, 1)) }],
  [0x12, { shared: true, handle: ({ drive, cdb }) => inquiry(identityOf(drive.serial), cdb) }],
  [0x34, { needs: 'medium', handle: readPosition }],
  [0x44, { handle: reportDensities }],
  [
    0xa0,
    {
      shared: true,
      handle: ({ cdb }) => good(Uint8Array.of(...bytesOf(8, 4), ...bytesOf(0, 12)).subarray(0, u32(cdb, 6))),
    },
  ],
]);

/** Who a drive with this serial number says it is. */
export function identityOf(serial: string): ScsiIdentity {
  return { ...VIRTUAL_DRIVE, deviceType: DeviceType.TAPE, serial };
}

/** READ POSITION (SSC-4, section 7.7): places are counted in records and file marks together. */
function readPosition({ deck, cdb }: DriveCommand): ScsiResult {
  const flags = (deck.atBeginning ? BEGINNING : 0) | (deck.pastEarlyWarning ? PAST_WARNING : 0);
  const place = deck.logicalObject;
  switch (cdb[1] & 0x1f) {
    case SHORT_FORM: {
      if (place > 0xffff_ffff) return good(Uint8Array.of(flags | UNKNOWN_COUNT | OVERFLOW, ...bytesOf(0, 19)));
      const here = bytesOf(place, 4);
      return good(Uint8Array.of(flags | UNKNOWN_COUNT, 0, 0, 0, ...here, ...here, ...bytesOf(0, 8)));
    }
    case LONG_FORM:
      return good(
        Uint8Array.of(
          flags,
          ...bytesOf(0, 7),
          ...bytesOf(place, 8),
          ...bytesOf(deck.position.file, 8),
          ...bytesOf(0, 8),
        ),
      );
    case EXTENDED_FORM: {
      const data = [
        flags | UNKNOWN_COUNT,
        0,
        ...bytesOf(28, 2),
        ...bytesOf(0, 4),
        ...bytesOf(place, 8),
        ...bytesOf(place, 8),
        ...bytesOf(0, 8),
      ];
      return good(Uint8Array.from(data).subarray(0, u16(cdb, 7)));
    }
    default:
      return refuseField(1, 4);
  }
}

/** REPORT DENSITY SUPPORT (SSC-4, section 7.9): one density. */
function reportDensities({ cdb, drive }: DriveCommand): ScsiResult {
  const capacity = Math.floor((drive.cartridge?.capacity ?? 0) / 1_000_000);
  const text = (value: string, length: number): number[] => [...Buffer.from(value.padEnd(length), 'latin1')];
  const descriptor = [
    ...[DENSITY, DENSITY, 0xa0, 0, 0],
    ...bytesOf(BITS_PER_MM, 3),
    ...bytesOf(127, 2),
    ...bytesOf(TRACKS, 2),
    ...bytesOf(capacity, 4),
    ...text('NDMPWB', 8),
    ...text('Virtual', 8),
    ...text('Virtual tape', 20),
  ];
  return good(Uint8Array.of(...bytesOf(descriptor.length + 2, 2), 0, 0, ...descriptor).subarray(0, u16(cdb, 7)));
}
