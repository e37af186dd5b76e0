/** Fields that differ from run to run, whatever is done: compared and shown only when all is asked for. */
const ALWAYS = new Set([
  'port',
  'challenge',
  'auth_digest',
  'hostid',
  'message_id',
  'associated_message_sequence',
  'mtime',
  'atime',
  'ctime',
  'used_size',
  'avail_size',
  'used_inodes',
  'space_remain',
  'soft_errors',
  'DUMP_DATE',
  'est_bytes_remain',
  'est_time_remain',
]);
/** Never shown. */
const SECRETS = new Set(['auth_password']);
/** What is compared of the last reply of many status requests: the rest is a moment's progress. */
const STATUS = new Set(['error', 'state', 'halt_reason', 'pause_reason', 'operation', 'flags']);
/** Texts for people: numbers in them are process ids, times and sizes. */
const TEXTS = new Set(['entry', 'message']);

export function isExpected(path: string, a: string | undefined, b: string | undefined): boolean {
  const name = lastName(path);
  if (ALWAYS.has(name)) return true;
  return TEXTS.has(name) && a !== undefined && b !== undefined && withoutNumbers(a) === withoutNumbers(b);
}

export function isSecret(path: string): boolean {
  return SECRETS.has(lastName(path));
}

export function isStatusField(path: string): boolean {
  return STATUS.has(lastName(path));
}

function lastName(path: string): string {
  return path.slice(path.lastIndexOf('.') + 1).replace(/\[\d+\]$/, '');
}

function withoutNumbers(text: string): string {
  return text.replace(/\d+(?:[.,:]\d+)*/g, '#');
}
