import { allOnes, array, doc, error, str, struct, u16, u64 } from '../schema';
import {
  addressTypeV2,
  addressTypeV3,
  addressTypeV4,
  authType,
  backupTypeAttributesV2,
  backupTypeAttributesV3,
  backupTypeAttributesV4,
  fsInfoInvalid,
  fsInfoUnsupported,
  scsiAttributes,
  tapeAttributesV3,
  tapeAttributesV4,
} from './enums';
import { errorOnly, message, nothing, v2v3v4, v3v4 } from './message';
import { authAttributes, pair } from './types';

const host = { error, hostname: str, os_type: str, os_vers: str, hostid: str } as const;
const hostReply = struct(host);

const backupType = { butype_name: str, default_env: array(pair) } as const;
const backupTypeLabel = { label: '{butype_name}' };

const fsInfoFields = {
  fs_type: str,
  fs_logical_device: doc(str, 'What FILESYSTEM in a backup names.'),
  fs_physical_device: str,
  total_size: allOnes(u64, 'unknown'),
  used_size: allOnes(u64, 'unknown'),
  avail_size: allOnes(u64, 'unknown'),
  total_inodes: allOnes(u64, 'unknown'),
  used_inodes: allOnes(u64, 'unknown'),
  fs_env: doc(array(pair), 'LOCAL, TYPE, AVAILABLE_BACKUP, AVAILABLE_RECOVERY and what the vendor adds.'),
  fs_status: doc(str, 'Text for people, such as "online".'),
} as const;
const fsLabel = { label: '{fs_logical_device}' };

const capability = doc(array(pair), 'Such as EXECUTE_CDB (t tape, s scsi, b both, n none).');
const deviceLabel = { label: '{device}' };
const modelLabel = { label: '{model}' };
const tapeDeviceV3 = struct(
  { model: str, caplist: array(struct({ device: str, attr: tapeAttributesV3, capability }, deviceLabel)) },
  modelLabel,
);
const tapeDeviceV4 = struct(
  { model: str, caplist: array(struct({ device: str, attr: tapeAttributesV4, capability }, deviceLabel)) },
  modelLabel,
);
const scsiDevice = struct(
  { model: str, caplist: array(struct({ device: str, attr: scsiAttributes, capability }, deviceLabel)) },
  modelLabel,
);

const classVersion = struct({ class_id: u16, version: u16 }, { label: 'class {class_id} version {version}' });
const classList = struct({ class_id: u16, versions: array(u16) }, { label: 'class {class_id}' });

