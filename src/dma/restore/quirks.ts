import { isNdmjob } from '../plan/servers';
import type { ServerReport } from '../query/model';

/** What some servers need beside the protocol. */
export interface RecoverQuirks {
  /** Its mover waits for ever behind a MOVER_READ that is no whole number of records: no direct access. */
  wholeRecords: boolean;
  /** Bytes of names that its data server takes in one list; undefined: no limit is known. */
  listBytes: number | undefined;
  /** Where everything goes has to end with a separator. */
  slashBehindRoot: boolean;
}

const NONE: RecoverQuirks = { wholeRecords: false, listBytes: undefined, slashBehindRoot: false };

// its data agent hands the list to a shell command that is cut at 4 kB without a word
const NDMJOB: RecoverQuirks = { wholeRecords: true, listBytes: 2800, slashBehindRoot: true };

/** By what a server says of itself (CONFIG_GET_SERVER_INFO). */
export function quirksOf(report: ServerReport): RecoverQuirks {
  return isNdmjob(report) ? NDMJOB : NONE;
}
