/** Codes of the messages that tell jobs apart (NDMPv4 draft; `src/protocol/tables` has all of them). */
export const Code = {
  TAPE_OPEN: 0x300,
  TAPE_CLOSE: 0x301,
  SCSI_OPEN: 0x200,
  SCSI_EXECUTE_CDB: 0x206,
  DATA_GET_STATE: 0x400,
  START_BACKUP: 0x401,
  START_RECOVER: 0x402,
  DATA_ABORT: 0x403,
  DATA_GET_ENV: 0x404,
  DATA_STOP: 0x407,
  DATA_LISTEN: 0x409,
  DATA_CONNECT: 0x40a,
  START_RECOVER_FILEHIST: 0x40b,
  DATA_HALTED: 0x501,
  MOVER_HALTED: 0x503,
  MOVER_PAUSED: 0x504,
  DATA_READ: 0x505,
  FH_FIRST: 0x700,
  FH_LAST: 0x7ff,
  CLIENT_AUTH: 0x901,
  CONNECT_CLOSE: 0x902,
  MOVER_GET_STATE: 0xa00,
  MOVER_LISTEN: 0xa01,
  MOVER_ABORT: 0xa03,
  MOVER_STOP: 0xa04,
  MOVER_SET_WINDOW: 0xa05,
  MOVER_READ: 0xa06,
  MOVER_SET_RECORD_SIZE: 0xa08,
  MOVER_CONNECT: 0xa09,
  CAB_DATA_CONN_PREPARE: 0x20520001,
} as const;

export const STARTS: ReadonlySet<number> = new Set([
  Code.START_BACKUP,
  Code.START_RECOVER,
  Code.START_RECOVER_FILEHIST,
]);

/** Requests with which the next job on a connection begins, once the one before it was stopped. */
export const SETUP: ReadonlySet<number> = new Set([
  Code.TAPE_OPEN,
  Code.SCSI_OPEN,
  Code.MOVER_SET_RECORD_SIZE,
  Code.MOVER_SET_WINDOW,
  Code.MOVER_LISTEN,
  Code.MOVER_CONNECT,
  Code.DATA_LISTEN,
  Code.DATA_CONNECT,
  Code.CAB_DATA_CONN_PREPARE,
  ...STARTS,
]);
