import {
  allOnes,
  array,
  bytes,
  doc,
  fixedBytes,
  ipv4,
  str,
  struct,
  time,
  u16,
  u32,
  u64,
  union,
  type OpaqueType,
} from '../schema';
import {
  addressTypeV2,
  addressTypeV3,
  addressTypeV4,
  authType,
  fileStatInvalid,
  fileStatUnsupported,
  fileSystemType,
  fileType,
  fileTypeV2,
} from './enums';

/** Types used by several messages. */
export const pair = struct({ name: str, value: str }, { label: '{name} = {value}' });
export const environment = doc(array(pair), 'Environment variables of the backup type.');

export const authData = union('type', authType, {
  0: struct({}),
  1: struct({ auth_id: str, auth_password: { ...str, secret: true, doc: 'The password in clear text.' } }),
  2: struct({
    auth_id: str,
    auth_digest: { kind: 'opaque', size: 16, doc: 'MD5 over password, padding, challenge and password again.' },
  }),
});

export const authAttributes = union('type', authType, {
  0: struct({}),
  1: struct({}),
  2: struct({ challenge: doc(fixedBytes(64), 'Random bytes that go into the digest.') }),
});

const noAddress = struct({}, { label: 'local' });
const ipcAddress = struct({ comm_data: bytes }, { label: 'IPC' });
const oldTcpAddress = struct({ ip_addr: ipv4, port: u16 }, { label: '{ip_addr}:{port}' });
const tcpAddress = struct(
  { ip_addr: ipv4, port: u16, addr_env: doc(array(pair), 'Information for the peer server about this address.') },
  { label: '{ip_addr}:{port}' },
);
const tcp6Address = struct(
  {
    ipv6_addr: { kind: 'opaque', size: 16, shape: 'ipv6' } satisfies OpaqueType,
    port: u16,
    addr_env: doc(array(pair), 'Information for the peer server about this address.'),
  },
  { label: '[{ipv6_addr}]:{port}' },
);

export const addressV2 = union('type', addressTypeV2, { 0: noAddress, 1: oldTcpAddress });
export const addressV3 = union('type', addressTypeV3, {
  0: noAddress,
  1: oldTcpAddress,
  2: struct({ loop_id: u32 }, { label: 'FC loop {loop_id}' }),
  3: ipcAddress,
});
export const addressV4 = union('type', addressTypeV4, {
  0: noAddress,
  1: struct({ tcp_addr: array(tcpAddress) }, { label: '{tcp_addr}' }),
  3: ipcAddress,
  0x20510004: struct({ tcp6_addr: array(tcp6Address) }, { label: '{tcp6_addr}' }),
});

export const fileName = union(
  'fs_type',
  fileSystemType,
  {
    0: struct({ unix_name: str }, { label: '{unix_name}' }),
    1: struct({ nt_path: str, dos_path: str }, { label: '{nt_path}' }),
  },
  struct({ other_name: str }, { label: '{other_name}' }),
);

export const node32 = allOnes(u32, 'unknown');
export const node = allOnes(u64, 'unknown');
export const position = doc(
  allOnes(u64, 'no direct access'),
  'Where the object begins in the backup stream, for direct access recovery.',
);

export const unixStat = struct({
  ftype: fileTypeV2,
  mtime: time,
  atime: time,
  ctime: time,
  uid: u32,
  gid: u32,
  mode: u32,
  size: u64,
  fh_info: position,
});

const fileStatFields = {
  fs_type: fileSystemType,
  ftype: fileType,
  mtime: time,
  atime: time,
  ctime: time,
  owner: u32,
  group: u32,
  fattr: doc(u32, 'UNIX mode bits, or the Windows attribute word.'),
  size: doc(u64, 'Size of the file, not of its part of the stream.'),
  links: u32,
} as const;
export const fileStatV3 = struct({ invalid: fileStatInvalid, ...fileStatFields });
export const fileStatV4 = struct({ unsupported: fileStatUnsupported, ...fileStatFields });
