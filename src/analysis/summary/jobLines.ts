import { addressText } from './addresses';
import { counted, joined, type FieldReader } from './fields';

const RANGE = 'offset {offset}, length {length}';

function backup(fields: FieldReader): string {
  const root = fields.variable('env', 'FILESYSTEM') ?? fields.variable('env', 'PREFIX');
  const level = fields.variable('env', 'LEVEL');
  const target = joined(' ', fields.text('bu_type'), root);
  return joined(', ', target, level && `level ${level}`, fields.value.mover !== undefined && to(fields, 'mover'));
}

function recover(fields: FieldReader): string {
  const count = fields.count('nlist');
  const first = fields.element('nlist', 0);
  const path = first && (first.text('original_path') || first.text('name'));
  const all = count === 1 && first !== undefined && first.value.original_path === '';
  const target = first && destination(first);
  const files = all
    ? 'everything'
    : count === 0
      ? 'no files'
      : count === 1
        ? path
        : `${counted(count, 'file')}, ${path} …`;
  return joined(
    ', ',
    count === 0 && fields.text('bu_type'),
    joined(' ', count > 0 && fields.text('bu_type'), files, target && `→ ${target}`),
    fields.value.mover !== undefined && to(fields, 'mover'),
  );
}

function destination(entry: FieldReader): string {
  const directory = entry.text('destination_path') || entry.text('destination_dir') || entry.text('dest');
  const name = entry.value.original_path === undefined ? '' : entry.text('new_name') || entry.text('name');
  return directory && name ? `${directory.replace(/\/$/, '')}/${name}` : directory || name;
}

function to(fields: FieldReader, name: string): string {
  return `to ${addressText(fields, name)}`;
}

function dataState(fields: FieldReader): string {
  const state = fields.text('state');
  return joined(
    ', ',
    state === 'HALTED' ? `${state} (${fields.text('halt_reason')})` : state,
    fields.number('operation') !== 0 && fields.text('operation'),
    fields.fill('{bytes_processed} bytes'),
  );
}

function moverState(fields: FieldReader): string {
  const state = fields.text('state');
  const reason =
    state === 'PAUSED' ? fields.text('pause_reason') : state === 'HALTED' ? fields.text('halt_reason') : '';
  return joined(
    ', ',
    reason ? `${state} (${reason})` : state,
    fields.fill('record {record_num}'),
    fields.fill('{bytes_moved} bytes moved') || fields.fill('{data_written} bytes moved'),
  );
}

const recovery = { request: recover };

export const dataLines = {
  NDMP_DATA_GET_STATE: { reply: dataState },
  NDMP_DATA_START_BACKUP: { request: backup },
  NDMP_DATA_START_RECOVER: recovery,
  NDMP_DATA_ABORT: {},
  NDMP_DATA_GET_ENV: { reply: (fields: FieldReader) => counted(fields.count('env'), 'variable') },
  NDMP_DATA_STOP: {},
  NDMP_DATA_CONTINUE: {},
  NDMP_DATA_LISTEN: { request: '{addr_type}', reply: listening },
  NDMP_DATA_CONNECT: { request: (fields: FieldReader) => to(fields, 'addr') },
  NDMP_DATA_START_RECOVER_FILEHIST: recovery,
};

export const moverLines = {
  NDMP_MOVER_GET_STATE: { reply: moverState },
  NDMP_MOVER_LISTEN: { request: '{mode}, {addr_type}', reply: listening },
  NDMP_MOVER_CONTINUE: {},
  NDMP_MOVER_ABORT: {},
  NDMP_MOVER_STOP: {},
  NDMP_MOVER_SET_WINDOW: { request: RANGE },
  NDMP_MOVER_READ: { request: RANGE },
  NDMP_MOVER_CLOSE: {},
  NDMP_MOVER_SET_RECORD_SIZE: { request: '{len} bytes' },
  NDMP_MOVER_CONNECT: { request: (fields: FieldReader) => joined(', ', fields.text('mode'), to(fields, 'addr')) },
};

export const extensionLines = {
  NDMP_TEST_ECHO: { request: '{echo_msg}', reply: '{echo_msg}' },
  NDMP_CAB_DATA_CONN_PREPARE: {
    request: (fields: FieldReader) => joined(', ', backup(fields), fields.fill('{addr_type} (inferred)')),
  },
  NDMP_SNAP_CREATE: { request: '{snapname} of {pathname}' },
  NDMP_SNAP_DELETE: { request: '{snapname}' },
  NDMP_SNAP_RECOVER: {},
  NDMP_SNAP_RENAME: {},
  NDMP_SNAP_GET_SERVER_INFO: {},
  NDMP_SNAP_GET_SNAPSHOT_NAMES: {},
  NDMP_SNAP_GET_SNAPSHOT_STATE: {},
  NDMP_SNAP_GET_CDR_OP_STATE: {},
  NDMP_SNAP_GET_SNAPSHOT_PATH: {},
  NDMP_SNAP_SET_RESERVE: {},
  NDMP_SNAP_GET_RESERVE_INFO: {},
  NDMP_SNAP_SET_SCHEDULE: {},
  NDMP_SNAP_GET_SCHEDULE_INFO: {},
  NDMP_SNAP_DIR_LIST: {},
  NDMP_SNAP_NOTIFY_CREATE_END: {},
  NDMP_SNAP_NOTIFY_DELETE_END: {},
  NDMP_SNAP_NOTIFY_RECOVER_END: {},
};

function listening(fields: FieldReader): string {
  const name = ['connect_addr', 'data_connection_addr', 'mover'].find((field) => fields.value[field] !== undefined);
  return name ? `at ${addressText(fields, name)}` : '';
}
