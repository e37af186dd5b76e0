/**
 * tshark's field names and ours, message by message. A path is ours without the array indices; `length(path)` is the number
 * of bytes there. Versions that name a field differently have an entry each ('0x400 v3 reply'), found before the general one.
 */
export type FieldMap = Readonly<Record<string, string>>;

const ERROR = { 'ndmp.error': 'error' };
const ADDRESS_3 = { 'ndmp.addr_type': 'type', 'ndmp.addr.ip': 'ip_addr', 'ndmp.addr.tcp_port': 'port' };
const ADDRESS_4 = {
  'ndmp.addr_type': 'type',
  'ndmp.addr.ip': 'tcp_addr[].ip_addr',
  'ndmp.addr.tcp_port': 'tcp_addr[].port',
};
const inside = (field: string, map: FieldMap): FieldMap =>
  Object.fromEntries(Object.entries(map).map(([theirs, ours]) => [theirs, `${field}.${ours}`]));

const ENV = { 'ndmp.butype.env.name': 'env[].name', 'ndmp.butype.env.value': 'env[].value' };
const MOVER_STATE = {
  ...ERROR,
  'ndmp.mover.state': 'state',
  'ndmp.mover.pause': 'pause_reason',
  'ndmp.halt': 'halt_reason',
  'ndmp.record.size': 'record_size',
  'ndmp.record.num': 'record_num',
  'ndmp.data.written': 'data_written',
  'ndmp.seek.position': 'seek_position',
  'ndmp.bytes_left_to_read': 'bytes_left_to_read',
  'ndmp.window.offset': 'window_offset',
  'ndmp.window.length': 'window_length',
};
const DATA_STATE = {
  ...ERROR,
  'ndmp.bu.operation': 'operation',
  'ndmp.data.state': 'state',
  'ndmp.data.halted': 'halt_reason',
  'ndmp.data.bytes_processed': 'bytes_processed',
  'ndmp.data.est_bytes_remain': 'est_bytes_remain',
  'ndmp.data.est_time_remain': 'est_time_remain',
  'ndmp.window.offset': 'read_offset',
  'ndmp.window.length': 'read_length',
};
const TAPE_STATE = {
  ...ERROR,
  'ndmp.tape.flags': 'flags',
  'ndmp.tape.status.file_num': 'file_num',
  'ndmp.tape.status.soft_errors': 'soft_errors',
  'ndmp.tape.status.block_size': 'block_size',
  'ndmp.tape.status.block_no': 'blockno',
  'ndmp.tape.status.total_space': 'total_space',
  'ndmp.tape.status.space_remain': 'space_remain',
};
const FS_INFO = {
  ...ERROR,
  'ndmp.fs.type': 'fs_info[].fs_type',
  'ndmp.fs.logical_device': 'fs_info[].fs_logical_device',
  'ndmp.fs.physical_device': 'fs_info[].fs_physical_device',
  'ndmp.fs.total_size': 'fs_info[].total_size',
  'ndmp.fs.used_size': 'fs_info[].used_size',
  'ndmp.fs.avail_size': 'fs_info[].avail_size',
  'ndmp.fs.total_inodes': 'fs_info[].total_inodes',
  'ndmp.fs.used_inodes': 'fs_info[].used_inodes',
  'ndmp.fs.env.name': 'fs_info[].fs_env[].name',
  'ndmp.fs.env.value': 'fs_info[].fs_env[].value',
  'ndmp.fs.status': 'fs_info[].fs_status',
};
const device = (list: string, model: string): FieldMap => ({
  ...ERROR,
  [model]: `${list}[].model`,
  'ndmp.tape.device': `${list}[].caplist[].device`,
  'ndmp.tape.attr': `${list}[].caplist[].attr`,
  'ndmp.tape.cap.name': `${list}[].caplist[].capability[].name`,
  'ndmp.tape.cap.value': `${list}[].caplist[].capability[].value`,
});
const stats = (list: string, mask: string): FieldMap => ({
  'ndmp.file.invalid': `${list}[].stats[].${mask}`,
  'ndmp.file.type': `${list}[].stats[].ftype`,
  'ndmp.file.mtime': `${list}[].stats[].mtime`,
  'ndmp.file.atime': `${list}[].stats[].atime`,
  'ndmp.file.ctime': `${list}[].stats[].ctime`,
  'ndmp.file.owner': `${list}[].stats[].owner`,
  'ndmp.file.group': `${list}[].stats[].group`,
  'ndmp.file.fattr': `${list}[].stats[].fattr`,
  'ndmp.file.size': `${list}[].stats[].size`,
  'ndmp.file.links': `${list}[].stats[].links`,
  'ndmp.file.node': `${list}[].node`,
  'ndmp.file.fh_info': `${list}[].fh_info`,
});
const fileMap = (mask: string): FieldMap => ({
  ...stats('files', mask),
  'ndmp.file.fs_type': 'files[].names[].fs_type|files[].stats[].fs_type',
  'ndmp.file': 'files[].names[].unix_name',
});
const nodeMap = (mask: string): FieldMap => ({
  ...stats('nodes', mask),
  'ndmp.file.fs_type': 'nodes[].stats[].fs_type',
});
const recover = (destination: string, name: string): FieldMap => ({
  ...ENV,
  'ndmp.butype.name': 'bu_type',
  'ndmp.bu.original_path': 'nlist[].original_path',
  'ndmp.bu.destination_dir': `nlist[].${destination}`,
  'ndmp.bu.new_name': `nlist[].${name}`,
  'ndmp.bu.other_name': 'nlist[].other_name',
  'ndmp.file.node': 'nlist[].node',
  'ndmp.file.fh_info': 'nlist[].fh_info',
});
const BUTYPE_INFO = {
  ...ERROR,
  'ndmp.butype.name': 'butype_info[].butype_name',
  'ndmp.butype.env.name': 'butype_info[].default_env[].name',
  'ndmp.butype.env.value': 'butype_info[].default_env[].value',
  'ndmp.butype.attr': 'butype_info[].attrs',
};
const WINDOW = { 'ndmp.window.offset': 'offset', 'ndmp.window.length': 'length' };
const HALTED_3 = { 'ndmp.halt': 'reason', 'ndmp.halt.reason': 'text_reason' };

