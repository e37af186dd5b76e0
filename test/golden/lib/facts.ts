/**
 * Message names and error names, written down from the protocol documents a second time, apart from the product's own
 * tables, so that a slip in one of them does not agree with itself.
 */

/** Names of the core messages by code; where versions differ: [from this version on, name]. */
const CORE: Record<number, string | [version: number, name: string][]> = {
  0x100: 'CONFIG_GET_HOST_INFO',
  0x101: 'CONFIG_GET_BUTYPE_ATTR',
  0x102: [
    [3, 'CONFIG_GET_CONNECTION_TYPE'],
    [1, 'CONFIG_GET_MOVER_TYPE'],
  ],
  0x103: 'CONFIG_GET_AUTH_ATTR',
  0x104: 'CONFIG_GET_BUTYPE_INFO',
  0x105: 'CONFIG_GET_FS_INFO',
  0x106: 'CONFIG_GET_TAPE_INFO',
  0x107: 'CONFIG_GET_SCSI_INFO',
  0x108: 'CONFIG_GET_SERVER_INFO',
  0x109: 'CONFIG_SET_EXT_LIST',
  0x10a: 'CONFIG_GET_EXT_LIST',
  0x200: 'SCSI_OPEN',
  0x201: 'SCSI_CLOSE',
  0x202: 'SCSI_GET_STATE',
  0x203: 'SCSI_SET_TARGET',
  0x204: 'SCSI_RESET_DEVICE',
  0x205: 'SCSI_RESET_BUS',
  0x206: 'SCSI_EXECUTE_CDB',
  0x300: 'TAPE_OPEN',
  0x301: 'TAPE_CLOSE',
  0x302: 'TAPE_GET_STATE',
  0x303: 'TAPE_MTIO',
  0x304: 'TAPE_WRITE',
  0x305: 'TAPE_READ',
  0x307: 'TAPE_EXECUTE_CDB',
  0x400: 'DATA_GET_STATE',
  0x401: 'DATA_START_BACKUP',
  0x402: 'DATA_START_RECOVER',
  0x403: 'DATA_ABORT',
  0x404: 'DATA_GET_ENV',
  0x407: 'DATA_STOP',
  0x409: 'DATA_LISTEN',
  0x40a: 'DATA_CONNECT',
  0x40b: 'DATA_START_RECOVER_FILEHIST',
  0x501: 'NOTIFY_DATA_HALTED',
  0x502: [
    [4, 'NOTIFY_CONNECTION_STATUS'],
    [1, 'NOTIFY_CONNECTED'],
  ],
  0x503: 'NOTIFY_MOVER_HALTED',
  0x504: 'NOTIFY_MOVER_PAUSED',
  0x505: 'NOTIFY_DATA_READ',
  0x600: 'LOG_LOG',
  0x601: 'LOG_DEBUG',
  0x602: 'LOG_FILE',
  0x603: 'LOG_MESSAGE',
  0x700: 'FH_ADD_UNIX_PATH',
  0x701: 'FH_ADD_UNIX_DIR',
  0x702: 'FH_ADD_UNIX_NODE',
  0x703: 'FH_ADD_FILE',
  0x704: 'FH_ADD_DIR',
  0x705: 'FH_ADD_NODE',
  0x900: 'CONNECT_OPEN',
  0x901: 'CONNECT_CLIENT_AUTH',
  0x902: 'CONNECT_CLOSE',
  0x903: 'CONNECT_SERVER_AUTH',
  0xa00: 'MOVER_GET_STATE',
  0xa01: 'MOVER_LISTEN',
  0xa02: 'MOVER_CONTINUE',
  0xa03: 'MOVER_ABORT',
  0xa04: 'MOVER_STOP',
  0xa05: 'MOVER_SET_WINDOW',
  0xa06: 'MOVER_READ',
  0xa07: 'MOVER_CLOSE',
  0xa08: 'MOVER_SET_RECORD_SIZE',
  0xa09: 'MOVER_CONNECT',
};

/** The names that a core message may go by in a version, with their NDMP_ prefix: its name there, and that of NDMPv4. */
export function coreNames(code: number, version: number): string[] {
  const entry = CORE[code];
  if (entry === undefined) return [];
  if (typeof entry === 'string') return [`NDMP_${entry}`];
  return [version, 4].map((each) => `NDMP_${entry.find(([from]) => each >= from)?.[1]}`);
}

/** Every code a name of any version stands for; NOTIFY_CONNECTED and NOTIFY_CONNECTION_STATUS are one. */
export function codeOfName(name: string): number | undefined {
  for (const [code, entry] of Object.entries(CORE)) {
    const names = typeof entry === 'string' ? [entry] : entry.map(([, each]) => each);
    if (names.includes(name)) return Number(code);
  }
  return undefined;
}

/** Messages of the notify, log and file history interfaces are posts: they have no reply. */
export function isPost(code: number): boolean {
  return code >= 0x500 && code <= 0x7ff;
}

/** Error names 0 to 30 in their order. */
export const ERROR_NAMES = [
  'NO_ERR',
  'NOT_SUPPORTED',
  'DEVICE_BUSY',
  'DEVICE_OPENED',
  'NOT_AUTHORIZED',
  'PERMISSION',
  'DEV_NOT_OPEN',
  'IO',
  'TIMEOUT',
  'ILLEGAL_ARGS',
  'NO_TAPE_LOADED',
  'WRITE_PROTECT',
  'EOF',
  'EOM',
  'FILE_NOT_FOUND',
  'BAD_FILE',
  'NO_DEVICE',
  'NO_BUS',
  'XDR_DECODE',
  'ILLEGAL_STATE',
  'UNDEFINED',
  'XDR_ENCODE',
  'NO_MEM',
  'CONNECT',
  'SEQUENCE_NUM',
  'READ_IN_PROGRESS',
  'PRECONDITION',
  'CLASS_NOT_SUPPORTED',
  'VERSION_NOT_SUPPORTED',
  'EXT_DUPL_CLASSES',
  'EXT_DANDN_ILLEGAL',
] as const;
