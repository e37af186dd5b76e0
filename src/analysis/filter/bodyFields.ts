import type { NdmpVersion } from '../../protocol';
import { messageNames } from './names';
import { parsePath, type PathStep } from './bodyPath';

/**
 * One place where a field may stand: in messages of these codes (undefined: any) and this version (undefined: any), at
 * this path of the body. With `length`, what is meant is the length of what stands there.
 */
export interface BodyPlace {
  codes: readonly number[] | undefined;
  version?: NdmpVersion;
  steps: readonly PathStep[];
  length?: boolean;
}

/** A field that is read from bodies, under a name of Wireshark's. With `bit`: one bit of a mask, as true or false. */
export interface BodyField {
  name: string;
  doc: string;
  places: readonly BodyPlace[];
  bit?: number;
}

/**
 * Wireshark's names and where their values stand. A place is `MESSAGE:path` or, for any message, a path alone;
 * `MESSAGE@2:path` is for that version only, and `path#` means a length. Both the v2/v3 and the v4 spelling of a field are named where they differ.
 */
const table: readonly (readonly [name: string, places: string, doc: string])[] = [
  ['hostname', 'CONFIG_GET_HOST_INFO:hostname', 'Host name'],
  ['hostid', 'CONFIG_GET_HOST_INFO:hostid', 'Host identifier'],
  ['os.type', 'CONFIG_GET_HOST_INFO:os_type', 'Operating system'],
  ['os.version', 'CONFIG_GET_HOST_INFO:os_vers', 'Version of the operating system'],
  ['addr_types', 'CONFIG_GET_CONNECTION_TYPE:addr_types', 'Address types of data connections'],
  [
    'addr_type',
    'CONFIG_GET_CONNECTION_TYPE:addr_types MOVER_LISTEN:addr_type MOVER_LISTEN:*.type DATA_LISTEN:addr_type ' +
      'DATA_LISTEN:*.type MOVER_CONNECT:*.type DATA_CONNECT:*.type MOVER_GET_STATE:*.type DATA_GET_STATE:*.type ' +
      'DATA_START_BACKUP:mover.type DATA_START_RECOVER:mover.type DATA_START_RECOVER_FILEHIST:mover.type',
    'Type of a data connection address',
  ],
  [
    'auth_type',
    'CONFIG_GET_HOST_INFO:auth_type CONFIG_GET_SERVER_INFO:auth_type CONFIG_GET_AUTH_ATTR:auth_type ' +
      'CONFIG_GET_AUTH_ATTR:*.type CONNECT_CLIENT_AUTH:*.type CONNECT_SERVER_AUTH:*.type',
    'Kind of authentication',
  ],
  ['auth.types', 'CONFIG_GET_HOST_INFO:auth_type CONFIG_GET_SERVER_INFO:auth_type', 'Kinds of authentication offered'],
  ['auth.challenge', '**.challenge', 'Challenge of MD5 authentication'],
  ['auth.digest', '**.auth_digest', 'Digest of MD5 authentication'],
  ['auth.id', '**.auth_id', 'User'],
  ['auth.password', '**.auth_password', 'Password of text authentication'],
  ['butype.info', 'CONFIG_GET_BUTYPE_INFO:butype_info', 'Backup types'],
  ['butype.name', 'CONFIG_GET_BUTYPE_INFO:**.butype_name CONFIG_GET_BUTYPE_ATTR:name **.bu_type', 'Backup type'],
  ['butype.default_env', 'CONFIG_GET_BUTYPE_INFO:**.default_env env', 'Environment of a backup type or a job'],
  ['butype.attr', 'CONFIG_GET_BUTYPE_INFO:**.attrs CONFIG_GET_BUTYPE_ATTR:attrs', 'Attributes of a backup type'],
  ['butype.env.name', 'env.name CONFIG_GET_BUTYPE_INFO:**.default_env.name', 'Name of an environment variable'],
  ['butype.env.value', 'env.value CONFIG_GET_BUTYPE_INFO:**.default_env.value', 'Value of an environment variable'],
  ['tcp.port_list', '**.tcp_addr', 'List of TCP addresses (v4)'],
  ['tcp.default_env', '**.addr_env', 'Environment of a TCP address (v4)'],
  ['tcp.env.name', '**.addr_env.name', 'Name in the environment of a TCP address'],
  ['tcp.env.value', '**.addr_env.value', 'Value in the environment of a TCP address'],
  ['fs.info', 'CONFIG_GET_FS_INFO:fs_info', 'File systems'],
  [
    'fs.invalid',
    'CONFIG_GET_FS_INFO:**.invalid CONFIG_GET_FS_INFO:**.unsupported',
    'What is not valid of a file system',
  ],
  ['fs.type', 'CONFIG_GET_FS_INFO:**.fs_type', 'File system type'],
  ['fs.logical_device', 'CONFIG_GET_FS_INFO:**.fs_logical_device', 'Logical device of a file system'],
  ['fs.physical_device', 'CONFIG_GET_FS_INFO:**.fs_physical_device', 'Physical device of a file system'],
  ['fs.total_size', 'CONFIG_GET_FS_INFO:**.total_size', 'Size of a file system'],
  ['fs.used_size', 'CONFIG_GET_FS_INFO:**.used_size', 'Used bytes of a file system'],
  ['fs.avail_size', 'CONFIG_GET_FS_INFO:**.avail_size', 'Free bytes of a file system'],
  ['fs.total_inodes', 'CONFIG_GET_FS_INFO:**.total_inodes', 'Inodes of a file system'],
  ['fs.used_inodes', 'CONFIG_GET_FS_INFO:**.used_inodes', 'Used inodes of a file system'],
  ['fs.env', 'CONFIG_GET_FS_INFO:**.fs_env', 'Environment of a file system'],
  ['fs.env.name', 'CONFIG_GET_FS_INFO:**.fs_env.name', 'Name in the environment of a file system'],
  ['fs.env.value', 'CONFIG_GET_FS_INFO:**.fs_env.value', 'Value in the environment of a file system'],
  ['fs.status', 'CONFIG_GET_FS_INFO:**.fs_status', 'Status of a file system'],
  ['tape.info', 'CONFIG_GET_TAPE_INFO:tape_info', 'Tape drives'],
  ['tape.model', 'CONFIG_GET_TAPE_INFO:**.model', 'Model of a tape drive'],
  ['tape.dev_cap', 'CONFIG_GET_TAPE_INFO:**.caplist CONFIG_GET_SCSI_INFO:**.caplist', 'Devices of a drive or changer'],
  ['tape.device', 'TAPE_OPEN:device CONFIG_GET_TAPE_INFO:**.device CONFIG_GET_SCSI_INFO:**.device', 'Device name'],
  ['tape.attr', 'CONFIG_GET_TAPE_INFO:**.attr CONFIG_GET_SCSI_INFO:**.attr', 'Attributes of a device'],
  [
    'tape.capability',
    'CONFIG_GET_TAPE_INFO:**.capability CONFIG_GET_SCSI_INFO:**.capability',
    'Capabilities of a device',
  ],
  [
    'tape.cap.name',
    'CONFIG_GET_TAPE_INFO:**.capability.name CONFIG_GET_SCSI_INFO:**.capability.name',
    'Name of a capability',
  ],
  [
    'tape.cap.value',
    'CONFIG_GET_TAPE_INFO:**.capability.value CONFIG_GET_SCSI_INFO:**.capability.value',
    'Value of a capability',
  ],
  ['scsi.info', 'CONFIG_GET_SCSI_INFO:scsi_info', 'Changers'],
  ['scsi.model', 'CONFIG_GET_SCSI_INFO:**.model', 'Model of a changer'],
  ['server.vendor', 'CONFIG_GET_SERVER_INFO:vendor_name', 'Vendor of the server'],
  ['server.product', 'CONFIG_GET_SERVER_INFO:product_name', 'Product name of the server'],
  ['server.revision', 'CONFIG_GET_SERVER_INFO:revision_number', 'Revision of the server'],
  ['scsi.device', 'SCSI_OPEN:device SCSI_SET_TARGET:device', 'Device name'],
  ['scsi.controller', '**.target_controller', 'SCSI controller'],
  ['scsi.id', '**.target_id', 'SCSI target'],
  ['scsi.lun', '**.target_lun', 'SCSI logical unit'],
  ['execute_cdb.flags', 'SCSI_EXECUTE_CDB:flags TAPE_EXECUTE_CDB:flags', 'Direction of the data of a command'],
  ['execute_cdb.timeout', 'SCSI_EXECUTE_CDB:timeout TAPE_EXECUTE_CDB:timeout', 'Time allowed for a command, in ms'],
  ['execute_cdb.status', 'SCSI_EXECUTE_CDB:status TAPE_EXECUTE_CDB:status', 'SCSI status'],
  [
    'execute_cdb.datain_len',
    'SCSI_EXECUTE_CDB:datain_len TAPE_EXECUTE_CDB:datain_len SCSI_EXECUTE_CDB:datain# TAPE_EXECUTE_CDB:datain#',
    'Bytes from the device',
  ],
  [
    'execute_cdb.dataout_len',
    'SCSI_EXECUTE_CDB:dataout# TAPE_EXECUTE_CDB:dataout# SCSI_EXECUTE_CDB:dataout_len TAPE_EXECUTE_CDB:dataout_len',
    'Bytes to the device',
  ],
  ['execute_cdb.cdb_len', 'SCSI_EXECUTE_CDB:cdb# TAPE_EXECUTE_CDB:cdb#', 'Bytes of the command'],
  ['execute_cdb.sns_len', 'SCSI_EXECUTE_CDB:ext_sense# TAPE_EXECUTE_CDB:ext_sense#', 'Bytes of sense data'],
  ['tape.open_mode', 'TAPE_OPEN:mode', 'How the tape is opened'],
  ['tape.invalid', 'TAPE_GET_STATE:invalid TAPE_GET_STATE:unsupported', 'What is not valid of a tape state'],
  ['tape.flags', 'TAPE_GET_STATE:flags', 'Flags of a tape state'],
  ['tape.status.file_num', 'TAPE_GET_STATE:file_num', 'Tape file number'],
  ['tape.status.soft_errors', 'TAPE_GET_STATE:soft_errors', 'Soft errors'],
  ['tape.status.block_size', 'TAPE_GET_STATE:block_size', 'Block size'],
  ['tape.status.block_no', 'TAPE_GET_STATE:blockno', 'Block number'],
  ['tape.status.total_space', 'TAPE_GET_STATE:total_space', 'Space on the tape'],
  ['tape.status.space_remain', 'TAPE_GET_STATE:space_remain', 'Space left on the tape'],
  ['tape.status.partition', 'TAPE_GET_STATE:partition', 'Tape partition (v3)'],
  ['tape.mtio.op', 'TAPE_MTIO:tape_op', 'Tape movement'],
  ['count', 'TAPE_MTIO:count TAPE_WRITE:count TAPE_READ:count', 'Count of a tape operation'],
  ['resid_count', 'TAPE_MTIO:resid_count', 'What a tape movement did not do'],
  ['mover.state', 'MOVER_GET_STATE:state', "The mover's state"],
  ['mover.pause', 'MOVER_GET_STATE:pause_reason NOTIFY_MOVER_PAUSED:reason', 'Why the mover paused'],
  ['mover.mode', 'MOVER_LISTEN:mode MOVER_CONNECT:mode MOVER_GET_STATE:mode', "The mover's direction"],
  [
    'halt',
    'MOVER_GET_STATE:halt_reason NOTIFY_MOVER_HALTED:reason NOTIFY_DATA_HALTED:reason',
    'Why the mover or the data service halted',
  ],
  ['halt.reason', 'NOTIFY_MOVER_HALTED:text_reason NOTIFY_DATA_HALTED:text_reason', 'The same in words (v2, v3)'],
  ['record.size', 'MOVER_GET_STATE:record_size MOVER_SET_RECORD_SIZE:len', 'Size of tape records'],
  ['record.num', 'MOVER_GET_STATE:record_num', 'Tape record number'],
  ['data.written', 'MOVER_GET_STATE:data_written MOVER_GET_STATE:bytes_moved', 'Bytes the mover moved'],
  ['seek.position', 'MOVER_GET_STATE:seek_position NOTIFY_MOVER_PAUSED:seek_position', 'Where the mover waits'],
  ['bytes_left_to_read', 'MOVER_GET_STATE:bytes_left_to_read', 'Bytes the mover has still to read'],
  [
    'window.offset',
    'MOVER_GET_STATE:window_offset MOVER_SET_WINDOW:offset MOVER_READ:offset NOTIFY_DATA_READ:offset DATA_GET_STATE:read_offset',
    'Offset of a window or of a read',
  ],
  [
    'window.length',
    'MOVER_GET_STATE:window_length MOVER_SET_WINDOW:length MOVER_READ:length NOTIFY_DATA_READ:length DATA_GET_STATE:read_length',
    'Length of a window or of a read',
  ],
  ['addr.ip', '**.ip_addr', 'IP address of a data connection'],
  ['addr.tcp_port', '**.port', 'TCP port of a data connection'],
  ['addr.loop_id', '**.loop_id', 'Fibre channel loop identifier (v3)'],
  ['addr.ipc', '**.comm_data', 'Address of a local data connection'],
  ['data', 'TAPE_WRITE:data_out TAPE_READ:data_in', 'Bytes written to or read from tape'],
  [
    'file',
    'LOG_FILE:name **.unix_name **.nt_path **.dos_path **.names.other_name FH_ADD_UNIX_PATH:**.name FH_ADD_UNIX_DIR:**.name',
    'File name',
  ],
  ['log.type', 'LOG_MESSAGE:log_type', 'Kind of a log message'],
  ['log.message.id', 'LOG_MESSAGE:message_id', 'Number of a log message'],
  ['log.message', 'LOG_MESSAGE:entry LOG_LOG:entry LOG_DEBUG:message', 'Text of a log message'],
  ['connected', 'NOTIFY_CONNECTION_STATUS:reason', 'What the server says of the connection'],
  ['connected.reason', 'NOTIFY_CONNECTION_STATUS:text_reason', 'The same in words'],
  ['files', 'FH_ADD_FILE:files FH_ADD_UNIX_PATH:paths', 'Entries of file history'],
  ['dirs', 'FH_ADD_DIR:dirs FH_ADD_UNIX_DIR:dirs', 'Directory entries of file history'],
  ['nodes', 'FH_ADD_NODE:nodes FH_ADD_UNIX_NODE:nodes', 'Nodes of file history'],
  ['file.names', 'FH_ADD_FILE:files.names FH_ADD_DIR:dirs.names', 'Names of a file history entry'],
  ['file.stats', 'FH_ADD_FILE:files.stats FH_ADD_NODE:nodes.stats', 'Attributes of a file history entry'],
  [
    'file.fs_type',
    'FH_ADD_FILE:**.fs_type FH_ADD_DIR:**.fs_type FH_ADD_NODE:**.fs_type',
    'Kind of file system of an entry',
  ],
  ['file.type', '**.ftype', 'File type'],
  ['file.node', '**.node', 'File number'],
  ['file.parent', '**.parent', 'File number of the directory'],
  ['file.fh_info', '**.fh_info', 'Position for direct access'],
  ['file.invalid', '**.stats.invalid **.stats.unsupported', 'What is not valid of file attributes'],
  ['file.mtime', '**.mtime', 'Time of modification'],
  ['file.atime', '**.atime', 'Time of access'],
  ['file.ctime', '**.ctime', 'Time of change'],
  ['file.owner', '**.owner **.fstat.uid', 'Owner'],
  ['file.group', '**.stats.group **.fstat.gid', 'Group'],
  ['file.fattr', '**.fattr **.fstat.mode', 'Mode'],
  ['file.size', '**.stats.size **.fstat.size', 'File size'],
  ['file.links', '**.links', 'Links'],
  ['nlist', 'nlist', 'Files to recover'],
  ['bu.original_path', '**.original_path DATA_START_RECOVER@2:nlist.name', 'Path in the backup'],
  ['bu.destination_dir', '**.destination_dir **.destination_path nlist.dest', 'Where to recover to'],
  ['bu.new_name', '**.new_name DATA_START_RECOVER@4:nlist.name', 'Name to recover as'],
  ['bu.other_name', 'nlist.other_name', 'Name in the other name space'],
  ['bu.state.invalid', 'DATA_GET_STATE:invalid DATA_GET_STATE:unsupported', 'What is not valid of a data state'],
  ['bu.operation', 'DATA_GET_STATE:operation', 'What the data service does'],
  ['data.state', 'DATA_GET_STATE:state', "The data service's state"],
  ['data.halted', 'DATA_GET_STATE:halt_reason', 'Why the data service halted'],
  ['data.bytes_processed', 'DATA_GET_STATE:bytes_processed', 'Bytes processed'],
  ['data.est_bytes_remain', 'DATA_GET_STATE:est_bytes_remain', 'Bytes still to do'],
  ['data.est_time_remain', 'DATA_GET_STATE:est_time_remain', 'Time still needed'],
  ['class_list', 'CONFIG_GET_EXT_LIST:class_list', 'Extension classes offered'],
  ['class.id', '**.class_id', 'Extension class'],
  ['ext_version_list', 'CONFIG_GET_EXT_LIST:class_list.versions', 'Versions of an extension class'],
  ['ext_version_list.version', 'CONFIG_GET_EXT_LIST:class_list.versions', 'Version of an extension class'],
  ['ext_version', 'CONFIG_SET_EXT_LIST:**.selected', 'Extension classes selected'],
  ['class.version', 'CONFIG_SET_EXT_LIST:**.version', 'Version of a selected extension class'],
];

