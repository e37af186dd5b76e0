import type { BodyValue } from '../../protocol';
import { refuse } from '../failure';
import type { ScsiCommand, ScsiTarget } from './target';

/** The request of SCSI_EXECUTE_CDB and TAPE_EXECUTE_CDB; the same in all versions. */
export interface ExecuteCdbRequest {
  /** 0x1 DATA_IN (from the device), 0x2 DATA_OUT. */
  flags: number;
  /** Milliseconds; 0: for ever. */
  timeout: number;
  datain_len: number;
  cdb: Uint8Array;
  dataout: Uint8Array;
}

const DATA_IN = 1;
const DATA_OUT = 2;
const LONGEST_CDB = 260;
const LONGEST_WAIT = 0x7fff_ffff;
/** Lengths of command descriptor blocks by the upper three bits of the operation code; 0: any (SAM-5, section 5.2). */
const GROUP_LENGTHS = [6, 10, 10, 0, 16, 12, 0, 0];

/**
 * Carries a SCSI command to a device and its answer back. A command that the device refuses is no error of NDMP: status
 * and sense data tell of it.
 * @param target the open device
 * @param initiator number of the control connection, for unit attentions, locks and reservations
 * @returns body of the reply
 * @throws RequestFailure ILLEGAL_ARGS for flags or a command block that no device could be sent, TIMEOUT when the device did
 *   not answer in time (it may still do what it was told)
 */
export async function executeCdb(
  target: ScsiTarget,
  request: ExecuteCdbRequest,
  initiator: number,
): Promise<BodyValue> {
  checkRequest(request);
  const takesData = (request.flags & DATA_IN) !== 0;
  const command: ScsiCommand = {
    cdb: request.cdb,
    dataOut: (request.flags & DATA_OUT) !== 0 ? request.dataout : new Uint8Array(),
    dataInLength: takesData ? request.datain_len : 0,
    timeout: request.timeout,
    initiator,
  };
  const result = await inTime(target.execute(command), request);
  return {
    status: result.status,
    dataout_len: result.dataOutLength,
    datain: result.dataIn.subarray(0, command.dataInLength),
    ext_sense: result.sense,
  };
}

function checkRequest({ flags, cdb }: ExecuteCdbRequest): void {
  if (cdb.length === 0 || cdb.length > LONGEST_CDB)
    refuse('ILLEGAL_ARGS', `a command block of ${cdb.length} bytes is no SCSI command`);
  const length = GROUP_LENGTHS[cdb[0] >> 5];
  if (cdb.length < length)
    refuse('ILLEGAL_ARGS', `SCSI command 0x${cdb[0].toString(16)} has ${cdb.length} bytes where it needs ${length}`);
  if (flags > DATA_OUT)
    refuse(
      'ILLEGAL_ARGS',
      `data flags 0x${flags.toString(16)}: one of 0 (no data), 1 (data in) and 2 (data out) is possible`,
    );
}

async function inTime<T>(answer: Promise<T>, { timeout, cdb }: ExecuteCdbRequest): Promise<T> {
  if (timeout === 0) return answer;
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<'late'>((resolve) => {
    timer = setTimeout(() => resolve('late'), Math.min(timeout, LONGEST_WAIT));
  });
  try {
    const first = await Promise.race([answer, late]);
    if (first !== 'late') return first;
  } finally {
    clearTimeout(timer);
  }
  answer.catch(() => undefined);
  return refuse('TIMEOUT', `SCSI command 0x${cdb[0].toString(16)} took more than ${timeout} ms`);
}
