/**
 * What the servers' logs print of the bodies that tshark gets wrong, beside our fields. A name of theirs that stands for a
 * value of an enumeration ends in ours ('NDMP2_DATA_STATE_ACTIVE', 'ACTIVE').
 */
export type PeerFieldMap = Readonly<Record<string, string>>;

const TAPE_STATE = {
  error: 'error',
  flags: 'flags',
  file_num: 'file_num',
  soft_errors: 'soft_errors',
  block_size: 'block_size',
  blockno: 'blockno',
  total_space: 'total_space',
  space_remain: 'space_remain',
};
const DATA_STATE = {
  error: 'error',
  op: 'operation',
  state: 'state',
  halt_reason: 'halt_reason',
  bytes_processed: 'bytes_processed',
  est_bytes_remain: 'est_bytes_remain',
  est_time_remain: 'est_time_remain',
  read_offset: 'read_offset',
  read_length: 'read_length',
};
const MOVER_STATE = {
  error: 'error',
  state: 'state',
  pause_reason: 'pause_reason',
  halt_reason: 'halt_reason',
  record_size: 'record_size',
  record_num: 'record_num',
  data_written: 'data_written',
  bytes_moved: 'bytes_moved',
  seek: 'seek_position',
  to_read: 'bytes_left_to_read',
  win_off: 'window_offset',
  win_len: 'window_length',
};
const START = { bu_type: 'bu_type', butype_name: 'bu_type', mover: 'mover' };
const LOG = { log_type: 'log_type', id: 'message_id', message: 'entry' };

/** By message code and kind, all versions. */
export const PEER_FIELDS: Readonly<Record<string, PeerFieldMap>> = {
  '0x101 request': { bu_type: 'name' },
  '0x101 reply': { error: 'error', attrs: 'attrs' },
  '0x302 reply': TAPE_STATE,
  '0x400 reply': { ...DATA_STATE, mover: 'mover' },
  '0x401 request': START,
  '0x402 request': START,
  '0x40b request': START,
  '0x40b reply': { error: 'error' },
  '0x601 post': { level: 'level', message: 'message' },
  '0x603 post': LOG,
  '0xa00 reply': MOVER_STATE,
};
