import type { StructType, XdrType } from '../schema';

/**
 * A sentence about fields whose type says none, by name; a name that means different things in different places has an
 * entry with what holds it before the dot.
 */
const docs: { readonly [field: string]: string } = {
  addr: 'Address that the peer listens on.',
  addr_type: 'Kind of the data connection.',
  addr_types: 'Kinds of data connection that the server can make.',
  associated_message_valid: 'Whether the next field names a message that this one belongs to.',
  atime: 'Time of the last access.',
  attr: 'What opening this device name does.',
  attrs: 'What the backup type can do (in v2: what it can not do).',
  auth_data: 'Who the DMA says it is, and the proof in the chosen way.',
  auth_id: 'User name.',
  auth_type: 'Ways to authenticate that the server takes.',
  'NDMP_CONFIG_GET_AUTH_ATTR.auth_type': 'Way to authenticate that is asked about.',
  avail_size: 'Bytes that are free.',
  block_size: 'Size of a tape block in bytes.',
  blockno: 'Number of the block at which the tape stands.',
  butype_info: 'The backup types of the server.',
  butype_name: 'Name of the backup type, such as dump.',
  bytes_processed: 'Stream bytes of the present operation.',
  caplist: 'The names under which the device can be opened.',
  class_id: 'Number of the extension class.',
  class_list: 'Extension classes with their versions.',
  client_attr: 'What the server needs to prove itself: for MD5 a challenge.',
  comm_data: 'What only the two services understand.',
  connect_addr: 'Address to connect to.',
  count: 'How often: file marks, records.',
  ctime: 'Time of the last change of attributes.',
  data_connection_addr: 'Address of the data connection.',
  data_in: 'The block that was read.',
  data_out: 'The block to write.',
  datain: 'What the device sent.',
  dataout: 'What is sent to the device.',
  default_env: 'Environment variables that the backup type knows, with their defaults.',
  destination_dir: 'Directory to recover to.',
  device: 'Name by which the device is opened.',
  dirs: 'Entries of directories.',
  dos_path: 'Path in short names (8.3).',
  echo_msg: 'The text that is sent back.',
  echo_short: 'A number that is sent back.',
  est_bytes_remain: "Bytes that are left to do, by the server's estimate.",
  est_time_remain: "Seconds that are left, by the server's estimate.",
  file_num: 'Number of the file on the tape, by file marks.',
  files: 'Entries by path.',
  flags: 'Which way data flow with the command.',
  'NDMP_TAPE_GET_STATE.flags': 'Conditions of the drive and of the way it was opened.',
  fs_info: 'File systems that can be backed up.',
  fs_physical_device: 'The device that the file system is on.',
  fs_type: 'Kind of file system, which says which names and attributes follow.',
  'NDMP_CONFIG_GET_FS_INFO.fs_type': 'Kind of file system, as the server names it.',
  fstat: 'Attributes of the file.',
  ftype: 'Kind of file.',
  gid: 'Number of the group.',
  group: 'Number of the group.',
  halt_reason: 'Why it is HALTED.',
  hostid: 'Identifies the host; as a rule hexadecimal.',
  hostname: 'Name of the host.',
  invalid: 'Fields below that mean nothing here.',
  ip_addr: 'IPv4 address.',
  ipv6_addr: 'IPv6 address.',
  len: 'Size of a record in bytes.',
  length: 'How many bytes of the stream are wanted.',
  level: 'For whom the message is, and how detailed.',
  links: 'Number of hard links.',
  log_type: 'How much the message matters.',
  loop_id: 'Fibre Channel loop id.',
  message: 'Text of the log message, for people.',
  message_id: "The server's own number of the message.",
  mode: 'Which way the mover moves data.',
  'NDMP_TAPE_OPEN.mode': 'What the drive is opened for.',
  'fstat.mode': 'UNIX mode bits.',
  model: 'Vendor and model of the device.',
  mover: 'Address of the mover.',
  mtime: 'Time of the last change of content.',
  name: 'Name of the file.',
  'NDMP_CONFIG_GET_BUTYPE_ATTR.name': 'The backup type that is asked about.',
  'env.name': 'Name of the variable.',
  'addr_env.name': 'Name of the variable.',
  'default_env.name': 'Name of the variable.',
  'fs_env.name': 'Name of the variable.',
  'capability.name': 'Name of the capability.',
  'paths.name': 'Path of the file.',
  'dirs.name': 'Name within the directory.',
  nlist: 'What to recover.',
  node: 'Number of the file (inode), which ties entries of directories to attributes.',
  nodes: 'Attributes by node.',
  nt_path: 'Path in Windows form.',
  offset: 'First byte of the stream that is wanted.',
  operation: 'What the data server does, or did last.',
  os_type: 'Operating system.',
  os_vers: 'Version of the operating system.',
  other_name: 'Name in some other name space.',
  owner: 'Number of the owner.',
  parent: 'Node of the directory that holds the entry.',
  partition: 'Partition of the tape.',
  pathname: 'Path of the volume.',
  paths: 'Entries by path.',
  pause_reason: 'Why it is PAUSED.',
  port: 'TCP port.',
  product_name: 'Name of the product.',
  protocol_version: 'The NDMP version that the DMA wants to speak.',
  reason: 'Why.',
  record_num: 'Number of the record.',
  record_size: 'Size of a tape record in bytes.',
  recovery_status: 'How the recovery of the file went.',
  reserved1: 'Not used.',
  reserved2: 'Not used.',
  reserved3: 'Not used.',
  revision_number: 'Version of the product.',
  scsi_info: 'SCSI devices of the server.',
  selected: 'The extension classes to use, each with one version.',
  server_attr: 'What is needed to authenticate this way: for MD5 a challenge.',
  server_result: 'Who the server says it is, and the proof.',
  size: 'Size of the file in bytes.',
  soft_errors: 'Errors that the drive mended since it was opened.',
  space_remain: 'Bytes that still fit on the tape.',
  ssid: 'Save set number.',
  state: 'State of the state machine.',
  stats: 'Attributes, one entry for each name space.',
  tape_info: 'Tape drives of the server.',
  tape_op: 'What the drive is to do.',
  target_controller: 'SCSI controller (host adapter).',
  target_id: 'SCSI target.',
  target_lun: 'SCSI logical unit.',
  tcp6_addr: 'Addresses of the data connection; any of them will do.',
  tcp_addr: 'Addresses of the data connection; any of them will do.',
  text_reason: 'The reason in words, for people.',
  total_inodes: 'Files that the file system has room for.',
  total_size: 'Size of the file system in bytes.',
  total_space: 'Bytes that the tape holds.',
  uid: 'Number of the owner.',
  unix_name: 'Name in UNIX form.',
  unsupported: 'Fields below that the server does not fill in.',
  used_inodes: 'Files that there are.',
  used_size: 'Bytes that are in use.',
  value: 'Its value.',
  vendor_name: 'Name of the vendor.',
  version: 'The version that is to be used.',
  versions: 'Versions that the server knows; the first one is the default.',
  window_length: 'Bytes of the stream that the window holds.',
  window_offset: 'First byte of the stream that the window holds.',
};

