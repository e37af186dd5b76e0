import { describeCdb, describeSense, errorName, requestRule } from '../../../protocol';
import { quoted, type FindingContext } from '../context';
import type { RuleGroup } from '../group';
import type { Rule } from '../model';

const deviceRefused: Rule = {
  id: 'device-refused',
  name: 'Device could not be opened',
  severity: 'error',
  doc: 'The server could not open the tape drive or changer. NO_DEVICE: the name is wrong. DEVICE_BUSY: somebody else has it. WRITE_PROTECT: the tape may only be read. NO_TAPE_LOADED: no tape, or not yet after a load.',
  specification: 'NDMPv4 draft, SCSI_OPEN and TAPE_OPEN (sections 3.3 and 3.4)',
};
const retried: Rule = {
  id: 'device-retried',
  name: 'Device opened after some attempts',
  severity: 'note',
  doc: 'The device could not be opened at first, and later could. That is usual after a changer has loaded a tape.',
  specification: 'NDMPv4 draft, SCSI_OPEN and TAPE_OPEN (sections 3.3 and 3.4)',
};
const tapeError: Rule = {
  id: 'tape-error',
  name: 'Tape operation failed',
  severity: 'warning',
  doc: 'The drive could not do what was asked. IO points at the tape or the drive; WRITE_PROTECT and PERMISSION at the way the tape was opened.',
  specification: 'NDMPv4 draft, tape interface (section 3.4)',
};
const blank: Rule = {
  id: 'blank-tape',
  name: 'Nothing could be read from the tape',
  severity: 'note',
  doc: 'The first read after the tape was opened met a file mark or the end of the data: the tape is blank, or has no label where the DMA looks for it.',
  specification: 'NDMPv4 draft, TAPE_READ (section 3.4)',
};
const changer: Rule = {
  id: 'changer-error',
  name: 'Changer refused a move',
  severity: 'warning',
  doc: 'The changer answered a move with CHECK CONDITION. Its sense data say why: an empty source, a full destination, an element that does not exist, or a door that is open.',
  specification: 'NDMPv4 draft, SCSI_EXECUTE_CDB (section 3.3); SCSI Media Changer Commands',
};
const command: Rule = {
  id: 'scsi-check-condition',
  name: 'SCSI command refused',
  severity: 'note',
  doc: 'A device answered CHECK CONDITION to a command that is often optional. The DMA can do without it as a rule.',
  specification: 'NDMPv4 draft, SCSI_EXECUTE_CDB (section 3.3)',
};
const notSupported: Rule = {
  id: 'not-supported',
  name: 'Request that the server does not support',
  severity: 'note',
  doc: 'The server does not implement the request. That is allowed for optional ones; the DMA has to do without.',
  specification: 'NDMPv4 draft, error NOT_SUPPORTED (section 2.3)',
};
const other: Rule = {
  id: 'request-refused',
  name: 'Request refused',
  severity: 'warning',
  doc: 'The server answered the request with an error that no other rule explains. The error and the log messages around it say why.',
  specification: 'NDMPv4 draft, error codes (section 2.3)',
};

const OPENS = [0x200, 0x300];
const TAPE_GET_STATE = 0x302;
const TAPE_WRITE = 0x304;
const TAPE_READ = 0x305;
const TAPE_WORK = [0x301, 0x303, 0x304, 0x305, 0x307];
const EXECUTE_CDB = [0x206, 0x307];
const CONNECT_OPEN = 0x900;
const MOVES = [0xa5, 0xa6, 0x2b];
const UNIT_ATTENTION = 6;
const CHECK_CONDITION = 2;
/** Marks and ends that reading and spacing meet in the ordinary course. */
const ORDINARY = [12, 13];
const NOT_SUPPORTED = 1;
const IO = 7;
const END_OF_MEDIUM = 13;
const ILLEGAL_STATE = 19;
const DEV_NOT_OPEN = 6;
/** Questions whose refusal says nothing: a state without a device, an environment after a recovery. */
const ASKED_IN_PASSING = [TAPE_GET_STATE, 0x404, 0x109, 0x10a, CONNECT_OPEN];

interface Fold {
  rule: Rule;
  text: string;
  rows: number[];
}

/** Replies with errors that nothing before has explained. */
export const replyGroup: RuleGroup = {
  title: 'Devices and other replies',
  rules: [deviceRefused, retried, tapeError, blank, changer, command, notSupported, other],
  find(context) {
    for (const rows of context.rows) ofConnection(context, rows);
  },
};

