/**
 * Names of enumerations and masks by where they stand, written down from the protocol documents a second time. A field is
 * found by its last name ('mover.type' is looked up as 'type'), where needed with its message in front.
 */
const ADDRESS = { 0: 'LOCAL', 1: 'TCP', 2: 'FC', 3: 'IPC', 0x20510004: 'TCP_IPV6' };
const AUTH = { 0: 'NONE', 1: 'TEXT', 2: 'MD5' };
const DATA_STATE = { 0: 'IDLE', 1: 'ACTIVE', 2: 'HALTED', 3: 'LISTEN', 4: 'CONNECTED' };
const DATA_HALT = { 0: 'NA', 1: 'SUCCESSFUL', 2: 'ABORTED', 3: 'INTERNAL_ERROR', 4: 'CONNECT_ERROR' };
const MOVER_STATE = { 0: 'IDLE', 1: 'LISTEN', 2: 'ACTIVE', 3: 'PAUSED', 4: 'HALTED' };
const MOVER_PAUSE = { 0: 'NA', 1: 'EOM', 2: 'EOF', 3: 'SEEK', 4: 'MEDIA_ERROR', 5: 'EOW' };
const MOVER_HALT_OLD = { 0: 'NA', 1: 'CONNECT_CLOSED', 2: 'ABORTED', 3: 'INTERNAL_ERROR', 4: 'CONNECT_ERROR' };
const MOVER_HALT = { ...MOVER_HALT_OLD, 5: 'MEDIA_ERROR' };
const FILE = ['DIR', 'FIFO', 'CSPEC', 'BSPEC', 'REG', 'SLINK', 'SOCK', 'REGISTRY', 'OTHER'];
const DEBUG = ['USER_INFO', 'USER_SUMMARY', 'USER_DETAIL', 'DIAG_INFO', 'DIAG_SUMMARY', 'DIAG_DETAIL', 'PROG_INFO'];

type Names = Readonly<Record<number, string>>;

/** Enumerations by message code and field, or by field alone. */
const ENUMS: Record<string, Names> = {
  addr_types: ADDRESS,
  addr_type: ADDRESS,
  'addr.type': ADDRESS,
  'mover.type': ADDRESS,
  'data_connection_addr.type': ADDRESS,
  'connect_addr.type': ADDRESS,
  auth_type: AUTH,
  'auth_data.type': AUTH,
  'server_attr.type': AUTH,
  '0x300 mode': { 0: 'READ', 1: 'RDWR', 2: 'RAW' },
  '0x303 tape_op': { 0: 'FSF', 1: 'BSF', 2: 'FSR', 3: 'BSR', 4: 'REW', 5: 'EOF', 6: 'OFF', 7: 'TUR' },
  '0x400 operation': { 0: 'NOACTION', 1: 'BACKUP', 2: 'RECOVER', 3: 'RECOVER_FILEHIST' },
  '0x400 state': DATA_STATE,
  '0x400 halt_reason': DATA_HALT,
  '0x501 reason': DATA_HALT,
  '0x502 reason': { 0: 'CONNECTED', 1: 'SHUTDOWN', 2: 'REFUSED' },
  '0x503 reason': MOVER_HALT,
  '0x504 reason': MOVER_PAUSE,
  '0x601 level': { ...DEBUG },
  '0x603 log_type': { 0: 'NORMAL', 1: 'DEBUG', 2: 'ERROR', 3: 'WARNING' },
  '0x603 associated_message_valid': { 0: 'NO', 1: 'YES' },
  '0xa00 mode': { 0: 'READ', 1: 'WRITE', 2: 'NOACTION' },
  '0xa01 mode': { 0: 'READ', 1: 'WRITE', 2: 'NOACTION' },
  '0xa09 mode': { 0: 'READ', 1: 'WRITE', 2: 'NOACTION' },
  '0xa00 state': MOVER_STATE,
  '0xa00 pause_reason': MOVER_PAUSE,
  '0xa00 halt_reason': MOVER_HALT,
  fs_type: { 0: 'UNIX', 1: 'NT', 2: 'OTHER' },
  ftype: { ...FILE },
};

