import { describeCdb, errorName, messageName, scsiStatusText, type BodyValue } from '../../protocol';
import type { MessageIndex } from '../../session/messageIndex';
import { bodyOf, type ConnectionFacts } from '../connections';
import type { MessageSource } from '../messageView';
import type { Group } from './groups';
import { rowsWithin } from '../ascending';
import type { Landmarks } from './landmarks';
import type { Evidence, Outcome } from './model';
import { accepted } from './movers';
import type { DataOperation } from './operations';
import { Code } from './requests';

export interface Verdict {
  outcome: Outcome;
  why: Evidence;
}

/** Reasons of a data server's halt, v2 to v4. */
const dataReasons = ['NA', 'SUCCESSFUL', 'ABORTED', 'INTERNAL_ERROR', 'CONNECT_ERROR'];
const moverReasons = ['NA', 'CONNECT_CLOSED', 'ABORTED', 'INTERNAL_ERROR', 'CONNECT_ERROR', 'MEDIA_ERROR'];
const SUCCESSFUL = 1;
const ABORTED = 2;
const MOVER_HALTED = 4;

/** How a job ended, and which messages say so. */
export function judge(
  source: MessageSource,
  group: Group,
  landmarks: readonly Landmarks[],
  facts: readonly ConnectionFacts[],
): Verdict {
  const [operation] = group.operations;
  if (operation === undefined) return judgeSession(source, group, landmarks, facts);
  if (operation.refused) return refused(source.index, operation);
  if (operation.endRow < 0) return notSeen(source.index, operation);
  const reason = haltReason(bodyOf(source, operation.endRow));
  const rows = [operation.endRow];
  const name = dataReasons[reason] ?? String(reason);
  if (reason !== SUCCESSFUL)
    return {
      outcome: reason === ABORTED ? 'aborted' : 'failed',
      why: { text: `The data server halted: ${name}.`, rows },
    };
  const mover = operation.operation === 'backup' ? moverHalt(source, group, landmarks, operation.startRow) : undefined;
  if (mover && mover.reason > SUCCESSFUL)
    return {
      outcome: mover.reason === ABORTED ? 'aborted' : 'failed',
      why: {
        text: `The data server was done, but the mover halted: ${moverReasons[mover.reason] ?? mover.reason}.`,
        rows: [...rows, mover.row],
      },
    };
  return { outcome: 'successful', why: { text: 'The data server halted: SUCCESSFUL.', rows } };
}

/** `reason` of a post, `halt_reason` of a state. */
function haltReason(body: BodyValue): number {
  return Number(body.reason ?? body.halt_reason);
}

function refused(index: MessageIndex, { startRow }: DataOperation): Verdict {
  const reply = index.pair(startRow);
  const error = index.headerError(reply) || index.bodyError(reply);
  const request = messageName(index.code(startRow), index.version(startRow));
  return {
    outcome: 'refused',
    why: { text: `The data server refused ${request}: ${errorName(error)}.`, rows: [startRow, reply] },
  };
}

const endings = {
  rst: 'The data server’s control connection was reset before any halt.',
  fin: 'The data server’s control connection was closed before any halt.',
  open: 'The capture ends before the data server halts.',
} as const;

function notSeen(index: MessageIndex, { connection, startRow, toRow }: DataOperation): Verdict {
  const { ended } = index.connections[connection];
  return {
    outcome: 'not seen',
    why: { text: endings[ended], rows: [startRow, toRow].filter((row) => row >= 0) },
  };
}

/** Why the mover of a group halted, by its post or else by its state. */
function moverHalt(
  source: MessageSource,
  group: Group,
  landmarks: readonly Landmarks[],
  startRow: number,
): { row: number; reason: number } | undefined {
  const marks = landmarks[group.tapeConnection];
  const span = group.spans.find(({ connection }) => connection === group.tapeConnection);
  if (marks === undefined || span === undefined) return undefined;
  const from = Math.max(span.fromRow, startRow);
  const [post] = rowsWithin(marks.moverHalted, from, span.toRow);
  if (post !== undefined) return { row: post, reason: haltReason(bodyOf(source, post)) };
  const state = rowsWithin(marks.moverStates, from, span.toRow).at(-1);
  if (state === undefined) return undefined;
  const body = bodyOf(source, state);
  return Number(body.state) === MOVER_HALTED ? { row: state, reason: haltReason(body) } : undefined;
}

