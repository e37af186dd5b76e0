import type { MessageKind } from '../../protocol';
import type { FoldKind } from './model';

/** Messages that the sequence tells apart by their code (NDMPv4 draft, appendix A). */
export const Code = {
  GET_AUTH_ATTR: 0x103,
  GET_SERVER_INFO: 0x108,
  SCSI_GET_STATE: 0x202,
  TAPE_OPEN: 0x300,
  TAPE_CLOSE: 0x301,
  TAPE_GET_STATE: 0x302,
  TAPE_MTIO: 0x303,
  DATA_GET_STATE: 0x400,
  START_BACKUP: 0x401,
  START_RECOVER: 0x402,
  DATA_ABORT: 0x403,
  DATA_STOP: 0x407,
  DATA_LISTEN: 0x409,
  DATA_CONNECT: 0x40a,
  START_RECOVER_FILEHIST: 0x40b,
  DATA_HALTED: 0x501,
  CONNECTION_STATUS: 0x502,
  MOVER_HALTED: 0x503,
  MOVER_PAUSED: 0x504,
  DATA_READ: 0x505,
  LOG_MESSAGE: 0x603,
  CONNECT_CLOSE: 0x902,
  CLIENT_AUTH: 0x901,
  MOVER_GET_STATE: 0xa00,
  MOVER_LISTEN: 0xa01,
  MOVER_CONTINUE: 0xa02,
  MOVER_ABORT: 0xa03,
  MOVER_STOP: 0xa04,
  SET_WINDOW: 0xa05,
  MOVER_READ: 0xa06,
  MOVER_CLOSE: 0xa07,
  SET_RECORD_SIZE: 0xa08,
  MOVER_CONNECT: 0xa09,
  CAB_PREPARE: 0x20520001,
} as const;

const polls: ReadonlySet<number> = new Set([
  Code.DATA_GET_STATE,
  Code.MOVER_GET_STATE,
  Code.TAPE_GET_STATE,
  Code.SCSI_GET_STATE,
]);
const starts: ReadonlySet<number> = new Set([Code.START_BACKUP, Code.START_RECOVER, Code.START_RECOVER_FILEHIST]);

/** High bytes of the interfaces whose neighbours of the same code are folded: config, scsi, tape. */
const repeating: ReadonlySet<number> = new Set([1, 2, 3]);

export function isPoll(code: number): boolean {
  return polls.has(code);
}

export function isStart(code: number): boolean {
  return starts.has(code);
}

/**
 * What floods, and is gathered wherever it comes; undefined for messages that are steps of their own. Replies are asked
 * for where the capture lacks their requests.
 */
export function floodOf(code: number, kind: MessageKind): Exclude<FoldKind, 'repeats'> | undefined {
  if (kind === 'post') {
    if (code >>> 8 === 7) return 'history';
    if (code >>> 8 === 6) return 'log';
    return code === Code.DATA_READ ? 'reads' : undefined;
  }
  if (polls.has(code)) return 'polls';
  return code === Code.MOVER_READ ? 'reads' : undefined;
}

const seekSteps: ReadonlySet<number> = new Set([
  Code.MOVER_PAUSED,
  Code.SET_WINDOW,
  Code.MOVER_CONTINUE,
  Code.TAPE_MTIO,
]);

/** Steps that a recovery by direct access repeats for each file: a pause, the tape's new position, a window, on. */
export function isSeekStep(code: number): boolean {
  return seekSteps.has(code);
}

/** Whether neighbours with this code are one step of the DMA: moves of a changer, tape positioning, questions. */
export function repeats(code: number, kind: MessageKind): boolean {
  return kind === 'request' && repeating.has(code >>> 8);
}