/** Wireshark's booleans: single bits of a mask above. */
const bits: readonly (readonly [name: string, of: string, bit: number])[] = [
  ['butype.attr.backup_file_history', 'butype.attr', 0x1],
  ['butype.attr.backup_filelist', 'butype.attr', 0x2],
  ['butype.attr.recover_filelist', 'butype.attr', 0x4],
  ['butype.attr.backup_direct', 'butype.attr', 0x8],
  ['butype.attr.recover_direct', 'butype.attr', 0x10],
  ['butype.attr.backup_incremental', 'butype.attr', 0x20],
  ['butype.attr.recover_incremental', 'butype.attr', 0x40],
  ['butype.attr.backup_utf8', 'butype.attr', 0x80],
  ['butype.attr.recover_utf8', 'butype.attr', 0x100],
  ['fs.invalid.total_size', 'fs.invalid', 0x1],
  ['fs.invalid.used_size', 'fs.invalid', 0x2],
  ['fs.invalid.avail_size', 'fs.invalid', 0x4],
  ['fs.invalid.total_inodes', 'fs.invalid', 0x8],
  ['fs.invalid.used_inodes', 'fs.invalid', 0x10],
  ['tape.attr.rewind', 'tape.attr', 0x1],
  ['tape.attr.unload', 'tape.attr', 0x2],
  ['execute_cdb.flags.data_in', 'execute_cdb.flags', 0x1],
  ['execute_cdb.flags.data_out', 'execute_cdb.flags', 0x2],
  ['tape.invalid.file_num', 'tape.invalid', 0x1],
  ['tape.invalid.soft_errors', 'tape.invalid', 0x2],
  ['tape.invalid.block_size', 'tape.invalid', 0x4],
  ['tape.invalid.block_no', 'tape.invalid', 0x8],
  ['tape.invalid.total_space', 'tape.invalid', 0x10],
  ['tape.invalid.space_remain', 'tape.invalid', 0x20],
  ['tape.invalid.partition', 'tape.invalid', 0x40],
  ['tape.flags.no_rewind', 'tape.flags', 0x8],
  ['tape.flags.write_protect', 'tape.flags', 0x10],
  ['tape.flags.error', 'tape.flags', 0x20],
  ['tape.flags.unload', 'tape.flags', 0x40],
  ['file.invalid.atime', 'file.invalid', 0x1],
  ['file.invalid.ctime', 'file.invalid', 0x2],
  ['file.invalid.group', 'file.invalid', 0x4],
  ['bu.state.invalid.ebr', 'bu.state.invalid', 0x1],
  ['bu.state.invalid.etr', 'bu.state.invalid', 0x2],
];

