import { ErrorCode, type BodyValue, type NdmpVersion } from '../../protocol';
import { backupTypes } from '../data/backupTypes';
import { AddressType } from '../../transport/dataAddress';
import { RequestFailure, refuse } from '../failure';
import { serve, type HandlerEntry } from '../session/handler';
import { Auth } from '../session/loginState';
import type { BackupTypeInfo, DeviceInfo, FileSystemInfo } from '../system';

const UNKNOWN = 0xffffffffffffffffn;
/** Bits of fields that are not known in CONFIG_GET_FS_INFO (NDMPv4 draft, section 3.2.7). */
const UNSUPPORTED = {
  totalSize: 0x01,
  usedSize: 0x02,
  availableSize: 0x04,
  totalInodes: 0x08,
  usedInodes: 0x10,
} as const;

/** Config interface (NDMPv4 draft, section 3.2), but for extensions. */
export const configHandlers: readonly HandlerEntry[] = [
  serve('NDMP_CONFIG_GET_HOST_INFO', ({ view }) => ({
    hostname: view.host.hostname,
    os_type: view.host.osType,
    os_vers: view.host.osVersion,
    hostid: view.host.hostId,
    auth_type: [...view.authTypes],
  })),

  serve('NDMP_CONFIG_GET_SERVER_INFO', ({ view, login }) => {
    // who has not logged in learns how to, and no more
    const isKnown = login.user !== undefined || login.isOpenToAll;
    return {
      vendor_name: isKnown ? view.product.vendor : '',
      product_name: isKnown ? view.product.product : '',
      revision_number: isKnown ? view.product.revision : '',
      auth_type: [...view.authTypes],
    };
  }),

  serve('NDMP_CONFIG_GET_AUTH_ATTR', ({ login }, { auth_type }): BodyValue => {
    switch (auth_type) {
      case Auth.NONE:
      case Auth.TEXT:
        login.require(auth_type);
        return { server_attr: { type: auth_type } };
      case Auth.MD5:
        return { server_attr: { type: auth_type, challenge: login.newChallenge() } };
      default:
        return refuse('ILLEGAL_ARGS', `there is no kind ${auth_type} of login`);
    }
  }),

  serve('NDMP_CONFIG_GET_CONNECTION_TYPE', ({ view, version }) => ({
    addr_types: view.connectionTypes().filter((type) => version === 4 || type <= AddressType.TCP),
  })),

  serve('NDMP_CONFIG_GET_BUTYPE_ATTR', (_session, { name }) => {
    const type = backupTypes.find((each) => each.name === name);
    if (!type) throw new RequestFailure(ErrorCode.ILLEGAL_ARGS, `there is no backup type ${name}`);
    return { attrs: type.attributes.v2 };
  }),

  serve('NDMP_CONFIG_GET_BUTYPE_INFO', ({ version }) => ({
    butype_info: backupTypes.map((type) => backupTypeBody(type, version)),
  })),

  serve('NDMP_CONFIG_GET_FS_INFO', async ({ view, login }) => {
    const known = await view.fileSystems();
    // where everybody may ask, those who do without logging in are scanners: nmap reads the variables as one text, and fails
    const infos = login.user === undefined ? known.map((info) => ({ ...info, environment: [] })) : known;
    return { fs_info: infos.map(fileSystemBody) };
  }),

  serve('NDMP_CONFIG_GET_TAPE_INFO', ({ view }) => ({ tape_info: view.tapes().map(deviceBody) })),
  serve('NDMP_CONFIG_GET_SCSI_INFO', ({ view }) => ({ scsi_info: view.changers().map(deviceBody) })),
];

function backupTypeBody({ name, defaults, attributes }: BackupTypeInfo, version: NdmpVersion): BodyValue {
  return { butype_name: name, default_env: pairs(defaults), attrs: version === 4 ? attributes.v4 : attributes.v3 };
}

function fileSystemBody(info: FileSystemInfo): BodyValue {
  let mask = 0;
  for (const [field, bit] of Object.entries(UNSUPPORTED)) {
    if (info[field as keyof typeof UNSUPPORTED] === undefined) mask |= bit;
  }
  return {
    invalid: mask,
    unsupported: mask,
    fs_type: info.type,
    fs_logical_device: info.logicalDevice,
    fs_physical_device: info.physicalDevice,
    total_size: info.totalSize ?? UNKNOWN,
    used_size: info.usedSize ?? UNKNOWN,
    avail_size: info.availableSize ?? UNKNOWN,
    total_inodes: info.totalInodes ?? UNKNOWN,
    used_inodes: info.usedInodes ?? UNKNOWN,
    fs_env: pairs(info.environment),
    fs_status: info.status,
  };
}

function deviceBody({ model, capabilities }: DeviceInfo): BodyValue {
  const caplist = capabilities.map(({ device, attributes, capability }) => ({
    device,
    attr: attributes,
    capability: pairs(capability),
  }));
  return { model, caplist };
}

function pairs(list: readonly { name: string; value: string }[]): BodyValue[] {
  return list.map(({ name, value }) => ({ name, value }));
}