export const TSHARK_FIELDS: Readonly<Record<string, FieldMap>> = {
  '0x100 reply': {
    ...ERROR,
    'ndmp.hostname': 'hostname',
    'ndmp.os.type': 'os_type',
    'ndmp.os.version': 'os_vers',
    'ndmp.hostid': 'hostid',
  },
  '0x102 reply': { ...ERROR, 'ndmp.addr_type': 'addr_types[]' },
  '0x103 request': { 'ndmp.auth_type': 'auth_type' },
  '0x103 reply': { ...ERROR, 'ndmp.auth_type': 'server_attr.type', 'ndmp.auth.challenge': 'server_attr.challenge' },
  '0x104 reply': BUTYPE_INFO,
  '0x105 v3 reply': { ...FS_INFO, 'ndmp.fs.invalid': 'fs_info[].invalid' },
  '0x105 v4 reply': { ...FS_INFO, 'ndmp.fs.invalid': 'fs_info[].unsupported' },
  '0x106 reply': device('tape_info', 'ndmp.tape.model'),
  '0x107 reply': device('scsi_info', 'ndmp.scsi.model'),
  '0x108 reply': {
    ...ERROR,
    'ndmp.server.vendor': 'vendor_name',
    'ndmp.server.product': 'product_name',
    'ndmp.server.revision': 'revision_number',
    'ndmp.auth_type': 'auth_type[]',
  },
  '0x200 request': { 'ndmp.scsi.device': 'device' },
  '0x206 request': {
    'ndmp.execute_cdb.flags': 'flags',
    'ndmp.execute_cdb.timeout': 'timeout',
    'ndmp.execute_cdb.datain_len': 'datain_len',
    'ndmp.execute_cdb.cdb_len': 'length(cdb)',
    'ndmp.execute_cdb.dataout_len': 'length(dataout)',
  },
  '0x206 reply': {
    ...ERROR,
    'ndmp.execute_cdb.status': 'status',
    'ndmp.execute_cdb.dataout_len': 'dataout_len',
    'ndmp.execute_cdb.datain_len': 'length(datain)',
    'ndmp.execute_cdb.sns_len': 'length(ext_sense)',
  },
  '0x300 request': { 'ndmp.tape.device': 'device', 'ndmp.tape.open_mode': 'mode' },
  '0x302 v3 reply': { ...TAPE_STATE, 'ndmp.tape.invalid': 'invalid', 'ndmp.tape.status.partition': 'partition' },
  '0x302 v4 reply': { ...TAPE_STATE, 'ndmp.tape.invalid': 'unsupported' },
  '0x303 request': { 'ndmp.tape.mtio.op': 'tape_op', 'ndmp.count': 'count' },
  '0x303 reply': { ...ERROR, 'ndmp.resid_count': 'resid_count' },
  '0x304 request': { 'ndmp.data': 'data_out' },
  '0x304 reply': { ...ERROR, 'ndmp.count': 'count' },
  '0x305 request': { 'ndmp.count': 'count' },
  '0x305 reply': { ...ERROR, 'ndmp.data': 'data_in' },
  '0x400 v3 reply': {
    ...DATA_STATE,
    'ndmp.bu.state.invalid': 'invalid',
    ...inside('data_connection_addr', ADDRESS_3),
  },
  '0x400 v4 reply': {
    ...DATA_STATE,
    'ndmp.bu.state.invalid': 'unsupported',
    ...inside('data_connection_addr', ADDRESS_4),
  },
  '0x401 request': { ...ENV, 'ndmp.butype.name': 'bu_type' },
  '0x402 v2 request': {
    ...ENV,
    ...inside('mover', ADDRESS_3),
    'ndmp.butype.name': 'bu_type',
    'ndmp.bu.original_path': 'nlist[].name',
    'ndmp.bu.destination_dir': 'nlist[].dest',
    'ndmp.file.fh_info': 'nlist[].fh_info',
  },
  '0x402 v3 request': recover('destination_dir', 'new_name'),
  '0x402 v4 request': recover('destination_path', 'name'),
  '0x404 reply': { ...ERROR, ...ENV },
  '0x409 request': { 'ndmp.addr_type': 'addr_type' },
  '0x409 v3 reply': { ...ERROR, ...inside('data_connection_addr', ADDRESS_3) },
  '0x409 v4 reply': { ...ERROR, ...inside('connect_addr', ADDRESS_4) },
  '0x40a v3 request': inside('addr', ADDRESS_3),
  '0x40a v4 request': inside('addr', ADDRESS_4),
  '0x501 v4 post': { 'ndmp.halt': 'reason' },
  '0x501 post': HALTED_3,
  '0x502 post': {
    'ndmp.connected': 'reason',
    'ndmp.version': 'protocol_version',
    'ndmp.connected.reason': 'text_reason',
  },
  '0x503 v4 post': { 'ndmp.halt': 'reason' },
  '0x503 post': HALTED_3,
  '0x504 post': { 'ndmp.mover.pause': 'reason', 'ndmp.seek.position': 'seek_position' },
  '0x505 post': WINDOW,
  '0x603 post': { 'ndmp.log.type': 'log_type', 'ndmp.log.message.id': 'message_id', 'ndmp.log.message': 'entry' },
  '0x703 v3 post': fileMap('invalid'),
  '0x703 v4 post': fileMap('unsupported'),
  '0x704 post': {
    'ndmp.file.fs_type': 'dirs[].names[].fs_type',
    'ndmp.file': 'dirs[].names[].unix_name',
    'ndmp.file.node': 'dirs[].node',
    'ndmp.file.parent': 'dirs[].parent',
  },
  '0x705 v3 post': nodeMap('invalid'),
  '0x705 v4 post': nodeMap('unsupported'),
  '0x900 request': { 'ndmp.version': 'protocol_version' },
  '0x901 request': {
    'ndmp.auth_type': 'auth_data.type',
    'ndmp.auth.id': 'auth_data.auth_id',
    'ndmp.auth.password': 'auth_data.auth_password',
    'ndmp.auth.digest': 'auth_data.auth_digest',
  },
  '0xa00 v2 reply': MOVER_STATE,
  '0xa00 v3 reply': { ...MOVER_STATE, ...inside('data_connection_addr', ADDRESS_3) },
  '0xa00 v4 reply': {
    ...MOVER_STATE,
    'ndmp.mover.mode': 'mode',
    'ndmp.data.written': 'bytes_moved',
    ...inside('data_connection_addr', ADDRESS_4),
  },
  '0xa01 request': { 'ndmp.mover.mode': 'mode', 'ndmp.addr_type': 'addr_type' },
  '0xa01 v2 reply': { ...ERROR, ...inside('mover', ADDRESS_3) },
  '0xa01 v3 reply': { ...ERROR, ...inside('data_connection_addr', ADDRESS_3) },
  '0xa01 v4 reply': { ...ERROR, ...inside('connect_addr', ADDRESS_4) },
  '0xa05 request': WINDOW,
  '0xa06 request': WINDOW,
  '0xa08 request': { 'ndmp.record.size': 'len' },
  '0xa09 v4 request': { 'ndmp.mover.mode': 'mode', ...inside('addr', ADDRESS_4) },
};

