import { good, refuseField } from '../../scsi/sense';
import type { ScsiResult } from '../../scsi/target';
import type { Cdb } from './cdb';

const SUPPORTED = 0x00;
const TAPE_ALERT = 0x2e;
/** Flags of the TapeAlert page. */
const FLAGS = 64;

/** TapeAlert flags of a library that are ever set here (SMC-3, annex A). */
export const TapeAlert = { DOOR: 16, INVENTORY: 24 } as const;
export type TapeAlertFlag = (typeof TapeAlert)[keyof typeof TapeAlert];

/**
 * LOG SENSE of a changer: which pages there are, and TapeAlert.
 * @param alerts flags that are set; called only when they are told, which clears them
 */
export function logSense(cdb: Cdb, alerts: () => ReadonlySet<TapeAlertFlag>): ScsiResult {
  const page = cdb.byte(2) & 0x3f;
  if (cdb.byte(3) !== 0) refuseField(3, 7);
  if (page !== SUPPORTED && page !== TAPE_ALERT) refuseField(2, 5);
  const content = page === SUPPORTED ? [SUPPORTED, TAPE_ALERT] : alertParameters(alerts(), cdb.u16(5));
  const data = Uint8Array.from([page, 0, content.length >> 8, content.length & 0xff, ...content]);
  return good(data.subarray(0, cdb.u16(7)));
}

/** Parameters from a code on; each a byte that is 1 when the flag is set. */
function alertParameters(set: ReadonlySet<number>, from: number): number[] {
  if (from > FLAGS) refuseField(5, 7);
  const first = Math.max(from, 1);
  return Array.from({ length: FLAGS - first + 1 }, (_, n) => first + n).flatMap((code) => [
    ...[code >> 8, code & 0xff, 0x03, 1],
    set.has(code) ? 1 : 0,
  ]);
}
