/**
 * Every message body that stands in the captures, written down from the protocol documents a second time, apart from the
 * product's tables: field names and wire types in their order. The decoder of it (layoutDecoder.ts) shares no code with the
 * product, so that the two are witnesses for each other.
 *
 * Types: u32, u16, u64, enum (a word), str, bytes, bytesN (opaque of N bytes); `T[]` is a counted array; a name of STRUCTS
 * or UNIONS stands for that structure.
 */
export type Fields = readonly string[];

const fields = (text: string): Fields => text.split(/[\s,]+/).filter((each) => each !== '');

export const STRUCTS: Record<string, Fields> = {
  pval: fields('name:str value:str'),
  tcp_addr: fields('ip_addr:u32 port:u16 addr_env:pval[]'),
  tcp6_addr: fields('ipv6_addr:bytes16 port:u16 addr_env:pval[]'),
  unix_stat: fields('ftype:enum mtime:u32 atime:u32 ctime:u32 uid:u32 gid:u32 mode:u32 size:u64 fh_info:u64'),
  file_stat3: fields(
    'invalid:u32 fs_type:enum ftype:enum mtime:u32 atime:u32 ctime:u32 owner:u32 group:u32 fattr:u32 size:u64 links:u32',
  ),
  file_stat4: fields(
    'unsupported:u32 fs_type:enum ftype:enum mtime:u32 atime:u32 ctime:u32 owner:u32 group:u32 fattr:u32 size:u64 links:u32',
  ),
  path2: fields('name:str fstat:unix_stat'),
  dir2: fields('name:str node:u32 parent:u32'),
  node2: fields('fstat:unix_stat node:u32'),
  file3: fields('names:file_name[] stats:file_stat3[] node:u64 fh_info:u64'),
  file4: fields('names:file_name[] stats:file_stat4[] node:u64 fh_info:u64'),
  dir: fields('names:file_name[] node:u64 parent:u64'),
  node3: fields('stats:file_stat3[] node:u64 fh_info:u64'),
  node4: fields('stats:file_stat4[] node:u64 fh_info:u64'),
  name2: fields('name:str dest:str ssid:u16 fh_info:u64'),
  name3: fields('original_path:str destination_dir:str new_name:str other_name:str node:u64 fh_info:u64'),
  name4: fields('original_path:str destination_path:str name:str other_name:str node:u64 fh_info:u64'),
  capability: fields('device:str attr:u32 capability:pval[]'),
  device_info: fields('model:str caplist:capability[]'),
  butype_info: fields('butype_name:str default_env:pval[] attrs:u32'),
  fs_info3: fields(
    'invalid:u32 fs_type:str fs_logical_device:str fs_physical_device:str total_size:u64 used_size:u64 avail_size:u64',
  ).concat(fields('total_inodes:u64 used_inodes:u64 fs_env:pval[] fs_status:str')),
  fs_info4: fields(
    'unsupported:u32 fs_type:str fs_logical_device:str fs_physical_device:str total_size:u64 used_size:u64 avail_size:u64',
  ).concat(fields('total_inodes:u64 used_inodes:u64 fs_env:pval[] fs_status:str')),
};

/** Unions: the discriminant's name, the fields of each case, and of any other value. */
export const UNIONS: Record<string, { on: string; cases: Record<number, Fields>; other: Fields }> = {
  auth_data: {
    on: 'type',
    cases: { 1: fields('auth_id:str auth_password:str'), 2: fields('auth_id:str auth_digest:bytes16') },
    other: [],
  },
  auth_attr: { on: 'type', cases: { 2: fields('challenge:bytes64') }, other: [] },
  addr2: { on: 'type', cases: { 1: fields('ip_addr:u32 port:u16') }, other: [] },
  addr3: {
    on: 'type',
    cases: { 1: fields('ip_addr:u32 port:u16'), 2: fields('loop_id:u32'), 3: fields('comm_data:bytes') },
    other: [],
  },
  addr4: {
    on: 'type',
    cases: {
      1: fields('tcp_addr:tcp_addr[]'),
      3: fields('comm_data:bytes'),
      0x20510004: fields('tcp6_addr:tcp6_addr[]'),
    },
    other: [],
  },
  file_name: {
    on: 'fs_type',
    cases: { 0: fields('unix_name:str'), 1: fields('nt_path:str dos_path:str') },
    other: fields('other_name:str'),
  },
};