/** What version 2 calls otherwise. */
const VERSION_2: Record<string, Names> = {
  '0x300 mode': { 0: 'READ', 1: 'WRITE' },
  '0x400 operation': { 0: 'NOACTION', 1: 'BACKUP', 2: 'RESTORE', 3: 'RECOVER_FILEHIST' },
  '0x503 reason': MOVER_HALT_OLD,
  '0xa00 halt_reason': MOVER_HALT_OLD,
};
const VERSION_3: Record<string, Names> = {
  '0x400 operation': VERSION_2['0x400 operation'],
  '0x503 reason': MOVER_HALT_OLD,
  '0xa00 halt_reason': MOVER_HALT_OLD,
};

/** Bits of masks by field, in the order of the bits. */
const TAPE_FIELDS = ['file_num', 'soft_errors', 'block_size', 'blockno', 'total_space', 'space_remain', 'partition'];
const FS_FIELDS = ['total_size', 'used_size', 'avail_size', 'total_inodes', 'used_inodes'];
const bits = (names: readonly string[]): Names => Object.fromEntries(names.map((name, bit) => [1 << bit, name]));
const MASKS: Record<string, Names> = {
  '0x302 invalid': bits(TAPE_FIELDS),
  '0x302 unsupported': bits(TAPE_FIELDS.slice(0, 6)),
  '0x302 flags': { 8: 'NOREWIND', 0x10: 'WR_PROT', 0x20: 'ERROR', 0x40: 'UNLOAD' },
  '0x206 flags': { 1: 'DATA_IN', 2: 'DATA_OUT' },
  '0x400 invalid': { 1: 'est_bytes_remain', 2: 'est_time_remain' },
  '0x400 unsupported': { 1: 'est_bytes_remain', 2: 'est_time_remain' },
  '0x105 invalid': bits(FS_FIELDS),
  '0x105 unsupported': bits(FS_FIELDS),
  '0x106 attr': { 1: 'REWIND', 2: 'UNLOAD', 4: 'RAW' },
  '0x107 attr': { 1: 'SHARED_ROBOT' },
  invalid: { 1: 'atime', 2: 'ctime', 4: 'group' },
  unsupported: { 1: 'atime', 2: 'ctime', 4: 'group' },
};
const BUTYPE = ['BACKUP_FILELIST', 'RECOVER_FILELIST', 'BACKUP_DIRECT', 'RECOVER_DIRECT', 'BACKUP_INCREMENTAL'];
const BUTYPE_ALL = [...BUTYPE, 'RECOVER_INCREMENTAL', 'BACKUP_UTF8', 'RECOVER_UTF8'];
const BUTYPE_FH = ['BACKUP_FH_FILE', 'BACKUP_FH_DIR', 'RECOVER_FILEHIST', 'RECOVER_FH_FILE', 'RECOVER_FH_DIR'];
MASKS['0x104 v3 attrs'] = bits(['BACKUP_FILE_HISTORY', ...BUTYPE_ALL, 'RECOVER_FILE_HISTORY']);
MASKS['0x104 v4 attrs'] = Object.fromEntries(
  Object.entries(bits(['', ...BUTYPE_ALL, ...BUTYPE_FH])).filter(([bit]) => bit !== '1'),
);
MASKS['0x101 attrs'] = bits([
  'NO_BACKUP_FILELIST',
  'NO_BACKUP_FHINFO',
  'NO_RECOVER_FILELIST',
  'NO_RECOVER_FHINFO',
  'NO_RECOVER_SSID',
  'NO_RECOVER_INC_ONLY',
]);

/** The name of an enumeration's value where `path` stands; undefined when the field is none or the value unknown. */
export function enumNames(code: number, version: number, path: string): Names | undefined {
  const names = version === 2 ? { ...ENUMS, ...VERSION_2 } : version === 3 ? { ...ENUMS, ...VERSION_3 } : ENUMS;
  return lookUp(names, code, version, path);
}

/** The bits of a mask where `path` stands; undefined when the field is none. */
export function maskNames(code: number, version: number, path: string): Names | undefined {
  return lookUp(MASKS, code, version, path);
}

function lookUp(table: Record<string, Names>, code: number, version: number, path: string): Names | undefined {
  const parts = path.replace(/\[\d+\]/g, '').split('.');
  const last = parts.at(-1) ?? '';
  const two = parts.slice(-2).join('.');
  const hex = `0x${code.toString(16)}`;
  return table[`${hex} v${version} ${last}`] ?? table[`${hex} ${last}`] ?? table[two] ?? table[last];
}