const DATA_INTERFACE = 4;
/** What connects data server and mover, and starts what goes over it. */
const CONNECTING = [
  Code.DATA_LISTEN,
  Code.DATA_CONNECT,
  Code.MOVER_LISTEN,
  Code.MOVER_CONNECT,
  Code.START_BACKUP,
  Code.START_RECOVER,
  Code.START_RECOVER_FILEHIST,
];
/** The steps that lead to a transfer. */
const TRANSFER: ReadonlySet<number> = new Set([Code.MOVER_SET_RECORD_SIZE, Code.MOVER_SET_WINDOW, ...CONNECTING]);
/** What a session tries first; when none of it succeeds, the session has failed. */
const ATTEMPTS: ReadonlySet<number> = new Set([Code.TAPE_OPEN, Code.SCSI_OPEN, ...CONNECTING]);

function judgeSession(
  source: MessageSource,
  group: Group,
  landmarks: readonly Landmarks[],
  facts: readonly ConnectionFacts[],
): Verdict {
  const { index } = source;
  const members = group.spans.map(({ connection }) => facts[connection]);
  const logins = members.filter(({ authentication }) => authentication !== undefined);
  if (logins.length > 0 && logins.every(({ authentication }) => authentication?.result === 'refused'))
    return { outcome: 'refused', why: { text: 'The server refused the login.', rows: logins.map(loginRow) } };
  const setups = group.spans.flatMap(({ connection, fromRow, toRow }) =>
    rowsWithin(landmarks[connection].setups, fromRow, toRow),
  );
  const attempts = setups.filter((row) => ATTEMPTS.has(index.code(row)));
  const transfer = setups.filter((row) => TRANSFER.has(index.code(row))).sort((one, other) => one - other);
  const last = transfer.at(-1);
  // with both sides prepared, the last step is the one that counts; alone, a server is tested rather than used
  const bothSides = group.tapeConnection >= 0 && transfer.some((row) => index.code(row) >>> 8 === DATA_INTERFACE);
  if (bothSides && last !== undefined && !accepted(index, last)) return lastFailure(index, [last]);
  const data = transfer.filter((row) => index.code(row) >>> 8 === DATA_INTERFACE);
  for (const rows of [data, attempts])
    if (rows.length > 0 && !rows.some((row) => accepted(index, row))) return lastFailure(index, rows);
  const command = failedCommand(source, group, landmarks);
  if (command !== undefined) return command;
  const ends = members.map(({ connection }) => connection.ended);
  if (ends.includes('rst') && members.every(({ replies }) => replies === 0))
    return { outcome: 'not seen', why: { text: 'The connection was reset before the server answered.', rows: [] } };
  return { outcome: 'successful', why: { text: 'The server did what was asked for.', rows: [] } };
}

function loginRow({ lastRow }: ConnectionFacts): number {
  return lastRow;
}

/** SCSI commands of a session that are looked at, from its end. */
const MAX_COMMANDS = 200;

/** A SCSI command that was refused or failed at the device, and did not succeed later. */
function failedCommand(source: MessageSource, { spans }: Group, landmarks: readonly Landmarks[]): Verdict | undefined {
  const failed = new Map<number, Verdict>();
  for (const { connection, fromRow, toRow } of spans) {
    for (const request of rowsWithin(landmarks[connection].commands, fromRow, toRow).slice(-MAX_COMMANDS)) {
      const { cdb } = bodyOf(source, request);
      if (!(cdb instanceof Uint8Array)) continue;
      const failure = failureOf(source, request);
      if (failure === undefined) failed.delete(cdb[0]);
      else {
        const text = `${describeCdb(cdb) ?? 'A SCSI command'} ended with ${failure}.`;
        failed.set(cdb[0], { outcome: 'failed', why: { text, rows: [request, source.index.pair(request)] } });
      }
    }
  }
  return [...failed.values()].at(-1);
}

/** The error of the reply, or else the status that the device gave; undefined when all is well or no reply is there. */
function failureOf(source: MessageSource, request: number): string | undefined {
  const { index } = source;
  const reply = index.pair(request);
  if (reply < 0) return undefined;
  if (!accepted(index, request)) return errorName(index.headerError(reply) || index.bodyError(reply));
  const { status } = bodyOf(source, reply);
  return typeof status === 'number' && status !== 0 ? scsiStatusText(status) : undefined;
}

function lastFailure(index: MessageIndex, attempts: readonly number[]): Verdict {
  const row = Math.max(...attempts.slice(-100));
  const reply = index.pair(row);
  const error = index.headerError(reply) || index.bodyError(reply);
  const request = messageName(index.code(row), index.version(row));
  return { outcome: 'failed', why: { text: `${request} failed: ${errorName(error)}.`, rows: [row, reply] } };
}