const ERROR_ONLY = 'error:enum';
const SCSI_REQUEST = 'flags:u32 timeout:u32 datain_len:u32 cdb:bytes dataout:bytes';
const SCSI_REPLY = 'error:enum status:u32 dataout_len:u32 datain:bytes ext_sense:bytes';
const TAPE_STATE = 'flags:u32 file_num:u32 soft_errors:u32 block_size:u32 blockno:u32 total_space:u64 space_remain:u64';
const MOVER_STATE =
  'state:enum pause_reason:enum halt_reason:enum record_size:u32 record_num:u32 WRITTEN:u64 seek_position:u64 ' +
  'bytes_left_to_read:u64 window_offset:u64 window_length:u64';
const DATA_STATE =
  'operation:enum state:enum halt_reason:enum bytes_processed:u64 est_bytes_remain:u64 est_time_remain:u32 ADDR ' +
  'read_offset:u64 read_length:u64';

type Versioned = string | { 2?: string; 3?: string; 4?: string };
interface Exchange {
  request?: Versioned;
  reply?: Versioned;
  post?: Versioned;
}

const BODIES: Record<number, Exchange> = {
  0x100: {
    request: '',
    reply: {
      2: 'error:enum hostname:str os_type:str os_vers:str hostid:str auth_type:enum[]',
      3: 'error:enum hostname:str os_type:str os_vers:str hostid:str',
      4: 'error:enum hostname:str os_type:str os_vers:str hostid:str',
    },
  },
  0x101: { request: 'name:str', reply: 'error:enum attrs:u32' },
  0x102: { request: '', reply: 'error:enum addr_types:enum[]' },
  0x103: { request: 'auth_type:enum', reply: 'error:enum server_attr:auth_attr' },
  0x104: { request: '', reply: 'error:enum butype_info:butype_info[]' },
  0x105: { request: '', reply: { 3: 'error:enum fs_info:fs_info3[]', 4: 'error:enum fs_info:fs_info4[]' } },
  0x106: { request: '', reply: 'error:enum tape_info:device_info[]' },
  0x107: { request: '', reply: 'error:enum scsi_info:device_info[]' },
  0x108: { request: '', reply: 'error:enum vendor_name:str product_name:str revision_number:str auth_type:enum[]' },
  0x200: { request: 'device:str', reply: ERROR_ONLY },
  0x201: { request: '', reply: ERROR_ONLY },
  0x206: { request: SCSI_REQUEST, reply: SCSI_REPLY },
  0x300: { request: 'device:str mode:enum', reply: ERROR_ONLY },
  0x301: { request: '', reply: ERROR_ONLY },
  0x302: {
    request: '',
    reply: {
      2: `error:enum ${TAPE_STATE}`,
      3: `invalid:u32 error:enum ${TAPE_STATE} partition:u32`,
      4: `unsupported:u32 error:enum ${TAPE_STATE}`,
    },
  },
  0x303: { request: 'tape_op:enum count:u32', reply: 'error:enum resid_count:u32' },
  0x304: { request: 'data_out:bytes', reply: 'error:enum count:u32' },
  0x305: { request: 'count:u32', reply: 'error:enum data_in:bytes' },
  0x400: {
    request: '',
    reply: {
      2: `error:enum ${DATA_STATE.replace('ADDR', 'mover:addr2')}`,
      3: `invalid:u32 error:enum ${DATA_STATE.replace('ADDR', 'data_connection_addr:addr3')}`,
      4: `unsupported:u32 error:enum ${DATA_STATE.replace('ADDR', 'data_connection_addr:addr4')}`,
    },
  },
  0x401: {
    request: {
      2: 'mover:addr2 bu_type:str env:pval[]',
      3: 'bu_type:str env:pval[]',
      4: 'bu_type:str env:pval[]',
    },
    reply: ERROR_ONLY,
  },
  0x402: {
    request: {
      2: 'mover:addr2 env:pval[] nlist:name2[] bu_type:str',
      3: 'env:pval[] nlist:name3[] bu_type:str',
      4: 'env:pval[] nlist:name4[] bu_type:str',
    },
    reply: ERROR_ONLY,
  },
  0x403: { request: '', reply: ERROR_ONLY },
  0x404: { request: '', reply: 'error:enum env:pval[]' },
  0x407: { request: '', reply: ERROR_ONLY },
  0x409: {
    request: 'addr_type:enum',
    reply: { 3: 'error:enum data_connection_addr:addr3', 4: 'error:enum connect_addr:addr4' },
  },
  0x40a: { request: { 3: 'addr:addr3', 4: 'addr:addr4' }, reply: ERROR_ONLY },
  0x501: { post: { 2: 'reason:enum text_reason:str', 3: 'reason:enum text_reason:str', 4: 'reason:enum' } },
  0x502: { post: 'reason:enum protocol_version:u16 text_reason:str' },
  0x503: { post: { 2: 'reason:enum text_reason:str', 3: 'reason:enum text_reason:str', 4: 'reason:enum' } },
  0x504: { post: 'reason:enum seek_position:u64' },
  0x505: { post: 'offset:u64 length:u64' },
  0x600: { post: 'entry:str' },
  0x601: { post: 'level:enum message:str' },
  0x602: {
    post: { 2: 'name:str ssid:u16 error:enum', 3: 'name:str error:enum', 4: 'name:str recovery_status:enum' },
  },
  0x603: {
    post: {
      3: 'log_type:enum message_id:u32 entry:str',
      4: 'log_type:enum message_id:u32 entry:str associated_message_valid:enum associated_message_sequence:u32',
    },
  },
  0x700: { post: 'paths:path2[]' },
  0x701: { post: 'dirs:dir2[]' },
  0x702: { post: 'nodes:node2[]' },
  0x703: { post: { 3: 'files:file3[]', 4: 'files:file4[]' } },
  0x704: { post: 'dirs:dir[]' },
  0x705: { post: { 3: 'nodes:node3[]', 4: 'nodes:node4[]' } },
  0x900: { request: 'protocol_version:u16', reply: ERROR_ONLY },
  0x901: { request: 'auth_data:auth_data', reply: ERROR_ONLY },
  0xa00: {
    request: '',
    reply: {
      2: `error:enum ${MOVER_STATE.replace('WRITTEN', 'data_written')}`,
      3: `error:enum ${MOVER_STATE.replace('WRITTEN', 'data_written')} data_connection_addr:addr3`,
      4: `error:enum mode:enum ${MOVER_STATE.replace('WRITTEN', 'bytes_moved')} data_connection_addr:addr4`,
    },
  },
  0xa01: {
    request: 'mode:enum addr_type:enum',
    reply: {
      2: 'error:enum mover:addr2',
      3: 'error:enum data_connection_addr:addr3',
      4: 'error:enum connect_addr:addr4',
    },
  },
  0xa02: { request: '', reply: ERROR_ONLY },
  0xa03: { request: '', reply: ERROR_ONLY },
  0xa04: { request: '', reply: ERROR_ONLY },
  0xa05: { request: 'offset:u64 length:u64', reply: ERROR_ONLY },
  0xa06: { request: 'offset:u64 length:u64', reply: ERROR_ONLY },
  0xa07: { request: '', reply: ERROR_ONLY },
  0xa08: { request: 'len:u32', reply: ERROR_ONLY },
  0xa09: { request: { 3: 'mode:enum addr:addr3', 4: 'mode:enum addr:addr4' }, reply: ERROR_ONLY },
};
BODIES[0x40b] = BODIES[0x402];

/** The fields of a body, or undefined when this witness does not know the message. */
export function layoutOf(code: number, version: number, kind: string): Fields | undefined {
  const body = BODIES[code]?.[kind as keyof Exchange];
  const text = typeof body === 'object' ? body[version as 2 | 3 | 4] : body;
  return text === undefined ? undefined : fields(text);
}
