import { good, refuseField } from '../../scsi/sense';
import type { ScsiResult } from '../../scsi/target';
import type { CommandEntry, DriveCommand } from './command';
import { bytesOf, u16 } from './fields';
import type { DriveMechanism } from './mechanism';

interface Parameter {
  code: number;
  /** Value, and in how many bytes it is told. */
  value: number;
  bytes: number;
}

const MIB = 1024 * 1024;
const ALERTS = 64;
const TAPE_ALERT = 0x2e;
/** Parameter control byte: a bounded data counter in binary, or a list in binary (SPC-4, section 7.3.2.2). */
const COUNTER = 0x40;
const BINARY_LIST = 0x03;

const big = (code: number, value: number): Parameter => ({ code, value, bytes: 8 });
const small = (code: number, value: number): Parameter => ({ code, value, bytes: 4 });

/** Log pages by code. 0x30 and 0x31 are those of LTO drives, which backup applications know. */
const PAGES: ReadonlyMap<number, (drive: DriveMechanism) => Parameter[]> = new Map([
  // write and read error counters: none was ever met; 5: bytes processed
  [0x02, (drive: DriveMechanism) => errorCounters(moved(drive).bytesWritten)],
  [0x03, (drive: DriveMechanism) => errorCounters(moved(drive).bytesRead)],
  // sequential access device
  [
    0x0c,
    (drive: DriveMechanism) => {
      const { bytesWritten, bytesRead } = moved(drive);
      return [big(0, bytesWritten), big(1, bytesWritten), big(2, bytesRead), big(3, bytesRead)];
    },
  ],
  [
    TAPE_ALERT,
    (drive: DriveMechanism) =>
      Array.from({ length: ALERTS }, (_, n) => ({ code: n + 1, value: drive.alerts.has(n + 1) ? 1 : 0, bytes: 1 })),
  ],
  // tape usage: 1 times threaded, 2 and 7 data written and read in MiB over the cartridge's life
  [
    0x30,
    ({ deck }: DriveMechanism) => {
      const usage = deck?.cartridge.usage;
      const written = Math.floor(((usage?.bytesWritten ?? 0) + (deck?.bytesWritten ?? 0)) / MIB);
      const read = Math.floor(((usage?.bytesRead ?? 0) + (deck?.bytesRead ?? 0)) / MIB);
      return [
        small(1, usage?.loads ?? 0),
        big(2, written),
        small(3, 0),
        small(4, 0),
        big(7, read),
        small(8, 0),
        small(9, 0),
      ];
    },
  ],
  // tape capacity in MiB: 1 remaining, 3 maximum; 2 and 4 are those of a second partition, which there is not
  [
    0x31,
    ({ deck }: DriveMechanism) => [
      small(1, Math.floor((deck?.remaining ?? 0) / MIB)),
      small(2, 0),
      small(3, Math.floor((deck?.cartridge.capacity ?? 0) / MIB)),
      small(4, 0),
    ],
  ],
]);

export const logCommands: ReadonlyMap<number, CommandEntry> = new Map<number, CommandEntry>([
  [0x4d, { shared: true, handle: logSense }],
]);

/** LOG SENSE (SPC-4, section 6.8). Reading the TapeAlert page takes the alerts back. */
function logSense({ cdb, drive }: DriveCommand): ScsiResult {
  if ((cdb[1] & 1) !== 0) refuseField(1, 0); // saving
  const code = cdb[2] & 0x3f;
  if (cdb[3] !== 0) refuseField(3, 7);
  const from = u16(cdb, 5);
  const parameters = code === 0 ? undefined : (PAGES.get(code) ?? refuseField(2, 5))(drive);
  if (parameters && from > 0 && !parameters.some((each) => each.code >= from)) refuseField(5, 7);
  const content = parameters
    ? parameters.filter((each) => each.code >= from).flatMap((each) => parameterBytes(each))
    : [0, ...PAGES.keys()];
  if (code === TAPE_ALERT) drive.alerts.clear();
  return good(Uint8Array.of(code, 0, ...bytesOf(content.length, 2), ...content).subarray(0, u16(cdb, 7)));
}

function parameterBytes({ code, value, bytes }: Parameter): number[] {
  return [...bytesOf(code, 2), bytes === 1 ? COUNTER : BINARY_LIST, bytes, ...bytesOf(value, bytes)];
}

function errorCounters(bytes: number): Parameter[] {
  return [small(0, 0), small(1, 0), small(2, 0), small(3, 0), small(4, 0), big(5, bytes), small(6, 0)];
}

function moved({ deck }: DriveMechanism): { bytesWritten: number; bytesRead: number } {
  return { bytesWritten: deck?.bytesWritten ?? 0, bytesRead: deck?.bytesRead ?? 0 };
}
