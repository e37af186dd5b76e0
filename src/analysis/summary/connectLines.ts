import { counted, joined, type FieldReader } from './fields';

/** 'text, user ndmp'; never the password. */
function credentials(fields: FieldReader, name: string): string {
  const auth = fields.inner(name);
  if (!auth) return '';
  const kind = auth.text('type');
  return joined(
    ', ',
    kind === 'MD5' ? kind : kind.toLowerCase(),
    auth.text('auth_id') && `user ${auth.text('auth_id')}`,
  );
}

function challenge(fields: FieldReader, name: string): string {
  const kind = fields.inner(name)?.text('type') ?? '';
  return kind === 'MD5' ? 'MD5 challenge' : kind.toLowerCase();
}

function product(fields: FieldReader): string {
  return joined(' ', fields.text('vendor_name'), fields.text('product_name'), fields.text('revision_number'));
}

/** Names of the elements of a list, the first few of them. */
function some(fields: FieldReader, list: string, name: string, what: string): string {
  const count = fields.count(list);
  if (count === 0) return `no ${what}s`;
  const names = fields.elements(list).map((element) => element.text(name));
  return `${counted(count, what)}: ${names.slice(0, 4).join(', ')}${count > 4 ? ', …' : ''}`;
}

function devices(fields: FieldReader, list: string, what: string): string {
  const names = fields.elements(list).flatMap((model) => model.elements('caplist').map((one) => one.text('device')));
  if (names.length === 0) return `no ${what}s`;
  return `${counted(names.length, what)}: ${names.slice(0, 4).join(', ')}${names.length > 4 ? ', …' : ''}`;
}

function extensionClasses(fields: FieldReader, list: string): string {
  const classes = fields.elements(list).map((one) => {
    const id = `0x${(one.number('class_id') ?? 0).toString(16)}`;
    return `${id} version ${one.text('version') || one.text('versions') || 'none'}`;
  });
  return classes.length > 0 ? `class ${classes.join('; ')}` : 'no extensions';
}

export const connectLines = {
  NDMP_CONNECT_OPEN: { request: 'version {protocol_version}' },
  NDMP_CONNECT_CLIENT_AUTH: { request: (fields: FieldReader) => credentials(fields, 'auth_data') },
  NDMP_CONNECT_CLOSE: {},
  NDMP_CONNECT_SERVER_AUTH: {
    request: (fields: FieldReader) => challenge(fields, 'client_attr'),
    reply: (fields: FieldReader) => credentials(fields, 'server_result'),
  },
};

export const configLines = {
  NDMP_CONFIG_GET_HOST_INFO: {
    reply: (fields: FieldReader) =>
      joined(', ', fields.text('hostname'), joined(' ', fields.text('os_type'), fields.text('os_vers'))),
  },
  NDMP_CONFIG_GET_BUTYPE_ATTR: {
    request: '{name}',
    reply: '{attrs}',
  },
  NDMP_CONFIG_GET_CONNECTION_TYPE: { reply: '{addr_types}' },
  NDMP_CONFIG_GET_AUTH_ATTR: {
    request: '{auth_type}',
    reply: (fields: FieldReader) => challenge(fields, 'server_attr'),
  },
  NDMP_CONFIG_GET_BUTYPE_INFO: {
    reply: (fields: FieldReader) => some(fields, 'butype_info', 'butype_name', 'backup type'),
  },
  NDMP_CONFIG_GET_FS_INFO: {
    reply: (fields: FieldReader) => some(fields, 'fs_info', 'fs_logical_device', 'file system'),
  },
  NDMP_CONFIG_GET_TAPE_INFO: { reply: (fields: FieldReader) => devices(fields, 'tape_info', 'tape drive') },
  NDMP_CONFIG_GET_SCSI_INFO: { reply: (fields: FieldReader) => devices(fields, 'scsi_info', 'SCSI device') },
  NDMP_CONFIG_GET_SERVER_INFO: {
    reply: (fields: FieldReader) => joined('; ', product(fields), fields.text('auth_type')),
  },
  NDMP_CONFIG_SET_EXT_LIST: {
    request: (fields: FieldReader) =>
      extensionClasses(fields, fields.value.selected === undefined ? 'class_list' : 'selected'),
  },
  NDMP_CONFIG_GET_EXT_LIST: { reply: (fields: FieldReader) => extensionClasses(fields, 'class_list') },
};