/** Fields that tshark does not show or shows wrong, each with the reason; '*' stands for the whole body. */
export const TSHARK_MISSES: Readonly<Record<string, { fields: readonly string[]; reason: string }>> = {
  '0x100 v2 reply': {
    fields: ['auth_type[]'],
    reason: 'reads the v3 layout, which has no list of authentication types',
  },
  '0x101 v2 request': { fields: ['*'], reason: 'does not know the message' },
  '0x101 v2 reply': { fields: ['*'], reason: 'does not know the message' },
  '0x206 request': { fields: [], reason: 'hands the bytes of the command to its SCSI decoder' },
  '0x302 v2 reply': { fields: ['*'], reason: 'reads the v3 layout' },
  '0x400 v2 reply': { fields: ['*'], reason: 'reads the v3 layout' },
  '0x401 v2 request': { fields: ['*'], reason: 'leaves out the address of the mover in front' },
  '0x402 v2 request': { fields: ['nlist[].ssid'], reason: 'reads over it' },
  '0x40b v2 request': { fields: ['*'], reason: 'does not know the message' },
  '0x40b v2 reply': { fields: ['*'], reason: 'does not know the message' },
  '0x40b v3 request': { fields: ['*'], reason: 'does not know the message' },
  '0x40b v3 reply': { fields: ['*'], reason: 'does not know the message' },
  '0x40b v4 request': { fields: ['*'], reason: 'does not know the message' },
  '0x40b v4 reply': { fields: ['*'], reason: 'does not know the message' },
  '0x601 v2 post': { fields: ['*'], reason: 'does not know the message' },
  '0x603 v4 post': {
    fields: ['associated_message_valid', 'associated_message_sequence'],
    reason: 'reads the v3 layout, which ends before them',
  },
  '0x700 v2 post': { fields: ['*'], reason: 'does not know the message' },
  '0x701 v2 post': { fields: ['*'], reason: 'does not know the message' },
  '0x702 v2 post': { fields: ['*'], reason: 'does not know the message' },
};

/** Requests and replies whose body is empty or only an error need no entry of their own. */
export function tsharkFields(code: number, version: number, kind: string): FieldMap {
  const hex = `0x${code.toString(16)}`;
  const found = TSHARK_FIELDS[`${hex} v${version} ${kind}`] ?? TSHARK_FIELDS[`${hex} ${kind}`];
  return found ?? (kind === 'reply' ? ERROR : {});
}
