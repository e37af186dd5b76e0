import { good, refuseField } from '../../scsi/sense';
import type { ScsiResult } from '../../scsi/target';
import type { Cdb } from './cdb';
import type { ChangerCommand } from './model';

/** MAINTENANCE IN carries several commands; this one is the only one here. */
export const REPORT_SUPPORTED_OPERATION_CODES = 0x0c;

/** Reporting options. */
const ALL = 0;
const ONE = 1;
/** What the answer says of one command. */
const SUPPORTED = 3;
const NOT_SUPPORTED = 1;

/** REPORT SUPPORTED OPERATION CODES (SPC-4, section 6.35): all commands, or one with the bits that it uses. */
export function reportSupportedCommands(commands: readonly ChangerCommand[], cdb: Cdb): ScsiResult {
  if ((cdb.byte(1) & 0x1f) !== REPORT_SUPPORTED_OPERATION_CODES) refuseField(1, 4);
  const reporting = cdb.byte(2) & 0x07;
  if (reporting === ALL) return good(listOfAll(commands).subarray(0, cdb.u32(6)));
  if (reporting !== ONE) refuseField(2, 2);
  const command = commands.find(({ code }) => code === cdb.byte(3));
  const usage = command?.usage ?? [];
  const data = Uint8Array.of(0, command ? SUPPORTED : NOT_SUPPORTED, 0, usage.length, ...usage);
  return good(data.subarray(0, cdb.u32(6)));
}

function listOfAll(commands: readonly ChangerCommand[]): Uint8Array {
  const entries = commands.flatMap(({ code, usage }) => {
    const action = code === 0xa3 ? REPORT_SUPPORTED_OPERATION_CODES : 0;
    return [code, 0, 0, action, 0, action === 0 ? 0 : 1, 0, usage.length];
  });
  return Uint8Array.of(0, 0, entries.length >> 8, entries.length & 0xff, ...entries);
}