/** What the capture does not tell apart here, or what has no meaning outside Wireshark: named with the reason. */
export const withoutEquivalent: Readonly<Record<string, string>> = {
  'ndmp.fragment': 'fragments are joined before a message is shown; use ndmp.fragment.count',
  'ndmp.fragment_data': 'fragments are joined before a message is shown; use ndmp.fragment.count',
  'ndmp.fragment.overlap': 'record fragments cannot overlap',
  'ndmp.fragment.overlap.conflicts': 'record fragments cannot overlap',
  'ndmp.fragment.multiple_tails': 'record fragments cannot overlap',
  'ndmp.fragment.too_long_fragment': 'record fragments cannot overlap; use problem',
  'ndmp.fragment.error': 'use problem',
  'ndmp.reassembled.in': 'every message is shown where it ends; use frame',
};

function places(text: string): BodyPlace[] {
  return text.split(' ').map((place) => {
    const match = /^(?:([A-Z_0-9]+)(?:@(\d))?:)?([^#]+)(#?)$/.exec(place);
    const [, message, version, path, length] = match ?? [];
    return {
      codes: message === undefined ? undefined : messageNames.find(message),
      ...(version === undefined ? {} : { version: Number(version) as NdmpVersion }),
      steps: parsePath(path),
      ...(length === '#' ? { length: true } : {}),
    };
  });
}

let fields: ReadonlyMap<string, BodyField> | undefined;

/** The fields above by their full names (`ndmp.mover.state`). */
export function wiresharkBodyFields(): ReadonlyMap<string, BodyField> {
  if (fields === undefined) {
    const made = new Map<string, BodyField>();
    for (const [name, text, doc] of table) {
      made.set(`ndmp.${name}`, { name: `ndmp.${name}`, doc, places: places(text) });
    }
    for (const [name, of, bit] of bits) {
      const whole = made.get(`ndmp.${of}`);
      made.set(`ndmp.${name}`, { name: `ndmp.${name}`, doc: `Bit of ndmp.${of}`, places: whole?.places ?? [], bit });
    }
    fields = made;
  }
  return fields;
}