/** Config interface (NDMPv4 draft, section 3.2). */
export const configMessages = [
  message({
    code: 0x100,
    name: 'NDMP_CONFIG_GET_HOST_INFO',
    interface: 'config',
    doc: 'Asks who the host is: name, operating system, host id; in v2 also how one may authenticate.',
    bodies: {
      2: { request: nothing, reply: struct({ ...host, auth_type: array(authType) }) },
      3: { request: nothing, reply: hostReply },
      4: { request: nothing, reply: hostReply },
    },
  }),
  message({
    code: 0x101,
    name: 'NDMP_CONFIG_GET_BUTYPE_ATTR',
    interface: 'config',
    doc: 'Asks what one backup type can not do (v2; later CONFIG_GET_BUTYPE_INFO).',
    bodies: { 2: { request: struct({ name: str }), reply: struct({ error, attrs: backupTypeAttributesV2 }) } },
  }),
  message({
    code: 0x102,
    name: 'NDMP_CONFIG_GET_CONNECTION_TYPE',
    otherNames: ['NDMP_CONFIG_GET_MOVER_TYPE'],
    interface: 'config',
    doc: 'Asks which kinds of data connection the server can make.',
    bodies: {
      2: { request: nothing, reply: struct({ error, addr_types: array(addressTypeV2) }) },
      3: { request: nothing, reply: struct({ error, addr_types: array(addressTypeV3) }) },
      4: { request: nothing, reply: struct({ error, addr_types: array(addressTypeV4) }) },
    },
  }),
  message({
    code: 0x103,
    name: 'NDMP_CONFIG_GET_AUTH_ATTR',
    interface: 'config',
    doc: 'Asks what is needed to authenticate in one way; for MD5 the answer is a fresh challenge.',
    bodies: v2v3v4({
      request: struct({ auth_type: authType }),
      reply: struct({ error, server_attr: authAttributes }),
    }),
  }),
  message({
    code: 0x104,
    name: 'NDMP_CONFIG_GET_BUTYPE_INFO',
    interface: 'config',
    doc: 'Asks for the backup types of the server, what each can do, and its environment variables with defaults.',
    bodies: {
      3: {
        request: nothing,
        reply: struct({
          error,
          butype_info: array(struct({ ...backupType, attrs: backupTypeAttributesV3 }, backupTypeLabel)),
        }),
      },
      4: {
        request: nothing,
        reply: struct({
          error,
          butype_info: array(struct({ ...backupType, attrs: backupTypeAttributesV4 }, backupTypeLabel)),
        }),
      },
    },
  }),
  message({
    code: 0x105,
    name: 'NDMP_CONFIG_GET_FS_INFO',
    interface: 'config',
    doc: 'Asks for the file systems that can be backed up.',
    bodies: {
      3: {
        request: nothing,
        reply: struct({ error, fs_info: array(struct({ invalid: fsInfoInvalid, ...fsInfoFields }, fsLabel)) }),
      },
      4: {
        request: nothing,
        reply: struct({ error, fs_info: array(struct({ unsupported: fsInfoUnsupported, ...fsInfoFields }, fsLabel)) }),
      },
    },
  }),
  message({
    code: 0x106,
    name: 'NDMP_CONFIG_GET_TAPE_INFO',
    interface: 'config',
    doc: 'Asks for the tape drives of the server and the device names to open them by.',
    bodies: {
      3: { request: nothing, reply: struct({ error, tape_info: array(tapeDeviceV3) }) },
      4: { request: nothing, reply: struct({ error, tape_info: array(tapeDeviceV4) }) },
    },
  }),
  message({
    code: 0x107,
    name: 'NDMP_CONFIG_GET_SCSI_INFO',
    interface: 'config',
    doc: 'Asks for the SCSI devices of the server: medium changers.',
    bodies: v3v4({ request: nothing, reply: struct({ error, scsi_info: array(scsiDevice) }) }),
  }),
  message({
    code: 0x108,
    name: 'NDMP_CONFIG_GET_SERVER_INFO',
    interface: 'config',
    doc: 'Asks for vendor, product, revision, and how one may authenticate.',
    bodies: v3v4({
      request: nothing,
      reply: struct({
        error,
        vendor_name: str,
        product_name: str,
        revision_number: str,
        auth_type: array(authType),
      }),
    }),
  }),
  message({
    code: 0x109,
    name: 'NDMP_CONFIG_SET_EXT_LIST',
    interface: 'config',
    doc: 'Selects one version of each extension class that is to be used; once, and after CONFIG_GET_EXT_LIST.',
    bodies: { 4: { request: struct({ selected: array(classVersion) }), reply: errorOnly } },
    variants: {
      request: [
        {
          schema: struct({ error, class_list: array(classList) }),
          deviation: 'non-conforming encoding: laid out as the reply to CONFIG_GET_EXT_LIST (an older NDMPv4 .x file)',
        },
      ],
    },
  }),
  message({
    code: 0x10a,
    name: 'NDMP_CONFIG_GET_EXT_LIST',
    interface: 'config',
    doc: 'Asks for the extension classes of the server and the versions of each; the first version is the default.',
    bodies: { 4: { request: nothing, reply: struct({ error, class_list: array(classList) }) } },
  }),
] as const;