/** Fills in the sentences that a schema's fields do not bring themselves; what is complete stays the same object. */
export class FieldDocs {
  private readonly done = new Map<XdrType, XdrType>();

  /** @param message the name of the message the schemas belong to */
  constructor(private readonly message: string) {}

  struct<S extends StructType>(schema: S): S {
    return this.filled(schema, this.message) as S;
  }

  /** `holder`: the field, or the message, that the type stands in. */
  private filled(type: XdrType, holder: string): XdrType {
    if (type.kind === 'array') {
      const element = this.filled(type.element, holder);
      return element === type.element ? type : { ...type, element };
    }
    if (type.kind !== 'struct' && type.kind !== 'union') return type;
    const known = this.done.get(type);
    if (known) return known;
    const made = type.kind === 'struct' ? this.filledStruct(type, holder) : this.filledUnion(type, holder);
    this.done.set(type, made);
    return made;
  }

  private filledStruct(type: StructType, holder: string): StructType {
    const entries = Object.entries(type.fields).map(([name, field]): [string, XdrType] => {
      const inner = this.filled(field, name);
      const doc = inner.doc ?? docs[`${holder}.${name}`] ?? docs[`${this.message}.${name}`] ?? docs[name];
      return [name, doc === inner.doc ? inner : { ...inner, doc }];
    });
    const changed = entries.some(([name, field]) => field !== type.fields[name]);
    return changed ? { ...type, fields: Object.fromEntries(entries) } : type;
  }

  private filledUnion(type: Extract<XdrType, { kind: 'union' }>, holder: string): XdrType {
    const cases = Object.fromEntries(
      Object.entries(type.cases).map(([value, schema]) => [value, this.filled(schema, holder) as StructType]),
    );
    const otherwise = type.otherwise && (this.filled(type.otherwise, holder) as StructType);
    const changed =
      otherwise !== type.otherwise || Object.entries(type.cases).some(([value, schema]) => cases[value] !== schema);
    return changed ? { ...type, cases, otherwise } : type;
  }
}
