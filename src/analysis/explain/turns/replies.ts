import { describeCdb, describeSense, errorName, interfaceOf, scsiStatusText, senseCodes } from '../../../protocol';
import { bodyOf } from '../../connections';
import { MessageView } from '../../messageView';
import { errorCauses, senseCauses } from '../match';
import type { WrongTurn } from '../model';
import { doneKey, nameAt, turn, type TurnContext } from './context';

const Code = {
  SCSI_EXECUTE_CDB: 0x206,
  TAPE_OPEN: 0x300,
  TAPE_GET_STATE: 0x302,
  TAPE_MTIO: 0x303,
  TAPE_READ: 0x305,
  DATA_GET_ENV: 0x404,
  CONNECT_OPEN: 0x900,
  CLIENT_AUTH: 0x901,
} as const;
const triedAgain = new Set<number>([Code.TAPE_OPEN, Code.CONNECT_OPEN, Code.CLIENT_AUTH]);
const DEV_NOT_OPEN = 6;
const ILLEGAL_STATE = 19;
const EOF = 12;
const EOM = 13;
const UNIT_ATTENTION = 6;
/** The first matter; a capture may hold a million. */
const MAX_TURNS = 5000;

/** Requests that were answered with an error. */
export function refusedRequests(context: TurnContext): WrongTurn[] {
  const { rows, analysis } = context;
  const { index } = analysis.source;
  const turns: WrongTurn[] = [];
  for (const row of rows) {
    if (turns.length >= MAX_TURNS) break;
    if (index.kind(row) !== 'reply') continue;
    const header = index.headerError(row);
    const error = header !== 0 ? header : index.bodyError(row);
    if (error > 0) {
      const weight = weightOf(context, row, error);
      if (weight !== undefined) turns.push(refused(context, row, error, weight));
    } else if (index.code(row) === Code.SCSI_EXECUTE_CDB) {
      const scsi = scsiTurn(context, row);
      if (scsi !== undefined) turns.push(scsi);
    }
  }
  return turns;
}

function refused(context: TurnContext, row: number, error: number, weight: WrongTurn['weight']): WrongTurn {
  const { source } = context.analysis;
  const request = source.index.pair(row);
  const name = nameAt(context, row);
  const asked = request < 0 ? '' : new MessageView(source, request).summary;
  const where = source.index.headerError(row) !== 0 ? ' in the header of the reply' : '';
  const text = `${name}${asked === '' ? '' : ` (${asked})`} was answered ${errorName(error)}${where}.`;
  const rows = request < 0 ? [row] : [row, request];
  return turn(context, 'error', weight, rows, text, errorCauses(error, name, row));
}

/** Undefined for errors that belong to the normal course. */
function weightOf(context: TurnContext, row: number, error: number): WrongTurn['weight'] | undefined {
  const { index } = context.analysis.source;
  const code = index.code(row);
  // reading labels and spacing meets marks and ends; asking for the state of a closed tape says that it is closed
  if ((code === Code.TAPE_READ || code === Code.TAPE_MTIO) && (error === EOF || error === EOM)) return 'oddity';
  if (code === Code.TAPE_GET_STATE && error === DEV_NOT_OPEN) return undefined;
  // servers of two families answer so after every recovery
  if (code === Code.DATA_GET_ENV && error === ILLEGAL_STATE && context.job.operation !== 'backup') return undefined;
  if (laterDone(context, row)) return 'oddity';
  return interfaceOf(code) === 'config' ? 'oddity' : 'failure';
}

/** Whether the same request was done later: a retry that went well, or the next kind of login. */
function laterDone({ done, analysis }: TurnContext, row: number): boolean {
  const { index } = analysis.source;
  const code = index.code(row);
  return triedAgain.has(code) && (done.get(doneKey(code, index.connection(row))) ?? -1) > row;
}

/** A SCSI command that the device did not do. */
function scsiTurn(context: TurnContext, row: number): WrongTurn | undefined {
  const { source } = context.analysis;
  const body = bodyOf(source, row);
  const status = typeof body.status === 'number' ? body.status : 0;
  if (status === 0) return undefined;
  const request = source.index.pair(row);
  const cdb = request < 0 ? undefined : bodyOf(source, request).cdb;
  const command = cdb instanceof Uint8Array ? describeCdb(cdb) : undefined;
  const sense = body.ext_sense instanceof Uint8Array ? body.ext_sense : new Uint8Array();
  const told = describeSense(sense);
  const text = `${command ?? 'A SCSI command'} ended with ${scsiStatusText(status)}${told === undefined ? '' : `: ${told}`}.`;
  const attention = senseCodes(sense)?.key === UNIT_ATTENTION;
  const rows = request < 0 ? [row] : [row, request];
  return turn(context, 'device', attention ? 'oddity' : 'failure', rows, text, senseCauses(sense, row));
}
