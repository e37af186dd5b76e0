import { counted, joined, type FieldReader } from './fields';

const pauseMeaning: Readonly<Record<string, string>> = {
  EOM: 'end of medium',
  EOF: 'file mark',
  SEEK: 'position outside the window',
  MEDIA_ERROR: 'media error',
  EOW: 'end of window',
};

const RANGE = 'offset {offset}, length {length}';

function paused(fields: FieldReader): string {
  const reason = fields.text('reason');
  const meaning = pauseMeaning[reason];
  return joined(', ', meaning ? `${reason}: ${meaning}` : reason, fields.fill('seek_position {seek_position}'));
}

function halted(fields: FieldReader): string {
  return joined(': ', fields.text('reason'), fields.text('text_reason'));
}

function connectionStatus(fields: FieldReader): string {
  return joined(', ', fields.text('reason'), fields.fill('version {protocol_version}'), fields.text('text_reason'));
}

function logLine(fields: FieldReader): string {
  const type = fields.text('log_type');
  return joined(': ', type !== 'NORMAL' && type, fields.text('entry'));
}

/** '1 000 entries, /home/a … /home/k'. */
function entries(list: string, what: readonly [one: string, many: string], nameOf: (entry: FieldReader) => string) {
  return (fields: FieldReader): string => {
    const count = fields.count(list);
    const first = fields.element(list, 0);
    const last = fields.element(list, count - 1);
    const names = [first, last].slice(0, Math.min(2, count)).map((entry) => (entry ? nameOf(entry) : ''));
    return count === 1 && names[0]
      ? names[0]
      : joined(', ', counted(count, ...what), joined(count > 2 ? ' … ' : ', ', ...names));
  };
}

const ENTRIES = ['entry', 'entries'] as const;
const NODES = ['node', 'nodes'] as const;

function firstName(entry: FieldReader): string {
  const name = entry.element('names', 0);
  return name ? name.text('unix_name') || name.text('nt_path') || name.text('other_name') : '';
}

function nodeNumber(entry: FieldReader): string {
  const { node } = entry.value;
  return typeof node === 'bigint' || typeof node === 'number' ? `node ${node}` : '';
}

export const notifyLines = {
  NDMP_NOTIFY_PAUSED: {},
  NDMP_NOTIFY_DATA_HALTED: { post: halted },
  NDMP_NOTIFY_CONNECTION_STATUS: { post: connectionStatus },
  NDMP_NOTIFY_MOVER_HALTED: { post: halted },
  NDMP_NOTIFY_MOVER_PAUSED: { post: paused },
  NDMP_NOTIFY_DATA_READ: { post: RANGE },
};

export const logLines = {
  NDMP_LOG_LOG: { post: '{entry}' },
  NDMP_LOG_DEBUG: { post: '{level}: {message}' },
  NDMP_LOG_FILE: {
    post: (fields: FieldReader) =>
      joined(': ', fields.text('name'), fields.text('recovery_status') || fields.text('error')),
  },
  NDMP_LOG_MESSAGE: { post: logLine },
};

export const fileHistoryLines = {
  NDMP_FH_ADD_UNIX_PATH: { post: entries('paths', ENTRIES, (entry) => entry.text('name')) },
  NDMP_FH_ADD_UNIX_DIR: { post: entries('dirs', ENTRIES, (entry) => entry.text('name')) },
  NDMP_FH_ADD_UNIX_NODE: { post: entries('nodes', NODES, nodeNumber) },
  NDMP_FH_ADD_FILE: { post: entries('files', ENTRIES, firstName) },
  NDMP_FH_ADD_DIR: { post: entries('dirs', ENTRIES, firstName) },
  NDMP_FH_ADD_NODE: { post: entries('nodes', NODES, nodeNumber) },
};
