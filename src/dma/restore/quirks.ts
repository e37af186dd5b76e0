import { isNdmjob } from '../plan/servers';
import type { ServerReport } from '../query/model';

/** What some servers need beside the protocol. */
export interface RecoverQuirks {
  /**
   * What its mover sends: any range of the stream, or whole records only, so that it waits for ever behind a MOVER_READ of
   * anything else. In v2 no server says what it is.
   */
  moverReads: 'any' | 'whole-records' | 'unknown';
  /** Bytes of names that its data server takes in one list; undefined: no limit is known. */
  listBytes: number | undefined;
  /** Where everything goes has to end with a separator. */
  slashBehindRoot: boolean;
}

const NONE: RecoverQuirks = { moverReads: 'any', listBytes: undefined, slashBehindRoot: false };

// its data agent hands the list to a shell command that is cut at 4 kB without a word
const NDMJOB: RecoverQuirks = { moverReads: 'whole-records', listBytes: 2800, slashBehindRoot: true };

/** By what a server says of itself (CONFIG_GET_SERVER_INFO). */
export function quirksOf(report: ServerReport): RecoverQuirks {
  if (isNdmjob(report)) return NDMJOB;
  return report.version === 2 ? { ...NONE, moverReads: 'unknown' } : NONE;
}

/** Whether the mover of the tapes sends whole records only, and the data server is of a make that reads others too. */
export function readsOthers(data: ServerReport, tape: ServerReport): boolean {
  return quirksOf(tape).moverReads === 'whole-records' && quirksOf(data).moverReads !== 'whole-records';
}