function ofConnection(context: FindingContext, rows: readonly number[]): void {
  const { index } = context;
  const folds = new Map<string, Fold>();
  const fold = (rule: Rule, text: string, row: number): void => {
    const known = folds.get(text);
    if (known) known.rows.push(row);
    else folds.set(text, { rule, text, rows: [row] });
  };
  const lastOpened = lastOpens(context, rows);
  let readSinceOpen = true;
  let atEnd = false;
  for (const row of rows) {
    if (index.kind(row) !== 'request') continue;
    const code = index.code(row);
    const error = context.answer(row);
    if (code === 0x300 && error === 0) readSinceOpen = false;
    if (EXECUTE_CDB.includes(code) && error === 0) scsiStatus(context, row, fold);
    const firstRead = code === TAPE_READ && !readSinceOpen;
    if (firstRead) readSinceOpen = true;
    if (code === TAPE_WRITE && error === END_OF_MEDIUM) atEnd = true;
    // behind the early warning the physical end comes as an input/output error
    if (code === TAPE_WRITE && error === IO && atEnd) continue;
    if (error === undefined || error === 0 || context.explained.has(row)) continue;
    if (OPENS.includes(code)) openFailed(context, row, lastOpened, fold);
    else if (TAPE_WORK.includes(code)) tapeFailed(context, row, error, firstRead, fold);
    // the state table judges refusals for the state; those it leaves are races
    else if (!ASKED_IN_PASSING.includes(code) && (error !== ILLEGAL_STATE || requestRule(code) === undefined)) {
      const rule = error === NOT_SUPPORTED ? notSupported : other;
      fold(rule, `${context.name(row)} was refused: ${errorName(error)}.`, row);
    }
  }
  for (const { rule, text, rows: at } of folds.values()) {
    const often = at.length > 1 ? ` So ${at.length} times.` : '';
    context.add(
      rule,
      { row: at[0] },
      text + often,
      at.flatMap((row) => [row, index.pair(row)]),
    );
  }
}

type Folding = (rule: Rule, text: string, row: number) => void;

/** The last successful opening of each device. */
function lastOpens(context: FindingContext, rows: readonly number[]): Map<unknown, number> {
  const { index } = context;
  const found = new Map<unknown, number>();
  for (const row of rows) {
    if (OPENS.includes(index.code(row)) && index.kind(row) === 'request' && context.answer(row) === 0)
      found.set(context.body(row).device, row);
  }
  return found;
}

function openFailed(
  context: FindingContext,
  row: number,
  lastOpened: ReadonlyMap<unknown, number>,
  fold: Folding,
): void {
  const { device } = context.body(row);
  const name = typeof device === 'string' ? ` of ${quoted(device)}` : '';
  const later = (lastOpened.get(device) ?? -1) > row;
  fold(
    later ? retried : deviceRefused,
    `${context.name(row)}${name} was refused: ${context.errorText(context.index.pair(row))}.`,
    row,
  );
}

function tapeFailed(context: FindingContext, row: number, error: number, firstRead: boolean, fold: Folding): void {
  const name = context.name(row);
  if (ORDINARY.includes(error)) {
    if (firstRead) fold(blank, `The first ${name} after the tape was opened met ${errorName(error)}.`, row);
  } else if (error === NOT_SUPPORTED) fold(notSupported, `${name} was refused: ${errorName(error)}.`, row);
  else if (error !== DEV_NOT_OPEN) fold(tapeError, `${name} failed: ${errorName(error)}.`, row);
}

/** CHECK CONDITION of a device; what only announces a change is no fault. */
function scsiStatus(context: FindingContext, row: number, fold: Folding): void {
  const { status, ext_sense: sense } = context.body(context.index.pair(row));
  if (status !== CHECK_CONDITION) return;
  const bytes = sense instanceof Uint8Array ? sense : new Uint8Array(0);
  if ((bytes[2] & 0x0f) === UNIT_ATTENTION) return;
  const { cdb } = context.body(row);
  const block = cdb instanceof Uint8Array ? cdb : new Uint8Array(0);
  const why = describeSense(bytes);
  const rule = MOVES.includes(block[0]) ? changer : command;
  fold(rule, `${describeCdb(block) ?? 'A SCSI command'} was refused${why ? `: ${why}` : ''}.`, row);
}
